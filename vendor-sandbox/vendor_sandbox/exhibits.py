"""What a vendor shows of itself in the console: figures, tables to look through, and all it knows of a person."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_Given = ParamSpec("_Given")
_Read = TypeVar("_Read")


class Kind(Enum):
    """How a column's values are shown."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    """Seconds since 1970, UTC, or a text that is a time already."""
    STATE = "state"
    """A word of a few, as a badge."""
    ADDRESS = "address"
    """A phone number (digits) or an e-mail address: leads to the person."""
    MESSAGE = "message"
    """What a person reads, its lines kept."""
    PARTS = "parts"
    """A mapping of names to numbers, as a bar of their shares."""
    DATA = "data"
    """Anything that JSON can say."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: Of its values in a row.
        title: Its heading.
        kind: How its values are shown.
        leads_to: A view of the same vendor that shows what belongs to a row: its name and the filter that takes the
            row's value, as `messages?list`. None for a column that leads nowhere.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    leads_to: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows somebody wants to see.

    Attributes:
        search: What a row must contain somewhere, in any case; empty for all.
        filters: Values that some of the view's filters must have.
        offset: How many rows come before.
        limit: How many there may be.
    """

    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int = 50


class Rows(NamedTuple):
    """Rows of a table, values by the names of its columns (None: nothing there), and how many there are in all."""

    rows: Sequence[Mapping[str, Any]]
    total: int


@dataclass(frozen=True, slots=True)
class View:
    """A table to look through.

    Attributes:
        name: Its place in addresses.
        title: Its heading.
        columns: What it has.
        read: Finds its rows.
        filters: What it can be narrowed by: name to words for people.
        about: A sentence under the heading.
        choices: Of a filter that takes one of a few values, which they are.
    """

    name: str
    title: str
    columns: Sequence[Column]
    read: Callable[[Asked], Rows]
    filters: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Figure(NamedTuple):
    """A number at a glance, and the view that has more: empty, `people`, or narrowed, `people?state=pending`."""

    label: str
    value: int | float | str
    view: str = ""


class Section(NamedTuple):
    """Something that a vendor knows of a person: a heading, columns and rows."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]


def _nothing() -> list[Figure]:
    return []


def _nobody(_address: str) -> set[str]:
    return set()


def _no_sections(_addresses: frozenset[str]) -> list[Section]:
    return []


@dataclass(frozen=True, slots=True)
class Exhibit:
    """All that the console shows of a vendor.

    Phone numbers are digits with country code and nothing else, whatever the vendor writes; e-mail addresses are in
    lower case.

    Attributes:
        views: Tables to look through.
        figures: Makes the numbers for the overview.
        known_as: Takes an address; finds the other addresses that the vendor holds for the same person.
        person: Takes all addresses of a person; says what the vendor knows of that person.
    """

    views: Sequence[View] = ()
    figures: Callable[[], list[Figure]] = _nothing
    known_as: Callable[[str], set[str]] = _nobody
    person: Callable[[frozenset[str]], list[Section]] = _no_sections


def after(happen: Callable[[], None], exhibit: Exhibit) -> Exhibit:
    """An exhibit before which something happens: what is due by the clock happens before anything is shown."""

    def shown(read: Callable[_Given, _Read]) -> Callable[_Given, _Read]:
        def show(*given: _Given.args, **named: _Given.kwargs) -> _Read:
            happen()
            return read(*given, **named)

        return show

    return Exhibit(
        views=[replace(view, read=shown(view.read)) for view in exhibit.views],
        figures=shown(exhibit.figures),
        known_as=shown(exhibit.known_as),
        person=shown(exhibit.person),
    )


def page(rows: Sequence[Mapping[str, Any]], asked: Asked) -> Rows:
    """The rows that are asked for, of few enough to have them all at hand.

    Filters compare as texts; `search` looks into all values.
    """
    wanted = asked.search.casefold()
    found = [
        row
        for row in rows
        if all(str(row.get(name)) == value for name, value in asked.filters.items())
        and (not wanted or any(wanted in str(value).casefold() for value in row.values() if value is not None))
    ]
    return Rows(found[asked.offset : asked.offset + asked.limit], len(found))
