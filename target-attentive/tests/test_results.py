"""Lines of a bulk job's results: whose each is, and what it says, in every form that it may have."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.outcomes import Outcome, accepted, skipped
from target_attentive.identifiers import Identifiers
from target_attentive.results import NO_RESULT, UNVERIFIED, ResultRules, read_results

DONE = accepted("updated")
RULES = ResultRules(done=DONE)
PEOPLE = [
    Identifiers("+12025550100", "ana@example.com"),
    Identifiers(None, "ben@example.com"),
    Identifiers(client_user_id="c-17"),
    Identifiers(custom={"crm": "9"}),
]
KEYS = [each.key() for each in PEOPLE]
REQUESTS = [{"identifiers": each.v2(), "attributes": {"custom": {"points": 1}}} for each in PEOPLE]
CANARY = "c4nary-value"


def body(*lines: Any) -> bytes:
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def line(place: int, status: int = 200, message: str = "OK") -> dict[str, dict[str, Any]]:
    return {"request": REQUESTS[place], "response": {"status": status, "message": message}}


def reasons(content: bytes, keys: list[str] = KEYS, rules: ResultRules = RULES) -> list[str]:
    return [each.reason for each in read_results(content, keys, rules) or ()]


def test_each_record_gets_what_its_line_says_in_any_order() -> None:
    lines = [line(0), line(1, 400), line(2, 413, "Record exceeds 1 MiB"), line(3, 500)]
    expected = ["updated", "refused", "too_large", "vendor_error"]
    assert reasons(body(*lines)) == expected
    assert reasons(body(*reversed(lines))) == expected


def test_records_of_the_same_person_get_their_lines_in_the_order_in_which_they_were_sent() -> None:
    assert reasons(body(line(0, 400), line(0)), [KEYS[0], KEYS[0]]) == ["refused", "updated"]


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ({"response": {"status": 200}}, "updated"),
        ({"response": {"status": "202"}}, "updated"),
        ({"response": {"statusCode": 204}}, "updated"),
        ({"response": {"status": "SUCCESS"}}, "updated"),
        ({"response": {"success": True, "message": "fine"}}, "updated"),
        ({"response": '{"status": 200}'}, "updated"),
        ({"status": 200}, "updated"),
        ({"statusCode": "200"}, "updated"),
        ({"status": "Completed "}, "updated"),
        ({"success": False, "error": "no"}, "refused"),
        ({"status": "failed"}, "refused"),
        ({"response": {"status": 409}}, "already_there"),
        ({"response": {"status": 403}}, "refused"),
        ({"response": {"status": 599}}, "vendor_error"),
        ({"response": {"status": 429}}, "vendor_error"),
        ({"response": {"status": "?"}}, "unverified"),
        ({"response": "fine"}, "unverified"),
        ({"verdict": {"good": True}}, "unverified"),
    ],
)
def test_a_status_is_found_wherever_it_may_stand(shown: dict[str, Any], reason: str) -> None:
    assert reasons(body({"request": REQUESTS[0], **shown}), KEYS[:1]) == [reason]


@pytest.mark.parametrize(
    "shown",
    [
        lambda who: {"request": {"identifiers": who.v2()}},
        lambda who: {"request": {"user": who.v2()}},
        lambda who: {"request": who.v2()},
        lambda who: {"request": json.dumps({"identifiers": who.v2()})},
        lambda who: who.identity(),
        lambda who: {"identifiers": who.v2()},
    ],
)
def test_whose_a_line_is_is_seen_wherever_its_identifiers_may_stand(shown: Any) -> None:
    lines = [{**shown(who), "status": 200 if place == 1 else 400} for place, who in enumerate(PEOPLE)]
    assert reasons(body(*reversed(lines))) == ["refused", "updated", "refused", "refused"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Attribute Points is of type number, not string", "type_locked"),
        ("Attribute Favorite Color does not accept that value", "unlisted_value"),
        ("something else", "refused"),
    ],
)
def test_a_refusal_has_the_reason_that_a_refused_call_would_have(message: str, reason: str) -> None:
    assert reasons(body(line(0, 400, message)), KEYS[:1]) == [reason]


def test_nothing_of_attentives_prose_is_shown() -> None:
    found = read_results(body(line(0, 400, CANARY), line(1, 200, CANARY)), KEYS[:2], RULES)
    assert found
    assert [each.outcome for each in found] == [Outcome.REJECTED, Outcome.ACCEPTED]
    assert CANARY not in repr(found)


def test_what_a_line_means_can_be_told_by_words_and_by_status() -> None:
    stranger, gone = skipped("not_subscriber"), skipped("gone")
    rules = ResultRules(done=DONE, words=[(re.compile("not a subscriber"), stranger)], by_status={404: gone})
    lines = [line(0, 200, "Skipped: Not a subscriber"), line(1, 404), line(2), line(3, 400, "not a subscriber")]
    assert read_results(body(*lines), KEYS, rules) == [stranger, gone, DONE, stranger]


def test_a_record_without_a_line_is_rejected_or_what_its_kind_of_job_says() -> None:
    assert reasons(body(line(0), line(3))) == ["updated", "no_result", "no_result", "updated"]
    absent = skipped("not_subscriber")
    assert read_results(body(line(1)), KEYS[:2], ResultRules(DONE, absent)) == [absent, DONE]


def test_an_empty_file_says_nothing_of_anybody() -> None:
    assert read_results(b"\n", KEYS, RULES) == [NO_RESULT] * 4


def test_lines_that_do_not_say_whose_they_are_are_told_by_their_place() -> None:
    anonymous = [{"status": 200}, {"status": 400}, {"status": 200}, {"status": 413}]
    assert reasons(body(*anonymous)) == ["updated", "refused", "updated", "too_large"]
    assert reasons(body(line(0), {"status": 413}, line(2), line(3))) == ["updated", "too_large", "updated", "updated"]


def test_no_place_is_guessed_where_it_is_not_clear() -> None:
    assert reasons(body(*([{"status": 200}] * 3))) == ["no_result"] * 4
    assert reasons(body(line(3), {"status": 400}, line(1), line(0))) == ["updated", "updated", "no_result", "updated"]


def test_a_line_of_somebody_else_counts_for_nobody() -> None:
    other = {"request": {"identifiers": {"phone": "+12025550199"}}, "status": 400}
    assert reasons(body(other, line(0), line(1)), KEYS[:2]) == ["updated", "updated"]


def test_half_a_line_at_the_end_is_no_result() -> None:
    whole = body(line(0), line(1))
    assert reasons(whole[:-20], KEYS[:2]) == ["updated", "no_result"]


@pytest.mark.parametrize("page", [b"<html><body>Sign in</body></html>", b'{"request": {"iden', b"1\n2\n", b"\xff\xfe"])
def test_what_is_no_json_at_all_is_no_result_file(page: bytes) -> None:
    assert read_results(page, KEYS, RULES) is None


def test_lines_of_an_unknown_form_leave_records_unverified() -> None:
    assert read_results(body({"row": 1, "outcome": {"ok": 1}}), KEYS, RULES) == [UNVERIFIED] * 4


def test_one_array_of_lines_and_a_byte_order_mark_are_read_too() -> None:
    assert reasons(json.dumps([line(1), line(0, 400)]).encode(), KEYS[:2]) == ["refused", "updated"]
    assert reasons(b"\xef\xbb\xbf" + body(line(0)), KEYS[:1]) == ["updated"]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(KEYS)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["request", "response", "status", "phone", "identifiers", "success"]), inner)
    ),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=6))
def test_whatever_is_in_a_file_every_record_has_one_verdict(lines: list[Any]) -> None:
    found = read_results(body(*lines), KEYS, RULES)
    assert found is None or len(found) == len(KEYS)


@given(st.permutations(range(4)), st.lists(st.sampled_from([200, 400, 413]), min_size=4, max_size=4))
def test_the_order_of_lines_changes_nothing(order: list[int], statuses: list[int]) -> None:
    lines = [line(place, statuses[place]) for place in order]
    assert reasons(body(*lines)) == [{200: "updated", 400: "refused", 413: "too_large"}[each] for each in statuses]
