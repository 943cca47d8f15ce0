"""Cheap deterministic numbers: a row's luck is a function of where it stands, so a page needs none before it."""

from __future__ import annotations

from math import gcd

_MASK = (1 << 64) - 1


def mix(*parts: int) -> int:
    """Hash some integers into one of 48 bits, the same on every machine and Python."""
    mixed = 0
    for part in parts:
        mixed = ((mixed ^ part) * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) & _MASK
        mixed ^= mixed >> 29
    return (mixed * 0xBF58476D1CE4E5B9 & _MASK) >> 16


def multiplier(salt: int, size: int) -> int:
    """A number coprime with `size`, so that `(multiplier * i + offset) % size` visits each of 0..size-1 once."""
    if size < 2:  # noqa: PLR2004 - nothing to shuffle
        return 1
    factor = salt % size | 1
    while gcd(factor, size) != 1:
        factor += 2
    return factor
