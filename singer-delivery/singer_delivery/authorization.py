"""Who calls: asked for once, however many threads need it, and never again once the vendor has refused it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Authorization:
    """The authorization of a client, shared by all threads.

    Args:
        authorize: Writes the headers; may fetch a token.
        renew: Forgets what those headers said.
    """

    def __init__(
        self, authorize: Callable[[dict[str, str]], None], renew: Callable[[Mapping[str, str]], None]
    ) -> None:
        self._authorize = authorize
        self._renew = renew
        self._lock = threading.RLock()
        self._ready = False
        self._refusal: SetupError | None = None

    def headers(self) -> Mapping[str, str]:
        """Return the headers that say who calls.

        Raises:
            SetupError: The vendor refused; without asking it again, for that can lock an account.
        """
        if self._refusal:
            raise self._refusal
        if self._ready:
            return self._written()
        with self._lock:
            # The first one asks, the others wait: for its token, or for its refusal.
            if self._refusal:
                raise self._refusal
            written = self._written()
            self._ready = True
            return written

    def renewed(self, used: Mapping[str, str]) -> bool:
        """Replace an authorization that was refused, unless another thread has done so.

        Args:
            used: The headers of the refused call.

        Returns:
            Whether there is another one now.
        """
        with self._lock:
            if self.headers() == used:
                self._ready = False
                self._renew(used)
            return self.headers() != used

    def refuse(self, error: SetupError) -> SetupError:
        """Keep what ends the run: every later call meets it before it is made."""
        self._refusal = self._refusal or error
        return error

    def _written(self) -> Mapping[str, str]:
        headers: dict[str, str] = {}
        try:
            self._authorize(headers)
        except SetupError as error:
            raise self.refuse(error) from None
        return headers
