"""Times as the vendor shows them, whose zone it does not state: UTC or, by a switch, the account's own.

Britain's rule for summer time is written down here, for not every machine has a table of zones.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

UTC, LONDON, KOLKATA = "UTC", "Europe/London", "Asia/Kolkata"
_INDIA = timedelta(hours=5, minutes=30)
_MARCH, _OCTOBER = 3, 10


def mysql(moment: float, zone: str = UTC) -> str:
    """`2026-11-21 12:00:00`, as in reports.

    Args:
        moment: Seconds since 1970, UTC.
        zone: One of the names above.
    """
    return f"{_local(moment, zone):%Y-%m-%d %H:%M:%S}"


def dashed(moment: float, zone: str = UTC) -> str:
    """`2026-11-21-12-00-00`, as in the list of what is scheduled."""
    return f"{_local(moment, zone):%Y-%m-%d-%H-%M-%S}"


def _local(moment: float, zone: str) -> datetime:
    utc = datetime.fromtimestamp(moment, tz=timezone.utc)
    if zone == KOLKATA:
        return utc + _INDIA
    summer = zone == LONDON and _last_sunday(utc.year, _MARCH) <= utc < _last_sunday(utc.year, _OCTOBER)
    return utc + timedelta(hours=1) if summer else utc


def _last_sunday(year: int, month: int) -> datetime:
    """One o'clock UTC of a month's last Sunday, when Britain's clocks change; the month has 31 days."""
    last = datetime(year, month, 31, 1, tzinfo=timezone.utc)
    return last - timedelta(days=last.isoweekday() % 7)
