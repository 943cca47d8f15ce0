"""Attentive's API as a transport: its address, its keys, its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from singer_delivery.client import Client, TransportSettings
from target_attentive.error_words import code_of, message_of
from target_attentive.errors import ATTENTIVE_ERRORS, legacy_rule, rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.client import Answer
    from singer_delivery.error_table import ErrorRule, ErrorTable
    from singer_delivery.settings import DeliverySettings
    from singer_delivery.traffic import Traffic
    from target_attentive.settings import AttentiveSettings

BACKOFF = 1.0
"""Seconds before the second attempt at a call."""
QUOTAS: Mapping[str, float] = {
    "subscribe": 10,
    "unsubscribe": 5,
    "identity": 10,
    "eligibility": 150,
    "attributes_v1": 150,
    "events": 150,
    "ecommerce": 150,
    "privacy": 150,
    "messages": 150,
    "bulk_attributes": 100,
    "members": 100,
    "jobs": 100,
    "segments": 100,
}
"""Calls a second, by Attentive's page "API Rate Limits" and its descriptions: of each key and each endpoint."""


class AttentiveClient(Client):
    """Calls Attentive. Safe to use from several threads. Making it calls nothing.

    Args:
        settings: Where.
        common: How fast, and whether anything may be changed.
        traffic: Counts calls.
        key: Who calls. It is opaque: nothing is read from it.
    """

    errors: ClassVar[ErrorTable] = ATTENTIVE_ERRORS
    quotas: ClassVar[Mapping[str, float]] = QUOTAS
    rate_window: ClassVar[float | None] = 1.0

    def __init__(self, settings: AttentiveSettings, common: DeliverySettings, traffic: Traffic, key: str) -> None:
        super().__init__(TransportSettings.of(settings.api_url, common, backoff=BACKOFF), traffic)
        self._bearer = f"Bearer {key}"

    def authorize(self, headers: dict[str, str]) -> None:
        """Say who calls, by the key."""
        headers["Authorization"] = self._bearer

    def error_code(self, answer: Answer) -> str | None:
        """Return the code of ours for what an error says in prose, if it says what is known."""
        return None if answer.ok else code_of(message_of(answer.body))

    def error_rule(self, operation: str, status: int, code: str | None) -> ErrorRule:
        """Return what an error means, which depends on what was called: a 403 names the permission."""
        return rule_of(operation, status, code)


class LegacyClient(AttentiveClient):
    """Calls Attentive's legacy messages, which are not in today's public API, with a token of their own."""

    def error_rule(self, operation: str, status: int, code: str | None) -> ErrorRule:
        """Return what an error means: of a refused token that it is `legacy_token`."""
        return legacy_rule(operation, status, code)
