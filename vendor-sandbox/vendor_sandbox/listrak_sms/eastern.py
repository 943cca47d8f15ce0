"""Times as Listrak writes them: US Eastern local time, without a zone.

A recorded unsubscribe at 17:44:40 GMT came back as 12:44:40 (workarea-commerce/workarea-listrak, Email API). Without a
time zone database, so that the sandbox needs none: daylight saving has held from the second Sunday of March to
the first of November, 2:00 local time, since 2007, and is taken to hold before and ever after.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

_STANDARD = timedelta(hours=-5)
_DAYLIGHT = timedelta(hours=-4)
# Patterns, because strptime takes longer than the rest of a call.
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
NEVER = "0001-01-01T00:00:00"
"""What .NET shows for a date that is not there, where it does not show null."""


@lru_cache(maxsize=1024)
def _text(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc).replace(tzinfo=None)
    begins = _sunday(moment.year, 3, 8) + timedelta(hours=2) - _STANDARD
    ends = _sunday(moment.year, 11, 1) + timedelta(hours=2) - _DAYLIGHT
    local = moment + (_DAYLIGHT if begins <= moment < ends else _STANDARD)
    return local.isoformat(timespec="seconds")


def _sunday(year: int, month: int, day: int) -> datetime:
    """The first Sunday from a day on."""
    start = datetime(year, month, day)  # noqa: DTZ001 - local time, as the vendor has it
    return start + timedelta(days=6 - start.weekday())


def text(seconds: float) -> str:
    """A moment, in seconds since 1970, as Listrak writes it: `2025-03-09T03:00:00`."""
    return _text(int(seconds))


def parse(value: str) -> str:
    """A date or a time as people send it, in the form of `text`; a zone after it is passed over.

    Raises:
        ValueError: It is none.
    """
    if found := _ISO.fullmatch(value):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - Eastern local time
        return moment.isoformat(timespec="seconds")
    return f"{parse_us(value)}T00:00:00"


def parse_us(value: str) -> str:
    """An American date, `12/31/2025`, as `2025-12-31`.

    Raises:
        ValueError: It is none.
    """
    found = _US.fullmatch(value)
    if not found:
        raise ValueError(value)
    month, day, year = map(int, found.groups())
    return date(year, month, day).isoformat()
