"""How a run ends: by a signal, by what nobody expected, with a report that cannot be written."""

from __future__ import annotations

import io
import json
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import Join, MadeUpTarget, interrupted_after, person, schema, state

from singer_delivery.errors import InternalError, LedgerError, OutputError
from singer_delivery.ledger import Ledger
from singer_delivery.notify import Webhook
from singer_delivery.pipeline import Pipeline
from singer_delivery.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from made_up_target import Outcome, Vendor

TERMINATED = 128 + signal.SIGTERM


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """A target listens to signals from the moment it is made: afterwards, others do again."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def report_in(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "report.json").read_text(encoding="utf-8")))


def test_a_signal_between_two_messages_ends_the_run_in_order(
    deliver: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_after(monkeypatch, 3)
    with pytest.raises(SystemExit) as ended:
        deliver([schema("join"), person(1), person(2), person(3)], batch_size_rows=1)
    assert ended.value.code == TERMINATED
    report = report_in(tmp_path)
    assert (report["finished"], report["read"]) == ("interrupted", 2)
    assert report["outcomes"]["accepted"] + report["unsettled"] == 2


def test_a_signal_before_the_first_message_leaves_a_report_of_nothing(
    deliver: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_after(monkeypatch, 0)
    with pytest.raises(SystemExit):
        deliver([state(1)])
    assert report_in(tmp_path)["read"] == 0


def test_a_signal_during_calls_lets_them_finish(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    def interrupt(key: str) -> None:
        if not vendor.calls:
            signal.raise_signal(signal.SIGTERM)

    vendor.on_call = interrupt
    with pytest.raises(SystemExit) as ended:
        deliver([schema("join"), *map(person, range(50)), state(1)], concurrency=1)
    assert ended.value.code == TERMINATED
    report = report_in(tmp_path)
    assert report["outcomes"]["accepted"] == len(vendor.calls)
    assert report["outcomes"]["accepted"] + report["unsettled"] == 50


@pytest.fixture
def target(tmp_path: Path) -> MadeUpTarget:
    return MadeUpTarget(config={"ledger_url": f"sqlite:///{tmp_path / 'ledger.db'}"})


def test_a_signal_before_the_run_ends_the_program_at_once(target: MadeUpTarget) -> None:
    del target
    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == TERMINATED


def test_the_same_signal_again_ends_the_program_in_any_case_and_another_does_not(
    target: MadeUpTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[tuple[int, object]] = []
    real = signal.raise_signal

    def seen(number: int) -> None:
        raised.append((number, signal.getsignal(number)))

    monkeypatch.setattr(target, "_listening", True)
    monkeypatch.setattr(target, "_in_hand", True)
    real(signal.SIGINT)
    real(signal.SIGTERM)
    monkeypatch.setattr(signal, "raise_signal", seen)
    assert not raised
    real(signal.SIGINT)
    assert raised == [(signal.SIGINT, signal.SIG_DFL)]


def test_a_mistake_in_an_action_ends_the_run_without_a_word_of_its_own(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def planner(self: Join, columns: object) -> Any:
        raise KeyError("person1@example.com")

    monkeypatch.setattr(Join, "planner", planner)
    outcome = deliver([schema("join"), person(1)])
    assert isinstance(outcome.error, InternalError)
    assert "person1" not in str(outcome.error)
    assert outcome.report["finished"] == "failed"
    assert outcome.report["unsettled"] == 1


def test_a_segment_that_is_shared_out_to_no_call_ends_the_run(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    vendor.bundles = lambda deliveries: [deliveries[:1]]
    outcome = deliver([schema("join"), person(1), person(2), state(1)])
    assert "leaves deliveries out of its calls" in str(outcome.error)
    assert outcome.states == []


def test_a_second_file_that_cannot_be_written_is_told_beside_what_ended_the_run(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, vendor: Vendor
) -> None:
    def abandon(self: Pipeline) -> None:
        self._dispatcher.abandon()
        self._settler.close()
        raise LedgerError("The ledger is full.")

    monkeypatch.setattr(Pipeline, "abandon", abandon)
    vendor.end_the_run("person1@example.com")
    outcome = deliver([schema("join"), person(1), state(1)])
    assert str(outcome.error) == "Nothing goes."
    assert "The ledger is full." in outcome.report["notes"]


def test_what_an_action_has_to_say_stands_in_the_report(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Join, "notes", lambda self: iter(["The vendor does not tell who has left."]))
    assert "The vendor does not tell who has left." in deliver([schema("join"), person(1)]).report["notes"]


def test_a_run_without_a_report_path_writes_none_and_ends_well(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError, match=r"report\.json"):  # the test reads it
        deliver([schema("join"), person(1)], report_path=None)
    assert len(vendor.calls) == 1
    assert not (tmp_path / "report.json").exists()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None, Path | None]]:
    """How each run ended of which the webhook was told."""
    told: list[tuple[str, str | None, Path | None]] = []

    def tell(self: Webhook, content: Any, report: Path | None) -> None:
        told.append((content.finished, content.error, report))

    monkeypatch.setattr(Webhook, "tell", tell)
    return told


HOOK = "http://127.0.0.1:9/hook"


def test_the_webhook_is_told_of_a_run_and_where_its_report_is(
    deliver: Callable[..., Outcome], told: list[tuple[str, str | None, Path | None]], tmp_path: Path
) -> None:
    deliver([schema("join")], notify_url=HOOK)
    deliver([schema("join")], notify_url=HOOK, report_path=None)
    assert told == [("completed", None, tmp_path / "report.json"), ("completed", None, None)]


def test_a_report_that_cannot_be_written_is_an_error_of_which_the_webhook_is_told(
    deliver: Callable[..., Outcome], told: list[tuple[str, str | None, Path | None]], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "report.json").write_text("{}")
    outcome = deliver([schema("join"), person(1)], notify_url=HOOK, report_path=str(tmp_path / "file" / "r.json"))
    assert outcome.error is not None
    assert "report_path" in str(outcome.error)
    (how, error, _) = told[0]
    assert (how, error) == ("failed", str(outcome.error))


def test_a_report_that_does_not_add_up_is_written_and_fails_the_run(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Report.check_sums
    monkeypatch.setattr(Report, "check_sums", lambda self, unsettled: check(self, unsettled + 1))
    outcome = deliver([schema("join"), person(1)])
    assert isinstance(outcome.error, InternalError)
    assert outcome.report["finished"] == "failed"
    assert outcome.report["error"] == str(outcome.error)


def test_a_runner_that_closes_the_pipe_ends_the_run_and_nothing_is_sent_twice(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, vendor: Vendor
) -> None:
    lines = [schema("join"), person(1), state(1)]
    with monkeypatch.context() as closed:
        closed.setattr("singer_delivery.progress.Progress.beside", lambda self, output: Closed())
        outcome = deliver(lines)
    assert isinstance(outcome.error, OutputError)
    assert "The runner closed the pipe" in str(outcome.error)
    assert outcome.report["reasons"] == {"taken": 1}
    assert deliver(lines).reasons == {"same_as_last_accepted": 1}
    assert len(vendor.calls) == 1


def test_calls_under_way_when_nobody_takes_state_any_more_are_not_in_doubt_later(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, vendor: Vendor
) -> None:
    begun, refused = threading.Event(), threading.Event()
    lines = [schema("leave"), person(1, stream="leave"), state(1), person(2, stream="leave")]

    class Refusing(Closed):
        def write(self, text: str, /) -> int:
            begun.wait(30)
            refused.set()
            return super().write(text)

    def second_call_waits(key: str) -> None:
        if vendor.calls:
            begun.set()
            refused.wait(30)

    with monkeypatch.context() as closed:
        closed.setattr("singer_delivery.progress.Progress.beside", lambda self, output: Refusing())
        closed.setattr("singer_delivery.checkpoints.INTERVAL", 0)
        closed.setattr(vendor, "on_call", second_call_waits)
        outcome = deliver(lines, batch_size_rows=1)
    assert isinstance(outcome.error, OutputError)
    assert len(vendor.calls) == 2
    assert deliver(lines).reasons == {"same_as_last_accepted": 2}
    assert vendor.asked == []


class Closed(io.StringIO):
    """A pipe that nobody reads any more."""

    def write(self, text: str, /) -> int:
        raise BrokenPipeError


def test_a_ledger_that_fails_while_outcomes_are_written_ends_the_run(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle(self: Ledger, *rows: object) -> None:
        raise LedgerError("The ledger is full.")

    monkeypatch.setattr(Ledger, "settle", settle)
    outcome = deliver([schema("join"), person(1), state(1)])
    assert str(outcome.error) == "The ledger is full."
    assert outcome.states == []


def test_a_mistake_while_outcomes_are_written_ends_the_run(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle(self: Ledger, *rows: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Ledger, "settle", settle)
    outcome = deliver([schema("join"), person(1), state(1)])
    assert isinstance(outcome.error, InternalError)
    assert outcome.states == []
