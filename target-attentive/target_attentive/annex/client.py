"""Annex Cloud as a transport: its address, its two kinds of token, and errors that only the body may tell."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.client import Client, TransportSettings
from target_attentive.annex.errors import ANNEX_ERRORS, annex_rule
from target_attentive.annex.tokens import loyalty_token, signed_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.client import Answer
    from singer_delivery.error_table import ErrorRule, ErrorTable
    from singer_delivery.settings import DeliverySettings
    from singer_delivery.traffic import Traffic
    from target_attentive.settings import AnnexSettings

BACKOFF = 1.0
"""Seconds before the second attempt at a call."""
MOST_PER_SECOND = 5.0
"""Calls a second: Annex Cloud publishes no limit, and a segment is one call."""
PATH = "/api/3.0/segment"
_NONE = (None, "", 0, "0")
"""What an `errorCode` may be where there is no error."""


class AnnexClient(Client):
    """Calls Annex Cloud. Safe to use from several threads. Making it calls nothing.

    Args:
        settings: Where, and with which token.
        common: How fast, and whether anything may be changed.
        traffic: Counts calls.
    """

    errors: ClassVar[ErrorTable] = ANNEX_ERRORS

    def __init__(self, settings: AnnexSettings, common: DeliverySettings, traffic: Traffic) -> None:
        rate = min(common.requests_per_second or MOST_PER_SECOND, MOST_PER_SECOND)
        further = {"requests_per_second": rate, "backoff": BACKOFF, "address_setting": "annex_cloud.url"}
        super().__init__(TransportSettings.of(settings.url, common, **further), traffic)
        self._settings = settings

    def authorize(self, headers: dict[str, str]) -> None:
        """Name the site; the older token is the same for every call."""
        headers["X-AnnexCloud-Site"] = self._settings.site_id
        if self._settings.token_scheme == "legacy":  # noqa: S105 - a scheme's name
            headers["Authorization"] = f"Bearer {loyalty_token(self._settings.token, self._settings.site_id)}"

    def sign(self, headers: dict[str, str], body: bytes | None) -> None:
        """Sign the bytes of this attempt, with a token that ends soon after it."""
        if self._settings.token_scheme == "jwt":  # noqa: S105 - a scheme's name
            token = signed_token(
                body or b"",
                site_id=self._settings.site_id,
                site_name=self._settings.site_name,
                secret=self._settings.token,
                now=time.time(),
            )
            headers["Authorization"] = f"Bearer {token}"

    def error_code(self, answer: Answer) -> str | None:
        """Return the code of `{"errorCode": ..., "errorMessage": ...}`, which may come with HTTP 200."""
        body = answer.body
        if not isinstance(body, dict):
            return None
        if (code := body.get("errorCode")) not in _NONE:
            return str(code)
        return "errorMessage" if body.get("errorMessage") not in _NONE else None

    def error_rule(self, operation: str, status: int, code: str | None) -> ErrorRule:
        """Return what an error means."""
        del operation
        return annex_rule(status, code)

    def make_segment(self, segment: Mapping[str, Any]) -> Answer:
        """Make a segment, at most once: nothing says that Annex Cloud recognises a repeat.

        Raises:
            OutcomeUnknownError: The call broke off; the segment may be there or not.
            RefusedError: Annex Cloud refused it.
        """
        return self.call("AnnexSegment", "POST", PATH, json=segment, repeatable=False)
