"""The plan of a dry run: what may be in its place, and what becomes of a run whose plan cannot be written."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import interrupted_after, person, schema, state

from singer_delivery import pipeline
from singer_delivery.errors import LimitError, RejectsError, SetupError
from singer_delivery.notify import Webhook
from singer_delivery.plan_file import PlanFile
from singer_delivery.rejects import RejectsFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from made_up_target import Outcome, Vendor

    from singer_delivery.report_content import Content

FULL = Path("/dev/full")
JOIN = [schema("join"), person(1), state(1)]
NOWHERE = "http://127.0.0.1:9/nowhere"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Content]:
    """What the webhook was told."""
    contents: list[Content] = []
    monkeypatch.setattr(Webhook, "tell", lambda _, content, report: contents.append(content))
    return contents


def test_what_is_no_file_keeps_its_mode(deliver: Callable[..., Outcome], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert deliver(JOIN, dry_run=True, plan_path=str(pipe)).error is None
    assert json.loads(os.read(reader, 10_000))["reason"] == "would_be_taken"
    os.close(reader)
    assert stat.S_IMODE(pipe.stat().st_mode) == 0o666


def test_a_plan_is_its_owners_alone_and_its_folder_is_made(deliver: Callable[..., Outcome], tmp_path: Path) -> None:
    plan = tmp_path / "plans" / "of today" / "plan.jsonl"
    assert deliver(JOIN, dry_run=True, plan_path=str(plan)).error is None
    plan.chmod(0o644)
    deliver(JOIN, dry_run=True, plan_path=str(plan))
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600


@pytest.mark.skipif(not FULL.is_char_device(), reason="there is no device that is always full")
def test_a_full_disk_ends_a_dry_run_with_its_summary_report_and_webhook(
    deliver: Callable[..., Outcome], told: list[Content], monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(self: PlanFile, path: Path) -> None:  # as it does; but nothing of the device is changed
        self.path, self._file = path, FULL.open("wb")

    monkeypatch.setattr(PlanFile, "__init__", opened)
    words = f"The plan cannot be written to {FULL} (`plan_path`): No space left on device."
    ended = deliver(JOIN, dry_run=True, plan_path=str(FULL), notify_url=NOWHERE)
    assert isinstance(ended.error, SetupError)
    assert str(ended.error) == words
    assert (ended.report["finished"], ended.report["error"], ended.report["unsettled"]) == ("failed", words, 1)
    assert words not in ended.report["notes"]  # it is said once
    assert [each.error for each in told] == [words]
    assert deliver(JOIN).reasons == {"taken": 1}  # the ledger is free again


@pytest.mark.parametrize(
    ("kind", "dry_run", "error"), [(PlanFile, True, SetupError), (RejectsFile, False, RejectsError)]
)
def test_a_file_that_cannot_be_closed_fails_a_run_that_went_well(
    deliver: Callable[..., Outcome],
    told: list[Content],
    monkeypatch: pytest.MonkeyPatch,
    kind: Any,
    dry_run: Any,
    error: Any,
) -> None:
    close = kind.close

    def unwritten(self: Any) -> None:
        close(self)
        with self._plainly(*["written"] * (kind is RejectsFile)):
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(kind, "close", unwritten)
        ended = deliver(JOIN, dry_run=dry_run, notify_url=NOWHERE)
    assert isinstance(ended.error, error)
    assert (ended.report["finished"], ended.report["error"]) == ("failed", str(ended.error))
    assert [each.finished for each in told] == ["failed"]
    assert deliver(JOIN, dry_run=True).error is None


def test_a_file_that_cannot_be_closed_is_a_note_of_a_run_that_a_signal_ended(
    deliver: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = PlanFile.close

    def unwritten(self: PlanFile) -> None:
        close(self)
        raise SetupError("The plan cannot be written.")

    interrupted_after(monkeypatch, 2)
    monkeypatch.setattr(PlanFile, "close", unwritten)
    with pytest.raises(SystemExit):
        deliver(JOIN, dry_run=True)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["finished"] == "interrupted"
    assert "The plan cannot be written." in report["notes"]


def test_too_many_rejects_of_a_dry_run_are_told_as_what_they_are(deliver: Callable[..., Outcome]) -> None:
    bad = {**person(1), "record": {**person(1)["record"], "email": "nobody"}}
    ended = deliver([schema("join"), bad, state(1)], dry_run=True, max_rejected_percent=50)
    assert isinstance(ended.error, LimitError)
    assert str(ended.error).endswith(
        "Nothing was sent, and state stays where it was; the plan (`plan_path`) says what is wrong with each."
    )


def test_too_many_removals_of_a_dry_run_are_told_as_what_they_are(
    deliver: Callable[..., Outcome], vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FEWEST_FOR_A_GUARD", 3)
    deliver([schema("join"), *map(person, range(3))])
    ended = deliver([schema("leave"), *(person(each, stream="leave") for each in range(3))], dry_run=True)
    assert "The run stops here; nobody was taken off." in str(ended.error)
    assert len(vendor.calls) == 3
