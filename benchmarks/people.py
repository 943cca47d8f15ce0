"""Made-up people, and Singer messages about them. Nobody here is real, and no number can be anybody's.

The last seven digits of every phone number are 555-0100 to 555-0199, which North America keeps for fiction in each of
its area codes; e-mail addresses end in example.com. With the area codes whose numbers may be mobile that is some
42,000 numbers. Larger inputs take a number several times, for people whom everything else tells apart: see `numbers`;
or have none at all.

A program of its own, `people.py PATH PEOPLE EDITION [--only-changed] [--without-phone | --contacts]`: what measures
is to stay small, for the system counts its memory into that of the programs which it starts.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inputs import CHANGED_EVERY, STREAM, is_changed
from phonenumbers import PhoneNumberType, number_type, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY: Final = "client_user_id"
_STATE_EVERY = 10_000
_AREAS = range(200, 1000)
_TAKEN = (202, 212)  # the sandbox's own people have these area codes
_LINES = 100
_NAMES = ("Ana", "Bo", "Chidi", "Dilek", "Élodie", "Fatma", "Grzegorz", "Hye-jin", "İbrahim", "Jo", "Kofi", "Lý")
_STORES = ("Downtown", "Harbour", "Old Town", "Riverside", "Station")
_COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "id": {"type": "integer"},
    "phone": {"type": ["string", "null"]},
    "email": {"type": ["string", "null"]},
    "first_name": {"type": ["string", "null"]},
    "last_name": {"type": ["string", "null"]},
    "birthday": {"type": ["string", "null"], "format": "date"},
    "postal_code": {"type": ["string", "null"]},
    "sms_consent": {"type": ["boolean", "null"]},
    "Loyalty Member": {"type": ["boolean", "null"]},
    "Loyalty Points": {"type": ["integer", "null"]},
    "Last Purchase": {"type": ["string", "null"], "format": "date"},
    "Preferred Store": {"type": ["string", "null"], "maxLength": 50},
}


@cache
def phones() -> tuple[str, ...]:
    """Return every made-up number that may be a mobile one, in E.164."""
    areas = [area for area in _AREAS if area not in _TAKEN and _may_be_mobile(f"+1{area}5550100")]
    return tuple(f"+1{area}55501{line:02}" for line in range(_LINES) for area in areas)


def _may_be_mobile(phone: str) -> bool:
    return number_type(parse(phone)) == PhoneNumberType.FIXED_LINE_OR_MOBILE


def numbers(people: int) -> list[str]:
    """Return the number of each person.

    As long as there are numbers, everybody has one of their own. Where there are more people than numbers, those whose
    record changes have one of their own, for they are delivered again; the others share what is left.

    Args:
        people: How many people.
    """
    there_are = phones()
    if people <= len(there_are):
        return list(there_are[:people])
    own = -(-people // CHANGED_EVERY)
    shared = there_are[own:]
    return [
        there_are[person // CHANGED_EVERY] if is_changed(person) else shared[person % len(shared)]
        for person in range(people)
    ]


def record(person: int, phone: str, *, edition: int = 0) -> dict[str, Any]:
    """Return a person's record.

    Args:
        person: Number of the person, from 0.
        phone: Their phone number.
        edition: Of the input; people whose record changes have other points in each.
    """
    return {
        "id": person,
        "phone": phone,
        "email": f"person-{person}@example.com",
        "first_name": _NAMES[person % len(_NAMES)],
        "last_name": f"Example-{person % 997}",
        "birthday": f"{1950 + person % 50}-{1 + person % 12:02}-{1 + person % 28:02}",
        "postal_code": f"{10000 + person % 89999}",
        "sms_consent": True,
        "Loyalty Member": person % 3 == 0,
        "Loyalty Points": person % 5000 + (edition if is_changed(person) else 0),
        "Last Purchase": f"2026-{1 + person % 12:02}-{1 + person % 28:02}",
        "Preferred Store": _STORES[person % len(_STORES)],
    }


def without_phone(found: dict[str, Any]) -> dict[str, Any]:
    """Return a record, or its columns, of someone who is known by an e-mail address and an id of the shop's own."""
    left = {name: value for name, value in found.items() if name not in {"id", "phone", "sms_consent"}}
    number = found["id"]
    return {KEY: {"type": "string"} if isinstance(number, dict) else f"customer-{number:07}", **left}


def contact(found: dict[str, Any]) -> dict[str, Any]:
    """Return a record of someone in a group of contacts, with a text of their own."""
    number = found["id"]
    return {
        "customer_id": f"C{number:07}",
        "phone": found["phone"],
        "first_name": found["first_name"],
        "last_name": found["last_name"],
        "custom2": found["Preferred Store"],
        # In the alphabet that all phones have: what needs Unicode goes out in calls of its own, for it costs more.
        "message": f"Your order {number} waits for you: {found['Preferred Store']}.",
    }


def main() -> None:
    """Write an input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("people", type=int)
    parser.add_argument("edition", type=int)
    parser.add_argument("--only-changed", action="store_true")
    parser.add_argument("--without-phone", action="store_true")
    parser.add_argument("--contacts", action="store_true")
    asked = parser.parse_args()
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    if asked.without_phone:
        messages = _messages_without_phone(asked.people, asked.edition)
    elif asked.contacts:
        messages = _contacts(asked.people)
    else:
        messages = _messages(asked.people, asked.edition, only_changed=asked.only_changed)
    with asked.path.open("w", encoding="utf-8") as output:
        output.writelines(encode(message) + "\n" for message in messages)


def _messages(people: int, edition: int, *, only_changed: bool) -> Iterator[dict[str, Any]]:
    yield _schema("id", _COLUMNS)
    for person, phone in enumerate(numbers(people)):
        if not only_changed or is_changed(person):
            yield _record(record(person, phone, edition=edition))
        yield from _state(person, people)


def _messages_without_phone(people: int, edition: int) -> Iterator[dict[str, Any]]:
    yield _schema(KEY, without_phone(_COLUMNS))
    for person in range(people):
        yield _record(without_phone(record(person, "", edition=edition)))
        yield from _state(person, people)


def _contacts(people: int) -> Iterator[dict[str, Any]]:
    yield _schema("customer_id", {name: {"type": ["string", "null"]} for name in contact(record(0, ""))})
    for person, phone in enumerate(numbers(people)):
        yield _record(contact(record(person, phone)))
        yield from _state(person, people)


def _schema(key: str, columns: dict[str, dict[str, Any]]) -> dict[str, Any]:
    schema = {"type": "object", "properties": columns}
    return {"type": "SCHEMA", "stream": STREAM, "schema": schema, "key_properties": [key]}


def _record(found: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RECORD", "stream": STREAM, "record": found}


def _state(person: int, people: int) -> Iterator[dict[str, Any]]:
    """Yield a state behind every so many people, and behind the last one."""
    if (person + 1) % _STATE_EVERY == 0 or person + 1 == people:
        yield {"type": "STATE", "value": {"bookmarks": {STREAM: {"id": person}}}}


if __name__ == "__main__":
    main()
