"""What goes into the ledger and what comes out of it."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

DIGEST_SIZE = 16
"""Bytes of a digest: two of a billion people share one with a chance of 1 in 10**21."""
NOT_KNOWN = bytes(DIGEST_SIZE)
"""In the place of a digest: of what is not known any more, and so is equal to nothing."""


class EntryState(IntEnum):
    """How far a delivery has come."""

    SENDING = 1
    """It may be under way. Found by a later run, it means that the earlier one broke off and nobody knows."""
    ACCEPTED = 2
    """The vendor took it."""


class Entry(NamedTuple):
    """What the ledger holds of a key.

    Attributes:
        payload: Digest of what was sent, or is being sent.
        state: How far it has come.
        at: When that was, in seconds since 1970.
    """

    payload: bytes | None
    state: EntryState
    at: int


class Accepted(NamedTuple):
    """A delivery that the vendor took.

    Attributes:
        scope: Id of the scope, of `Ledger.scope`.
        key: Digest of who or what it is about.
        source: Digest of the record and the rules it came from.
        payload: Digest of what the vendor holds now.
    """

    scope: int
    key: bytes
    source: bytes
    payload: bytes


class LeftAlone(NamedTuple):
    """Somebody whom the vendor said to leave alone.

    Attributes:
        scope: Id of the scope, of `Ledger.scope`.
        key: Digest of who or what it is about.
        source: Digest of the record and the rules it came from.
        reason: Why, as a reason code.
    """

    scope: int
    key: bytes
    source: bytes
    reason: str


class Forget(NamedTuple):
    """Something that undoes other deliveries: who unsubscribed is no longer known as subscribed.

    Attributes:
        scope_prefix: The scope of this name, and all below it: `subscribe/5` means `subscribe/5/Master List` too, and
            not `subscribe/50`.
        key: Digest of who or what it is about.
    """

    scope_prefix: str
    key: bytes


_ALSO, _NOTED = "(also)", "(noted)"


def also_below(scope: str) -> str:
    """Return the scope of what a scope's deliveries are about besides their own keys (`Delivery.also`)."""
    return f"{scope}/{_ALSO}"


def noted_below(scope: str) -> str:
    """Return the scope of the keys of which a scope's deliveries noted something (`Delivery.noted`)."""
    return f"{scope}/{_NOTED}"


def holds_deliveries(scope: str) -> bool:
    """Tell whether a scope holds deliveries under their own keys, and not what else is known of them."""
    return scope.rpartition("/")[2] not in {_ALSO, _NOTED}


def below(name: str, prefix: str) -> bool:
    """Tell whether a scope is the one of this name, or below it."""
    return name == prefix or name.startswith(f"{prefix}/")
