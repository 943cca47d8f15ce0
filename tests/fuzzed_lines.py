"""Singer lines that are broken, made of good ones by a seed: odd values, keys gone, bytes flipped, lines cut.

Whatever is somebody's is made up and has `canary` in it, or a number of the area 917.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from singer_delivery.testing.audience import person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

COLUMNS = (
    *("phone", "email", "first_name", "last_name", "birthday", "postal_code", "city", "state", "country", "opted_out"),
    *(
        "client_user_id",
        "custom_identifiers",
        "channel",
        "remove",
        "type",
        "properties",
        "occurred_at",
        "items",
        "name",
    ),
    *("order_id", "custom1", "message", "template", "send_at", "campaign_id", "customer_id", "cancel", "external_id"),
    *("from_date", "to_date", "status", "_sdc_deleted_at", "Favorite Color"),
)
_ANYTHING: dict[str, Any] = {}
STREAMS = ("audience", "others", "unbound")
_BATCH = {"type": "BATCH", "stream": "audience", "encoding": {"format": "jsonl", "compression": "gzip"}}


def schema(stream: str = "audience") -> dict[str, Any]:
    """Return a SCHEMA that lets any value through to the target's own checks."""
    properties = {"id": {"type": ["integer", "null"]}, **dict.fromkeys(COLUMNS, _ANYTHING)}
    return {"type": "SCHEMA", "stream": stream, "schema": {"properties": properties}, "key_properties": ["id"]}


def _nested(depth: int) -> Any:
    value: Any = "canary"
    for _ in range(depth):
        value = [value] if depth % 2 else {"canary": value}
    return value


VALUES: Sequence[Any] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 10**300, 0.1, -0.0, 1e308, 5e-324, 1e16),
    *("", " ", "\t\n", "0", "-1", "NaN", "null", "canary", "canary@example.com", "canary@@example", "@", "canary@"),
    *("+19175550101", "9175550102", "(917) 555-0103", "tel:+1-917-555-0104;ext=5", "+" * 50, "9" * 400, "+9175550105"),
    *(
        "\u0000canary",
        "\ufeffcanary",
        "canary\ud83d",
        "\udc00",
        "\U0001f600" * 200,
        "\u202ecanary",
        "\u0661\u0662\u0663",
    ),
    *("canary" * 5_000, "<script>canary</script>", "canary\r\nX: 1", "../../canary", "%s%n{0}{canary}", "'; --canary"),
    *(
        "2024-02-30",
        "0000-00-00",
        "9999-12-31T23:59:59.999999999Z",
        "2024-01-01T00:00:00+99:99",
        "1970-01-01",
        "24:00",
    ),
    *([], {}, [[]], [None], [{}], [{"product_id": None}], [{"name": "canary", "value": "canary"}] * 30, {"": ""}),
    *(
        [{"product_id": "1", "product_variant_id": "1", "price": 1e308, "currency": "canary", "quantity": -1}],
        _nested(9),
    ),
    *(_nested(60), _nested(401), ["canary"] * 1_000, {f"canary{number}": number for number in range(150)}),
)
"""For any column."""

_RECORDS: tuple[Any, ...] = (None, [], "canary", 1)
_SCHEMAS: tuple[Any, ...] = (None, {}, [], {"properties": []})
_VALUES: tuple[Any, ...] = (None, [], "x", 1)
_MESSAGES: Sequence[Any] = (
    *({}, [], None, 1, "canary", {"type": None}, {"type": "canary"}, {"type": []}, {"type": "record"}),
    *({"type": "RECORD"}, {"type": "RECORD", "stream": "audience"}, {"type": "RECORD", "stream": None, "record": {}}),
    *({"type": "RECORD", "stream": "audience", "record": each} for each in _RECORDS),
    *({"type": "RECORD", "stream": each, "record": {"id": 1}} for each in ("", "unseen", "\u0000", "a" * 3_000)),
    *({"type": "SCHEMA", "stream": "audience", "schema": each} for each in _SCHEMAS),
    {**schema(), "schema": {"properties": {"phone": {"type": "canary"}}}},
    {**schema(), "schema": {"properties": {"phone": {"$ref": "file:///etc/passwd"}}}},
    {**schema(), "schema": {"properties": {"phone": {"$ref": "#/properties/phone"}}}},
    {**schema(), "schema": {"properties": {"phone": {"pattern": "(((("}}}},
    {**schema(), "schema": {"$schema": "http://127.0.0.1:9/", "properties": {"phone": True}}},
    {**schema(), "schema": {"properties": {"colour": {}}}},
    {**schema(), "key_properties": ["nowhere"]},
    {**schema(), "key_properties": [1]},
    {**schema(), "key_properties": "id"},
    {**schema(), "bookmark_properties": 5},
    *({"type": "STATE", "value": each} for each in _VALUES),
    {"type": "STATE"},
    *({**_BATCH, "manifest": each} for each in ([1], [None], ["/nowhere/canary.jsonl.gz"], ["http://127.0.0.1:9/x"])),
    {**_BATCH, "manifest": ["file:///etc/passwd"]},
    {**_BATCH, "encoding": {}, "manifest": []},
    {**_BATCH, "encoding": {"format": "parquet"}, "manifest": ["x"]},
    {**_BATCH, "stream": "unseen", "manifest": []},
    {"type": "ACTIVATE_VERSION", "version": 1},
)
"""That no run goes on behind; some it does."""

