"""What the contract sees of a target's vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Vendor(Protocol):
    """A stand-in for a vendor that one test has for itself: it begins without anybody of the `audience`.

    The people come from `singer_delivery.testing.audience`; their phone numbers are in E.164 here, whatever the
    vendor's own spelling is.
    """

    @property
    def settings(self) -> Mapping[str, Any]:
        """The target's settings: where the vendor is, credentials, and a `default_action` that reaches people.

        The numbers are North America's, so `default_country` is `US` unless it stands here. A target whose calls take
        many people, or whose waits between attempts are long, is set to small ones.
        """
        ...

    @property
    def no_access(self) -> Mapping[str, Any]:
        """The settings that differ when the vendor is to let nobody in: `{"api_key": "wrong"}`."""
        ...

    def held(self) -> object:
        """Return all that it holds, to be compared: anything that a target changes shows in it."""
        ...

    def reached(self) -> set[str]:
        """Return the phone numbers of those to whom something was delivered, and who were not taken off since."""
        ...

    def texts(self) -> Mapping[str, int]:
        """Return how many texts each phone number would have got; empty if nothing of the target's texts people."""
        ...

    def calls(self) -> int:
        """Return how many calls came, of any kind."""
        ...

    def changes(self) -> int:
        """Return how many of them were of the kind that changes something."""
        ...

    def break_at(self, phone: str) -> None:
        """Refuse the next call for this number, without effect, so that the run ends: as if the key was revoked."""
        ...
