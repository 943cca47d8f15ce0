"""What actions share that make one call for each record."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from singer_delivery.actions import Action
from singer_delivery.errors import CallError, DeliveryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_delivery.actions import Delivery
    from singer_delivery.outcomes import Verdict
    from target_attentive.client import AttentiveClient
    from target_attentive.settings import AttentiveSettings


class SingleCalls(Action):
    """An action that makes one call for each record.

    Args:
        client: Who calls.
        settings: This target's own settings.
        scope: What the ledger keeps its deliveries under.
        dry_run: Whether only reading calls are made.
    """

    def __init__(self, client: AttentiveClient, settings: AttentiveSettings, scope: str, *, dry_run: bool) -> None:
        super().__init__(scope)
        self._client = client
        self._settings = settings
        self._dry_run = dry_run

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Do it, one record after the other."""
        return [self._send(each) for each in deliveries]

    @abstractmethod
    def _send(self, delivery: Delivery) -> Verdict: ...

    def vendor_works(self) -> bool:
        """Ask whose key it is: if that works, what failed was the record's fault."""
        try:
            self._client.call("Me", "GET", "/v1/me", changes=False)
        except (CallError, DeliveryError):
            return False
        return True
