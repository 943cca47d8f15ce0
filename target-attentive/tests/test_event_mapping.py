"""Records to custom events: what is sent, under which id, what is rejected and with which words."""

from __future__ import annotations

import json
import re
import string
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.columns import Columns
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict
from singer_delivery.transport import encoded
from target_attentive.event_mapping import EventMapper, event_id
from target_attentive.events import Events
from target_attentive.settings import SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_attentive.user_forms import EventUser

USER: EventUser = {"phone": "+12025550150"}
CANARY = "c4nary-value"
SCALARS = (
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=20) | st.decimals("-9e9", "9e9")
)
NAMES = st.text(string.ascii_letters + "_ '", min_size=1, max_size=12)


def columns(*names: str, stream: str = "loyalty", keys: Sequence[str] = ()) -> Columns:
    return Columns.of(stream, names, {**SPELLINGS, **Events.spellings}, keys=keys)


def event(record: dict[str, Any], **of: Any) -> Any:
    return EventMapper(columns(*record, **of)).event(record, USER)


def occurred(value: object) -> Any:
    found = event({"type": "Visit", "occurred_at": value})
    return found.reason if isinstance(found, Verdict) else found.get("occurredAt")


def test_every_column_that_has_no_meaning_of_its_own_is_a_property() -> None:
    record = {
        "id": 7,
        "phone": "+12025550150",
        "email": None,
        "client_user_id": "c-1",
        "custom_identifiers": {"crm": "17"},
        "type": "Points Earned",
        "points": 120,
        "share": Decimal("0.10"),
        "first_name": "Ana",
        "lines": [{"sku": "A"}],
        "note": None,
        "occurred_at": "2026-11-21T11:00:00+01:00",
    }
    assert event(record, keys=["id"]) == {
        "type": "Points Earned",
        "properties": {"id": 7, "points": 120, "share": Decimal("0.10"), "first_name": "Ana", "lines": [{"sku": "A"}]},
        "occurredAt": "2026-11-21T10:00:00.000Z",
        "externalEventId": "570e5fac-e577-5425-9fed-cedde851a60e",
        "user": USER,
    }


@pytest.mark.parametrize(
    "properties",
    [
        {"points": Decimal("1.10"), "a": {"b": [1]}},
        '{"points": 1.10, "a": {"b": [1]}}',
        ' {"points":1.10,"a":{"b":[1]}}\n',
    ],
)
def test_properties_may_be_an_object_or_the_text_of_one_and_keep_their_digits(properties: Any) -> None:
    found = event({"type": "Visit", "properties": properties})
    assert found["properties"] == {"points": Decimal("1.10"), "a": {"b": [1]}}
    assert b'"points":1.10' in encoded(found)


def test_a_column_counts_where_the_object_says_something_else() -> None:
    record = {"type": "Visit", "properties": {"points": 1, "shop": "A", "gone": None}, "points": 2}
    assert event(record)["properties"] == {"points": 2, "shop": "A"}
    assert event({**record, "points": None})["properties"] == {"points": 1, "shop": "A"}


@pytest.mark.parametrize("properties", [None, "", " ", "null", {}, "{}"])
def test_without_properties_there_are_none(properties: Any) -> None:
    assert "properties" not in event({"type": "Visit", "properties": properties})


@pytest.mark.parametrize(
    "properties",
    ["[1]", "a word", '{"a": NaN}', '{"a": 1', "7", 7, True, ["a"], "[" * 10_000, '{"a": 1e99999999999999999999}'],
)
def test_properties_that_are_no_object_reject_the_record(properties: Any) -> None:
    found = event({"type": "Visit", "properties": properties})
    assert found.reason == "wrong_type"
    assert "`properties`" in found.message


@pytest.mark.parametrize("character", "\"'(){}[]\\|,")
def test_a_type_has_none_of_the_characters_that_attentive_does_not_take(character: Any) -> None:
    found = event({"type": f"{CANARY}{character}"})
    assert found.reason == "wrong_name"
    assert CANARY not in found.message


@pytest.mark.parametrize("character", '"{}[]\\|')
def test_a_property_has_none_of_the_characters_that_attentive_does_not_take(character: Any) -> None:
    found = event({"type": "Visit", "properties": {f"{CANARY}{character}": 1}})
    assert found.reason == "wrong_name"
    assert CANARY not in found.message
    with pytest.raises(SetupError, match=re.escape(f"`a{character}b`")):
        EventMapper(columns("type", f"a{character}b"))


def test_what_only_graphql_forbids_is_taken_in_a_property() -> None:
    record = {"type": "Visit", "it's": 1, "properties": {"a, (b)": 2}}
    assert event(record)["properties"] == {"it's": 1, "a, (b)": 2}


def test_a_type_keeps_its_case_and_loses_the_blanks_around_it() -> None:
    assert event({"type": " Points earned "})["type"] == "Points earned"


@pytest.mark.parametrize(("value", "reason"), [(None, "missing_type"), (" ", "missing_type"), (7, "wrong_type")])
def test_a_record_without_a_type_is_no_event(value: int | str | None, reason: str) -> None:
    assert event({"type": value}).reason == reason


