"""Textlocal's API as a transport: its address, its key, its form posts, its failures with HTTP 200."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.client import Client, TransportSettings
from singer_delivery.errors import RefusedError, SetupError
from target_textlocal.answers import failure_of
from target_textlocal.encoding import encoded_form
from target_textlocal.errors import TEXTLOCAL_ERRORS, UNKNOWN_COMMAND, UPGRADED, rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.client import Answer
    from singer_delivery.error_table import ErrorRule, ErrorTable
    from singer_delivery.settings import DeliverySettings
    from singer_delivery.traffic import Traffic
    from target_textlocal.settings import TextlocalSettings

BACKOFF = 1.0
"""Seconds before the second attempt at a call."""


class TextlocalClient(Client):
    """Calls Textlocal. Safe to use from several threads. Making it calls nothing.

    Args:
        settings: Where, and who calls.
        common: How fast, and whether anything may be changed.
        traffic: Counts calls.

    Attributes:
        upgraded: Whether answers have shown that the account was upgraded to Webex Interact, which knows `send` and
            little else.
    """

    errors: ClassVar[ErrorTable] = TEXTLOCAL_ERRORS

    def __init__(self, settings: TextlocalSettings, common: DeliverySettings, traffic: Traffic) -> None:
        super().__init__(TransportSettings.of(settings.api_url, common, backoff=BACKOFF), traffic)
        self._key = settings.api_key
        self.upgraded = False

    def read(self, command: str, /, **fields: str) -> dict[str, Any]:
        """Make a call that changes nothing. A dry run makes it, too.

        Args:
            command: Textlocal's command.
            fields: Its parameters.

        Returns:
            The answer, whose `status` is success.

        Raises:
            RefusedError: Textlocal says no, with a code.
            SetupError: The account does not know the command, or the answer means that every call would fail.
            DeliveryError: Ends the run.
        """
        found = self.read_if_known(command, **fields)
        if found is None:
            raise SetupError(UPGRADED)
        return found

    def read_if_known(self, command: str, /, **fields: str) -> dict[str, Any] | None:
        """Make a call that changes nothing; None where the account, an upgraded one, does not know the command."""
        try:
            answer = self.call(command, "POST", f"/{command}/", form=encoded_form(fields), changes=False)
        except RefusedError as refusal:
            if refusal.code == UNKNOWN_COMMAND:
                return None
            raise
        return dict(answer.body)

    def change(self, command: str, /, *, repeatable: bool = True, **fields: str) -> Answer:
        """Make a call that changes something, or texts people. `message`, `sender` and `contacts` are encoded here.

        Args:
            command: Textlocal's command.
            repeatable: Whether making it twice does no harm.
            fields: Its parameters.

        Returns:
            The answer, whose `status` is success; in a dry run one that is `pretended`.

        Raises:
            RefusedError, OutcomeUnknownError, AbandonedError, DeliveryError: As of `Client.call`.
        """
        return self.call(command, "POST", f"/{command}/", form=encoded_form(fields), repeatable=repeatable)

    def credentials(self) -> Mapping[str, str]:
        """Say who calls, by a field of the form."""
        return {"apikey": self._key}

    def error_code(self, answer: Answer) -> str | None:
        """Return the code of a failure: Textlocal's come with HTTP 200."""
        said = failure_of(answer.body)
        if said is None and isinstance(answer.body.get("balance"), float):
            self.upgraded = True  # money instead of credits
        return said

    def error_rule(self, operation: str, status: int, code: str | None) -> ErrorRule:
        """Return what an error means, which depends on the command. An unknown one shows an upgraded account."""
        if code == UNKNOWN_COMMAND and operation != "send":
            self.upgraded = True
        return rule_of(operation, status, code)
