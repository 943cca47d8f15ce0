"""Made-up people, and Singer messages about them. Nobody here is real, and no number can be anybody's.

The last seven digits of every phone number are 555-0100 to 555-0199, which North America keeps for fiction in each of
its area codes; e-mail addresses end in example.com. With the area codes whose numbers may be mobile that is some
42,000 numbers. Larger inputs take a number several times, for people whom everything else tells apart: see `numbers`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from phonenumbers import PhoneNumberType, number_type, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STREAM: Final = "customers"
CHANGED_EVERY: Final = 100
"""One record in so many is changed between two inputs: 1 %."""
_STATE_EVERY = 10_000
_AREAS = range(200, 1000)
_TAKEN = 212  # the sandbox's own contacts have this area code
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
    areas = [area for area in _AREAS if area != _TAKEN and _may_be_mobile(f"+1{area}5550100")]
    return tuple(f"+1{area}55501{line:02}" for line in range(_LINES) for area in areas)


def _may_be_mobile(phone: str) -> bool:
    return number_type(parse(phone)) == PhoneNumberType.FIXED_LINE_OR_MOBILE


def is_changed(person: int) -> bool:
    """Say whether a person's record is one of those that differ between two inputs."""
    return person % CHANGED_EVERY == 0


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


def write_input(path: Path, people: int, *, edition: int = 0, only_changed: bool = False) -> None:
    """Write what a tap would send: SCHEMA, a RECORD for each person, a STATE now and then.

    Args:
        path: Where to.
        people: How many people; with 0 it is all but a SCHEMA.
        edition: Of the input, see `record`.
        only_changed: Leave out people whose record is the same in every edition.
    """
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    with path.open("w", encoding="utf-8") as output:
        output.writelines(encode(message) + "\n" for message in _messages(people, edition, only_changed=only_changed))


def _messages(people: int, edition: int, *, only_changed: bool) -> Iterator[dict[str, Any]]:
    schema = {"type": "object", "properties": _COLUMNS}
    yield {"type": "SCHEMA", "stream": STREAM, "schema": schema, "key_properties": ["id"]}
    for person, phone in enumerate(numbers(people)):
        if not only_changed or is_changed(person):
            yield {"type": "RECORD", "stream": STREAM, "record": record(person, phone, edition=edition)}
        if (person + 1) % _STATE_EVERY == 0:
            yield {"type": "STATE", "value": {"bookmarks": {STREAM: {"id": person}}}}
    if people:
        yield {"type": "STATE", "value": {"bookmarks": {STREAM: {"id": people - 1}}}}
