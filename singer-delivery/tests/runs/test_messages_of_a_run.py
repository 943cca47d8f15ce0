"""What a run makes of each message, before anything is planned."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import SCHEMA, MadeUpTarget, member, person, schema, state

from singer_delivery.errors import InputError, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from made_up_target import Outcome, Vendor

ANN, BOB = "person1@example.com", "person2@example.com"


def with_columns(stream: str, **columns: Any) -> dict[str, Any]:
    """A SCHEMA message with more columns."""
    properties = {**SCHEMA["schema"]["properties"], **columns}
    return {**SCHEMA, "stream": stream, "schema": {"type": "object", "properties": properties}}


def test_a_record_before_its_schema_ends_the_run_and_names_the_stream(deliver: Callable[..., Outcome]) -> None:
    outcome = deliver([schema("join"), person(1), state(1), person(2, stream="leave")])
    assert isinstance(outcome.error, InputError)
    assert "`leave` came before its SCHEMA" in str(outcome.error)
    assert outcome.report["finished"] == "failed"


def test_a_version_is_activated_and_nobody_is_taken_off(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    version = {"type": "ACTIVATE_VERSION", "stream": "join", "version": 1}
    assert deliver([schema("join"), person(1), version, person(2), state(2)]).reasons == {"taken": 2}
    assert [key for key, _ in vendor.calls] == [ANN, BOB]


def batch(stream: str, folder: Path) -> dict[str, Any]:
    """A BATCH message of three people, and its file."""
    file = folder / "people.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as opened:
        opened.writelines(json.dumps(person(number)["record"]) + "\n" for number in (1, 2, 3))
    encoding = {"format": "jsonl", "compression": "gzip"}
    return {"type": "BATCH", "stream": stream, "encoding": encoding, "manifest": [file.as_uri()]}


def test_records_of_a_batch_file_are_delivered_like_others(deliver: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = deliver([schema("join"), batch("join", tmp_path), state(3)])
    assert outcome.reasons == {"taken": 3}
    assert outcome.states[-1] == {"at": 3}


def test_a_batch_file_of_a_stream_that_is_dropped_is_not_delivered(
    deliver: Callable[..., Outcome], tmp_path: Path
) -> None:
    outcome = deliver([schema("people"), batch("people", tmp_path)], stream_maps={"people": "__NULL__"})
    assert (outcome.error, outcome.report["read"], outcome.report["filtered"]) == (None, 0, 3)


def test_a_stream_map_renames_filters_and_computes(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    maps = {"people": {"__alias__": "join", "__filter__": "id != 2", "fullName": "fullName.upper()", "__else__": None}}
    maps["people"] |= {"id": "id", "email": "email"}
    people = [person(number, stream="people") for number in (1, 2, 3)]
    outcome = deliver([schema("people"), *people, state(1)], stream_maps=maps)
    assert vendor.calls == [(ANN, {"name": "ANN"}), ("person3@example.com", {"name": "ANN"})]
    assert (outcome.report["read"], outcome.report["filtered"]) == (2, 1)


def test_a_row_that_one_stream_map_rejects_stays_so_when_another_one_brings_it_through(
    deliver: Callable[..., Outcome], vendor: Vendor
) -> None:
    maps = {"people": {"__alias__": "join"}, "segment": {"__source__": "people", "segmentName": "'gold'"}}
    vendor.refuse(ANN)
    rows = [schema("people"), person(1, stream="people")]
    outcome = deliver(rows, stream_maps=maps)
    assert outcome.reasons == {"bad_value": 1, "taken": 1}
    assert outcome.report["open_rejects"] == 1
    vendor.errors.clear()
    assert deliver(rows, stream_maps=maps).report["open_rejects"] == 0


@pytest.mark.parametrize("maps", [{"orders": "__NULL__"}, {"join": {}, "__else__": "__NULL__"}], ids=["it", "others"])
def test_a_stream_that_stream_maps_drop_needs_no_action_and_no_columns(
    deliver: Callable[..., Outcome], vendor: Vendor, maps: dict[str, Any]
) -> None:
    properties = {"total": {"type": "integer"}}
    orders = {"type": "SCHEMA", "stream": "orders", "schema": {"properties": properties}, "key_properties": []}
    order = {"type": "RECORD", "stream": "orders", "record": {"total": 7}}
    outcome = deliver([orders, schema("join"), order, person(1), state(1)], stream_maps=maps)
    assert outcome.reasons == {"taken": 1}
    assert (outcome.report["read"], outcome.report["filtered"]) == (1, 1)
    assert outcome.states[-1] == {"at": 1}
    assert [key for key, _ in vendor.calls] == [ANN]


@pytest.mark.parametrize(
    ("expression", "good", "bad"),
    [
        ("str(int(fullName))", "7", "Ann"),
        ("str(1 / int(fullName))", "7", "0"),
        ("str(json.loads(fullName) + 1)", "7", "[]"),
        ("str(datetime.datetime.fromtimestamp(int(fullName)))", "7", str(2**62)),
        ("fullName[int(fullName)]", "0", "9"),
    ],
)
def test_a_record_that_an_expression_fails_on_is_rejected_alone(
    deliver: Callable[..., Outcome], expression: str, good: str, bad: str
) -> None:
    maps = {"join": {"fullName": expression}}
    lines = [schema("join"), person(1, good), person(2, bad), state(2)]
    outcome = deliver(lines, stream_maps=maps)
    assert outcome.reasons == {"taken": 1, "stream_map_failed": 1}
    assert outcome.states[-1] == {"at": 2}


def test_an_expression_that_cannot_be_evaluated_ends_the_run(deliver: Callable[..., Outcome]) -> None:
    outcome = deliver([schema("join"), person(1)], stream_maps={"join": {"fullName": "no_such_function(fullName)"}})
    assert isinstance(outcome.error, SetupError)
    assert str(outcome.error).endswith("Correct `stream_maps`.")


def test_records_that_do_not_fit_their_schema_or_lack_a_key_are_rejected(deliver: Callable[..., Outcome]) -> None:
    keyless, wrong = person(2), person(3)
    del keyless["record"]["id"]
    wrong["record"]["fullName"] = ["Ann"]
    outcome = deliver([schema("join"), person(1), keyless, wrong, state(1)])
    assert outcome.reasons == {"taken": 1, "missing_key": 1, "schema_violation": 1}


def test_records_are_not_looked_at_where_validation_is_off(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    wrong = person(1)
    wrong["record"]["fullName"] = ["Ann"]
    assert deliver([schema("join"), wrong], validate_records=False).reasons == {"taken": 1}
    assert vendor.calls == [(ANN, {"name": ["Ann"]})]


def test_a_deleted_row_is_not_joined_and_metadata_is_no_column(
    deliver: Callable[..., Outcome], vendor: Vendor
) -> None:
    when = {"type": ["null", "string"]}
    gone, here = person(1), person(2)
    gone["record"]["_sdc_deleted_at"], here["record"]["_sdc_deleted_at"] = "2026-11-01T00:00:00Z", None
    outcome = deliver([with_columns("join", _sdc_deleted_at=when, _sdc_batched_at=when), gone, here])
    assert outcome.reasons == {"deleted_row": 1, "taken": 1}
    assert vendor.calls == [(BOB, {"name": "Ann"})]


@pytest.mark.parametrize("nothing", ["", "  "])
def test_an_empty_text_is_no_deletion(deliver: Callable[..., Outcome], vendor: Vendor, nothing: str) -> None:
    """A table that went through CSV has one in each row that lives."""
    here = person(1)
    here["record"]["_sdc_deleted_at"] = nothing
    lines = [with_columns("join", _sdc_deleted_at={"type": "string"}), here]
    assert deliver(lines).reasons == {"taken": 1}
    assert deliver(lines, stream_maps={"join": {"id": "id", "email": "email", "__else__": None}}).error is None
    assert [key for key, _ in vendor.calls] == [ANN, ANN]


@pytest.mark.parametrize("maps", [{"email": "email", "__else__": None}, {"_sdc_deleted_at": "gone"}], ids=str)
def test_a_row_is_deleted_whatever_stream_maps_make_of_its_columns(
    deliver: Callable[..., Outcome], vendor: Vendor, maps: dict[str, Any]
) -> None:
    when = {"type": ["null", "string"]}
    name = maps.get("_sdc_deleted_at", "_sdc_deleted_at")
    gone, here = person(1), person(2)
    gone["record"][name], here["record"][name] = "2026-11-01T00:00:00Z", None
    outcome = deliver([with_columns("join", **{name: when}), gone, here], stream_maps={"join": {"id": "id", **maps}})
    assert outcome.reasons == {"deleted_row": 1, "taken": 1}
    assert [key for key, _ in vendor.calls] == [BOB]


def test_a_column_of_metadata_may_be_the_key(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    keyed = with_columns("join", _sdc_source_lineno={"type": "integer"})
    keyed["schema"]["required"] = keyed["key_properties"] = ["_sdc_source_lineno"]
    row = person(1)
    row["record"]["_sdc_source_lineno"] = 7
    assert deliver([keyed, row]).reasons == {"taken": 1}
    assert vendor.calls == [(ANN, {"name": "Ann"})]


def test_a_stream_without_the_column_that_says_who_it_is_about_is_refused(deliver: Callable[..., Outcome]) -> None:
    without = {**schema("join"), "schema": {"type": "object", "properties": {"id": {}, "name": {}}}}
    outcome = deliver([without])
    assert isinstance(outcome.error, SetupError)
    assert "has no column `email`" in str(outcome.error)
    assert "It has id, name." in str(outcome.error)


def test_a_stream_that_has_no_consent_column_is_refused_and_one_that_has_it_is_bound(
    deliver: Callable[..., Outcome],
) -> None:
    assert "`agreed`" in str(deliver([schema("join")], consent_field="agreed").error)
    agreed = person(1)
    agreed["record"]["agreed"] = "yes"
    lines = [with_columns("join", agreed={"type": "string"}), agreed, person(2)]
    assert deliver(lines, consent_field="agreed").reasons == {"taken": 1, "no_consent": 1}


def test_what_needs_a_ledger_that_is_kept_is_refused_without_one(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("made_up_target.Segment.needs_ledger", True)
    outcome = deliver([schema("segment"), member(1)], ledger_url="sqlite://")
    assert isinstance(outcome.error, SetupError)
    assert "a ledger in memory: `segment` would text people again" in str(outcome.error)


def test_lines_of_a_suppression_file_that_nobody_can_read_are_a_warning(
    deliver: Callable[..., Outcome], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "suppressed.csv"
    file.write_text(f"{ANN}\nbroken@@example.com\n", encoding="utf-8")
    outcome = deliver([schema("join"), person(1), person(2)], suppression_file=str(file))
    assert outcome.reasons == {"suppressed": 1, "taken": 1}
    assert "1 lines of the suppression file" in caplog.text
    assert "broken" not in caplog.text


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool, str]]:
    """What the target's check sees, step by step."""
    steps = [("key", True, "It is known."), ("list", True, "It is there.")]

    def check(self: MadeUpTarget) -> Iterator[tuple[str, bool, str]]:
        return iter(steps)

    monkeypatch.setattr(MadeUpTarget, "check", check)
    return steps


TEST_STREAM = "meltano_test_stream"
TEST_LINES = [schema(TEST_STREAM), person(1, stream=TEST_STREAM), state(1)]


@pytest.mark.usefixtures("connection")
def test_meltanos_test_stream_checks_the_connection_and_delivers_nothing(
    deliver: Callable[..., Outcome], vendor: Vendor
) -> None:
    outcome = deliver(TEST_LINES)
    assert outcome.error is None
    assert outcome.reasons == {"test_stream": 1}
    assert vendor.calls == []


def test_meltanos_test_stream_fails_where_the_connection_does(
    deliver: Callable[..., Outcome], connection: list[tuple[str, bool, str]]
) -> None:
    connection[1] = ("list", False, "There is no such list.")
    assert str(deliver(TEST_LINES).error) == "list: There is no such list."


def test_who_has_not_agreed_is_reached_by_what_needs_no_consent(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("made_up_target.Join.needs_consent", False)
    assert deliver([schema("join"), person(1)], consent_field="agreed").reasons == {"taken": 1}
