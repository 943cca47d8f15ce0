"""What an answer of Textlocal says: failures come with HTTP 200, warnings beside success. Pure.

`{"warnings": [{"code": 3, "message": ...}], "errors": [{"code": 51, "message": ...}], "status": "failure"}`, by the
vendor's index page and by every client of it. Messages are looked into for one word, and never shown.
"""

from __future__ import annotations

from typing import Any

REFUSED = "refused"
"""A failure that names no error: clients of Textlocal crash on these, so there are some."""
DND = "dnd"
"""The number is on India's do-not-disturb list: said in words, its code is not known."""
NONE_IS_VALID = "51"
UNREADABLE = "unreadable"
"""A JSON that is no object."""
WARNING = "warning:"
"""In front of a warning's code: 3 is a bad key as an error, and a bad number as a warning."""


def failure_of(body: Any) -> str | None:
    """Return the code of a failure, of a body that is a JSON; None for a success.

    Of several errors the first one counts; of a failure that has none, the first warning. That none of the numbers is
    valid is said, too, where all of them are on India's list, and the warnings say which it is.
    """
    if not isinstance(body, dict):
        return UNREADABLE
    errors = _listed(body, "errors")
    if errors:
        code, warned = code_of(errors[0]), {*warnings_of(body)}
        return DND if code == NONE_IS_VALID and warned == {DND} else code
    if body.get("status") != "failure":
        return None
    return next(iter(warnings_of(body)), REFUSED)


def warnings_of(body: Any) -> tuple[str, ...]:
    """Return the codes of an answer's warnings, `warning:3`, `dnd`; none where there is nothing to warn about."""
    found = (code_of(each) for each in (_listed(body, "warnings") if isinstance(body, dict) else []))
    return tuple(each if each == DND else f"{WARNING}{each}" for each in found)


def code_of(problem: Any) -> str:
    """Return the code of one error or warning, `{"code": 32, "message": ...}`, as text."""
    said = problem if isinstance(problem, dict) else {}
    if "dnd" in str(said.get("message", "")).casefold().split():
        return DND
    code = said.get("code")
    return str(code) if code not in (None, "") else REFUSED


def _listed(body: dict[str, Any], name: str) -> list[Any]:
    found = body.get(name)
    return found if isinstance(found, list) else []
