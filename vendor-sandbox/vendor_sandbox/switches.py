"""Doubtful vendor behaviour, as switches: each with its choices, its source, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vendor_sandbox.state import State

_KIND = "switch"


@dataclass(frozen=True, slots=True)
class Switch:
    """One doubtful behaviour.

    Attributes:
        name: Its name in the control API.
        choices: What it can be set to; the first is the default.
        meaning: What it changes.
        source: Where the default comes from.
        sure: A (the vendor says so), B (two practices agree), C (one practice), D (unknown).
    """

    name: str
    choices: tuple[str, ...]
    meaning: str
    source: str
    sure: str


class Switchboard:
    """The switches of one vendor, as they stand."""

    def __init__(self, vendor: str, switches: Iterable[Switch], state: State) -> None:
        self._vendor = vendor
        self._switches = {switch.name: switch for switch in switches}
        self._state = state
        self._values: dict[str, str] = {}
        self._load()
        state.on_change.append(self._load)

    def _load(self) -> None:
        kept = self._state.facts(self._vendor, _KIND)
        self._values = {name: kept.get(name, switch.choices[0]) for name, switch in self._switches.items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def describe(self) -> dict[str, dict[str, object]]:
        """Every switch with its value, default, choices, meaning, source and sureness."""
        return {
            name: {
                "value": self[name],
                "default": switch.choices[0],
                "choices": list(switch.choices),
                "meaning": switch.meaning,
                "source": switch.source,
                "sure": switch.sure,
            }
            for name, switch in self._switches.items()
        }

    def problems(self, wanted: Mapping[str, object]) -> list[str]:
        """What is wrong with new values, in words."""
        unknown = [
            f"unknown switch {name!r}: known are {sorted(self._switches)}"
            for name in wanted
            if name not in self._switches
        ]
        wrong = [
            f"{name} cannot be {value!r}: it is one of {list(self._switches[name].choices)}"
            for name, value in wanted.items()
            if name in self._switches and value not in self._switches[name].choices
        ]
        return unknown + wrong

    def set(self, wanted: Mapping[str, object]) -> None:
        """Set switches whose values have no `problems`."""
        for name, value in wanted.items():
            self._state.keep(self._vendor, _KIND, name, str(value))
