"""The report of true runs: its page beside the JSON, `--report`, and a webhook that is told, whatever it answers."""

from __future__ import annotations

import json
import signal
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from lxml import html
from meltano_project import PROJECT_FILE, ROOT
from serving import QuietHandler, serving

from singer_delivery.testing.audience import audience, person, record, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement
    from projects import Project
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

VENDOR, CREATE = "listrak-sms", "Contact_PostContactListResource"
PEOPLE = 12
TOKEN = "s3cret-canary"


@pytest.fixture
def hook() -> Iterator[SimpleNamespace]:
    """A webhook: what it was told, and what it answers."""
    hook = SimpleNamespace(told=[], status=200, seconds=0.0)

    class Handler(QuietHandler):
        def answer(self) -> None:
            hook.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(hook.seconds)
            self.send_response(hook.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Handler) as url:
        hook.url = f"{url}/{TOKEN}"
        yield hook


@pytest.fixture
def target(listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox, hook: SimpleNamespace) -> TargetRunner:
    return listrak_sms(clean_sandbox, notify_url=hook.url, max_rejected_percent=100, concurrency=2)


def page_of(run: TargetRun) -> HtmlElement:
    return html.fromstring((run.folder / "report.html").read_text(encoding="utf-8"))


def tiles(run: TargetRun) -> dict[str, int]:
    return {each.get("data-value"): int(each.text) for each in page_of(run).xpath("//*[@data-value]")}


def test_a_report_to_standard_output_stands_behind_the_states_also_in_a_file(target: TargetRunner) -> None:
    target.folder.mkdir(parents=True)
    (target.folder / "output").symlink_to("/dev/stdout")
    run = target(audience(PEOPLE), report_path="output")
    assert run.code == 0, run.stderr
    assert not [*target.folder.glob("*.html")]
    lines = run.stdout.splitlines()
    began = lines.index("{")
    assert json.loads("\n".join(lines[began:]))["finished"] == "completed"
    assert [json.loads(line) for line in lines[:began]] == target(audience(PEOPLE)).states


