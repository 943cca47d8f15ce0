"""How values are shown: what templates ask for by name."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TONES = {
    "good": "accepted active complete completed confirmed delivered done good on ok opted-in sent subscribed valid"
    " yes",
    "wait": "in-progress pending processing queued running scheduled test waiting",
    "bad": "banned bounced cancelled disabled dropped error expired failed invalid no opted-out refused rejected"
    " revoked stopped suspended undelivered unsubscribed",
}
_TONE_OF = {word: tone for tone, words in _TONES.items() for word in words.split()}
_HUES = 6  # colours there are for parts whose names say nothing of good or bad


class Moment(NamedTuple):
    """A time: for machines, and for people."""

    machine: str
    words: str


class Part(NamedTuple):
    """A part of a bar: where it starts and how wide it is, in percent."""

    name: str
    amount: float
    start: float
    width: float
    tone: str


def moment(value: float | str) -> Moment:
    """A time of seconds since 1970, UTC. A text is a time already: machines are told nothing that nobody knows."""
    if isinstance(value, str):
        return Moment("", value)
    at = datetime.fromtimestamp(value, tz=timezone.utc)
    return Moment(at.isoformat(timespec="seconds").replace("+00:00", "Z"), f"{at.day} {at:%b %Y, %H:%M:%S} UTC")


def clock_time(value: float) -> Moment:
    """A time of today, to the millisecond: of calls, which come within seconds of each other."""
    at = datetime.fromtimestamp(value, tz=timezone.utc)
    words = at.isoformat(timespec="milliseconds")
    return Moment(words.replace("+00:00", "Z"), words[11:23])


def duration(seconds: float) -> str:
    """A length of time in its two largest units."""
    left, words = round(abs(seconds)), []
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, left = divmod(left, size)
        if count:
            words.append(f"{count:,} {unit}{'' if count == 1 else 's'}")
    return " ".join(words[:2]) or "0 seconds"


def number(value: float | str) -> str:
    """A number with its thousands apart; what is no number as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}".rstrip("0").rstrip(".")


def share(value: float) -> str:
    """A share of one, in percent."""
    return f"{value * 100:.0f} %"


def pretty(value: object) -> str:
    """A value as JSON over several lines."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def brief(value: object) -> str:
    """How much a value holds, for who has not unfolded it yet."""
    kind = "field" if isinstance(value, dict) else "item"
    size = len(value) if isinstance(value, dict | list | tuple) else 1
    return f"{size} {kind}{'' if size == 1 else 's'}"


def tone(word: object) -> str:
    """Whether a word of state is `good`, `wait`, `bad` or, as most, says neither: `plain`."""
    plain = str(word).casefold().replace("_", "-").replace(" ", "-")
    return _TONE_OF.get(plain, "plain")


def parts(shares: Mapping[str, float]) -> list[Part]:
    """The parts of a bar, in the order they are given."""
    whole = sum(shares.values())
    found: list[Part] = []
    start = 0.0
    for place, (name, amount) in enumerate(shares.items()):
        width = 100 * amount / whole if whole else 0.0
        of_name = tone(name)
        found.append(Part(name, amount, start, width, of_name if of_name != "plain" else f"hue-{place % _HUES}"))
        start += width
    return found


def spark(values: Sequence[float], width: int = 240, height: int = 40) -> str:
    """The points of a line through values, for SVG; a flat line for nothing but zeros."""
    top = max([*values, 1])
    step = width / max(1, len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{height - 1 - value / top * (height - 2):.1f}" for place, value in enumerate(values)
    )


FILTERS: dict[str, Any] = {
    "brief": brief,
    "clock_time": clock_time,
    "duration": duration,
    "moment": moment,
    "number": number,
    "parts": parts,
    "pretty": pretty,
    "share": share,
    "spark": spark,
    "tone": tone,
}