_HARMLESS: Sequence[Any] = (
    schema(),
    schema("others"),
    {"type": "STATE", "value": {}},
    {"type": "STATE", "value": {"bookmarks": {"a": _nested(50), "b": 1e16, "c": "\U0001f600"}}},
    {"type": "ACTIVATE_VERSION", "stream": "audience", "version": 1},
    {"type": "ACTIVATE_VERSION", "stream": "unseen", "version": "x"},
    {**_BATCH, "manifest": []},
)


def lines(seed: int, count: int) -> Iterator[bytes]:
    """Yield broken lines, the same ones for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        yield chance.choices(_KINDS, _WEIGHTS)[0](chance, number)


def _somebody(chance: random.Random, number: int) -> dict[str, Any]:
    values = person(
        number % 100, phone=f"+191755501{number % 100:02d}", email=f"canary{number}@example.com", first_name="Canary"
    )
    return {**values, "last_name": f"McCanary {chance.randrange(10)}"}


def _dumped(message: Any, chance: random.Random) -> bytes:
    return json.dumps(message, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass") + b"\n"


def _record(content: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    return {"type": "RECORD", "stream": chance.choice(STREAMS[:2]), "record": content}


def _odd_values(chance: random.Random, number: int) -> bytes:
    somebody = _somebody(chance, number)
    for _ in range(chance.choice((1, 1, 2, 5))):
        somebody[chance.choice((*COLUMNS, "id", "phone", "email"))] = chance.choice(VALUES)
    if "canary" in str(somebody.get("campaign_id")):
        somebody["campaign_id"] = "spring"  # campaigns are named in what is said
    message = _record(somebody, chance)
    # A half of a surrogate pair is one in JSON's own writing, and no UTF-8 at all else.
    return json.dumps(message).encode() + b"\n"


def _missing(chance: random.Random, number: int) -> bytes:
    somebody = _somebody(chance, number)
    for name in chance.sample([*somebody], chance.randrange(1, len(somebody))):
        del somebody[name]
    return _dumped(_record({**somebody, chance.choice(("", "canary", "\u0000", "Phone")): 1}, chance), chance)


def _good(chance: random.Random, number: int) -> bytes:
    return _dumped(_record(_somebody(chance, number), chance), chance)


def _harmless(chance: random.Random, number: int) -> bytes:
    del number
    return _dumped(chance.choice(_HARMLESS), chance)


def _odd_message(chance: random.Random, number: int) -> bytes:
    del number
    return json.dumps(chance.choice(_MESSAGES)).encode() + b"\n"


def _flipped(chance: random.Random, number: int) -> bytes:
    line = bytearray(_good(chance, number))
    for _ in range(chance.choice((1, 1, 3, 20))):
        line[chance.randrange(len(line) - 1)] ^= 1 << chance.randrange(8)
    return bytes(line).replace(b"\n", b"") + b"\n"


def _cut(chance: random.Random, number: int) -> bytes:
    line = _good(chance, number)
    begin = chance.choice((0, 0, chance.randrange(len(line))))
    return line[begin : chance.randrange(begin, len(line))] + b"\n"


def _odd_text(chance: random.Random, number: int) -> bytes:
    line = _good(chance, number)
    return chance.choice(
        (
            b"\xef\xbb\xbf" + line,
            line.replace(b"Canary", b"\x00Canary"),
            line.replace(b'"id": ', b'"id": NaN, "x": '),
            line.replace(b'"id": ', b'"id": 1e9999999999999999999, "x": '),
            line.replace(b'"id": ', b'"id": ' + b"9" * 5_000 + b', "x": '),
            line.replace(b'"Canary"', b"[" * 5_000 + b"]" * 5_000),
            line.replace(b'"Canary"', b'"\\ud83d Canary"'),
            line.replace(b"Canary", b"\xed\xa0\xbdCanary"),
            line.replace(b'"id"', b'"phone": "+19175550199", "phone": 1, "id"'),
            line.decode().encode("utf-16"),
            line[:-1] + line,
            b"\n",
            b"   \r\n",
            b"\x00\n",
        )
    )


_KINDS: Sequence[Callable[[random.Random, int], bytes]] = (
    _odd_values, _missing, _good, _harmless, _odd_message, _flipped, _cut, _odd_text,
)  # fmt: skip
_WEIGHTS = (60, 14, 8, 6, 3, 3, 2, 4)
