"""Made-up people as Singer messages. The last seven digits of their numbers are 555-0100 to 555-0199: fiction's."""

from __future__ import annotations

from typing import Any

AREAS = (213, 214, 305, 312, 313, 404, 415, 503, 512, 602, 612, 617, 702, 713, 718, 720, 801, 818, 901, 917)
MOST = len(AREAS) * 100
COLUMNS = ("id", "phone", "first_name", "last_name", "email", "postal_code")


def phone(number: int) -> str:
    """Return the number of a made-up person, in E.164."""
    return f"+1{AREAS[number // 100]}55501{number % 100:02d}"


def person(number: int, **changes: Any) -> dict[str, Any]:
    """Return a made-up person."""
    return {
        "id": number,
        "phone": phone(number),
        "first_name": f"First{number}",
        "last_name": f"Last{number}",
        "email": f"person{number}@example.com",
        "postal_code": f"{10000 + number}",
        **changes,
    }


def schema(stream: str = "audience", *more: str) -> dict[str, Any]:
    """Return the SCHEMA of such people."""
    properties: dict[str, Any] = {name: {"type": ["string", "null"]} for name in (*COLUMNS[1:], *more)}
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": {"id": {"type": "integer"}, **properties}},
        "key_properties": ["id"],
    }


def record(content: dict[str, Any], stream: str = "audience") -> dict[str, Any]:
    """Return a RECORD."""
    return {"type": "RECORD", "stream": stream, "record": content}


def state(bookmark: int) -> dict[str, Any]:
    """Return a STATE."""
    return {"type": "STATE", "value": {"bookmark": bookmark}}


def audience(count: int, *, state_every: int = 0) -> list[dict[str, Any]]:
    """Return so many people, with a STATE after each `state_every` that names the last one."""
    messages = [schema()]
    for number in range(count):
        messages.append(record(person(number)))
        if state_every and (number + 1) % state_every == 0:
            messages.append(state(number))
    return messages
