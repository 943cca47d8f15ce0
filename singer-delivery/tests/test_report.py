"""The run report: counts that add up, JSON for programs, and a summary that says what to do next."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.errors import InternalError, SetupError
from singer_delivery.outcomes import NO_CONSENT, UNCHANGED, Outcome, Verdict, accepted, already, rejected
from singer_delivery.report import MOST_MESSAGES, Report
from singer_delivery.traffic import Traffic

if TYPE_CHECKING:
    from pathlib import Path

BAD_PHONE = rejected("invalid_phone", "The phone number cannot exist. Correct it at its source.")
BAD_FIELD = rejected("custom_field", "`Colour` is too long: at most 20 characters.", "ERROR_FIELD")


@pytest.fixture(autouse=True)
def _no_meltano(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MELTANO_LOADER_NAME", "MELTANO_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)


def _report(*, dry_run: bool = False) -> Report:
    report = Report("target-sms", dry_run)
    report.read("customers", "subscribe", 12_480)
    report.read("leavers", "unsubscribe", 40)
    report.settled("customers", "subscribe", UNCHANGED, 12_001)
    report.settled("customers", "subscribe", accepted("created"), 399)
    report.settled("customers", "subscribe", NO_CONSENT, 41)
    report.settled("customers", "subscribe", BAD_PHONE, 30)
    report.settled("customers", "subscribe", BAD_FIELD, 9)
    report.settled("leavers", "unsubscribe", already("not_subscribed"), 40)
    return report


def _finished(report: Report, *arguments: Any, seconds: float = 252.0) -> Report:
    report.finish(*arguments)
    report._seconds = seconds
    return report


def test_a_summary_says_how_it_went_and_what_to_do_next() -> None:
    report = _report()
    report.note("The vendor says nothing of single rows of an import.")
    report.filtered(36)
    report.rejects_file("/data/rejects.jsonl", 50)
    assert _finished(report, "completed").summary().splitlines() == [
        "target-sms: completed in 4 min 12 s",
        "",
        "stream     action         read  accepted  unchanged  already  skipped  rejected",
        "customers  subscribe    12,480       399     12,001        0       41        39",
        "leavers    unsubscribe      40         0          0       40        0         0",
        "total                   12,520       399     12,001       40       41        39",
        "",
        "Rejected",
        "  30  invalid_phone  The phone number cannot exist. Correct it at its source.",
        "   9  custom_field   `Colour` is too long: at most 20 characters. [ERROR_FIELD]",
        "",
        "Skipped",
        "  41  no_consent  The consent field does not say yes.",
        "",
        "Accepted",
        "  399  created",
        "",
        "Already",
        "  40  not_subscribed",
        "",
        "No requests were made.",
        "36 records left out by `stream_maps`, not counted above",
        "",
        "Notes",
        "  - The vendor says nothing of single rows of an import.",
        "",
        "What to do next",
        "  - 50 rejected records to be replayed, those of earlier runs included. See what is wrong:",
        "      singer-rejects list /data/rejects.jsonl",
        "  - Put that right at the source or in the settings, and deliver them again:",
        "      singer-rejects replay /data/rejects.jsonl | target-sms --config config.json",
    ]


def test_a_failed_run_says_so_first_and_what_becomes_of_the_rest() -> None:
    report = Report("target-sms", dry_run=False)
    report.read("customers", "subscribe", 3)
    report.settled("customers", "subscribe", accepted("created"))
    assert _finished(report, "failed", "The login was refused.", 2, seconds=1.26).summary().splitlines() == [
        "target-sms: FAILED after 1.3 s",
        "  The login was refused.",
        "",
        "stream     action     read  accepted  unchanged  already  skipped  rejected  no outcome yet",
        "customers  subscribe     3         1          0        0        0         0               2",
        "",
        "Accepted",
        "  1  created",
        "",
        "No requests were made.",
        "",
        "What to do next",
        "  - Put right what is said at the top, and run again.",
        "  - 2 records read without an outcome: the state was not moved past them, and the next run gets them again.",
        "    None is lost.",
    ]


def test_a_good_run_asks_for_nothing() -> None:
    report = Report("target-sms", dry_run=False)
    report.rejects_file("/data/rejects.jsonl", 0)
    text = _finished(report, "completed", seconds=7384).summary()
    assert text == "target-sms: completed in 2 h 3 min\n\nNo records came in.\n\nNo requests were made."


def test_a_dry_run_and_an_interruption_say_what_they_are() -> None:
    text = _finished(_report(dry_run=True), "completed").summary()
    assert text.startswith("target-sms: dry run completed in 4 min 12 s, nothing was sent\n")
    assert text.endswith("  - To send what is reported here, set `dry_run` to false.")
    assert "INTERRUPTED after" in _finished(_report(), "interrupted").summary()


def test_under_meltano_the_command_is_meltanos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELTANO_LOADER_NAME", "target-sms--eu")
    monkeypatch.setenv("MELTANO_ENVIRONMENT", "prod")
    report = _report()
    report.rejects_file("/my data/rejects.jsonl", 39)
    last = _finished(report, "completed").summary().splitlines()[-1]
    assert last.strip() == (
        "singer-rejects replay '/my data/rejects.jsonl' | meltano --environment=prod invoke target-sms--eu"
    )


def test_a_flood_of_messages_keeps_the_report_small() -> None:
    report = Report("target-sms", dry_run=False)
    for number in range(MOST_MESSAGES * 5):
        report.settled("s", "a", rejected("invalid_record", f"`items.{number}` does not match `type`"))
    assert len(report.cells()) == MOST_MESSAGES + 1
    assert report.outcomes[Outcome.REJECTED] == MOST_MESSAGES * 5
    text = report.summary()
    assert "401  invalid_record" not in text
    assert "400  invalid_record  (for other causes see the rejects file)" in text
    assert "and 93 more for 93 other reasons" in text
    assert len(text.splitlines()) < 20


def test_odd_names_cannot_command_a_terminal_or_break_a_line() -> None:
    report = Report("target-sms", dry_run=False)
    report.settled("a\x1b[2Jb\u2028c", "subscribe", rejected("r", "x\ny\x07"))
    assert "a?[2Jb c" in report.summary()
    assert report.summary().isascii()
    assert "x y?" in report.summary()


def test_the_json_holds_the_same_for_the_run_each_stream_and_each_action() -> None:
    content = _finished(_report(), "completed").as_dict()
    json.dumps(content)
    assert content["outcomes"] == {"accepted": 399, "unchanged": 12001, "already": 40, "skipped": 41, "rejected": 39}
    assert (content["read"], content["finished"], content["unsettled"]) == (12520, "completed", 0)
    assert next(iter(content["reasons"].items())) == ("same_as_last_accepted", 12001)
    leavers = content["streams"]["leavers"]
    assert leavers["outcomes"]["already"] == leavers["read"] == leavers["actions"]["unsubscribe"]["read"] == 40
    assert {"requests", "retries", "rate_limited", "started_at", "seconds", "requests_per_second"} < set(content)


def test_a_record_that_was_routed_counts_for_the_action_it_was_for() -> None:
    report = Report("target-sms", dry_run=False)
    report.read("customers", "subscribe", 10)
    report.settled("customers", "subscribe", accepted("created"), 6)
    report.settled("customers", "opt_out", accepted("opted_out"), 3)
    report.check_sums(1)
    assert {place[1]: read for place, (read, _) in report.lines().items()} == {"subscribe": 7, "opt_out": 3}
    with pytest.raises(InternalError, match="10 records read, 9 have an outcome and 0 have none"):
        report.check_sums(0)


def test_a_report_is_written_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "report.json"
    _report().write(path)
    _finished(_report(), "completed").write(path)
    assert json.loads(path.read_text())["finished"] == "completed"
    assert sorted(each.name for each in path.parent.iterdir()) == ["report.html", "report.json"]
    monkeypatch.setattr(
        type(path), "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(SetupError, match=r"report\.json \(`report_path`\): No space left on device"):
        _report().write(path)
    assert json.loads(path.read_text())["finished"] == "completed"
    assert sorted(each.name for each in path.parent.iterdir()) == ["report.html", "report.json"]


def test_a_device_is_not_replaced_by_a_report() -> None:
    _report().write("/dev/null")
    with open("/dev/null", "rb") as device:  # noqa: PTH123
        assert device.read() == b""


_streams = st.sampled_from("abc")
_actions = st.sampled_from(["subscribe", "opt_out"])
_verdicts = st.builds(Verdict, st.sampled_from(Outcome), st.sampled_from("xyz"), st.sampled_from(["", "m", "n"]))


@given(
    st.lists(st.tuples(_streams, _actions, st.lists(st.tuples(_actions, _verdicts, st.integers(1, 5)))), max_size=6),
    st.integers(0, 5),
    st.integers(-3, 3).filter(bool),
)
def test_whatever_is_counted_adds_up_and_what_does_not_is_told(
    calls: list[tuple[str, str, list[tuple[str, Any, int]]]], unsettled: int, wrong: int
) -> None:
    report = Report("target-sms", dry_run=False)
    outcomes: Counter[str] = Counter()
    streams: Counter[str] = Counter()
    for stream, bound, settled in calls:
        for action, verdict, n in settled:
            report.read(stream, bound, n)
            report.settled(stream, action, verdict, n)
            outcomes[verdict.outcome] += n
            streams[stream] += n
    report.read("a", "subscribe", unsettled)
    streams["a"] += unsettled
    report.check_sums(unsettled)
    with pytest.raises(InternalError):
        report.check_sums(unsettled + wrong)
    assert {outcome: n for outcome, n in report.outcomes.items() if n} == outcomes
    assert report.total_read == outcomes.total() + unsettled
    content = report.as_dict()
    assert sum(content["reasons"].values()) == sum(content["outcomes"].values()) == outcomes.total()
    for name, entry in content["streams"].items():
        assert entry["read"] == streams[name] == sum(each["read"] for each in entry["actions"].values())
        for each in entry["actions"].values():
            assert sum(each["outcomes"].values()) == sum(each["reasons"].values()) <= each["read"]
    report.summary()


@given(_verdicts)
def test_an_outcome_more_or_less_than_was_read_is_told(verdict: Verdict) -> None:
    report = Report("target-sms", dry_run=False)
    report.read("a", "subscribe")
    report.settled("b", "subscribe", verdict)
    with pytest.raises(InternalError, match=r"does not add up in b\."):
        report.check_sums(0)


def test_threads_may_count_at_once() -> None:
    report, traffic = Report("target-sms", dry_run=False), Traffic()

    def count() -> None:
        for _ in range(2000):
            report.read("s", "a")
            report.settled("s", "a", BAD_PHONE)
            traffic.request("create")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.check_sums(0)
    assert report.outcomes[Outcome.REJECTED] == traffic.requests == traffic.per_operation["create"] == 8000


def test_the_rate_held_is_that_between_the_first_and_the_last_call(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 100.5, 102.0])
    monkeypatch.setattr("singer_delivery.traffic.time.monotonic", lambda: next(clock))
    traffic = Traffic()
    assert traffic.requests_per_second == 0
    for _ in range(3):
        traffic.request("create")
    traffic.retry()
    traffic.rate_limit()
    assert (traffic.requests_per_second, traffic.retries, traffic.rate_limited) == (1.0, 1, 1)
    monkeypatch.undo()
    report = Report("target-sms", False, traffic)
    assert "3 requests, 1.0 a second; 1 retry, rate-limited 1 time" in report.summary()
