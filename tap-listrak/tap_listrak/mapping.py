"""From an XML row of an answer to a Singer record, without I/O.

Rows are read by element name, never by order: the service may add an element, leave one out or send them in
another order. Its dates carry no zone; they are read in the zone of the `timezone` setting and written with their
offset.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree
from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from zoneinfo import ZoneInfo

Record: TypeAlias = dict[str, Any]

NAMESPACE = "http://webservices.listrak.com/v31/"
"""Of every element of the service (Listrak's `IntegrationService.asmx?op=` pages): http, with the slash."""

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TRUE = ("true", "1")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

# .NET writes fractions of one to seven digits, and leaves them out when they are zero.
_ISO_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?")
_WITH_MILLISECONDS = len("2026-01-31T12:00:00.000")
_USUAL_LENGTHS = (len("2026-01-31T12:00:00"), _WITH_MILLISECONDS)
# .NET's DateTime.MinValue, which services of its kind send for "no date".
_NO_DATE = "0001-01-01T00:00:00"
# Before standard time the offsets of zones have seconds, which no date-time of JSON Schema can carry.
_FIRST_YEAR = 1900


class Kind(enum.Enum):
    """What a column holds."""

    INTEGER = enum.auto()
    NUMBER = enum.auto()
    BOOLEAN = enum.auto()
    STRING = enum.auto()
    DATETIME = enum.auto()
    """A dateTime on the wire."""
    DATE_STRING = enum.auto()
    """A string on the wire that should hold a date, without a promise of its format."""
    STRINGS = enum.auto()
    """An element that may be repeated."""
    VMTA = enum.auto()
    """The sending IP pool of a list, with its number and its name."""


@dataclass(frozen=True)
class Column:
    """A column of a stream; its name is the element's on the wire."""

    name: str
    kind: Kind
    description: str


class Finding(str, enum.Enum):
    """What had to be put right while reading, in the words of the warning at a stream's end."""

    SCRUBBED = "illegal XML characters removed"
    NOT_A_NUMBER = "NaN or INF written as null"
    UNREADABLE = "values that do not fit their column written as null"
    UNKNOWN = "elements that this tap does not know ignored"
    KEYLESS = "records dropped because a part of their key was missing"


Findings: TypeAlias = Counter[tuple[Finding, str]]
"""How often each finding was met, by the element or column it was met in. Never a value."""

_JSON_TYPES: dict[Kind, Any] = {
    Kind.INTEGER: th.IntegerType,
    Kind.NUMBER: th.NumberType,
    Kind.BOOLEAN: th.BooleanType,
    Kind.STRING: th.StringType,
    Kind.DATETIME: th.DateTimeType,
    Kind.DATE_STRING: th.StringType,
    Kind.STRINGS: th.ArrayType(th.StringType),
    Kind.VMTA: th.ObjectType(
        th.Property("VmtaID", th.IntegerType, description="Number of the sending IP pool."),
        th.Property("Description", th.StringType, description="Name of the sending IP pool."),
    ),
}


def json_schema(columns: Iterable[Column], keys: Collection[str]) -> dict[str, Any]:
    """Build a stream's schema: every column described, and nullable unless it is part of the key."""
    return th.PropertiesList(
        *(
            th.Property(
                column.name,
                _JSON_TYPES[column.kind],
                required=column.name in keys,
                description=column.description,
            )
            for column in columns
        )
    ).to_dict()


def zoned(value: str, zone: ZoneInfo) -> str | None:
    """Write an ISO date-time with its offset.

    Args:
        value: `YYYY-MM-DDThh:mm:ss`, optionally with a fraction and with a zone of its own.
        zone: Where a value without a zone was written.

    Returns:
        The same moment with an offset (`-05:00`), or None where the value is no such date-time.
    """
    # The usual shapes are those that every Python reads alike without help.
    usual = len(value) in _USUAL_LENGTHS and value[7] == "-" and value[13] == ":"
    try:
        text = value if usual else _regular(value)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year < _FIRST_YEAR:
        return None
    if moment.tzinfo:
        return moment.isoformat()
    # Fractions have six digits, as Python writes them, however many zeros .NET left out.
    digits = f"{text}000" if len(text) == _WITH_MILLISECONDS else text
    return digits.replace(" ", "T") + _offset(zone.utcoffset(moment) or timedelta(0))


@lru_cache
def _offset(offset: timedelta) -> str:
    """Write an offset as `-05:00`."""
    return datetime(2000, 1, 1, tzinfo=timezone(offset)).isoformat()[len("2000-01-01T00:00:00") :]


def _regular(value: str) -> str:
    """Bring a date-time into the form that Python 3.10 reads too: six digits of fraction or none, no `Z`."""
    match = _ISO_DATETIME.fullmatch(value)
    if not match:
        raise ValueError
    date, time, fraction, offset = match.groups()
    fraction = f".{fraction[:6]:0<6}" if fraction else ""
    return f"{date}T{time}{fraction}{'+00:00' if offset == 'Z' else offset or ''}"


class _NotFiniteError(ValueError):
    """The number is NaN or infinite, which JSON cannot carry."""


def _number(text: str, _zone: ZoneInfo) -> Decimal:
    # Whether the service means float, double or decimal is not known: the digits are kept as they are.
    try:
        number = Decimal(text.replace("INF", "Infinity"))
    except InvalidOperation:
        raise ValueError from None
    if not number.is_finite():
        raise _NotFiniteError
    return number


def _boolean(text: str, _zone: ZoneInfo) -> bool:
    if text not in _BOOLEANS:
        raise ValueError
    return _BOOLEANS[text]


def _datetime(text: str, zone: ZoneInfo) -> str | None:
    if text.startswith(_NO_DATE):
        return None
    moment = zoned(text, zone)
    if moment is None:
        raise ValueError
    return moment


def _from_text(convert: Callable[[str, ZoneInfo], Any], zone: ZoneInfo, element: etree._Element) -> Any:
    text = element.text
    return None if text is None else convert(text.strip(), zone)


def _date_string(zone: ZoneInfo, element: etree._Element) -> str | None:
    text = element.text
    return text if text is None else zoned(text, zone) or text


def _strings(element: etree._Element) -> list[str]:
    """Read all elements of this name: they stand side by side, without a wrapper."""
    parent = element.getparent()
    return [] if parent is None else [each.text for each in parent.iterchildren(element.tag) if each.text]


def _vmta(element: etree._Element) -> Record:
    values = {etree.QName(child).localname: child.text for child in element}
    number = values.get("VmtaID")
    return {"VmtaID": int(number) if number else None, "Description": values.get("Description")}


def _converter(kind: Kind, zone: ZoneInfo) -> Callable[[etree._Element], Any] | None:
    """Return what reads a value off an element; None where its text is the value."""
    converters: dict[Kind, Callable[[etree._Element], Any]] = {
        Kind.INTEGER: partial(_from_text, lambda text, _zone: int(text), zone),
        Kind.NUMBER: partial(_from_text, _number, zone),
        Kind.BOOLEAN: partial(_from_text, _boolean, zone),
        Kind.DATETIME: partial(_from_text, _datetime, zone),
        Kind.DATE_STRING: partial(_date_string, zone),
        Kind.STRINGS: _strings,
        Kind.VMTA: _vmta,
    }
    return converters.get(kind)


class RowReader:
    """Turns the row elements of one stream into records.

    Every record has every wanted column, in the order of `columns`: what a row lacks, or declares nil, is None. A
    reader keeps nothing between rows, so that several threads can share it.

    Args:
        columns: Every column of the stream.
        keys: The columns without which a record is dropped.
        zone: Where times without a zone were written.
        wanted: The names of the columns to read; all of them where it is None.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        keys: Sequence[str],
        zone: ZoneInfo,
        wanted: Collection[str] | None = None,
    ) -> None:
        chosen = [column for column in columns if wanted is None or column.name in wanted]
        self._blank: Record = dict.fromkeys(column.name for column in chosen)
        self._keys = tuple(keys)
        self._columns = {
            f"{{{NAMESPACE}}}{column.name}": (column.name, _converter(column.kind, zone)) for column in chosen
        }
        self._unwanted = {f"{{{NAMESPACE}}}{column.name}" for column in columns} - self._columns.keys()

    def read(self, row: etree._Element, constants: Record, findings: Findings) -> Record | None:
        """Read one row.

        Args:
            row: The row's element.
            constants: Columns that the request knows and the row does not (`ListID`, `MsgID`).
            findings: Where to count what had to be put right.

        Returns:
            The record; None for a nil row, and for one that lacks a part of its key, which is counted.
        """
        if len(row) == 0 and row.get(NIL) in _TRUE:
            return None
        record = self._blank.copy()
        columns = self._columns
        for element in row:
            column = columns.get(element.tag)
            if column is None:
                self._note_unknown(element, findings)
                continue
            name, convert = column
            # An element without text is an empty string, unless it says that it is nil.
            record[name] = (
                (element.text or _empty(element)) if convert is None else _converted(convert, element, name, findings)
            )
        record.update(constants)
        for key in self._keys:
            if record[key] is None or record[key] == "":
                findings[Finding.KEYLESS, key] += 1
                return None
        return record

    def _note_unknown(self, element: etree._Element, findings: Findings) -> None:
        if element.tag not in self._unwanted:
            findings[Finding.UNKNOWN, etree.QName(element).localname] += 1


def _empty(element: etree._Element) -> str | None:
    return None if element.get(NIL) in _TRUE else ""


def _converted(
    convert: Callable[[etree._Element], Any], element: etree._Element, name: str, findings: Findings
) -> Any:
    try:
        return convert(element)
    except _NotFiniteError:
        findings[Finding.NOT_A_NUMBER, name] += 1
    except ValueError:
        findings[Finding.UNREADABLE, name] += 1
    return None
