"""Single values as a table gives them: texts, times, amounts, and lists and objects that a warehouse keeps as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec.json

# As the engine reads a record: numbers with a fraction keep their digits.
_decode = msgspec.json.Decoder(float_hook=Decimal).decode

_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))? ?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?", re.ASCII
)
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_MOST_DIGITS = 15
"""Digits before the point: beyond that, a vendor whose numbers are floating ones would take another."""
_MOST_DECIMALS = 20
_LEAST_EXPONENT = -6
"""Below it, a decimal is written with an exponent."""
_LARGEST_WHOLE = 2**63 - 1
_MOST_HOURS, _MOST_MINUTES = 23, 59
_NO_TIME = "expected a time such as 2026-11-21T10:00:00+01:00."


class WrongValueError(ValueError):
    """A value is not what is wanted. The message names what is expected, and never the value.

    Attributes:
        reason: Reason code of the rejection.
    """

    def __init__(self, message: str, reason: str = "wrong_type") -> None:
        super().__init__(message)
        self.reason = reason


def json_object(value: Any) -> Mapping[str, Any]:
    """Read an object, or the JSON text of one; empty where there is none.

    Raises:
        WrongValueError: It is something else.
    """
    found = _decoded(value)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise WrongValueError("expected an object, or the JSON text of one.")
    return found


def json_list(value: Any) -> Sequence[Any]:
    """Read a list, or the JSON text of one; empty where there is none.

    Raises:
        WrongValueError: It is something else.
    """
    found = _decoded(value)
    if found is None:
        return ()
    if not isinstance(found, list):
        raise WrongValueError("expected a list, or the JSON text of one.")
    return found


def plain_text(value: Any) -> str | None:
    """Read a text without spaces around it, None if nothing is left; a whole number is taken for its digits.

    Raises:
        WrongValueError: It is something else.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if (
        isinstance(value, (float, Decimal)) and (number := _whole(Decimal(str(value)))) is not None
    ):  # a column that held a null once
        return str(number)
    raise WrongValueError("expected a text.")


def moment(value: Any) -> datetime | None:
    """Read a time in RFC 3339, with its offset from UTC; None where there is none.

    A space for the `T`, an offset without its colon and a fraction of any length are taken, as databases write them.

    Returns:
        The time, in UTC.

    Raises:
        WrongValueError: It is no time (`wrong_type`), or one without an offset (`no_offset`): nobody knows when that
            was.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    found = _RFC_3339.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if found:
            day, time, fraction, *zone = found.groups()
            naive = datetime.fromisoformat(f"{day}T{time}.{(fraction or '')[:6]:0<6}")
            return (naive - _offset(*zone)).replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError) as error:
        if isinstance(error, WrongValueError):
            raise
    raise WrongValueError(_NO_TIME)


def rfc3339(time: datetime) -> str:
    """Write a time in UTC as Attentive's examples have it: `2021-03-30T14:38:29.000Z`."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def amount(value: Any) -> Decimal | None:
    """Read an amount of money, with exactly the digits it has; None where there is none.

    A number may stand in a text, but plainly: `1E3`, `1,000` and `$5` there are more likely something else. A number
    of the record's own may have an exponent, which JSON allows; it is written without.

    Raises:
        WrongValueError: It is no number, a negative one, or one with more digits than an amount has (`wrong_price`).
    """
    number = _number(value, "wrong_price")
    if number is None:
        return None
    if number < 0:
        raise WrongValueError("expected a number that is not negative.", "wrong_price")
    if number.adjusted() >= _MOST_DIGITS or -_exponent(number) > _MOST_DECIMALS:
        raise WrongValueError(
            f"expected a number of at most {_MOST_DIGITS} digits before the point and {_MOST_DECIMALS} behind it.",
            "wrong_price",
        )
    if not number and _exponent(number) < _LEAST_EXPONENT:
        return Decimal(0)  # 0.000000000, which would be written as 0E-9
    return Decimal(format(number.copy_abs(), "f"))


def whole_number(value: Any) -> int | None:
    """Read a number of things, such as 2, 2.0 or the text `2`; None where there is none.

    Raises:
        WrongValueError: It is no whole number, a negative one, or one beyond 64 bits.
    """
    number = _number(value, "wrong_type")
    if number is None:
        return None
    whole = _whole(number)
    if whole is None or not 0 <= whole <= _LARGEST_WHOLE:
        raise WrongValueError("expected a whole number.")
    return whole


def _number(value: Any, reason: str) -> Decimal | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, (float, Decimal)) and (number := Decimal(str(value))).is_finite():
        return number  # of a float its shortest digits: those that it was written with
    if isinstance(value, str) and _PLAIN_NUMBER.fullmatch(text := value.strip()):
        return Decimal(text)
    raise WrongValueError("expected a number such as 19.99.", reason)


def _whole(number: Decimal) -> int | None:
    """Return a number as an integer, None where it is none or too large to be sure of."""
    if not number.is_finite() or not -_LARGEST_WHOLE <= number <= _LARGEST_WHOLE:
        return None
    return int(number) if number == int(number) else None


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _offset(utc: str | None, sign: str | None, hours: str | None, minutes: str | None) -> timedelta:
    if utc:
        return timedelta()
    if not sign or not hours:
        raise WrongValueError("the time has no offset: write it with one, such as +01:00 or Z.", "no_offset")
    if int(hours) > _MOST_HOURS or int(minutes or 0) > _MOST_MINUTES:
        raise WrongValueError(_NO_TIME)
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return offset if sign == "+" else -offset


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return _decode(value) if value.strip() else None
    except (ValueError, RecursionError, ArithmeticError):
        raise WrongValueError("the text is not JSON.") from None
