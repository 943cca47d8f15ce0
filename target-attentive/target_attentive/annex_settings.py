"""The settings of Annex Cloud, one object among the target's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Mapping

ANNEX_URL = "https://s15.socialannex.net"
_TEXT = th.StringType(min_length=1)

ANNEX_CLOUD: th.Property[Any] = th.Property(
    "annex_cloud",
    th.ObjectType(
        th.Property(
            "url",
            _TEXT,
            default=ANNEX_URL,
            title="Annex Cloud address",
            description="Base address of Annex Cloud's API. Your account may be at another one.",
            examples=[ANNEX_URL],
        ),
        th.Property(
            "site_id",
            th.CustomType({"type": ["string", "number"], "minLength": 1}),
            title="Annex Cloud site id",
            description="Your site's id at Annex Cloud.",
            examples=["1001"],
        ),
        th.Property(
            "site_name",
            _TEXT,
            title="Annex Cloud site name",
            description="Your site's name, which a signed token holds. Without it: the id.",
            examples=["shop.example.com"],
        ),
        th.Property(
            "token",
            _TEXT,
            secret=True,
            title="Annex Cloud token",
            description="The secret that tokens are signed with (`jwt`), or the loyalty token (`legacy`).",
            examples=["$ANNEX_CLOUD_TOKEN"],
        ),
        th.Property(
            "token_scheme",
            th.StringType(allowed_values=["jwt", "legacy"]),
            default="jwt",
            title="Annex Cloud token scheme",
            description=(
                "How calls are authorized: `jwt` signs each one, as Annex Cloud's API 3.0 has it; `legacy` is the "
                "older base64 of token and site id."
            ),
            examples=["legacy"],
        ),
    ),
    title="Annex Cloud",
    description=(
        "Access to Annex Cloud, for `annex_segment`: `site_id` and `token`, and if need be `url`, `site_name` and "
        "`token_scheme` (`jwt` or `legacy`). Its `token` is a secret."
    ),
    examples=[{"site_id": "1001", "token": "$ANNEX_CLOUD_TOKEN"}],
)


@dataclass(frozen=True, slots=True)
class AnnexSettings:
    """Access to Annex Cloud.

    Attributes:
        url: Base address, without a slash at its end.
        site_name: The site's id, where no name is set.
        token: The secret of a JWT, or the loyalty token.
        token_scheme: `jwt` or `legacy`.
    """

    url: str
    site_id: str
    site_name: str
    token: str = field(repr=False)
    token_scheme: str = "jwt"  # noqa: S105 - a scheme's name

    @classmethod
    def from_config(cls, config: Mapping[str, Any] | None) -> AnnexSettings | None:
        """Read the object; None where Annex Cloud is not used.

        Meltano gives the defaults of what is within it, whether it is used or not.
        """
        value = config or {}
        site, token = (text_of(value.get(each)) for each in ("site_id", "token"))
        if site is None or token is None:
            return None
        return cls(
            url=(text_of(value.get("url")) or ANNEX_URL).rstrip("/"),
            site_id=site,
            site_name=text_of(value.get("site_name")) or site,
            token=token,
            token_scheme=value.get("token_scheme") or "jwt",
        )

    @property
    def scope(self) -> str:
        """The site, for the ledger: what another address took, Annex Cloud has not."""
        return self.site_id if self.url == ANNEX_URL else f"{self.site_id}@{urlsplit(self.url).hostname}"


def text_of(value: Any) -> str | None:
    """Return a setting as text without blanks around it, None for nothing but blanks. Numbers have no fraction."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(value).strip() or None
