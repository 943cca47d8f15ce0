"""The access token: fetched when it is first needed, kept, renewed before it ends.

Request and answer are as recorded from `auth.listrak.com` (workarea-commerce/workarea-listrak, 2018-2019).
"""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import SetupError
from target_listrak_sms.errors import INTEGRATION, UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import Callable

MARGIN = 60.0
"""Seconds before its end from which a token is not used any more."""
_LIFETIME = 3599.0
"""Seconds that a token lives where Listrak does not say."""
_TOKEN = re.compile(r"[\x21-\x7e]+")
"""What can stand in a header: RFC 6750 allows less."""
_REFUSED = 400
_FORBIDDEN = {401, 403}


def _credentials_refused() -> SetupError:
    return SetupError(
        f"Listrak does not accept the credentials. Check `client_id` and `client_secret` {INTEGRATION}: the "
        "integration must be of the type SMS, active and not paused, and its IP addresses, if it restricts them, must "
        "include this machine's public one. A secret is shown once only; if it is lost, make a new one."
    )


def _address_refused() -> SetupError:
    return SetupError(
        "Listrak gives no token to this machine. Its public IP address is probably not among those that the "
        f"integration allows: add it, or switch the restriction off, {INTEGRATION}. An integration that is paused or "
        "inactive is refused too."
    )


def _refused(status: int) -> SetupError:
    return SetupError(
        f"Listrak gives no token (HTTP {status}), and does not say why. Either it does not accept the credentials: "
        f"check `client_id` and `client_secret` {INTEGRATION}. Or this machine's public IP address is not among those "
        "that the integration allows: add it, or switch the restriction off. A proxy can do this, too."
    )


class Tokens:
    """One token for all threads.

    Args:
        fetch: Asks for a token; returns the HTTP status and the JSON of the answer. Raises what a call raises.
        clock: Seconds that only go forward.
    """

    def __init__(self, fetch: Callable[[], tuple[int, Any]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def current(self) -> str:
        """Return a token that is good for a while.

        Raises:
            SetupError: Listrak gives none.
        """
        with self._lock:
            if not self._token or self._clock() >= self._ends:
                self._renew()
            return self._token

    def drop(self, used: str) -> None:
        """Forget a token that was refused, unless another thread has replaced it already."""
        with self._lock:
            if self._token == used:
                self._token = ""

    def _renew(self) -> None:
        asked = self._clock()
        status, body = self._fetch()
        answer = body if isinstance(body, dict) else {}
        error = str(answer.get("error") or "")
        if status == _REFUSED or (status in _FORBIDDEN and "credentials" in error.casefold()):
            raise _credentials_refused()
        if status in _FORBIDDEN:
            raise _address_refused() if error == UNAUTHORIZED.code else _refused(status)
        token = answer.get("access_token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise SetupError(
                f"No token came from `auth_url` (HTTP {status}), and the answer is not Listrak's. Check `auth_url`: "
                "it is https://auth.listrak.com/OAuth2/Token, unless Listrak tells you otherwise."
            )
        life = _seconds(answer.get("expires_in"))
        self._token = token
        # Of a life that is shorter than the margin, half is used.
        self._ends = asked + max(life - MARGIN, life / 2)


def _seconds(value: object) -> float:
    try:
        life = float(value) if isinstance(value, (int, float, str)) else _LIFETIME
    except (ValueError, OverflowError):
        life = _LIFETIME
    return life if life > 0 else _LIFETIME
