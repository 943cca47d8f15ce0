"""Made-up input: few people, and all that makes their records difficult."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

STREAM = "people"
NO_NUMBER = "not a number"


@dataclass(frozen=True)
class People:
    """Whom the records of an action are about.

    Attributes:
        usual: Phone numbers of people whom nothing speaks against.
        left_alone: Of people who opted out at the vendor.
    """

    usual: Sequence[str]
    left_alone: Sequence[str] = ()


@dataclass(frozen=True)
class Kind:
    """What the records of an action look like.

    Attributes:
        people: Whom they are about.
        columns: Makes the columns beside `id`, `phone` and `consent`, from the number of the row.
        names: Of those columns.
        deletes: Whether a row of a person may be followed by its deletion.
        once: Whether each person comes once at most.
    """

    people: People
    columns: Callable[[int], Mapping[str, Any]]
    names: Sequence[str]
    deletes: bool = False
    once: bool = False


@dataclass(frozen=True)
class Input:
    """What a tap sends.

    Attributes:
        kind: What records look like.
        rows: The records.
        state_every: Records between two states; each state names the number of records before it.
    """

    kind: Kind
    rows: Sequence[Mapping[str, Any]]
    state_every: int = 2

    def messages(self, since: int = 0) -> list[dict[str, Any]]:
        """Return Singer messages.

        Args:
            since: Records that a tap leaves out, as a state says that they came through.
        """
        said: list[dict[str, Any]] = [self._schema()]
        for number, row in enumerate(self.rows, 1):
            if number <= since:
                continue
            said.append({"type": "RECORD", "stream": STREAM, "record": row})
            if not number % self.state_every or number == len(self.rows):
                said.append({"type": "STATE", "value": {"bookmark": number}})
        return said

    def _schema(self) -> dict[str, Any]:
        names = ("phone", *self.kind.names, *(("_sdc_deleted_at",) if self.kind.deletes else ()))
        text = {"type": ["string", "null"]}
        properties = {
            "id": {"type": "integer"},
            "consent": {"type": ["boolean", "null"]},
            **dict.fromkeys(names, text),
        }
        return {
            "type": "SCHEMA",
            "stream": STREAM,
            "schema": {"type": "object", "properties": properties},
            "key_properties": ["id"],
        }


_WAYS = ("usual", "again", "invalid", "no consent", "left alone", "repeated", "deleted")
_WEIGHTS = (8, 3, 1, 1, 1, 1, 1)


def fixed(kind: Kind) -> Input:
    """Return the input of every first pass: one record of each way there is."""
    ways = ("usual", "usual", "invalid", "again", "no consent", "left alone", "usual", "deleted", "repeated")
    return Input(kind, _rows(kind, [each for each in ways if _is_possible(kind, each)], None))


def drawn(kind: Kind, chance: Random) -> Input:
    """Draw an input by chance."""
    ways = [each for each in chance.choices(_WAYS, _WEIGHTS, k=chance.randint(3, 10)) if _is_possible(kind, each)]
    ways.insert(chance.randint(0, len(ways)), "invalid")  # there is always something for the rejects
    return Input(kind, _rows(kind, ["usual", *ways], chance), chance.randint(1, 4))


def _is_possible(kind: Kind, way: str) -> bool:
    may_be = {"deleted": kind.deletes, "left alone": bool(kind.people.left_alone), "again": not kind.once}
    return may_be.get(way, True)


def _rows(kind: Kind, ways: Sequence[str], chance: Random | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    met: list[str] = []
    gone: set[str] = set()
    for way in ways:
        # Whether a row that says yes goes out before one that says no of the same person is a matter of when they are
        # read: an undisturbed run may do either. So no such row comes behind another of theirs.
        if way == "no consent" and not _unmet(kind.people, met):
            continue
        number = len(rows) + 1
        phone = _phone(kind.people, way, [each for each in met if each not in gone], met, chance)
        row = {"id": number, "phone": phone, "consent": way != "no consent", **kind.columns(number)}
        # Who is taken off is not added again: see `chaos.table` for what would come of that.
        there = [each for each in rows if each["consent"] and each["phone"] not in gone]
        if way == "repeated" and there:
            row = dict(chance.choice(there) if chance else there[0])
        if way == "deleted":
            gone.add(phone)
        if kind.deletes:
            row["_sdc_deleted_at"] = "2026-11-20T10:00:00Z" if way == "deleted" else None
        rows.append(row)
        if way in {"usual", "no consent"}:
            met.append(phone)
    return rows


def _phone(people: People, way: str, there: list[str], met: list[str], chance: Random | None) -> str:
    """Return whom a record is about: somebody new, somebody met before who is still there, nobody."""
    if way == "invalid":
        return NO_NUMBER
    if way == "left alone":
        return chance.choice(people.left_alone) if chance else people.left_alone[0]
    if way in {"again", "deleted"} and there:
        return chance.choice(there) if chance else there[0]
    new = _unmet(people, met) or there or list(people.usual)
    return chance.choice(new) if chance else new[0]


def _unmet(people: People, met: list[str]) -> list[str]:
    return [each for each in people.usual if each not in met]
