"""Times as Textlocal's answers write them."""

from __future__ import annotations

from datetime import datetime, timezone


def shown_time(seconds: float) -> str:
    """Seconds since 1970 as `YYYY-MM-DD HH:MM:SS`; UTC, for the vendor does not state the zone."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
