"""The commands on contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.asgi import read_json
from vendor_sandbox.textlocal.account import CONTACTS_GROUP, OPTOUT_GROUP
from vendor_sandbox.textlocal.dates import mysql
from vendor_sandbox.textlocal.errors import (
    BAD_JSON,
    BAD_NUMBER,
    DUPLICATE_NUMBER,
    NO_NUMBERS,
    NO_VALID_NUMBERS,
    NUMBER_NOT_FOUND,
    SOME_NUMBERS_INVALID,
    TOO_MANY_NUMBERS,
    ApiError,
    warning,
)
from vendor_sandbox.textlocal.groups import identifier
from vendor_sandbox.textlocal.people import FIELDS, Contact
from vendor_sandbox.textlocal.phones import normalised, split_numbers
from vendor_sandbox.textlocal.scheduling import zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.asked import Asked
    from vendor_sandbox.textlocal.endpoint import Command
    from vendor_sandbox.textlocal.groups import Groups
    from vendor_sandbox.textlocal.people import Row
    from vendor_sandbox.textlocal.store import Store

MOST_NUMBERS = 15_000
"""Of one `create_contacts`, as a Java client has it."""
MOST_CONTACTS = 1_500
"""Of one `create_contacts_bulk`: the vendor's page."""


class Contacts:
    """Writing, reading and deleting contacts, and reading who opted out."""

    def __init__(self, store: Store, groups: Groups, clock: Clock, switches: Switchboard) -> None:
        self._store = store
        self._groups = groups
        self._clock = clock
        self._switches = switches

    def commands(self) -> dict[str, Command]:
        """Name to function."""
        return {
            "create_contacts": self.create,
            "create_contacts_bulk": self.create_bulk,
            "get_contacts": self.read,
            "delete_contact": self.delete,
            "get_optouts": self.optouts,
        }

    def create(self, asked: Asked) -> dict[str, Any]:
        """Write numbers without anything else, into group 5 if none is named."""
        numbers = split_numbers(asked.text("numbers"))
        return self._write(asked, [{"number": each} for each in numbers], MOST_NUMBERS)

    def create_bulk(self, asked: Asked) -> dict[str, Any]:
        """Write contacts with names and custom fields, into group 5 if none is named.

        Raises:
            ApiError: The contacts are no list of objects, none or too many, or their group cannot be written to.
        """
        text = asked.text("contacts")
        try:
            given = read_json(text) if text else []
        except ValueError:
            raise ApiError(BAD_JSON) from None
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise ApiError(BAD_JSON)
        return self._write(asked, given, MOST_CONTACTS)

    def _write(self, asked: Asked, given: Sequence[Mapping[str, Any]], most: int) -> dict[str, Any]:
        group = self._groups.named(asked, CONTACTS_GROUP, writes=True)
        if not given:
            raise ApiError(NO_NUMBERS)
        if len(given) > most:
            raise ApiError(TOO_MANY_NUMBERS)
        valid = [
            (number, each)
            for each in given
            if (number := normalised(each.get("number"), asked.account.country, self._switches))
        ]
        warnings: list[dict[str, Any]] = []
        if len(valid) < len(given) and self._switches["invalid-contact"] == "warn56":
            warnings.append(warning(SOME_NUMBERS_INVALID))
        if not valid:
            raise ApiError(NO_VALID_NUMBERS, warnings=warnings)
        counted, changed = self._merged(asked.account.name, group, valid)
        if len(counted) < len(valid):
            warnings.append(warning(DUPLICATE_NUMBER))
        if not counted:
            raise ApiError(DUPLICATE_NUMBER, warnings=warnings[:-1])
        self._store.put_contacts(asked.account.name, group, changed, self._clock.now())
        answer: dict[str, Any] = {"warnings": warnings} if warnings else {}
        return {
            **answer,
            "group_id": identifier(self._switches, group),
            "num_contacts": len(counted),
            **self._created(counted),
        }

    def _created(self, numbers: Sequence[str]) -> dict[str, Any]:
        form = self._switches["created-contacts"]
        if form == "absent":
            return {}
        shown = [self._number(number) for number in numbers]
        return {"contacts": shown if form == "numbers" else [{"number": each} for each in shown]}

    def _merged(
        self, account: str, group: int, valid: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> tuple[list[str], list[Contact]]:
        """The numbers that count as written, and the contacts to write, each number once."""
        policy = self._switches["duplicate-contact"]
        known = self._store.some_contacts(account, group, [number for number, _ in valid])
        counted, changed = [], {}
        for number, given in valid:
            there = known.get(number)
            if there is not None and policy == "warn202":
                continue
            counted.append(number)
            if there is None or policy == "update":
                known[number] = changed[number] = self._changed(there, number, given)
        return counted, list(changed.values())

    def _changed(self, there: Contact | None, number: str, given: Mapping[str, Any]) -> Contact:
        keeps = there if there is not None and self._switches["omitted-fields"] == "keep" else Contact(number)
        fields = zip(FIELDS, keeps[1:], strict=True)
        return Contact(number, *(_text(given[name]) if name in given else kept for name, kept in fields))

    def read(self, asked: Asked) -> dict[str, Any]:
        """A page of a group's contacts, or the one of a number."""
        group = self._groups.named(asked)
        account = asked.account.name
        most = int(self._switches["page-limit"])
        start, limit = asked.number("start", 0), min(asked.number("limit", most), most)
        if asked.text("number"):
            number = normalised(asked.text("number"), asked.account.country, self._switches)
            row = self._store.contact(account, group, number)
            rows, total = ([row], 1) if row else ([], 0)
        else:
            rows, total = self._store.contacts(account, group, start, limit), self._store.size(account, group)
        shown = [self._view(row, group) for row in rows]
        if asked.text("number"):
            shown = [{**each, "linkTracking": []} for each in shown]
        return {
            "group_id": identifier(self._switches, group),
            "start": start,
            "limit": limit,
            "num_contacts": total if self._switches["num-contacts"] == "total" else len(shown),
            "contacts": shown,
        }

    def _view(self, row: Row, group: int) -> dict[str, Any]:
        shown = {**row.contact.named(), "number": self._number(row.contact.number)}
        if self._switches["contact-extras"] == "absent":
            return shown
        return {"id": identifier(self._switches, row.id), **shown, "groupID": identifier(self._switches, group)}

    def _number(self, number: str) -> str | int:
        return int(number) if self._switches["contact-numbers"] == "number" else number

    def delete(self, asked: Asked) -> dict[str, Any]:
        """Take a number out of a group, group 5 if none is named.

        Raises:
            ApiError: It is no number, or not in the group.
        """
        group = self._groups.named(asked, CONTACTS_GROUP, writes=True)
        number = normalised(asked.text("number"), asked.account.country, self._switches)
        if not number:
            raise ApiError(BAD_NUMBER)
        if not self._store.drop_contact(asked.account.name, group, number):
            raise ApiError(NUMBER_NOT_FOUND)
        return {"group_id": identifier(self._switches, group), "number": self._number(number)}

    def optouts(self, asked: Asked) -> dict[str, Any]:
        """Who opted out: the members of group 6."""
        rows = self._store.contacts(asked.account.name, OPTOUT_GROUP)
        zone = zone_of(asked.account, self._switches)
        shown = [{"number": self._number(row.contact.number), "date": mysql(row.at, zone)} for row in rows]
        return {"num_optouts": len(shown), self._switches["optouts-field"]: shown}


def _text(value: object) -> str:
    """A field of a contact: a number of the JSON is taken for its text, null for an empty one."""
    return value if isinstance(value, str) else "" if value is None else str(value)
