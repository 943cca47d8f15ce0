"""`make demo`, as a user sees it: all rows arrive, the audience is delivered once, and nothing stays behind."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped] # it ships no types
import psycopg
import pytest
from demo_campaign import EVENINGS
from demo_postgres import LocalPostgres
from meltano_project import ROOT, environment, install_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo_postgres import Database
    from sandboxes import Sandbox

ROW = re.compile(r"^ (\w+) +([\d,]+) +([\d,]+) +([\d,]+) +ok *$", re.MULTILINE)
OUTCOME = re.compile(r"^ (\w+) .* {3}([\d,]+) +([\d,]+) *$", re.MULTILINE)
REJECT = re.compile(r"^ (\d+) +(\S.*\S) {2,}(\w+) {2,}(The phone .*\S) *$", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose path is too long for a Unix socket in it."""
    long = tmp_path / ("a-long-path-" * 10)
    long.mkdir()
    return long


@pytest.fixture
def start(folder: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start the demo in the folder."""
    install_plugins()

    def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", ROOT / "scripts" / "demo.py", "--folder", folder, *arguments],
            env={**environment(), "COLUMNS": "120", **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def left_behind(folder: Path) -> list[list[str]]:
    """The processes that have to do with the folder, but for those that have ended and wait to be noticed."""
    return [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline", "cwd", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and any(str(folder) in each for each in [*(process.info["cmdline"] or ()), process.info["cwd"] or ""])
    ]


@pytest.mark.timeout(900)  # some twenty runs of Meltano, which a slow machine takes ten seconds each for
def test_all_rows_arrive_and_go_back_once_and_can_be_looked_at_later(
    start: Callable[..., subprocess.Popen[str]], folder: Path, sandbox: Sandbox, start_sandbox: Callable[..., Sandbox]
) -> None:
    with start() as demo:
        told = demo.communicate()[0]

    assert demo.returncode == 0, told
    table = {stream: [int(count.replace(",", "")) for count in counts] for stream, *counts in ROW.findall(told)}
    assert table.keys() == sandbox.rows().keys()
    assert all(keys == arrived for _, keys, arrived in table.values())
    assert "The values agree too" in told

    _, back, to_attentive, by_textlocal = re.split("And back: |And to Attentive: |And by Textlocal: ", told)
    audience = int(found(r"texts for (\d+) customers", back)[1])
    runs = counted(back)
    assert runs["all"] == (audience, audience)
    assert runs["accepted"] == (sent := runs["unchanged"][1], 0)
    assert sent > 100
    assert re.search(r"opted out of texts: left alone +1 +1 *$", back, re.MULTILINE)
    assert re.search(r"did not agree to be texted: no call +(\d+) +\1 *$", back, re.MULTILINE)
    assert runs["rejected"] == (2, 2)
    assert runs["calls"][0] > sent
    assert runs["calls"][1] == 0
    assert 0 < runs["texts"][0] < sent  # some were on the list before, and nothing new is said to them
    assert runs["texts"][1] == 0
    assert [(phone, reason) for _, phone, reason, _ in REJECT.findall(back)] == [
        ("303-555-01", "invalid_phone"),
        ("+44 20 7946 0958", "not_mobile"),
    ]
    assert_nobody_is_texted_again_by_attentive(to_attentive)
    assert_a_campaign_goes_out_once_by_textlocal(by_textlocal)
    assert not left_behind(folder)

    with start("--psql", "--tuples-only", "--command", "SELECT count(*) FROM message_opens") as look:
        assert int(look.communicate()[0]) == table["message_opens"][1]
    assert not left_behind(folder)

    left = start_sandbox(scale="small", data=folder / "sandbox")  # as `make sandbox` does it
    person = found(r"http://127\.0\.0\.1:8700/people/(\d+)", told)[1]
    assert {text["cause"]["vendor"] for text in left.texts(phone=person)} == {"listrak-sms", "attentive"}


def assert_nobody_is_texted_again_by_attentive(told: str) -> None:
    """Read what the demo says of Attentive: two rounds beside each other, of which the first one alone texts."""
    outcomes, calls = told.split("that Attentive counted")
    _, subscribe, attributes, members = re.split(" subscribe *\n| attributes *\n| segment_members *\n", outcomes)[-4:]
    subscribe, attributes, members = map(counted, (subscribe, attributes, members))
    made = counted(calls)
    asked, answered = map(int, found(r"(\d+) of the (\d+) people who were asked answer Y", told).groups()[::-1])

    gold = int(found(r"^\d+", told)[0])
    assert subscribe["all"] == (gold, gold)
    assert subscribe["accepted"] == (asked, 0)
    assert subscribe["unchanged"] == (0, asked + 1)  # with the one who was subscribed before
    assert 0 < answered < asked
    assert made["Subscribe"][0] in range(asked, asked + 5)  # a busy machine repeats what came too close
    assert made["Subscribe"][1] == 0
    assert made["Eligibility"] == (asked + 2, 0)
    assert made["BulkAttributes"] == (1, 0)
    assert made["all"] == (sum(first for name, (first, _) in made.items() if name[0].isupper()), made["all"][1])
    assert re.findall(r"^ texts .* (\d+) +(\d+) *$", calls, re.MULTILINE) == [(str(asked), "0"), (str(answered), "0")]
    written = attributes["all"][0]
    assert attributes["accepted"] == (written, 0)
    assert attributes["unchanged"] == (0, written)
    assert members["accepted"] == (answered + 1, 0)
    assert members["skipped"] == (written - answered - 1,) * 2
    assert made["people"] == (answered + 1, answered + 1)  # in the segment, in the last line of that name


def assert_a_campaign_goes_out_once_by_textlocal(told: str) -> None:
    """Read what the demo says of Textlocal: two runs, of which the first one alone calls, and a week's figures."""
    outcomes, calls = told.split(" create_contacts_bulk", 1)
    _, contacts, campaign = re.split(" contacts *\n| campaigns *\n", outcomes)[-3:]
    contacts, campaign = counted(contacts), counted(campaign)
    members = int(found(r"for (\d+) customers", told)[1])
    put = [
        int(count) for count in re.findall(r"^ accepted +(?:new|in the group).* (\d+) +0 *$", outcomes, re.MULTILINE)
    ]

    assert len(put) == 2
    assert contacts["unchanged"] == (0, sum(put))
    assert contacts["rejected"] == (2, 2)
    assert campaign["all"] == (members, members)
    scheduled = campaign["accepted"][0]
    assert campaign["accepted"] == (scheduled, 0)
    assert re.search(
        r"^ skipped +did not agree to be texted +(\d+) +\1 *$", outcomes.split(" campaigns")[-1], re.MULTILINE
    )
    assert (campaign["skipped"], campaign["rejected"]) == ((1, 0), (2, 0))  # opted out, unknown
    assert campaign["unchanged"] == (0, scheduled + 3)
    assert re.search(r"^ calls +send: schedules it +2 +0 *$", calls, re.MULTILINE)
    assert counted(calls)["people"] == (scheduled, scheduled)  # in the last line of that name

    rates = [
        (template, day, *map(int, counts), float(rate))
        for template, day, *counts, rate in re.findall(
            r"^ winter +(\w+(?: \w+)*) +(\d\d \w{3}) +(\d+) +(\d+) +(\d+) +(\d+) +([\d.]+)% *$", calls, re.MULTILINE
        )
    ]
    by_template = {name: [row[2:] for row in rates if row[0] == name] for name in ("Late night", "Nocturne")}
    assert [len(rows) for rows in by_template.values()] == [len(EVENINGS)] * 2
    assert sum(rows[0][0] for rows in by_template.values()) == scheduled
    for rows in by_template.values():
        assert all(texts == delivered + failed + pending for texts, delivered, failed, pending, _ in rows)
        assert all(rate == pytest.approx(100 * delivered / texts, abs=0.06) for texts, delivered, _, _, rate in rows)
        assert [row[1] for row in rows] == sorted(row[1] for row in rows)  # nothing delivered is taken back
        assert rows[0][3] > rows[-1][3] == 0
    assert "Everybody got one text" in calls


def found(pattern: str, text: str) -> re.Match[str]:
    """The first place of a pattern that must be there."""
    place = re.search(pattern, text)
    assert place, text
    return place


def counted(table: str) -> dict[str, tuple[int, int]]:
    """The counts of both runs by what stands first in a line."""
    return {name: (int(first), int(second)) for name, first, second in OUTCOME.findall(table)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGINT, "loading lists"),
        (signal.SIGTERM, "PostgreSQL answers"),
        (signal.SIGTERM, "$ meltano run tap-postgres"),
    ],
    ids=["Ctrl-C", "TERM", "TERM on the way back"],
)
def test_a_stopped_demo_leaves_nothing_running(
    start: Callable[..., subprocess.Popen[str]], folder: Path, number: signal.Signals, moment: str
) -> None:
    with start() as demo:
        assert demo.stdout
        for line in demo.stdout:
            if moment in line:
                break
        demo.send_signal(number)
        told = demo.communicate()[0]

    assert demo.returncode == 128 + number
    assert "Stopped" in told
    assert not left_behind(folder)


