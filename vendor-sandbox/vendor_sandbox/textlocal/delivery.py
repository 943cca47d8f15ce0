"""What becomes of a message: on its way at first, and hours or days later delivered or not.

A function of the seed, the message's id and the time that has passed, so nothing is stored and a clock that is moved
back tells the old story. When what comes is in line with what the vendor says: *undelivered* is often a handset that
was off for about 48 hours, *unknown* is no receipt after four days, a message expires at its validity (72 hours at
most). How many end in which way is made up. Pure functions.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from vendor_sandbox.hashing import mix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PENDING, DELIVERED, UNDELIVERED, EXPIRED, UNKNOWN, INVALID = "P", "D", "U", "E", "?", "I"

_HOUR = 3600
_LONGEST = 72 * _HOUR
_NO_RECEIPT = 96 * _HOUR
_PERMILLE = 1000
_FATE, _WHEN = 1, 2


@dataclass(frozen=True, slots=True)
class _Way:
    """One way a message can go.

    Attributes:
        below: It is the way of those whose luck, of a thousand, is below this, and not below the one before.
        status: How it ends.
        first: Seconds after sending that it ends at the earliest...
        last: ... and before which it has ended.
    """

    below: int
    status: str
    first: int
    last: int


_WAYS = (
    _Way(700, DELIVERED, 2, 120),
    _Way(800, DELIVERED, 120, 4 * _HOUR),
    _Way(860, DELIVERED, 4 * _HOUR, 24 * _HOUR),
    _Way(890, DELIVERED, 24 * _HOUR, 47 * _HOUR),
    _Way(905, INVALID, 2, 600),
    _Way(960, UNDELIVERED, 48 * _HOUR, 60 * _HOUR),
    _Way(980, EXPIRED, _LONGEST, _LONGEST + 1),
    _Way(_PERMILLE, UNKNOWN, _NO_RECEIPT, _NO_RECEIPT + 1),
)
_BELOW = [way.below for way in _WAYS]


class Fate(NamedTuple):
    """How a message ends.

    Attributes:
        status: D, U, E, ? or I.
        after: Seconds after it was sent.
    """

    status: str
    after: int

    def at(self, passed: float) -> str:
        """The status so many seconds after sending: P until it has ended."""
        return self.status if passed >= self.after else PENDING


def fate(seed: int, message: int, valid: float = _LONGEST) -> Fate:
    """How a message ends, and when.

    Args:
        seed: The sandbox's.
        message: The message's id.
        valid: Seconds that it may be on its way; what would come later, be it good or bad, expires then.
    """
    luck = mix(seed, message, _FATE) % _PERMILLE
    way = _WAYS[bisect_right(_BELOW, luck)]
    after = way.first + mix(seed, message, _WHEN) % (way.last - way.first)
    ends = max(0, min(int(valid), _LONGEST))
    return Fate(EXPIRED, ends) if after > ends and way.status != UNKNOWN else Fate(way.status, after)


@lru_cache(maxsize=256)
def fates(seed: int, messages: range | tuple[int, ...], valid: float = _LONGEST) -> Mapping[str, Sequence[int]]:
    """How some messages end: for each status, how many seconds after sending each of its messages does, in order."""
    found: dict[str, array[int]] = {}
    for message in messages:
        end = fate(seed, message, valid)
        found.setdefault(end.status, array("l")).append(end.after)
    return {status: array("l", sorted(ends)) for status, ends in found.items()}


def count(seed: int, messages: range | tuple[int, ...], valid: float, passed: float) -> dict[str, int]:
    """How many of some messages have which status so many seconds after sending; as `Fate.at` says of each."""
    ended = {status: bisect_right(ends, passed) for status, ends in fates(seed, messages, valid).items()}
    return {**ended, PENDING: len(messages) - sum(ended.values())}
