"""The token endpoint and who a token lets in.

Request, answer and lifetime are as recorded in workarea-commerce/workarea-listrak (2018-2019); so is
`{"error":"Invalid Credentials"}` with status 400. What else goes wrong (grant, content type) has not been seen:
status 400 and OAuth 2's own words (RFC 6749, 5.2) are ours.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from vendor_sandbox.listrak_sms.account import INTEGRATIONS, SECRET, Integration
from vendor_sandbox.listrak_sms.envelopes import answer
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.store import NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard

_KIND = "integration"
_TOKEN_BYTES = 300  # about 400 characters, as the recorded ones
_FORM = "application/x-www-form-urlencoded"


class Tokens:
    """Tokens, which live in the state, so that a restart keeps them."""

    def __init__(self, state: State, switches: Switchboard, clock: Clock) -> None:
        self._state = state
        self._switches = switches
        self._clock = clock
        self._flags: dict[str, dict[str, bool]] = {}
        self._load()
        state.on_change.append(self._load)

    def _load(self) -> None:
        changed = self._state.facts(NAME, _KIND)
        self._flags = {
            name: {"paused": each.paused, "here": each.here, **json.loads(changed.get(name, "{}"))}
            for name, each in INTEGRATIONS.items()
        }

    def describe(self) -> dict[str, dict[str, object]]:
        """Every integration, as it stands."""
        return {
            name: {"about": each.about, "type": each.kind, **self._flags[name]} for name, each in INTEGRATIONS.items()
        }

    def set(self, client: str, flags: Mapping[str, bool]) -> None:
        """Pause an integration (`paused`), or allow or refuse the caller's address (`here`)."""
        self._state.keep(NAME, _KIND, client, json.dumps({**self._flags[client], **flags}))

    def revoke(self) -> int:
        """End every token; returns how many there were."""
        return self._state.execute("DELETE FROM listrak_sms_tokens").rowcount

    def issue(self, content_type: str, form: Mapping[str, str]) -> Answer:
        """Answer a token request.

        Raises:
            ApiError: The caller's address is refused, and the switch `refused-address` has that end here.
        """
        if content_type.partition(";")[0].strip().lower() != _FORM:
            return _refused("invalid_request")
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type" if form.get("grant_type") else "invalid_request")
        client = form.get("client_id", "")
        if client not in INTEGRATIONS or form.get("client_secret") != SECRET or self._flags[client]["paused"]:
            return _refused("Invalid Credentials")
        if not self._flags[client]["here"] and self._switches["refused-address"] != "call":
            if self._switches["refused-address"] == "token-401":
                raise ApiError("ERROR_UNAUTHORIZED")
            return _refused("Invalid Credentials")
        return self._new(client)

    def _new(self, client: str) -> Answer:
        now = self._clock.now()
        self._state.execute("DELETE FROM listrak_sms_tokens WHERE expires < ?", (now,))
        if self._switches["new-token"] == "ends":
            self._state.execute("DELETE FROM listrak_sms_tokens WHERE client = ?", (client,))
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        seconds = int(self._switches["token-seconds"])
        self._state.execute("INSERT INTO listrak_sms_tokens VALUES (?, ?, ?)", (token, client, now + seconds))
        return answer({"access_token": token, "token_type": "bearer", "expires_in": seconds})

    def admit(self, authorization: str) -> Integration:
        """Whose integration a call comes from.

        Raises:
            ApiError: The token is missing, unknown, expired or for another API, or its integration may not call.
        """
        scheme, _, token = authorization.partition(" ")
        row = self._state.execute(
            "SELECT client, expires FROM listrak_sms_tokens WHERE token = ?", (token.strip(),)
        ).fetchone()
        if scheme.lower() != "bearer" or row is None or row[1] <= self._clock.now():
            raise ApiError("ERROR_UNAUTHORIZED")
        flags, integration = self._flags[row[0]], INTEGRATIONS[row[0]]
        if flags["paused"] or not flags["here"] or integration.kind != "SMS":
            raise ApiError("ERROR_UNAUTHORIZED")
        return integration


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form."""
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _refused(error: str) -> Answer:
    return answer({"error": error}, 400)
