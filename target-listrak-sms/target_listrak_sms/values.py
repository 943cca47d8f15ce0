"""Single values as Listrak takes them: always text, whatever the type.

Sources: Checkbox `on`/`off` by Listrak's own destination at Segment, dates month first and numbers with at most two
decimals by Listrak's import guide; both are for e-mail. The description of the SMS API says nothing of it.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_listrak_sms.mapping import ProfileField
    from target_listrak_sms.settings import MappingSettings

_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_HUNDREDTHS = Decimal("0.01")
_MOST_DIGITS = 15
"""Digits before the point: beyond that, no system keeps a number exactly."""
_FIRST_BIRTHDAY = date(1900, 1, 1)
_CHECKED = frozenset({"on", "true", "1", "yes", "y", "t"})
_UNCHECKED = frozenset({"off", "false", "0", "no", "n", "f"})


class WrongValueError(ValueError):
    """A value is not what its field wants. The message names what is expected, and never the value.

    Attributes:
        reason: Reason code of the rejection.
    """

    def __init__(self, message: str, reason: str = "wrong_type") -> None:
        super().__init__(message)
        self.reason = reason


def plain_text(value: Any) -> str:
    """Write a text; numbers are taken for their digits.

    Raises:
        WrongValueError: It is a list or an object, or no text that can be sent.
    """
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:  # half of a surrogate pair
            raise WrongValueError("the text is broken: it holds half of a character.", "invalid_text") from None
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (float, Decimal)) and math.isfinite(value):
        exact = Decimal(str(value))
        return format(exact.to_integral_value() if exact == exact.to_integral_value() else exact, "f")
    raise WrongValueError("expected a Text.")


def iso_day(value: Any) -> date:
    """Read the day of an ISO date or date-time; the digits count as they stand, whatever the zone.

    Raises:
        WrongValueError: It is neither.
    """
    found = _ISO_DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if found:
            return date.fromisoformat(found.group(1))
    except ValueError:
        pass
    raise WrongValueError("expected a Date such as 2025-12-31.")


def birthday(value: Any) -> str:
    """Write a birthday as Listrak's dates are: `1990-04-01T00:00:00`.

    Raises:
        WrongValueError: It is no date, or one before 1900, which Listrak's customer files refuse.
    """
    day = iso_day(value)
    if day < _FIRST_BIRTHDAY:
        raise WrongValueError("expected a Date from 1900-01-01 on.")
    return f"{day.isoformat()}T00:00:00"


def _number(value: Any, field: ProfileField, _settings: MappingSettings) -> str:
    """Write a number: a point, at most two decimals, no exponent."""
    text = value.strip() if isinstance(value, str) else str(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)) or not _NUMBER.fullmatch(text):
        raise _wrong(field, "Number")
    try:
        exact = Decimal(text)
        if exact.adjusted() >= _MOST_DIGITS:
            raise WrongValueError(f"profile field '{field.name}' takes numbers of at most {_MOST_DIGITS} digits.")
        rounded = exact.quantize(_HUNDREDTHS, ROUND_HALF_UP)
    except InvalidOperation:
        raise _wrong(field, "Number") from None
    digits = format(rounded, "f").rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def _checkbox(value: Any, field: ProfileField, _settings: MappingSettings) -> str:
    word = str(value).strip().lower() if isinstance(value, (str, bool, int, float, Decimal)) else ""
    if isinstance(value, (float, Decimal)) and value in {0, 1}:
        word = str(int(value))
    if word in _CHECKED:
        return "on"
    if word in _UNCHECKED:
        return "off"
    raise _wrong(field, "Checkbox (true or false)")


def _date(value: Any, field: ProfileField, settings: MappingSettings) -> str:
    try:
        day = iso_day(value)
    except WrongValueError:
        raise _wrong(field, "Date such as 2025-12-31") from None
    return day.isoformat() if settings.iso_dates else f"{day.month:02d}/{day.day:02d}/{day.year:04d}"


def _text(value: Any, field: ProfileField, settings: MappingSettings) -> str:
    try:
        text = plain_text(value)
    except WrongValueError as error:
        if error.reason != "wrong_type":
            raise
        raise _wrong(field, "Text") from None
    if field.max_length is None or _length(text) <= field.max_length:
        return text
    if settings.truncate:
        return _shortened(text, field.max_length)
    raise WrongValueError(
        f"the text is longer than the {field.max_length} characters of profile field '{field.name}'; `on_too_long` "
        "can have it truncated.",
        "too_long",
    )


def _length(text: str) -> int:
    """Return the length as .NET counts it, in UTF-16 units: most emoji count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _shortened(text: str, length: int) -> str:
    """Return as much of a text as fits, without cutting a character in half."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")


def _wrong(field: ProfileField, expected: str) -> WrongValueError:
    return WrongValueError(f"profile field '{field.name}' expects a {expected}.")


CUSTOM: dict[str, Callable[[Any, ProfileField, MappingSettings], str]] = {
    "checkbox": _checkbox,
    "date": _date,
    "number": _number,
    "text": _text,
}
"""By the field's `dataType`, in lower case; anything else is taken for text."""


def same_value(held: str | None, sent: str) -> bool:
    """Whether a value that was read back is the one that was sent; Listrak may write it in another way.

    Checkboxes come back as `1` at one user's, numbers perhaps with more decimals, dates perhaps with a time.
    """
    if held is None or held.strip() == sent.strip():
        return held is not None
    ours, theirs = sent.strip().lower(), held.strip().lower()
    if ours in {"on", "off"}:
        return theirs in (_CHECKED if ours == "on" else _UNCHECKED)
    days = _day(ours), _day(theirs)
    if days[0] is not None:
        return days[0] == days[1]
    return bool(_NUMBER.fullmatch(ours) and _NUMBER.fullmatch(theirs)) and Decimal(ours) == Decimal(theirs)


def _day(text: str) -> date | None:
    """Read a day in either of the forms in which Listrak may write it."""
    found = re.fullmatch(r"(?:(\d{4})-(\d\d)-(\d\d)|(\d\d?)/(\d\d?)/(\d{4}))(?:[t ].*)?", text)
    if not found:
        return None
    year, month, day, us_month, us_day, us_year = found.groups()
    try:
        return date(int(year or us_year), int(month or us_month), int(day or us_day))
    except ValueError:
        return None
