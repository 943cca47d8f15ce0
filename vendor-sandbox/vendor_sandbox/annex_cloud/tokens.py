"""The two tokens: a JWT that signs the body's bytes, and the older base64 of loyalty token and site.

The JWT (HS256) has `sub`, `exp` (seconds since 1970), `site_id`, and `hmac`: the base64 of the HMAC-SHA256 of the
base64 of the raw body. That one secret signs both is an inference.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from vendor_sandbox.annex_cloud.account import LOYALTY_TOKEN, SECRET, SITE
from vendor_sandbox.annex_cloud.errors import AnnexError

_PARTS = 3


def check(authorization: str, site: str, body: bytes, scheme: str, now: float) -> None:
    """Check the token of a call.

    Args:
        authorization: Its header; the word Bearer may be missing.
        site: The header `X-AnnexCloud-Site`.
        body: The body's bytes.
        scheme: `jwt`, `token` or `either`.
        now: Seconds since 1970.

    Raises:
        AnnexError: It is not good.
    """
    token = authorization.strip().removeprefix("Bearer").strip()
    if not token:
        raise AnnexError(401, "there is no token")
    if token.count(".") == _PARTS - 1 and scheme != "token":
        _check_jwt(token, site, body, now)
    elif scheme == "jwt" or not _is_older(token):
        raise AnnexError(401, "the token is no good")


def _is_older(token: str) -> bool:
    try:
        return bool(json.loads(base64.b64decode(token, validate=True)) == [LOYALTY_TOKEN, SITE])
    except (binascii.Error, ValueError):
        return False


def _check_jwt(token: str, site: str, body: bytes, now: float) -> None:
    signed, _, signature = token.rpartition(".")
    if not _same(signature.rstrip("="), base64.urlsafe_b64encode(_mac(signed.encode())).rstrip(b"=").decode()):
        raise AnnexError(401, "the token's signature does not fit")
    header, claims = (_decoded(part) for part in signed.split("."))
    if header.get("alg") != "HS256":
        raise AnnexError(401, "the token's alg must be HS256")
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or expires <= now:
        raise AnnexError(401, "the token is expired, or has no exp")
    if not claims.get("sub"):
        raise AnnexError(401, "the token has no sub")
    if str(claims.get("site_id")) != SITE or site != SITE:
        raise AnnexError(401, "site_id and X-AnnexCloud-Site must be the site")
    wanted = base64.b64encode(_mac(base64.b64encode(body))).decode()
    if not _same(str(claims.get("hmac")), wanted):
        raise AnnexError(401, "the token's hmac is not that of the body's bytes")


def _mac(message: bytes) -> bytes:
    return hmac.new(SECRET.encode(), message, hashlib.sha256).digest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _decoded(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError) as error:
        raise AnnexError(401, "the token is no JWT") from error
    if not isinstance(value, dict):
        raise AnnexError(401, "the token is no JWT")
    return value
