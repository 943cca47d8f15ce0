"""What answers to `send` and `bulk_json` say of each number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.outcomes import UNKNOWN, Outcome, accepted
from target_textlocal.replies import reply_to_bulk, reply_to_send

if TYPE_CHECKING:
    from target_textlocal.replies import Reply

SENT = accepted("sent")
A, B, C = "447700900501", "447700900502", "447700900503"
BAD = "447700900"


def send_answer(*numbers: str, **fields: Any) -> dict[str, Any]:
    messages = [{"id": f"9{number}", "recipient": int(number)} for number in numbers]
    whole = {"batch_id": 70, "cost": len(numbers), "num_messages": len(numbers), "messages": messages}
    return {**whole, "status": "success", **fields}


def bulk_answer(*numbers: str, not_sent: Any = (), **fields: Any) -> dict[str, Any]:
    return {
        "messages": [send_answer(number, batch_id=int(number)) for number in numbers],
        "messages_not_sent": [{"number": n, "error": {"code": c, "message": m}} for n, c, m in not_sent],
        "total_cost": len(numbers),
        "status": "success",
        **fields,
    }


def reasons(reply: Reply) -> dict[str, str]:
    return {number: verdict.reason for number, verdict in reply.verdicts.items()}


def test_whom_the_answer_names_has_the_text() -> None:
    reply = reply_to_send(send_answer(A, B), [A, B], SENT, optouts=True)
    assert reasons(reply) == {A: "sent", B: "sent"}
    assert (reply.batches, reply.cost, reply.message_ids) == ((("70", [A, B]),), 2, frozenset({f"9{A}", f"9{B}"}))


def test_who_is_missing_beside_a_warning_is_rejected_for_it() -> None:
    answer = send_answer(A, warnings=[{"code": 3, "message": "Invalid number"}])
    reply = reply_to_send(answer, [A, B], SENT, optouts=True)
    assert reasons(reply) == {A: "sent", B: "invalid_phone"}
    assert reply.verdicts[B].vendor_code == "3"


def test_who_is_missing_without_a_warning_has_opted_out_if_those_were_to_be_left_out() -> None:
    assert reasons(reply_to_send(send_answer(A), [A, B], SENT, optouts=True)) == {A: "sent", B: "opted_out"}
    reply = reply_to_send(send_answer(A), [A, B], SENT, optouts=False)
    assert reply.verdicts[B] is UNKNOWN


def test_two_kinds_of_warnings_do_not_say_whose_they_are() -> None:
    warnings = [{"code": 3, "message": "Invalid number"}, {"code": 0, "message": "Number is in DND"}]
    reply = reply_to_send(send_answer(A, warnings=warnings), [A, B, C], SENT, optouts=True)
    assert reasons(reply) == {A: "sent", B: "not_sent", C: "not_sent"}


@pytest.mark.parametrize(
    "answer",
    [send_answer(A, num_messages=2), {"status": "success"}, send_answer(), [], send_answer(A, messages=None)],
    ids=["names fewer than it counts", "names nothing", "names nobody", "a list", "without a list"],
)
def test_what_the_answer_does_not_tell_is_unknown(answer: Any) -> None:
    reply = reply_to_send(answer, [A, B, C], SENT, optouts=True)
    assert all(reply.verdicts[number] is UNKNOWN for number in (B, C))


def test_a_count_alone_is_believed_where_it_is_all_of_them() -> None:
    answer = send_answer(A, B, messages=[])
    assert reasons(reply_to_send(answer, [A, B], SENT, optouts=True)) == {A: "sent", B: "sent"}


def test_recipients_in_another_form_are_theirs_if_all_are_named() -> None:
    answer = send_answer(A, messages=[{"id": 1, "recipient": "07700900501"}])
    assert reasons(reply_to_send(answer, [A], SENT, optouts=True)) == {A: "sent"}


@pytest.mark.parametrize("warnings", [[], [{"code": 3, "message": "Invalid number"}]])
def test_where_recipients_in_another_form_are_fewer_than_asked_for_nobody_is_known_to_be_left_out(
    warnings: list[dict[str, Any]],
) -> None:
    rows = [{"id": 1, "recipient": "07700900501"}, {"id": 2, "recipient": int(B)}]
    reply = reply_to_send(send_answer(A, B, messages=rows, warnings=warnings), [A, B, C], SENT, optouts=True)
    assert reasons(reply) == {A: "unknown", B: "sent", C: "unknown"}
    assert reply.verdicts[A] is reply.verdicts[C] is UNKNOWN  # by which the ledger keeps that it is in doubt


def test_each_text_of_a_bulk_has_an_outcome_and_a_batch_of_its_own() -> None:
    answer = bulk_answer(A, not_sent=[(B, 32, "Invalid number format"), (C, 0, "Number is in DND")])
    reply = reply_to_bulk(answer, [A, B, C, BAD], SENT)
    assert reasons(reply) == {A: "sent", B: "invalid_phone", C: "do_not_disturb", BAD: "unknown"}
    assert reply.verdicts[B].vendor_code == "32"
    assert reply.batches == ((A, [A]),)
    assert reply.stops is None


def test_a_bulk_that_says_success_and_took_nothing_sent_nothing() -> None:
    silent = {"messages": [], "messages_not_sent": [], "balance_pre_send": 9, "balance_post_send": 9}
    assert reasons(reply_to_bulk(silent, [A], SENT)) == {A: "not_sent"}
    assert reply_to_bulk({**silent, "balance_post_send": 8}, [A], SENT).verdicts[A] is UNKNOWN
    assert reply_to_bulk({"messages": []}, [A], SENT).verdicts[A] is UNKNOWN


@pytest.mark.parametrize("code", [7, 192])
def test_a_bulk_whose_next_one_would_be_refused_says_so(code: int) -> None:
    reply = reply_to_bulk(bulk_answer(A, not_sent=[(B, code, "")]), [A, B], SENT)
    assert reply.verdicts[B].outcome is Outcome.REJECTED
    assert reply.stops is not None
    assert reply.stops.code == str(code)
