"""Who calls: API keys, which can be revoked or locked to other addresses, and the legacy login."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal.account import ACCOUNTS, HASH, KEYS, NAME, Account
from vendor_sandbox.textlocal.errors import INVALID_LOGIN, ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.state import State

_KIND = "key"
_CHANGES = ("locked", "revoked")


class Keys:
    """The keys as they stand."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._keys: dict[str, dict[str, bool]] = {}
        self._load()
        state.on_change.append(self._load)

    def _load(self) -> None:
        changed = self._state.facts(NAME, _KIND)
        self._keys = {
            name: {"locked": key.locked, "revoked": False, **json.loads(changed.get(name, "{}"))}
            for name, key in KEYS.items()
        }

    def describe(self) -> dict[str, dict[str, Any]]:
        """Every key, as it stands."""
        return {name: {"account": key.account, **self._keys[name]} for name, key in KEYS.items()}

    def problems(self, wanted: Mapping[str, Any]) -> list[str]:
        """What is wrong with a change, in words."""
        problems = []
        if wanted.get("key") not in [*KEYS]:
            problems.append(f"key {wanted.get('key')!r} is not known: it is one of {list(KEYS)}")
        if not wanted.keys() & set(_CHANGES) or not wanted.keys() <= {"key", *_CHANGES}:
            problems.append("give locked, revoked, or both")
        problems += [
            f"{name} must be true or false" for name in _CHANGES if not isinstance(wanted.get(name, True), bool)
        ]
        return problems

    def set(self, wanted: Mapping[str, Any]) -> None:
        """Change a key."""
        name = str(wanted["key"])
        kept = {key: value for key, value in wanted.items() if key != "key"}
        self._state.keep(NAME, _KIND, name, json.dumps({**self._keys[name], **kept}))

    def admit(self, fields: Mapping[str, str]) -> Account:
        """The account of a call.

        Raises:
            ApiError: The key or the legacy login is none, or is not good from here.
        """
        if "apikey" in fields:
            key = fields["apikey"].strip()
            if key in KEYS and not any(self._keys[key].values()):
                return ACCOUNTS[KEYS[key].account]
            raise ApiError(INVALID_LOGIN)
        username, secret = fields.get("username", ""), fields.get("hash") or fields.get("password")
        account = next((each for each in ACCOUNTS.values() if each.username == username.lower()), None)
        if account is None or secret != HASH:
            raise ApiError(INVALID_LOGIN)
        return account
