"""Numbers and times in words."""

from __future__ import annotations

_MINUTE = 60
_HOUR = 3600


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with what is counted.

    Args:
        number: How many.
        one: The word for one.
        several: The word for several; `one` with an s behind it if not given.
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def duration(seconds: float) -> str:
    """Return a length of time: `1.3 s`, `4 min 12 s`, `2 h 3 min`."""
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} min {rest} s"
    return f"{minutes * _MINUTE // _HOUR} h {minutes % _MINUTE} min"
