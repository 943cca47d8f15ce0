"""Times of the made-up account: milliseconds since 2020-01-01T00:00:00, on a zone-less (US Eastern) wall clock.

The answer's form, `YYYY-MM-DDThh:mm:ss` with up to three decimals and no zone, is what joepetrini/python-listrak had
to parse.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

ORIGIN = datetime(2020, 1, 1)  # noqa: DTZ001 - the vendor's dates have no zone
SECOND = 1000
DAY = 86_400 * SECOND
_MINUTES = [b"%02d:%02d:" % divmod(minute, 60) for minute in range(1440)]
_SECONDS = [b"%02d" % second for second in range(60)]
_XSD = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d+))?)?(?:Z|[+-]\d\d:\d\d)?")


def at(year: int, month: int = 1, day: int = 1) -> int:
    """The first millisecond of a day."""
    return (date(year, month, day) - ORIGIN.date()).days * DAY


def parse(text: str) -> int:
    """Read a request's `dateTime`: the digits as they stand, whatever zone follows them.

    What Listrak does with `Z` or an offset is not known; the digits are the reading that needs no clock.

    Raises:
        ValueError: `text` is no `dateTime` (a bare date is taken for midnight).
    """
    found = _XSD.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    day, time, fraction = found.groups()
    moment = datetime.fromisoformat(f"{day}T{time or '00:00:00'}")
    return (moment - ORIGIN) // timedelta(milliseconds=1) + int((fraction or "0").ljust(3, "0")[:3])


@lru_cache(maxsize=4096)
def _iso_day(days: int) -> bytes:
    return f"{ORIGIN.date() + timedelta(days=days)}T".encode()


def iso(moment: int) -> bytes:
    """A time as .NET writes an unspecified `DateTime`: decimals only where there are some, and no trailing zeros."""
    days, rest = divmod(moment, DAY)
    seconds, fraction = divmod(rest, SECOND)
    minutes, second = divmod(seconds, 60)
    text = _iso_day(days) + _MINUTES[minutes] + _SECONDS[second]
    return text + (b".%03d" % fraction).rstrip(b"0") if fraction else text


def us(moment: int) -> bytes:
    """A time as .NET's en-US culture prints it, `3/9/2024 4:05:06 PM`: what a string-typed date might be."""
    when = ORIGIN + timedelta(milliseconds=moment)
    clock = f"{when.hour % 12 or 12}:{when:%M:%S} {'AM' if when.hour < 12 else 'PM'}"  # noqa: PLR2004 - noon
    return f"{when.month}/{when.day}/{when.year} {clock}".encode()
