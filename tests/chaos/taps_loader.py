"""A loader of the tests' own: rows by key, the last one wins, and what is older than an activated version goes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = tuple[Any, ...]
Rows = dict[tuple[str, Key], dict[str, Any]]
GHOST = ("nobody",)
"""The key of a row that the vendor has no more, in each table."""


def messages(text: str) -> tuple[list[dict[str, Any]], bool]:
    """Return what a tap has written, and whether the last line is a whole one."""
    *lines, rest = text.split("\n")
    return [json.loads(line) for line in lines], not rest


def until_last_state(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is certain to be in a warehouse if the last STATE is kept: what comes before it."""
    last = max((place for place, each in enumerate(found) if each["type"] == "STATE"), default=-1)
    return found[: last + 1]


def last_state(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the last STATE's value, if there is one."""
    states = [each["value"] for each in found if each["type"] == "STATE"]
    return states[-1] if states else None


@dataclass
class Loader:
    """A warehouse.

    Attributes:
        rows: By stream and key.
        wrong: Records without their whole key, or of a stream whose SCHEMA has not come.
        activated: Streams with an ACTIVATE_VERSION.
    """

    rows: Rows = field(default_factory=dict)
    wrong: int = 0
    activated: set[str] = field(default_factory=set)
    _versions: dict[tuple[str, Key], int] = field(default_factory=dict)
    _keys: dict[str, list[str]] = field(default_factory=dict)

    def take(self, found: Iterable[dict[str, Any]]) -> None:
        """Load what a tap has written."""
        for each in found:
            stream = each.get("stream", "")
            if each["type"] == "SCHEMA":
                self._keys[stream] = each["key_properties"]
            elif each["type"] == "RECORD":
                self._put(stream, each["record"], each.get("version") or 0)
            elif each["type"] == "ACTIVATE_VERSION":
                self.activated.add(stream)
                for place in [place for place in self.rows if place[0] == stream]:
                    if self._versions[place] < each["version"]:
                        del self.rows[place]

    def haunt(self, streams: Iterable[str]) -> None:
        """Put a row that the vendor has no more into each table."""
        for stream in streams:
            self.rows[stream, GHOST] = {}
            self._versions[stream, GHOST] = 0

    def ghosts(self) -> set[str]:
        """Return the streams whose row of that kind is still there."""
        return {stream for stream, key in self.rows if key == GHOST}

    def copy_of_old(self, other: Loader) -> None:
        """Begin with the rows of another warehouse, from a run long ago."""
        self.rows.update(other.rows)
        self._versions.update(dict.fromkeys(other.rows, 0))

    def _put(self, stream: str, record: dict[str, Any], version: int) -> None:
        key = tuple(record.get(name) for name in self._keys.get(stream, ()))
        if not key or None in key:
            self.wrong += 1
            return
        self.rows[stream, key] = record
        self._versions[stream, key] = version
