"""The two tokens that Annex Cloud takes: a JWT that signs a call's body, and the older one. Pure, no I/O.

The JWT is that of Annex Cloud's API 3.0.0 (annexcloud.redocly.app); the older token is that of its integration page on
Attentive. That one secret signs both the JWT and the body is an inference.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from jwt import PyJWS
from jwt.algorithms import HMACAlgorithm

LIFETIME = 300
"""Seconds for which a JWT is good. Each attempt has its own, so it has to outlast clocks that differ, no more."""
_ALGORITHM = "HS256"


class _AnyKey(HMACAlgorithm):
    """HMAC with the secret that Annex Cloud gave out, however long: a warning about it would help nobody."""

    def check_key_length(self, key: Any) -> str | None:
        del key
        return None


_jws = PyJWS()
_jws.unregister_algorithm(_ALGORITHM)
_jws.register_algorithm(_ALGORITHM, _AnyKey(HMACAlgorithm.SHA256))


def signed_token(body: bytes, *, site_id: str, site_name: str, secret: str, now: float) -> str:
    """Return a JWT for one call.

    Args:
        body: The very bytes that are sent: its `hmac` is of their base64.
        site_id: The site's id.
        site_name: The site's name; any text will do.
        secret: The site's secret.
        now: Seconds since 1970.
    """
    claims = {
        "sub": site_name,
        "exp": int(now) + LIFETIME,
        "site_id": site_id,
        "hmac": body_signature(body, secret),
    }
    return _jws.encode(json.dumps(claims, separators=(",", ":")).encode(), secret.encode(), algorithm=_ALGORITHM)


def body_signature(body: bytes, secret: str) -> str:
    """Return Base64(HMAC-SHA256(Base64(body), secret))."""
    mac = hmac.new(secret.encode(), base64.b64encode(body), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def loyalty_token(token: str, site_id: str) -> str:
    """Return the older token: the base64 of a JSON array of loyalty token and site id."""
    return base64.b64encode(json.dumps([token, site_id]).encode()).decode()
