"""Listrak's SMS REST API as a transport: its address, its tokens, its error codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.client import Client, TransportSettings
from target_listrak_sms.errors import LISTRAK_ERRORS
from target_listrak_sms.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.client import Answer
    from singer_delivery.error_table import ErrorTable
    from singer_delivery.settings import DeliverySettings
    from singer_delivery.traffic import Traffic
    from target_listrak_sms.settings import ListrakSettings

BACKOFF = 1.0
"""Seconds before the second attempt at a call."""
_SCHEME = "Bearer "
_HEADER = "Authorization"


class ListrakClient(Client):
    """Calls Listrak. Safe to use from several threads. Making it calls nothing.

    Args:
        settings: Where, and with which credentials.
        common: How fast, and whether anything may be changed.
        traffic: Counts calls.
    """

    errors: ClassVar[ErrorTable] = LISTRAK_ERRORS

    def __init__(self, settings: ListrakSettings, common: DeliverySettings, traffic: Traffic) -> None:
        super().__init__(TransportSettings.of(settings.api_url, common, backoff=BACKOFF), traffic)
        self._settings = settings
        self.tokens = Tokens(self._fetch_token)

    def authorize(self, headers: dict[str, str]) -> None:
        """Say who calls, by a token."""
        headers[_HEADER] = f"{_SCHEME}{self.tokens.current()}"

    def renew(self, used: Mapping[str, str]) -> None:
        """Forget a token that was refused."""
        self.tokens.drop(used[_HEADER].removeprefix(_SCHEME))

    def error_code(self, answer: Answer) -> str | None:
        """Return the code of an error envelope: `{"status": 400, "error": "ERROR_...", "message": "..."}`."""
        code = answer.body.get("error") if isinstance(answer.body, dict) else None
        return code if isinstance(code, str) and code else None

    def _fetch_token(self) -> tuple[int, Any]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
        }
        answer = self.exchange("Token", self._settings.auth_url, form, "auth_url")
        return answer.status, answer.body
