"""The error table: every code that Listrak documents, what it means, and what the user can do."""

from __future__ import annotations

from typing import Any

import pytest

from singer_delivery.error_table import Then
from target_listrak_sms.errors import LISTRAK_ERRORS

# As Listrak's description has them, and the older name of one.
DOCUMENTED = """
    ERROR_UNAUTHORIZED ERROR_INVALID_CREDENTIALS ERROR_INVALID_PARAMETER ERROR_MALFORMED_REQUEST_BODY
    ERROR_UNABLE_TO_LOCATE_RESOURCE ERROR_UNKNOWN_ROUTE ERROR_UNSAFE_ROUTE ERROR_UNSUPPORTED_METHOD
    ERROR_UNSUPPORTED_CONTENT_TYPE ERROR_UNSUPPORTED_PROTOCOL ERROR_UNHANDLED_EXCEPTION ERROR_RESOURCE_DEPENDENCY
    ERROR_INVALID_LIST_ID ERROR_LIST_INACTIVE ERROR_SENDER_CODE_DISABLED ERROR_SHORT_CODE_DISABLED
    ERROR_INVALID_PHONE_NUMBER ERROR_BANNED_PHONE_NUMBER ERROR_PHONE_NUMBER_SUSPENDED ERROR_PHONE_NUMBER_FOUND
    ERROR_PHONE_NUMBER_NOT_FOUND ERROR_PHONE_NUMBER_NOT_SUBSCRIBED ERROR_SUBSCRIBED_PHONE_NUMBER
    ERROR_PENDING_PHONE_NUMBER ERROR_INVALID_EMAIL_ADDRESS ERROR_BIRTHDAY_FIELD_NULL
    ERROR_INVALID_SEGMENTATION_FIELD_ID ERROR_SEGMENTATION_FIELD_DISABLED ERROR_SEGMENTATION_MAX_LENGTH
    ERROR_TRANSACTIONAL_MESSAGE_CONTENT_COUPON_CODE ERROR_TRANSACTIONAL_MESSAGE_EMPTY_MESSAGE
    ERROR_TRANSACTIONAL_MESSAGE_NOT_FOUND
""".split()  # noqa: SIM905 - a table
RETRIED = (408, 429, 500, 502, 503, 504)


@pytest.mark.parametrize("code", DOCUMENTED)
def test_every_documented_code_has_a_cause_and_a_next_step(code: Any) -> None:
    rule = LISTRAK_ERRORS.rule(400, code)
    assert rule.code == code
    assert rule.cause.endswith(".")
    assert rule.next_step.endswith(".")
    assert rule.reason


@pytest.mark.parametrize("status", [0, 401, 404, 405, 415, *RETRIED])
def test_an_answer_without_a_known_code_is_judged_by_its_status(status: Any) -> None:
    rule = LISTRAK_ERRORS.rule(status, "ERROR_OF_TOMORROW")
    assert rule is LISTRAK_ERRORS.rule(status, None)
    assert (rule.then is Then.RETRY) == (status in RETRIED)
    assert rule.next_step


def test_what_would_fail_every_record_stops_the_run_and_what_is_so_already_is_no_error() -> None:
    stops = [code for code in DOCUMENTED if LISTRAK_ERRORS.rule(400, code).then is Then.STOP]
    assert "ERROR_LIST_INACTIVE" in stops
    assert "ERROR_SHORT_CODE_DISABLED" in stops
    assert not [code for code in stops if "PHONE" in code]
    for code in ("ERROR_SUBSCRIBED_PHONE_NUMBER", "ERROR_PENDING_PHONE_NUMBER", "ERROR_PHONE_NUMBER_NOT_SUBSCRIBED"):
        assert LISTRAK_ERRORS.rule(400, code).then is Then.ALREADY
    assert LISTRAK_ERRORS.rule(401, "ERROR_UNAUTHORIZED").then is Then.REAUTHENTICATE