def test_a_stream_without_a_type_is_told_at_once() -> None:
    with pytest.raises(SetupError, match="no column `type`"):
        EventMapper(columns("phone", "points"))


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00.000Z"),
        ("2026-11-21t10:00:00z", "2026-11-21T10:00:00.000Z"),
        ("2026-11-21 10:00:00+00:00", "2026-11-21T10:00:00.000Z"),
        ("2026-11-21T10:00:00.5+0000", "2026-11-21T10:00:00.500Z"),
        ("2026-11-21 10:00:00.123456789 +00", "2026-11-21T10:00:00.123Z"),
        ("2026-11-21T23:30:00-05:30", "2026-11-22T05:00:00.000Z"),
        (" 2026-11-21T10:00:00Z ", "2026-11-21T10:00:00.000Z"),
        (None, None),
        ("", None),
        ("2026-11-21T10:00:00", "no_offset"),
        ("2026-11-21 10:00:00.5", "no_offset"),
        ("2026-11-21", "wrong_type"),
        ("2026-13-01T10:00:00Z", "wrong_type"),
        ("2026-11-21T25:00:00Z", "wrong_type"),
        ("2026-11-21T10:00:00+24:00", "wrong_type"),
        ("0001-01-01T00:00:00+10:00", "wrong_type"),
        ("yesterday", "wrong_type"),
        (1_795_255_200, "wrong_type"),
        (True, "wrong_type"),
    ],
)
def test_a_time_needs_an_offset_and_is_sent_as_attentive_writes_it(written: object, sent: str | None) -> None:
    assert occurred(written) == sent


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.timezones()))
def test_a_time_stays_the_moment_it_was(moment: datetime) -> None:
    sent = occurred(moment.isoformat())
    offset = moment.utcoffset()
    assert offset is not None
    if offset.total_seconds() % 60:  # before zones had whole minutes
        assert sent == "wrong_type"
    else:
        assert sent == moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_ids_never_change() -> None:
    """Were another release to make another id, every event there is would be sent again."""
    record = {"id": 7, "at": Decimal("1.50"), "name": "é", "none": None}
    assert event_id(record, columns(*record, keys=["id"])) == "570e5fac-e577-5425-9fed-cedde851a60e"
    assert event_id(record, columns(*record, keys=["name", "at"])) == "837335ff-c1ec-5022-86bd-a98c847711bf"
    assert event_id(record, columns(*record)) == "d23383fa-42c0-5f04-94fa-bb13a12c16d0"


def test_an_id_is_that_of_the_key_whatever_else_changes() -> None:
    first = event({"id": 7, "type": "Visit", "points": 1}, keys=["id"])
    assert event({"type": "Leave", "new": 2, "id": 7}, keys=["id"])["externalEventId"] == first["externalEventId"]
    assert (
        event({"id": 7, "type": "Visit"}, stream="other", keys=["id"])["externalEventId"] != first["externalEventId"]
    )


def test_without_a_key_all_values_make_the_id_and_nulls_do_not() -> None:
    first = event({"type": "Visit", "points": 1})
    same = event({"points": 1, "new": None, "type": "Visit"})
    assert same["externalEventId"] == first["externalEventId"]
    assert event({"type": "Visit", "points": 2})["externalEventId"] != first["externalEventId"]


def test_a_key_that_is_null_does_not_make_one_event_of_many() -> None:
    first, second = ({"id": None, "type": "Visit", "points": points} for points in (1, 2))
    assert event_id(first, columns(*first, keys=["id"])) != event_id(second, columns(*second, keys=["id"]))


@given(st.lists(st.tuples(SCALARS, SCALARS), min_size=2, max_size=2, unique_by=encoded))
def test_two_keys_never_have_the_same_id(pairs: list[tuple[Any, Any]]) -> None:
    of = columns("a", "b", keys=["a", "b"])
    first, second = ({"a": a, "b": b} for a, b in pairs)
    if None not in [*first.values(), *second.values()]:
        assert event_id(first, of) != event_id(second, of)


@given(st.dictionaries(NAMES, SCALARS | st.lists(SCALARS, max_size=3), max_size=5))
def test_an_id_survives_a_rejects_file(record: dict[str, Any]) -> None:
    again = json.loads(encoded(record), parse_float=Decimal)
    for keys in ([], list(record)[:1]):
        of = columns(*record, keys=keys)
        assert event_id(again, of) == event_id(dict(reversed(record.items())), of)
        assert UUID(event_id(record, of)).version == 5


@given(
    st.fixed_dictionaries(
        {"type": SCALARS, "properties": SCALARS | st.dictionaries(NAMES, SCALARS), "occurred_at": SCALARS},
        optional={"points": SCALARS, "first_name": SCALARS, "email": SCALARS},
    )
)
def test_every_record_is_an_event_or_rejected(record: dict[str, Any]) -> None:
    found = event(record)
    if isinstance(found, Verdict):
        assert found.reason in {"missing_type", "wrong_name", "no_offset", "wrong_type"}
    else:
        assert found.keys() <= {"type", "properties", "occurredAt", "externalEventId", "user"}
        assert None not in found.get("properties", {}).values()
        assert "email" not in found.get("properties", {})
        json.loads(encoded(found))
