"""What an answer says: failures with HTTP 200, warnings beside success, in every shape that clients have met."""

from __future__ import annotations

from typing import Any

import pytest

from target_textlocal.answers import code_of, failure_of, warnings_of

DND = {"message": "Number is in DND"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "success"}, None),
        ({"scheduled": []}, None),
        ({"status": "success", "warnings": [{"code": 3, "message": "Invalid number"}]}, None),
        ({"status": "success", "errors": []}, None),
        ({"status": "failure", "errors": [{"code": 51, "message": "No valid numbers"}]}, "51"),
        ({"status": "failure", "errors": [{"code": "7"}]}, "7"),
        ({"errors": [{"code": 3}, {"code": 5}]}, "3"),
        ({"status": "failure", "errors": [{"message": "Something"}]}, "refused"),
        ({"status": "failure", "errors": ["Something"]}, "refused"),
        ({"status": "failure"}, "refused"),
        ({"status": "failure", "errors": None}, "refused"),
        ({"status": "failure", "warnings": [{"code": 3}], "errors": []}, "warning:3"),
        ({"status": "failure", "warnings": [DND]}, "dnd"),
        ({"status": "failure", "errors": [{"code": 99, **DND}]}, "dnd"),
        ([], "unreadable"),
        ("success", "unreadable"),
        (None, "unreadable"),
    ],
)
def test_a_failure_is_known_by_its_code(body: Any, code: str | None) -> None:
    assert failure_of(body) == code


def test_warnings_are_told_apart_from_errors() -> None:
    assert warnings_of({"warnings": [{"code": 3}, DND, {"code": 56}]}) == ("warning:3", "dnd", "warning:56")
    assert warnings_of({"warnings": None}) == ()
    assert warnings_of(None) == ()


def test_the_error_of_one_message_is_read_alike() -> None:
    assert code_of({"code": 32, "message": "Invalid number format"}) == "32"
    assert code_of(None) == "refused"
