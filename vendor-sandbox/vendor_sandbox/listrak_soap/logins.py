"""Who may call, and what a refused login is told.

The three bracketed codes are those joepetrini/python-listrak looks for. That the lock comes after five failures in a
row, and that a right password before it starts the count anew, is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sandbox.listrak_soap.soap import SoapError

if TYPE_CHECKING:
    from vendor_sandbox.state import State

PASSWORD = "sandbox-password"  # noqa: S105 - everyone may know it
FAILURES_ALLOWED = 5
_KIND = "login-failures"
_NAME_LENGTH = 256


@dataclass(frozen=True, slots=True)
class User:
    """A user of the sandbox.

    Attributes:
        about: What the user is for.
        lists: How many of the account's lists are granted, from the first; None for all.
        here: Whether the caller's address is authorised.
    """

    about: str
    lists: int | None = None
    here: bool = True


USERS: dict[str, User] = {
    "sandbox": User("sees every list"),
    "one-list": User("sees the first list only", lists=1),
    "elsewhere": User("may log in, but not from this IP address", here=False),
}


class Logins:
    """The door."""

    def __init__(self, vendor: str, state: State) -> None:
        self._vendor = vendor
        self._state = state
        self._failures: dict[str, int] = {}
        self._load()
        state.on_change.append(self._load)

    def _load(self) -> None:
        kept = self._state.facts(self._vendor, _KIND)
        self._failures = {name: int(count) for name, count in kept.items()}

    def check(self, name: str | None, password: str | None) -> User:
        """Let a user in.

        Raises:
            SoapError: With `[InvalidLogonAttempt]`, `[LoginAttemptsExceeded]` or `[ProhibitedIPAddress]`.
        """
        name = (name or "")[:_NAME_LENGTH]
        failures = self._failures.get(name, 0)
        if failures >= FAILURES_ALLOWED:
            raise SoapError.refused("[LoginAttemptsExceeded] Too many failed login attempts; the user is locked.")
        user = USERS.get(name)
        if user is None or password != PASSWORD:
            if name:
                self._state.keep(self._vendor, _KIND, name, str(failures + 1))
            raise SoapError.refused("[InvalidLogonAttempt] The user name or password is not valid.")
        if failures:
            self._state.drop(self._vendor, _KIND, name)
        if not user.here:
            raise SoapError.refused("[ProhibitedIPAddress] The IP address of the caller is not authorised.")
        return user