def test_a_runs_page_and_json_hold_the_same_and_say_how_it_went_over_time(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("http-429", vendor=VENDOR, times=2, after=4, retry_after=0)
    broken = [person(number, phone="917-555-01") for number in range(20, 23)]
    run = target([*audience(PEOPLE), *map(record, broken)], requests_per_second=50)
    assert run.code == 0, run.stderr
    report = run.report
    assert tiles(run) == {"read": PEOPLE + 3, **report["outcomes"]}
    timeline = report["timeline"]
    assert {name: sum(timeline[name]) for name in report["outcomes"]} == report["outcomes"]
    for name in ("requests", "retries", "rate_limited"):
        assert sum(timeline[name]) == report[name] > 0
    assert min(filter(None, timeline["allowed"]["default"])) < 50
    assert {name: each["attempts"] for name, each in report["latency"].items()} == report["operations"]
    assert [each["columns"]["phone"] for each in report["rejects_sample"]] == [
        "digits and signs, 9 to 16 characters"
    ] * 3
    assert report["causes"][0]["records"] == PEOPLE
    commands = [each.text_content() for each in page_of(run).xpath("//ol//pre")]
    assert commands == [step["command"] for step in report["next_steps"]]
    assert all(command in run.stderr for command in commands)


def test_the_last_report_is_shown_again_without_a_login(target: TargetRunner) -> None:
    run = target(audience(PEOPLE))
    again = target((), "--report", client_secret=None, list_id=None)
    assert again.code == 0, again.stderr
    summary = again.stdout.partition("\n\n")[2]
    assert summary.startswith("target-listrak-sms: completed in ")
    assert summary in run.stderr + "\n"
    none = target((), "--report", report_path="none.json")
    assert (none.code, none.stdout) == (1, "")
    assert "no run has written one" in none.stderr


def test_a_run_that_fails_or_is_beyond_the_threshold_is_told_and_a_good_one_is_not(
    target: TargetRunner, clean_sandbox: Sandbox, hook: SimpleNamespace
) -> None:
    assert target(audience(PEOPLE)).code == 0
    assert target(audience(PEOPLE), dry_run=True).code == 0
    assert not hook.told

    some = [schema(), record(person(0)), record(person(1, phone="917-555-01"))]
    assert target(some, notify_rejected_percent=10).code == 0
    assert [(each["finished"], each["outcomes"]["rejected"]) for each in hook.told] == [("completed", 1)]

    run = target(some, max_rejected_percent=10)
    assert run.code == 1
    failed = hook.told[-1]
    assert failed["finished"] == "failed"
    assert "max_rejected_percent" in failed["error"]
    assert failed["report"] == str(run.folder / "report.json")
    for name in ("outcomes", "reasons", "read", "seconds", "started_at", "open_rejects", "rejects_path"):
        assert failed[name] == run.report[name]

    assert target(audience(PEOPLE), resend=True, client_secret="wrong").code == 1
    assert len(hook.told) == 3
    assert "555" not in json.dumps([each["text"] for each in hook.told])


def test_a_run_that_is_interrupted_is_told(
    target: TargetRunner, clean_sandbox: Sandbox, hook: SimpleNamespace
) -> None:
    clean_sandbox.faults("latency", vendor=VENDOR, seconds=0.3)
    process = target.start(audience(40))
    while process.poll() is None and not clean_sandbox.calls(VENDOR).get(CREATE):
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    run = target.finish(process)
    assert run.code == 128 + signal.SIGTERM
    (told,) = hook.told
    assert (told["finished"], told["unsettled"]) == ("interrupted", run.report["unsettled"])
    assert page_of(run).find(".//h1").text == "Interrupted"


@pytest.mark.parametrize("problem", ["answers-500", "redirects", "refuses", "hangs"])
def test_a_hook_that_does_not_work_changes_nothing_of_a_run_but_a_line(
    target: TargetRunner, hook: SimpleNamespace, problem: str
) -> None:
    hook.status = {"answers-500": 500, "redirects": 302}.get(problem, 200)
    hook.seconds = 30 if problem == "hangs" else 0
    elsewhere: dict[str, Any] = {"notify_url": f"http://127.0.0.1:9/{TOKEN}"} if problem == "refuses" else {}
    run = target(audience(PEOPLE), notify_when="always", environment={"LOGLEVEL": "DEBUG"}, **elsewhere)
    assert run.code == 0, run.stderr
    assert run.outcomes == {"accepted": PEOPLE}
    assert run.report["finished"] == "completed"
    assert run.report["seconds"] < 5
    (line,) = [line for line in run.stderr.splitlines() if "webhook" in line]
    assert "WARNING" in line
    assert TOKEN not in run.stderr + run.stdout + json.dumps(run.report)


def test_a_report_that_cannot_be_written_fails_the_run_and_is_told(
    target: TargetRunner, hook: SimpleNamespace
) -> None:
    target.folder.mkdir(parents=True)
    (target.folder / "report.html").mkdir()
    run = target(audience(PEOPLE))
    assert run.code == 1
    assert "report.html (`report_path`): Is a directory" in run.stderr
    assert [each["finished"] for each in hook.told] == ["failed"]


@pytest.mark.parametrize("plugin", ["target-attentive", "target-listrak-sms", "target-textlocal"])
def test_meltano_knows_the_command_of_every_target_here_and_in_other_projects(plugin: str) -> None:
    here = yaml.safe_load(PROJECT_FILE.read_text())["plugins"]["loaders"]
    elsewhere = yaml.safe_load((ROOT / plugin / "meltano-plugin.yml").read_text())
    for definition in (next(each for each in here if each["name"] == plugin), elsewhere):
        assert definition["commands"]["report"]["args"] == "--config=ENV --report"


def test_meltano_shows_the_last_report_and_its_next_step_is_meltanos(
    project: Project, listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox
) -> None:
    folder = project.folder / "output"
    run = listrak_sms(clean_sandbox, max_rejected_percent=100)(
        [schema(), record(person(1, phone="917-555-01"))], environment={"MELTANO_LOADER_NAME": "target-listrak-sms"}
    )
    assert run.report["open_rejects"] == 1
    folder.mkdir(exist_ok=True)
    (folder / "last.json").write_text(json.dumps(run.report))
    done = project.meltano(
        "invoke", "target-listrak-sms:report", TARGET_LISTRAK_SMS_REPORT_PATH=str(folder / "last.json")
    )
    assert f"report  {folder / 'last.json'}" in done.stdout
    assert "1  invalid_phone" in done.stdout
    assert done.stdout.rstrip().endswith("| meltano invoke target-listrak-sms")
