"""Textlocal's API as a transport: its address, its key, its form posts, its failures with HTTP 200.

The connection, the rate and what is tried again are the engine's, which our targets call their vendors by. Textlocal
decodes texts, senders and contacts twice; what this tap sends are ids, counts and times, of digits alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.client import Client, TransportSettings
from singer_delivery.traffic import Traffic
from tap_textlocal.errors import TEXTLOCAL_ERRORS, code_of, rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.client import Answer
    from singer_delivery.error_table import ErrorRule, ErrorTable
    from tap_textlocal.settings import Settings

BACKOFF = 1.0
"""Seconds before the second attempt at a call, of six."""


class TextlocalClient(Client):
    """Reads from Textlocal. Making it calls nothing.

    Args:
        settings: Where, who calls, and how fast.
    """

    errors: ClassVar[ErrorTable] = TEXTLOCAL_ERRORS

    def __init__(self, settings: Settings) -> None:
        transport = TransportSettings(
            base_url=settings.api_url,
            concurrency=1,
            request_timeout=settings.request_timeout,
            requests_per_second=settings.requests_per_second,
            dry_run=False,
            backoff=BACKOFF,
        )
        super().__init__(transport, Traffic())
        self._key = settings.api_key

    def read(self, command: str, /, **fields: str | int) -> dict[str, Any]:
        """Make a call, until it succeeds or it is clear that it does not.

        Args:
            command: Textlocal's command: `get_groups`.
            fields: Its parameters.

        Returns:
            The answer, whose `status` is success.

        Raises:
            RefusedError: Textlocal says no, by a rule that is not every call's.
            SetupError: It says no, and would to every call. It is not called again then: that might lock the key.
            UnavailableError: It stayed broken in every attempt.
        """
        form = {name: str(value) for name, value in fields.items()}
        return dict(self.call(command, "POST", f"/{command}/", form=form, changes=False).body)

    def credentials(self) -> Mapping[str, str]:
        """Say who calls, by a field of the form: no address and no log has it."""
        return {"apikey": self._key}

    def error_code(self, answer: Answer) -> str | None:
        """Return the code of a failure."""
        return code_of(answer.body)

    def error_rule(self, operation: str, status: int, code: str | None) -> ErrorRule:
        """Return what an error means."""
        del operation
        return rule_of(status, code)
