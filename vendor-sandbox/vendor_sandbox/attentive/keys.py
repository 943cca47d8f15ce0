"""Who may call what: API keys and their scopes, and how often."""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.account import KEYS, LEGACY, NAME, SCOPES
from vendor_sandbox.attentive.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.attentive.contract import Operation
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard

_KIND = "key"
_TABLES = {"attentive_windows": "(key TEXT, operation TEXT, at REAL)"}
_SECOND = 1.0


class Keys:
    """The keys, which can be revoked and given other scopes."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._keys: dict[str, dict[str, Any]] = {}
        self._load()
        state.on_change.append(self._load)

    def _load(self) -> None:
        changed = self._state.facts(NAME, _KIND)
        self._keys = {
            name: {"scopes": list(key.scopes), "revoked": False, **json.loads(changed.get(name, "{}"))}
            for name, key in KEYS.items()
        }

    def describe(self) -> dict[str, dict[str, Any]]:
        """Every key, as it stands."""
        return {
            name: {"about": key.about, "applicationName": key.app, **self._keys[name]} for name, key in KEYS.items()
        }

    def problems(self, wanted: Mapping[str, Any]) -> list[str]:
        """What is wrong with a change, in words."""
        problems = []
        if wanted.get("key") not in [*KEYS]:
            problems.append(f"key {wanted.get('key')!r} is not known: it is one of {list(KEYS)}")
        if not wanted.keys() & {"scopes", "revoked"} or not wanted.keys() <= {"key", "scopes", "revoked"}:
            problems.append("give scopes, revoked, or both")
        scopes = wanted.get("scopes", [])
        if not isinstance(scopes, list) or not all(scope in (*SCOPES, LEGACY) for scope in scopes):
            problems.append(f"scopes must be a list of {[*SCOPES, LEGACY]}")
        if not isinstance(wanted.get("revoked", False), bool):
            problems.append("revoked must be true or false")
        return problems

    def set(self, wanted: Mapping[str, Any]) -> None:
        """Change a key."""
        name = str(wanted["key"])
        kept = {key: value for key, value in wanted.items() if key != "key"}
        self._state.keep(NAME, _KIND, name, json.dumps({**self._keys[name], **kept}))

    def admit(self, authorization: str, operation: Operation) -> str:
        """The key of a call.

        Raises:
            ApiError: 401: it is missing, unknown or revoked, or the legacy token is used for another call, or another
                for the legacy call.
        """
        scheme, _, key = authorization.partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or key not in KEYS or self._keys[key]["revoked"]:
            raise ApiError(401)
        if (LEGACY in operation.needs) != (LEGACY in self._keys[key]["scopes"]):
            raise ApiError(401)
        return key

    def permit(self, key: str, operation: Operation) -> None:
        """Let a key's call pass.

        Raises:
            ApiError: 403: a scope is missing.
        """
        scopes = self._keys[key]["scopes"]
        if not all(any(scope in scopes for scope in need.split("|")) for need in operation.needs):
            raise ApiError(403, "Access Denied")


class Windows:
    """How many calls of a key an operation has had in this second: a real one, not of the sandbox's clock."""

    def __init__(self, state: State, switches: Switchboard) -> None:
        self._state = state
        self._switches = switches
        state.own(_TABLES)

    def take(self, key: str, operation: Operation) -> int:
        """Count a call; returns how many more may come, or -1 if this one may not."""
        now = time.time()
        start = math.floor(now) if self._switches["rate-window"] == "second" else now - _SECOND
        self._state.execute(
            "DELETE FROM attentive_windows WHERE key = ? AND operation = ? AND at < ?", (key, operation.id, start)
        )
        used = self._state.execute(
            "SELECT COUNT(*) FROM attentive_windows WHERE key = ? AND operation = ?", (key, operation.id)
        ).fetchone()[0]
        if self._switches["rate-limits"] == "off":
            return operation.limit
        if used >= operation.limit:
            return -1
        self._state.execute("INSERT INTO attentive_windows VALUES (?, ?, ?)", (key, operation.id, now))
        return int(operation.limit - used - 1)
