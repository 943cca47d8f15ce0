"""Several clients of one run as one: where a vendor's calls need different credentials, or go to different hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from singer_delivery.planned_calls import PlannedCall


class Calls(Protocol):
    """What the engine asks of a transport: a `Client`, or `Clients`."""

    def take_planned(self) -> list[PlannedCall]:
        """Return the calls that this thread would have made since it last asked. Of dry runs."""

    def take_lasting(self) -> bool:
        """Say whether a call of this thread's that must not be repeated may have had effect since it last asked."""

    def stop(self) -> None:
        """Let no further call begin: whoever waits or comes later meets AbandonedError. Calls under way finish."""

    def close(self) -> None:
        """Close all connections."""


class Clients:
    """Several clients as one. Which of them a call goes through is for the actions to know.

    Args:
        clients: In the order in which a dry run tells of their calls.
    """

    def __init__(self, *clients: Calls) -> None:
        self._clients = clients

    def take_planned(self) -> list[PlannedCall]:
        """Return the calls that this thread would have made since it last asked. Of dry runs."""
        return [call for client in self._clients for call in client.take_planned()]

    def take_lasting(self) -> bool:
        """Say whether a call of this thread's that must not be repeated may have had effect since it last asked."""
        return any([client.take_lasting() for client in self._clients])  # noqa: C419 - each of them is to forget it

    def stop(self) -> None:
        """Let no further call begin, at any of them."""
        for client in self._clients:
            client.stop()

    def close(self) -> None:
        """Close all connections."""
        for client in self._clients:
            client.close()
