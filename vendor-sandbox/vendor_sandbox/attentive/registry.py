"""Custom attributes: which there are, of what type, and which values they take.

An attribute's type is that of the first value anybody ever sends, and a text is looked into for it: `"24"` is a
number, `"TRUE"` a boolean, `"2025-01-31"` a date (one practice, not Attentive's word).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.attentive.store import Store
    from vendor_sandbox.switches import Switchboard

CAP = 100
_LONGEST = 200
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_BOOLEANS = frozenset({"true", "false"})
ENUM, STRING, NUMBER, BOOLEAN, DATE = "enum", "string", "number", "boolean", "date"


class Registry:
    """The attributes of the account."""

    def __init__(self, store: Store, switches: Switchboard) -> None:
        self._state = store.state
        self._switches = switches
        self._known: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._load()
        store.state.on_change.append(self._load)

    def _load(self) -> None:
        rows = self._state.execute("SELECT name, type, choices FROM attentive_attributes").fetchall()
        self._known = {name: (kind, tuple(json.loads(choices))) for name, kind, choices in rows}

    def read(self, given: Mapping[str, Any], *, version: int) -> dict[str, Any]:
        """The values to be written, where None clears one; attributes that are new are registered.

        Args:
            given: Names and values.
            version: Of the API that is asked.

        Raises:
            ApiError: A name or a value cannot be; then nothing is registered.
        """
        check_form(given)
        values: dict[str, Any] = {}
        new: dict[str, str] = {}
        for name, value in given.items():
            if value is None or value == "":
                self._empty(name, values)
                continue
            kind, choices = self._known.get(name, ("", ()))
            if not kind:
                new[name] = self._infer(value)
            elif not self._fits(name, kind, choices, value):
                continue
            values[name] = value
        if new:
            self._register(new, version)
        return values

    def _empty(self, name: str, values: dict[str, Any]) -> None:
        way = self._switches["null-value"]
        if way == "refuse":
            raise ApiError.bad(f"Attribute {name} must not be empty")
        if way == "clear":
            values[name] = None

    def _fits(self, name: str, kind: str, choices: tuple[str, ...], value: Any) -> bool:
        """Whether a value is written; False if it is dropped, by a switch.

        Raises:
            ApiError: It is refused.
        """
        if kind == ENUM:
            if value in choices:
                return True
            way, why = "unlisted-value", f"Attribute {name} does not accept that value"
        else:
            inferred = self._infer(value)
            if inferred == kind or (kind == STRING and isinstance(value, str)):
                return True
            way, why = "attribute-clash", f"Attribute {name} is of type {kind}, not {inferred}"
        if self._switches[way] == "refuse":
            raise ApiError.bad(why)
        return False

    def _infer(self, value: Any) -> str:
        if isinstance(value, bool):
            return BOOLEAN
        if isinstance(value, int | float):
            return NUMBER
        if self._switches["type-inference"] == "json":
            return STRING
        if _NUMBER.fullmatch(value):
            return NUMBER
        if _DATE.fullmatch(value):
            return DATE
        return BOOLEAN if value.lower() in _BOOLEANS else STRING

    def _register(self, new: Mapping[str, str], version: int) -> None:
        cap = self._switches["attribute-cap"]
        if len(self._known) + len(new) > CAP and (cap == "refuse" or (cap == "refuse-v2" and version > 1)):
            raise ApiError.bad(f"An account can have {CAP} custom attributes")
        for name, kind in new.items():
            self._known[name] = (kind, ())
            self._state.execute("INSERT INTO attentive_attributes VALUES (?, ?, 'api', '[]')", (name, kind))


def check_form(given: Mapping[str, Any]) -> None:
    """Check names and values as far as that needs no attribute there is; nothing is registered.

    Raises:
        ApiError: A name is empty or too long, or a value an array or an object.
    """
    for name, value in given.items():
        if not name or len(name) > _LONGEST:
            raise ApiError.bad(f"Attribute names must have 1 to {_LONGEST} characters")
        if isinstance(value, list | dict):
            raise ApiError.bad(f"Attribute {name} must not be an array or an object")


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What is known after a change; None takes a value away."""
    return {name: value for name, value in {**old, **new}.items() if value is not None}


def shown(value: Any) -> str:
    """A value as the API shows it: always a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
