"""Gathered rows mixed with others, whatever comes: every record ends once, and what was accepted is not sent again."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_target import Vendor, member, person, run, schema, state

if TYPE_CHECKING:
    from made_up_target import Outcome

SEGMENTS = ("gold", "silver", "bronze")
STREAMS = [schema("segment"), schema("join"), schema("leave")]

members = st.builds(
    member, st.integers(0, 5), st.sampled_from(SEGMENTS), st.sampled_from([None, None, None, "no address"])
)
people = st.builds(person, st.integers(0, 3), st.sampled_from(["Ann", "Bea"]), st.sampled_from(["join", "leave"]))
inputs = st.lists(members | people | st.just(state(0)), max_size=14).map(
    lambda lines: [state(place) if line["type"] == "STATE" else line for place, line in enumerate(lines)]
)
troubles = st.dictionaries(
    st.sampled_from([*SEGMENTS, "person1@example.com", "person2@example.com"]),
    st.sampled_from(["refuse", "break_off", "end_the_run"]),
    max_size=3,
)
how = st.fixed_dictionaries(
    {},
    optional={
        "batch_size_rows": st.integers(1, 4),
        "max_records": st.integers(1, 10),
        "dry_run": st.booleans(),
        "resend": st.booleans(),
    },
)
# The key and the members of each segment that is to be sent, as the input says.
Segments = dict[str, list[str]]


def records(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["type"] == "RECORD"]


def expected(lines: list[dict[str, Any]], max_records: int | None = None) -> Segments:
    found: Segments = {}
    for line in records(lines)[:max_records]:
        record = line["record"]
        if line["stream"] == "segment" and "@" in record["email"]:
            of_segment = found.setdefault(record["segmentName"], [])
            if record["email"] not in of_segment:
                of_segment.append(record["email"])
    return found


def check_sums(outcome: Outcome, lines: list[dict[str, Any]], *, whole: bool) -> None:
    """Every record that was read has one outcome, or none yet because the run ended early."""
    report = outcome.report
    assert sum(report["outcomes"].values()) + report["unsettled"] == report["read"]
    if whole:
        assert (report["finished"], report["unsettled"]) == ("completed", 0)
        read = Counter(line["stream"] for line in records(lines))
        assert {stream: each["read"] for stream, each in report["streams"].items()} == dict(read)


@settings(max_examples=50)
@given(inputs, troubles, how)
def test_every_record_ends_once_and_no_segment_goes_out_in_halves(
    lines: list[dict[str, Any]], troubles: dict[str, str], how: dict[str, int]
) -> None:
    vendor = Vendor()
    for key, trouble in troubles.items():
        getattr(vendor, trouble)(key)
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), vendor, [*STREAMS, *lines], **how)
    check_sums(outcome, lines, whole=outcome.error is None)
    sent = {key: payload["members"] for key, payload in vendor.calls if key in SEGMENTS}
    wanted = expected(lines, how.get("max_records"))
    assert len(sent) == sum(key in SEGMENTS for key, _ in vendor.calls)
    assert sent == {key: wanted[key] for key in sent}
    settled = sent.keys() | {key for key, trouble in troubles.items() if trouble != "end_the_run"}
    if outcome.error is None and not how.get("dry_run"):
        assert wanted.keys() <= settled
    for each in outcome.states:
        assert not expected(lines[: each["at"]]) or wanted.keys() <= settled
    if outcome.error is None and not how.get("dry_run") and len(records(lines)) <= how.get("max_records", 99):
        assert outcome.states[-1:] == [line["value"] for line in lines if line["type"] == "STATE"][-1:]


@settings(max_examples=25)
@given(inputs, troubles, st.integers(1, 4))
def test_after_trouble_the_next_run_makes_up_for_it_and_the_one_after_sends_no_segment(
    lines: list[dict[str, Any]], troubles: dict[str, str], rows: int
) -> None:
    vendor = Vendor()
    for key, trouble in troubles.items():
        getattr(vendor, trouble)(key)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(folder, vendor, [*STREAMS, *lines], batch_size_rows=rows)
        vendor.errors.clear()
        second = run(folder, vendor, [*STREAMS, *lines], batch_size_rows=rows)
        check_sums(second, lines, whole=True)
        calls = len(vendor.calls)
        third = run(folder, vendor, [*STREAMS, *lines])
        check_sums(third, lines, whole=True)
    sent = Counter(key for key, _ in vendor.calls if key in SEGMENTS)
    assert set(sent.values()) <= {1}
    assert expected(lines).keys() - sent.keys() <= {key for key, each in troubles.items() if each == "break_off"}
    assert not any(key in SEGMENTS for key, _ in vendor.calls[calls:])
