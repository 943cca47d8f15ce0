"""How a vendor is spoken to: who calls, what its errors mean, what it allows. What a vendor's client declares."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.error_table import ErrorRule, ErrorTable
    from singer_delivery.transport import Answer


class Dialect(ABC):
    """What a `Client` has to know of its vendor."""

    errors: ClassVar[ErrorTable]
    """What the vendor's errors mean."""
    quotas: ClassVar[Mapping[str, float]] = {}
    """Calls a second of the vendor's quotas beside the general one, as published, by the names `call` is given."""
    rate_window: ClassVar[float | None] = None
    """Seconds that the vendor's header `x-ratelimit-limit` counts, where its documentation says so.

    What the header says then is the rate, lower or higher than the published one, up to `requests_per_second`. So
    calls whose limits differ belong to different quotas.
    """

    def authorize(self, headers: dict[str, str]) -> None:
        """Put into the headers who calls. May fetch a token, by `exchange`; called by any thread.

        Raises:
            SetupError: The vendor does not accept the credentials. The client makes no further call then.
        """
        del headers

    def credentials(self) -> Mapping[str, str]:
        """Return the fields that say who calls, for calls with a `form`, where the vendor wants them there.

        They come to the form when it is really sent: no plan of a dry run holds them, no log and no message. Called
        for each call, by any thread, so it makes none itself.
        """
        return {}

    def renew(self, used: Mapping[str, str]) -> None:
        """Forget an authorization that was refused, so that `authorize` fetches another one.

        Called once, however many threads met the refusal, and only while `authorize` still says the same. Where
        there is nothing to renew, as with an API key, do nothing: the run ends at once.

        Args:
            used: The headers that `authorize` wrote.
        """
        del used

    def sign(self, headers: dict[str, str], body: bytes | None) -> None:
        """Put into the headers a signature of the request, where a vendor wants one. Called before each attempt.

        Args:
            headers: What `authorize` wrote, to be added to or changed.
            body: The bytes that are sent; None for none.
        """
        del headers, body

    @abstractmethod
    def error_code(self, answer: Answer) -> str | None:
        """Return the vendor's error code from an answer; None for a success, or where there is none."""

    def error_rule(self, operation: str, status: int, code: str | None) -> ErrorRule:
        """Return what an error means: by default what `errors` says, whatever was called.

        Args:
            operation: What was called, as `call` was told.
            status: HTTP status.
            code: The vendor's error code, if there was one.
        """
        del operation
        return self.errors.rule(status, code)
