"""Nothing of anybody and no secret in what a target says, whatever goes wrong, at any level of logging.

Everything made up here has `canary` in it, and numbers are in an area of their own. Only rejects and plan may hold
them.
"""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slow_share import in_turn

from singer_delivery.testing.audience import record, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

VENDOR = "listrak-sms"
CREATE, UPDATE = "Contact_PostContactListResource", "Contact_PutContactResource"
SECRET = "s3cret-canary"
LEDGER = "postgresql://canary-user:pa55%2Fcanary@127.0.0.1:9/ledger"
TEXTS = re.compile(r"canary|pa55|sandbox-secret|bearer [\w.-]{9}|(?:212|917)\D{0,3}555\D{0,2}01\d\d", re.IGNORECASE)


def canary(number: int, **changes: Any) -> dict[str, Any]:
    """Somebody whose every value is to be looked for."""
    return {
        "id": number,
        "phone": f"+191755501{number:02d}",
        "first_name": "Canary",
        "last_name": f"McCanary {number}",
        "email": f"canary.{number}@example.com",
        "postal_code": f"CANARY{number}",
        **changes,
    }


def canaries(*more: str, count: int = 6, **changes: Any) -> list[dict[str, Any]]:
    return [schema("audience", *more), *(record(canary(number, **changes)) for number in range(count)), state(1)]


LEVELS = pytest.mark.parametrize("level", in_turn(["everything", "info"]))
"""At `everything` each library says all it has to say, and the target what it says at DEBUG."""


@pytest.fixture
def target(listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox, level: str) -> TargetRunner:
    runner = listrak_sms(clean_sandbox, concurrency=3, request_timeout=5, max_rejected_percent=100)
    if level == "everything":
        runner.log_everything()
    else:
        runner.environment = {"TARGET_LISTRAK_SMS_LOGLEVEL": level.upper()}
    return runner


def leaks(run: TargetRun) -> list[str]:
    """What was said that must not be, with a little around it."""
    said = {"stdout": run.stdout, "stderr": run.stderr}
    for name in ("report.json", "report.html"):
        if (run.folder / name).exists():
            said[name] = (run.folder / name).read_text(encoding="utf-8")
    words = [TEXTS]
    if (run.folder / "target-listrak-sms-ledger.db").exists():
        with closing(sqlite3.connect(run.folder / "target-listrak-sms-ledger.db")) as ledger:
            (salt,) = ledger.execute("SELECT salt FROM ledger_meta").fetchone()
        words += [re.compile(re.escape(form)) for form in (repr(salt)[2:-1], salt.hex())]
    return [
        f"{where}: {text[max(found.start() - 60, 0) : found.end() + 20]!r}"
        for where, text in said.items()
        for word in words
        for found in word.finditer(text)
    ]


BROKEN = [
    canary(20, phone="917-canary"),
    canary(21, phone="917 555 01"),
    canary(22, email="canary@@example"),
    canary(23, id="canary"),
    {name: value for name, value in canary(24).items() if name != "id"},
    canary(25, points="canary-number"),
    canary(26, **{"Favorite Color": "canary" * 50}),
    canary(27, birthday="canary-day"),
    canary(28, last_name="\ud83d canary"),
    canary(29, phone=["+19175550129"]),
    canary(30, **{"canary@example.com": "917-555-0130"}),
    canary(31, opted_out="canary"),
    canary(32, consent="canary"),
    canary(33, phone="+1 (917) 555-0133"),
    canary(33, phone="917.555.0133"),
    canary(34, _sdc_deleted_at="2025-01-01T00:00:00Z"),
    canary(40),
    canary(41),
]
"""Records, each with a fault of its own."""
PASSING = ("drop-after", "drop-mid-body", "html-200", "truncated-json", "empty-body", "api-error", "http-429")
"""Faults that a run survives."""


def _break(sandbox: Sandbox) -> None:
    """Have the vendor refuse some people, one in words of its own, and break down now and then."""
    codes = ("ERROR_INVALID_PARAMETER", "ERROR_BANNED_PHONE_NUMBER", "The number 19175550152 of Canary is not allowed")
    for place, code in enumerate(codes):
        match = {"phoneNumber": f"1917555015{place}"}
        sandbox.faults("api-error", CREATE, vendor=VENDOR, code=code, match=match)
    for place, fault in enumerate(PASSING):
        more: dict[str, Any] = {"retry_after": 0} if fault == "http-429" else {}
        sandbox.faults(fault, vendor=VENDOR, times=1, after=10 + 2 * place, **more)


@pytest.mark.parametrize("level", in_turn(["everything", "info", "debug"]))
def test_a_run_in_which_everything_goes_wrong_that_a_run_survives(
    target: TargetRunner, clean_sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "suppressed.csv").write_text("917-555-0140\ncanary.41@example.com\ncanary@@broken\n", encoding="utf-8")
    _break(clean_sandbox)
    columns = ("points", "Favorite Color", "birthday", "opted_out", "consent", "_sdc_deleted_at")
    broken = [{"consent": "yes", "points": "1", **each} for each in BROKEN]
    people = [canary(number, consent="yes", points="1") for number in (*range(12), 50, 51, 52)]
    maps = {"audience": {"__filter__": "last_name", "Loyalty Points": "int(points)"}}
    run = target(
        [schema("audience", *columns), *map(record, [*people, *broken]), state(1)],
        stream_maps=maps,
        consent_field="consent",
        suppression_file=str(tmp_path / "suppressed.csv"),
    )
    assert run.code == 0, run.stderr
    assert not leaks(run)
    expected = {"schema_violation", "invalid_phone", "invalid_email", "missing_key", "wrong_type", "vendor_refused"}
    expected |= {"stream_map_failed", "not_unicode", "suppressed", "too_long", "no_consent"}
    assert expected <= run.reasons.keys(), run.reasons
    assert run.report["retries"] >= len(PASSING) - 1
    assert {"invalid_phone", "wrong_type"} <= {each["reason"] for each in run.report["rejects_sample"]}
    assert "canary" in (run.folder / "target-listrak-sms-rejects.jsonl").read_text(encoding="utf-8")
    for what in ("list", "replay"):
        command = [Path(sys.executable).parent / "singer-rejects", what, "target-listrak-sms-rejects.jsonl"]
        said = subprocess.run(command, cwd=run.folder, check=True, capture_output=True, text=True)
        assert not TEXTS.search(said.stderr)
        assert TEXTS.search(said.stdout) if what == "replay" else not TEXTS.search(said.stdout)


