"""Values as Textlocal writes them, one way or the other, and the same values of a record."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from singer_delivery.error_table import Then
from tap_textlocal.errors import FAILURE, UNREADABLE, code_of, is_unexplained, rule_of
from tap_textlocal.mapping import (
    boolean,
    decimal,
    figures,
    identifier,
    message_statuses,
    moment,
    number,
    rows_of,
    text,
    whole,
)

UTC, LONDON = ZoneInfo("UTC"), ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("value", "expected"), [(7, "7"), ("7", "7"), (7.0, "7"), (" 7 ", "7"), ("", None), (None, None)]
)
def test_an_id_is_a_text_however_it_is_written(value: str | float | None, expected: str | None) -> None:
    assert identifier(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(447700900001, "447700900001"), ("447700900001", "447700900001"), ("+447700900001", "447700900001"), ([], None)],
)
def test_a_phone_number_is_digits_however_it_is_written(value: int | str | list[Any], expected: str | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    ("value", "zone", "expected"),
    [
        ("2026-07-01 12:00:00", UTC, "2026-07-01T12:00:00+00:00"),
        ("2026-07-01 12:00:00", LONDON, "2026-07-01T12:00:00+01:00"),
        ("2026-07-01-12-00-00", UTC, "2026-07-01T12:00:00+00:00"),
        ("2026-07-01T12:00:00Z", LONDON, "2026-07-01T12:00:00+00:00"),
        (1_782_907_200, LONDON, "2026-07-01T12:00:00+00:00"),
        ("1782907200", LONDON, "2026-07-01T12:00:00+00:00"),
        ("0000-00-00 00:00:00", UTC, None),
        ("soon", UTC, None),
        ("", UTC, None),
        (None, UTC, None),
    ],
)
def test_a_time_gets_its_offset(value: str | int | None, zone: Any, expected: str | None) -> None:
    assert moment(value, zone) == expected


def test_other_values_are_read_or_nothing() -> None:
    assert [text("a"), text(""), text(1.5), text(True), text([])] == ["a", None, "1.5", None, None]
    assert [whole("12"), whole(12), whole("many"), whole(None), whole(True)] == [12, 12, None, None, None]
    assert [decimal("1.5"), decimal(2), decimal("free"), decimal("inf"), decimal(False)] == [
        1.5,
        2.0,
        None,
        None,
        None,
    ]
    assert [boolean(True), boolean("0"), boolean("yes"), boolean(None), boolean("perhaps")] == [
        True,
        False,
        True,
        None,
        None,
    ]


def answer(**counters: int) -> dict[str, object]:
    usual = {"num_messages": 10, "num_delivered": 6, "num_undelivered": 1, "num_expired": 1}
    return {**usual, "num_unknown": 1, "num_invalid": 0, **counters}


def test_what_is_in_no_counter_is_pending_and_the_rate_is_of_all() -> None:
    assert figures(answer(), []) == {
        "total": 10,
        "delivered": 6,
        "undelivered": 1,
        "expired": 1,
        "unknown": 1,
        "invalid": 0,
        "pending": 1,
        "rate": 0.6,
    }


def test_counters_that_are_texts_are_read() -> None:
    assert figures({name: str(value) for name, value in answer().items()}, []) == figures(answer(), [])


def test_an_older_account_without_num_expired_is_counted_from_the_messages() -> None:
    older = answer(num_unknown=2)
    del older["num_expired"]
    found = figures(older, [*"DDDDDDUE?P"])
    assert (found["expired"], found["unknown"], found["pending"]) == (1, 1, 1)


def test_a_counter_that_nobody_can_tell_is_null_and_not_zero() -> None:
    older = answer()
    del older["num_expired"]
    found = figures(older, [*"DD"])
    assert found["expired"] is None
    assert found["pending"] == 2


def test_a_batch_without_messages_has_no_rate() -> None:
    nothing = dict.fromkeys(answer(), 0)
    assert figures(nothing, [])["rate"] is None
    assert figures({}, [])["total"] == 0


def test_an_answer_that_tells_nothing_of_messages_is_no_batch_of_none() -> None:
    names = ("total", "delivered", "undelivered", "expired", "unknown", "invalid", "pending", "rate")
    assert figures({}, None) == dict.fromkeys(names)
    assert figures({"num_delivered": 6}, None) == {**dict.fromkeys(names), "delivered": 6}
    assert figures({}, [*"DDU"])["total"] == 3


def test_states_that_are_not_told_leave_counters_that_nobody_can_tell() -> None:
    assert figures({"num_messages": 2, "num_delivered": 1}, ["D", None])["expired"] is None
    assert figures({"num_messages": 2, "num_delivered": 1}, [*"DE"])["expired"] == 1


def test_counters_beyond_the_total_do_not_make_pending_negative() -> None:
    assert figures(answer(num_messages=3), [])["pending"] == 0


def test_messages_of_which_something_is_not_told_are_messages_all_the_same() -> None:
    rows = [{"recipient": 447700900001, "status": "D"}, {"status": "D"}, "odd", {"recipient": "+447700900002"}]
    told = [("447700900001", "D"), (None, "D"), (None, None), ("447700900002", None)]
    assert message_statuses({"messages": rows}) == told
    assert message_statuses({"messages": []}) == []
    assert message_statuses({}) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "success"}, None),
        ({"balance": {"sms": 1}}, None),
        ({"status": "failure", "errors": [{"code": 3, "message": "Invalid login"}]}, "3"),
        ({"status": "failure", "errors": [{"code": "3"}]}, "3"),
        ({"errors": [{"code": 51}], "warnings": [{"code": 3}], "status": "failure"}, "51"),
        ({"status": "failure", "errors": []}, FAILURE),
        ({"status": "failure"}, FAILURE),
        ({"status": "failure", "errors": ["odd"]}, FAILURE),
        ([], UNREADABLE),
        (None, UNREADABLE),
    ],
)
def test_failures_are_told_from_successes_by_their_body(body: dict[str, Any] | list[Any] | None, code: Any) -> None:
    assert code_of(body) == code


def test_a_failing_server_is_tried_again_whatever_its_body_says() -> None:
    assert rule_of(503, "3").then == rule_of(599, None).then == rule_of(429, "2").then == rule_of(500, "3").then
    assert rule_of(200, "3").then != rule_of(503, "3").then


def test_a_list_that_php_wrote_as_an_object_is_a_list() -> None:
    assert rows_of({"messages": {"0": 1, "2": 3}}, "messages") == [1, 3]
    assert rows_of({"messages": "none"}, "messages") is None


@pytest.mark.parametrize("status", [400, 406, 413, 422, 451])
@pytest.mark.parametrize("code", [None, FAILURE, "4711"])
def test_a_refusal_with_another_status_than_200_is_no_word_of_textlocal(status: int, code: str | None) -> None:
    rule = rule_of(status, code)
    assert rule.then is Then.STOP
    assert f"(HTTP {status})" in rule.cause
    assert is_unexplained(rule_of(200, code))


def test_a_code_that_is_known_means_the_same_with_every_status_of_a_refusal() -> None:
    assert rule_of(400, "10") is rule_of(200, "10")
