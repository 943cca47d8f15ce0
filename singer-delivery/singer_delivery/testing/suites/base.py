# ruff: noqa: S101 - assert is how pytest asserts
"""What the tests of the contract stand on."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from singer_delivery.testing.audience import person, phone, record, schema
from singer_delivery.testing.runs import TargetRun, TargetRunner

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from typing import TextIO

    from singer_delivery.testing.programs import Runnable
    from singer_delivery.testing.vendors import Vendor

PEOPLE = 20
"""People that a target can deliver to: the first of the audience."""
EVERYBODY = {phone(number) for number in range(PEOPLE)}
REJECTS, PLAN, LEDGER = "rejects.jsonl", "plan.jsonl", "ledger.db"
_OWN_FILES = {"config.json", "report.json", "report.html"}
_SETTINGS: dict[str, Any] = {
    "rejects_path": REJECTS,
    "plan_path": PLAN,
    "report_path": "report.json",
    "ledger_url": f"sqlite:///{LEDGER}",
    "default_country": "US",
    "concurrency": 3,
    "batch_size_rows": 10,
    "max_rejected_percent": 100,
}
_LONGEST = 60
"""Seconds until a run must have reached somebody."""


class Suite:
    """A target and its vendor.

    Attributes:
        program: The target, as `Command("target-example")`, or as a `Program`, which takes a tenth of the time.
        deleted_reason: The reason of a record whose row was deleted at its source, of somebody who was delivered to.
    """

    program: ClassVar[Runnable]
    deleted_reason: ClassVar[str] = "deleted_row"

    @pytest.fixture
    def vendor(self) -> Vendor:
        """The vendor; a subclass has a fixture of this name."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `vendor`, a singer_delivery.testing.Vendor")

    @pytest.fixture
    def target(self, vendor: Vendor, tmp_path: Path) -> TargetRunner:
        """Runs of the target, one after the other in a folder: `target(lines, dry_run=True)`."""
        return TargetRunner(self.program, tmp_path / "run", {**_SETTINGS, **vendor.settings})


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the JSON lines of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def files_of(target: TargetRunner) -> set[str]:
    """Return the names of the files that a run left, but for its report."""
    return {each.name for each in target.folder.iterdir()} - _OWN_FILES


def assert_adds_up(run: TargetRun, read: int) -> None:
    """Every record that was read has one outcome, and a reason, in all and by stream and action."""
    report = run.report
    assert report["read"] == read
    assert sum(report["outcomes"].values()) + report["unsettled"] == read
    assert sum(report["reasons"].values()) == sum(report["outcomes"].values())
    for stream in report["streams"].values():
        assert sum(stream["outcomes"].values()) == sum(stream["reasons"].values())
    assert sum(stream["read"] for stream in report["streams"].values()) == read


def assert_vendor_has_what_state_says(run: TargetRun, vendor: Vendor) -> None:
    """Whom state has passed was delivered to."""
    reached = vendor.reached()
    for each in run.states:
        assert {phone(number) for number in range(each["bookmark"] + 1)} <= reached


def assert_nobody_was_texted_twice(vendor: Vendor) -> None:
    """No number got more than one text."""
    assert not {to: count for to, count in vendor.texts().items() if count > 1}


def wait_for(vendor: Vendor, count: int, process: subprocess.Popen[str]) -> None:
    """Wait until so many of the audience were reached."""
    until = time.monotonic() + _LONGEST
    while len(vendor.reached() & EVERYBODY) < count:
        assert process.poll() is None, f"the run ended:\n{process.communicate()[1]}"
        assert time.monotonic() < until, "the run reached nobody"
        time.sleep(0.02)


@contextmanager
def begun(target: TargetRunner, first: Collection[Any]) -> Iterator[tuple[subprocess.Popen[str], TextIO]]:
    """Start a run whose tap has written its first messages, and has not ended: the process, and the tap's end."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as lines, os.fdopen(writing, "w", encoding="utf-8") as tap:
        process = target.start(lines)
        tap.writelines(json.dumps(each) + "\n" for each in first)
        tap.flush()
        yield process, tap


def people(start: int, stop: int) -> list[dict[str, Any]]:
    """Return people of the audience as messages, with a SCHEMA before the first."""
    records = [record(person(number)) for number in range(start, stop)]
    return [schema(), *records] if start == 0 else records
