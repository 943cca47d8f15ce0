"""The made-up account: API keys, sign-up units, and what was set up in the UI. The same for ever."""

from __future__ import annotations

from dataclasses import dataclass

NAME = "attentive"
COMPANY = "Example Outfitters"
# What was seen looks like the base64 of a typed id.
ME = {
    "attentiveDomainName": "outfitters.example.com",
    "companyName": COMPANY,
    "contactEmail": "marketing@example.com",
    "companyId": "MDc6Q29tcGFueTEwMQ",
}
SCOPES = (
    "subscriptions:read",
    "subscriptions:write",
    "attributes:write",
    "events:write",
    "ecommerce:write",
    "identity:write",
    "privacy_requests:read",
    "privacy_requests:write",
    "segments:read",
    "segments:write",
    "webhooks:write",
)
"""Attentive's scopes, those of product catalogues and offers aside. Reading attributes needs the write scope."""
LEGACY = "legacy:messages"
"""Not a scope of Attentive's: what the legacy token is there for."""
WEBHOOK_KEY = "sandbox-webhook-key"
"""Signs webhook deliveries; Attentive shows it in its UI."""


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, which is a custom app's.

    Attributes:
        app: The app's name.
        scopes: What it may do at first.
        about: What it is there for.
    """

    app: str
    scopes: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A sign-up unit; only those of kind API can be used by a call."""

    id: str
    language: str
    country: str
    type: str = "MARKETING"
    kind: str = "API"


def _without(*parts: str) -> tuple[str, ...]:
    return tuple(scope for scope in SCOPES if scope.partition(":")[0] not in parts)


KEYS: dict[str, Key] = {
    "sandbox-attentive": Key("Sandbox App", SCOPES, "everything"),
    "sandbox-attentive-second": Key("Second App", SCOPES, "everything, as another custom app"),
    "sandbox-attentive-no-subscribers": Key("Half App", _without("subscriptions"), "no permission for Subscribers"),
    "sandbox-attentive-no-attributes": Key("Half App", _without("attributes"), "none for Custom Attributes"),
    "sandbox-attentive-read": Key(
        "Reader", tuple(each for each in SCOPES if each.endswith(":read")), "what can only be read"
    ),
    "sandbox-attentive-legacy": Key("Legacy", (LEGACY,), "the legacy token: messages, and nothing else"),
}
UNITS: dict[str, Unit] = {
    unit.id: unit
    for unit in (
        Unit("132109", "en", "US"),
        Unit("132110", "en", "US", "TRANSACTIONAL"),
        Unit("132111", "fr", "CA"),
        Unit("132112", "es", "US"),
        Unit("132113", "es", "US"),
        Unit("132114", "en", "CA", kind="LANDING_PAGE"),
    )
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that was made in the UI; one with choices takes no other value."""

    name: str
    type: str
    choices: tuple[str, ...] = ()


ATTRIBUTES = (
    Attribute("Favorite Color", "enum", ("Red", "Green", "Blue")),
    Attribute("Loyalty Tier", "enum", ("Bronze", "Silver", "Gold")),
    Attribute("Nickname", "string"),
    Attribute("Loyalty Points", "number"),
    Attribute("Loyalty Member", "boolean"),
    Attribute("Member Since", "date"),
)