@LEVELS
@pytest.mark.parametrize(
    ("lines", "config"),
    [
        pytest.param(
            [*canaries(), '{"type": "RECORD", "record": {"phone": "+19175550101", canary}}\n'], {}, id="json"
        ),
        pytest.param([*canaries(), '{"type": "RECORD", "record": {"phone": "+19175550101'], {}, id="breaks-off"),
        pytest.param([*canaries(), {"type": "RECORD", "record": canary(1)}], {}, id="no-stream"),
        pytest.param([*canaries(), {"type": "RECORD", "stream": "audience", "canary": canary(1)}], {}, id="no-record"),
        pytest.param([record(canary(1)), *canaries()], {}, id="no-schema"),
        pytest.param(canaries(), {"stream_maps": {"audience": {"points": "phone[9:].nothing"}}}, id="map"),
        pytest.param(canaries(), {"stream_maps": {"audience": {"__filter__": "no_column"}}}, id="filter"),
        pytest.param(canaries(), {"client_secret": SECRET}, id="secret"),
        pytest.param(canaries(), {"client_secret": [SECRET], "ledger_url": "mysql://canary:pa55@h/x"}, id="config"),
        pytest.param(canaries(), {"api_url": "http://127.0.0.1:9/sms"}, id="no-vendor"),
        pytest.param(canaries(), {"auth_url": "http://127.0.0.1:9/"}, id="no-tokens"),
        pytest.param(canaries(), {"ledger_url": LEDGER}, id="no-ledger"),
        pytest.param(canaries(), {"rejects_path": "."}, id="no-rejects"),
    ],
)
def test_what_ends_a_run_is_told_without_anybody(
    target: TargetRunner, lines: list[Any], config: dict[str, Any]
) -> None:
    run = target(lines, **config)
    assert run.code == 1
    assert not leaks(run)
    assert "Traceback" not in run.stderr


@LEVELS
@pytest.mark.parametrize(
    ("fault", "fields"),
    [
        ("api-error", {}),
        ("html-200", {}),
        ("drop-before", {}),
        ("api-error", {"code": "ERROR_UNAUTHORIZED"}),
        ("api-error", {"operation": "PhoneList_GetListCollection", "code": "Canary 19175550101 is not allowed"}),
    ],
    ids=["500", "html", "drops", "401", "list"],
)
def test_a_vendor_that_is_broken_is_told_without_anybody(
    target: TargetRunner, clean_sandbox: Sandbox, fault: str, fields: dict[str, Any]
) -> None:
    clean_sandbox.faults(fault, vendor=VENDOR, **fields)
    run = target(canaries())
    assert run.code == 1
    assert not leaks(run)


@LEVELS
@pytest.mark.parametrize("end", ["signal", "closed-pipe"])
def test_a_run_that_is_ended_tells_nothing_of_people(target: TargetRunner, clean_sandbox: Sandbox, end: str) -> None:
    clean_sandbox.faults("latency", vendor=VENDOR, seconds=0.1)
    process = target.start(canaries(count=60))
    if end == "signal":
        while process.poll() is None and not clean_sandbox.calls(VENDOR).get(CREATE):
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
    else:
        assert process.stdout
        process.stdout.close()
        process.stdout = None
    run = target.finish(process)
    assert run.code == (128 + signal.SIGTERM if end == "signal" else 1)
    run.stdout = run.stdout or ""
    assert not leaks(run)


@LEVELS
def test_a_dry_run_and_an_import_tell_nothing_of_people(
    target: TargetRunner, clean_sandbox: Sandbox, level: str
) -> None:
    dry = target(canaries(), dry_run=True)
    assert dry.code == 0, dry.stderr
    assert not leaks(dry)
    assert TEXTS.search((dry.folder / "target-listrak-sms-plan.jsonl").read_text(encoding="utf-8"))

    clean_sandbox.switch(VENDOR, import_seconds="0")
    clean_sandbox.faults("html-200", "Contact_GetImportFileResource", vendor=VENDOR, times=1)
    message = schema("audience", "Favorite Color")
    people = [{"id": number, "phone": f"+121255501{number:02d}", "Favorite Color": "canary"} for number in range(25)]
    run = target([message, *map(record, people)], default_action="update", bulk_updates=True)
    assert run.code == 0, run.stderr
    assert "imported" in run.reasons
    assert not leaks(run)


@pytest.mark.parametrize("level", ["everything"])
def test_a_check_tells_no_secret(target: TargetRunner) -> None:
    for run in (target((), "--test"), target((), "--test", client_secret=SECRET)):
        assert "token" in run.stdout
        assert not leaks(run)
