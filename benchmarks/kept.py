"""What is kept of a target's run: a line on the screen, and a result."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from measure import Measured


class UnequalError(Exception):
    """A tap or a target did not do what its figure would stand for."""


def told(name: str, measured: Measured, records: int, what: str = "people") -> dict[str, Any]:
    """Say what a run took, on the screen and as a result."""
    print(
        f"  {name:<20} {measured.wall:7.1f} s wall {measured.cpu:7.1f} s CPU {measured.peak_mb:6.0f} MB"
        f"  {records:>10,} {what}",
        flush=True,
    )
    return asdict(measured)


def named(prefix: str, seen: object) -> dict[str, Any]:
    """Return an object's attributes as results, under names with a prefix."""
    return {f"{prefix}_{name}": value for name, value in vars(seen).items()}
