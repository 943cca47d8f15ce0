"""The forms in which Attentive's calls say who they are about, each a type of its own.

v1 spells custom identifiers `name`/`value`, v2 `key`/`value` (Attentive's OpenAPI descriptions of both). So the type
checker refuses the form of one call in the place of another's.
"""

from __future__ import annotations

from typing import TypedDict


class NameValue(TypedDict):
    """A custom identifier as v1 spells it."""

    name: str
    value: str


class KeyValue(TypedDict):
    """A custom identifier as v2 spells it."""

    key: str
    value: str


class User(TypedDict, total=False):
    """`user` of subscribe and unsubscribe (UserDto1): each identifier is a channel."""

    phone: str
    email: str


class Member(User, total=False):
    """A member of a segment."""

    clientUserId: str


class V2Identifiers(Member, total=False):
    """`identifiers` of v2: flat."""

    shopifyId: str
    klaviyoId: str
    customIdentifiers: list[KeyValue]


class EventExternalIdentifiers(TypedDict, total=False):
    """`externalIdentifiers` of an EventUser, which knows no Shopify and no Klaviyo."""

    clientUserId: str
    customIdentifiers: list[NameValue]


class EventUser(User, total=False):
    """`user` of v1 attributes and events. Any other property is refused."""

    externalIdentifiers: EventExternalIdentifiers


class ExternalIdentifiers(EventExternalIdentifiers, total=False):
    """`externalIdentifiers` of subscribe, which stands beside `user`."""

    shopifyId: str
    klaviyoId: str


class IdentityUser(ExternalIdentifiers, total=False):
    """The body of Identify: flat, and of v1."""

    phone: str
    email: str
