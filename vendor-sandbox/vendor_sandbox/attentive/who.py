"""Who a call is about: the three shapes of identifiers that the API has.

Subscribe and unsubscribe take phone and e-mail in `user`, and external identifiers beside it. Attributes and events
take an `EventUser`, which refuses unknown properties and spells custom identifiers `name`/`value`. v2 has one flat
object, and spells them `key`/`value`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive import phones
from vendor_sandbox.attentive.errors import ApiError
from vendor_sandbox.attentive.fields import EMAIL, TEXT, mapping, mappings, needed, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.switches import Switchboard

LONGEST = 100
"""Characters of an identifier; of an e-mail address only where identity resolution and v2 take it."""
_EVENT_USER = frozenset({"phone", "email", "externalIdentifiers"})
_EXTERNAL = ("shopifyId", "klaviyoId", "clientUserId")
Identifier = tuple[str, str]
"""A kind (`phone`, `email`, `clientUserId`, `shopifyId`, `klaviyoId`, `custom:NAME`) and a value."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody, by identifiers.

    Attributes:
        phone: E.164, or empty.
        email: As it is kept, or empty.
        external: The other identifiers.
    """

    phone: str = ""
    email: str = ""
    external: tuple[Identifier, ...] = ()

    @property
    def identifiers(self) -> list[Identifier]:
        """All of them."""
        own = [("phone", self.phone)] if self.phone else []
        return [*own, *([("email", self.email)] if self.email else []), *self.external]

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """Channel and address of each channel that there is an identifier for, TEXT first."""
        return [(channel, at) for channel, at in ((TEXT, self.phone), (EMAIL, self.email)) if at]


class Identifiers:
    """Reads them."""

    def __init__(self, switches: Switchboard) -> None:
        self._switches = switches

    def phone(self, body: Mapping[str, Any], name: str = "phone") -> str:
        """A phone number, or empty.

        Raises:
            ApiError: It is none.
        """
        value = body.get(name)
        return "" if value is None else phones.e164(value, name, lenient=self._switches["lenient-us"] == "on")

    def email(self, body: Mapping[str, Any], name: str = "email", most: int | None = None) -> str:
        """An e-mail address, or empty.

        Raises:
            ApiError: It is none: no rule is published, so one @ with something on both sides is enough.
        """
        value = text(body, name, most)
        if value is None:
            return ""
        before, _, after = value.partition("@")
        if not before or not after or "@" in after or not value.isprintable() or " " in value:
            raise ApiError.bad(f"{name} is not a valid email address")
        return value.lower() if self._switches["email-case"] == "fold" else value

    def subscriber(self, body: Mapping[str, Any]) -> Who:
        """Somebody by `user`: phone, e-mail or both, and by `externalIdentifiers` beside it.

        Raises:
            ApiError: There is neither, or one is wrong.
        """
        user = mapping(body, "user") or {}
        if self._switches["unknown-fields"] == "refuse" and not user.keys() <= {"phone", "email"}:
            raise ApiError.bad(f"Unrecognized field in user: {min(user.keys() - {'phone', 'email'})}")
        who = Who(self.phone(user), self.email(user), self._nested(body, _EXTERNAL))
        if not who.addresses:
            raise ApiError.bad("user must have a phone or an email")
        return who

    def event_user(self, body: Mapping[str, Any]) -> Who:
        """Somebody by an `EventUser`.

        Raises:
            ApiError: It has an unknown property, or no identifier, or one is wrong.
        """
        user = mapping(body, "user")
        if not user:
            raise ApiError.bad("user must have at least one identifier")
        if unknown := sorted(user.keys() - _EVENT_USER):
            raise ApiError.bad(f"Unrecognized field in user: {unknown[0]}")
        # shopifyId and klaviyoId are not defined here; what is not defined is passed over.
        who = Who(self.phone(user), self.email(user), self._nested(user, ("clientUserId",)))
        if not who.identifiers:
            raise ApiError.bad("user must have at least one identifier")
        return who

    def flat(self, body: Mapping[str, Any], custom: str) -> Who:
        """Somebody by one flat object, whose custom identifiers spell their name `custom`.

        Raises:
            ApiError: One is wrong.
        """
        return Who(self.phone(body), self.email(body, most=LONGEST), _external(body, _EXTERNAL, custom))

    def member(self, body: Mapping[str, Any]) -> Who:
        """Somebody by what a segment's members have: phone, e-mail, `clientUserId`. Other identifiers are passed over.

        Raises:
            ApiError: One is wrong.
        """
        # Only of clientUserId is a length published here.
        client = text(body, "clientUserId", LONGEST)
        return Who(self.phone(body), self.email(body), () if client is None else (("clientUserId", client),))

    def _nested(self, body: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Identifier, ...]:
        return _external(mapping(body, "externalIdentifiers") or {}, names, "name")


def _external(given: Mapping[str, Any], names: tuple[str, ...], custom: str) -> tuple[Identifier, ...]:
    if not given:
        return ()
    plain = [(name, value) for name in given if name in names and (value := text(given, name, LONGEST)) is not None]
    named = [
        (f"custom:{needed(each, custom, LONGEST)}", needed(each, "value", LONGEST))
        for each in mappings(given, "customIdentifiers") or []
    ]
    return (*plain, *named)
