"""The contacts of the account as the console shows them: rows of its views, and all that is known of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.exhibits import Column, Kind, Section
from vendor_sandbox.listings import numbered
from vendor_sandbox.listrak_sms.account import FIELDS, LISTS, SENDER_CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_sandbox.listrak_sms.account import SenderCode
    from vendor_sandbox.listrak_sms.store import Store, Subscription

CONTACT = (
    Column("phone", "Phone", Kind.ADDRESS),
    Column("sender_code", "Sender code"),
    Column("first_name", "First name"),
    Column("last_name", "Last name"),
    Column("email", "E-mail", Kind.ADDRESS),
    Column("standing", "Standing", Kind.STATE),
    Column("opted_out", "Opted out", Kind.TIME),
    Column("reason", "Reason"),
    Column("subscribed", "Last subscribed", Kind.TIME),
)
SUBSCRIPTION = (
    Column("list", "List id"),
    Column("list_name", "List"),
    Column("sender_code", "Sender code"),
    Column("phone", "Phone", Kind.ADDRESS),
    Column("state", "State", Kind.STATE),
    Column("since", "Since", Kind.TIME),
    Column("waits_for", "Waits for"),
)
_FIELD = (Column("company", "Company"), Column("field", "Field"), Column("value", "Value"))
_COMPANIES = {code.company: code for code in reversed(SENDER_CODES.values())}
"""By company, its first sender code: profiles are the company's."""


class Persons:
    """Finds contacts and shows them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def contact(self, sender: int, phone: str) -> dict[str, Any]:
        """Somebody on a sender code, by the columns of `CONTACT`."""
        code, contact = SENDER_CODES[sender], self._store.contact(sender, phone)
        profile = self._store.profile(code, phone)
        return {
            "phone": phone,
            "sender_code": code.code,
            "first_name": profile["firstName"],
            "last_name": profile["lastName"],
            "email": _email(profile["emailAddress"]),
            "standing": self._store.standing(sender, phone) or "good",
            "subscribed": as_read(contact.subscribed) if contact else None,
            "opted_out": as_read(contact.opted_out) if contact else None,
            "reason": contact.reason if contact else None,
        }

    def known_as(self, address: str) -> set[str]:
        """All addresses of whom an address leads to."""
        phones = self._phones([address])
        emails = {_email(self._store.profile(code, each)["emailAddress"]) for code, each in self._profiles(phones)}
        return {*phones, *(each for each in emails if each)}

    def _profiles(self, phones: Iterable[str]) -> list[tuple[SenderCode, str]]:
        return [(code, phone) for phone in sorted(phones) for code in _COMPANIES.values()]

    def _phones(self, addresses: Iterable[str]) -> set[str]:
        """The phones of the account's contacts among some addresses, and those whose profiles have one as e-mail."""
        given = sorted(addresses)
        marks = numbered(len(given))
        rows = self._store.state.execute(
            f"SELECT phone FROM listrak_sms_profiles WHERE company IN ({numbered(len(_COMPANIES))})"  # noqa: S608 - question marks
            f" AND phone IN ({marks}) UNION SELECT phone FROM listrak_sms_profiles"
            f" WHERE lower(emailAddress) IN ({marks})",
            (*_COMPANIES, *given, *given),
        )
        return {row[0] for row in rows.fetchall()}

    def sections(self, addresses: frozenset[str]) -> list[Section]:
        """What the account holds of somebody."""
        phones = sorted(self._phones(addresses))
        sections = (
            Section("Contact of sender codes", CONTACT, self._contacts(phones)),
            Section("Lists", SUBSCRIPTION, self._subscriptions(phones)),
            Section("Profile", _FIELD, self._fields(phones)),
        )
        return [section for section in sections if section.rows]

    def _contacts(self, phones: Sequence[str]) -> list[dict[str, Any]]:
        return [
            self.contact(sender, phone)
            for phone in phones
            for sender in SENDER_CODES
            if self._store.contact(sender, phone)
        ]

    def _subscriptions(self, phones: Sequence[str]) -> list[dict[str, Any]]:
        return [
            subscription(found)
            for phone in phones
            for each in LISTS
            if (found := self._store.subscription(each, phone))
        ]

    def _fields(self, phones: Sequence[str]) -> list[dict[str, Any]]:
        """What profiles hold beside names and e-mail."""
        rows = []
        for code, phone in self._profiles(phones):
            profile = self._store.profile(code, phone)
            custom = {FIELDS[code.company][int(number)].name: value for number, value in profile["fields"].items()}
            known = {"Birthday": (profile["birthday"] or "")[:10], "Postal code": profile["postalCode"], **custom}
            rows += [
                {"company": code.merchant, "field": name, "value": value} for name, value in known.items() if value
            ]
        return rows


def subscription(each: Subscription) -> dict[str, Any]:
    """Somebody and a list, by the columns of `SUBSCRIPTION`."""
    since = {"subscribed": each.subscribed, "unsubscribed": each.unsubscribed, "pending": each.pending}
    return {
        "list": each.list,
        "list_name": LISTS[each.list].name,
        "sender_code": SENDER_CODES[LISTS[each.list].sender].code,
        "phone": each.phone,
        "state": each.state,
        "since": as_read(since[each.state]),
        "waits_for": steps(opt_in=each.opt_in, age_gate=each.age_gate),
    }


def steps(*, opt_in: bool, age_gate: bool) -> str | None:
    """What somebody has to answer before being on a list, in words."""
    asked = [words for words, is_asked in (("double opt-in", opt_in), ("age", age_gate)) if is_asked]
    return ", ".join(asked) or None


def as_read(moment: str | None) -> str | None:
    """A time of the account as people read it."""
    return moment.replace("T", " ") if moment else None


def _email(value: str | None) -> str | None:
    return value.lower() if value else None