@pytest.mark.slow
def test_a_failed_run_says_why_and_where_its_log_is(
    start: Callable[..., subprocess.Popen[str]], folder: Path, postgres: Database
) -> None:
    # A table that is in the way of the loader's.
    with psycopg.connect(postgres.url) as connection:
        connection.execute("CREATE SCHEMA listrak_demo CREATE VIEW lists AS SELECT 1 AS nothing")
    with start(DATABASE_URL=postgres.url) as demo:
        told = demo.communicate()[0]

    assert demo.returncode == 1
    assert "`meltano run` failed" in told
    assert "requested table(s) not available" in told
    assert str(folder / "meltano.log") in told
    assert not left_behind(folder)


def test_a_server_that_a_killed_demo_left_is_taken_over(tmp_path: Path) -> None:
    killed = LocalPostgres(tmp_path / "postgres")
    killed.__enter__()  # and never leaves

    with LocalPostgres(tmp_path / "postgres") as database, psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    assert not left_behind(tmp_path)


def test_a_database_that_cannot_be_reached_is_said_at_once(start: Callable[..., subprocess.Popen[str]]) -> None:
    with start(DATABASE_URL="postgresql://somebody:secret@127.0.0.1:9/nowhere") as demo:
        told = demo.communicate()[0]

    assert demo.returncode == 1
    assert "127.0.0.1" in told
    assert "meltano run" not in told
    assert "secret" not in told


def test_no_port_is_opened(postgres: Database) -> None:
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        ((folder,),) = connection.execute("SHOW unix_socket_directories").fetchall()
    assert Path(folder).stat().st_mode & 0o077 == 0
