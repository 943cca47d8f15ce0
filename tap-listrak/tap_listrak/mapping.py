"""From the texts of an answer to the values of a Singer record: pure functions.

The service's dates carry no zone; they are read in the zone of the `timezone` setting and written with their offset.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from zoneinfo import ZoneInfo

Record: TypeAlias = dict[str, Any]

NAMESPACE = "http://webservices.listrak.com/v31/"
"""Of every element of the service (Listrak's `IntegrationService.asmx?op=` pages): http, with the slash."""
XSI = "http://www.w3.org/2001/XMLSchema-instance"
"""Of the attribute by which an element is declared nil."""

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

# Fractions of nothing are left out by .NET, and by Python; what has some is looked at thoroughly.
_USUAL = r"\d{4}-\d\d-\d\dT\d\d:[0-5]\d:[0-5]\d(?:\.(?!0{6}|0+(?!\d))\d{1,7})?"
_USUAL_DATETIME = re.compile(_USUAL, re.ASCII)
_USUAL_DATETIMES = re.compile(f"(?:{_USUAL}\0)+", re.ASCII)
_HOUR = len("2026-01-31T12")
_SECONDS = len("2026-01-31T12:00:00")
_MICROSECONDS = len("2026-01-31T12:00:00.000000")
# .NET writes fractions of one to seven digits, and leaves them out when they are zero.
_ISO_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
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
        The same moment with an offset (`-05:00`), and with six digits of fraction or none, as Python writes it; None
        where the value is no such date-time.
    """
    if _USUAL_DATETIME.fullmatch(value) and (offset := _offset_in(value[:_HOUR], zone)):
        return _with_offset(value, offset)
    return _zoned_thoroughly(value, zone)


def all_zoned(values: Collection[str | None], zone: ZoneInfo) -> list[str] | None:
    """Write date-times with their offsets, as `zoned` does, all at once.

    Args:
        values: They and nothing else, in the form that is the usual one. Texts of XML, which have no NUL.
        zone: Where values without a zone were written.

    Returns:
        The same moments; None if a value is something else, or is to be looked at thoroughly.
    """
    given = [value for value in values if value is not None]
    if len(given) < len(values) or not _USUAL_DATETIMES.fullmatch("\0".join([*given, ""])):
        return None
    offsets = {hour: _offset_in(hour, zone) for hour in {value[:_HOUR] for value in given}}
    if not all(offsets.values()):
        return None
    return [_with_offset(value, offsets[value[:_HOUR]]) for value in given]


def _with_offset(value: str, offset: str) -> str:
    return f"{value if len(value) == _SECONDS else value.ljust(_MICROSECONDS, '0')[:_MICROSECONDS]}{offset}"


@lru_cache(maxsize=65536)
def _offset_in(hour: str, zone: ZoneInfo) -> str:
    """Return the offset of a whole hour (`2026-01-31T12`); nothing where it is none, or changes within it.

    Events come by the thousand in the same hours: this spares most of the work on them.
    """
    try:
        first = datetime.fromisoformat(f"{hour}:00:00")
    except ValueError:
        return ""
    last = first.replace(minute=59, second=59)
    if first.year < _FIRST_YEAR or zone.utcoffset(first) != zone.utcoffset(last):
        return ""
    return first.replace(tzinfo=zone).isoformat()[_HOUR + len(":00:00") :]


def _zoned_thoroughly(value: str, zone: ZoneInfo) -> str | None:
    match = _ISO_DATETIME.fullmatch(value)
    if not match:
        return None
    date, time, fraction, offset = match.groups()
    # The form that Python 3.10 reads too: six digits of fraction, no `Z`.
    text = f"{date}T{time}.{(fraction or '')[:6]:0<6}{'+00:00' if offset == 'Z' else offset or ''}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year < _FIRST_YEAR:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


class NotFiniteError(ValueError):
    """The number is NaN or infinite, which JSON cannot carry."""


def _number(text: str) -> Decimal:
    # Whether the service means float, double or decimal is not known: the digits are kept as they are.
    try:
        number = Decimal(text.strip().replace("INF", "Infinity"))
    except InvalidOperation:
        raise ValueError from None
    if not number.is_finite():
        raise NotFiniteError
    return number


def _boolean(text: str) -> bool:
    if text.strip() not in _BOOLEANS:
        raise ValueError
    return _BOOLEANS[text.strip()]


def _datetime(zone: ZoneInfo, text: str) -> str | None:
    if text.startswith(_NO_DATE):
        return None
    moment = zoned(text.strip(), zone)
    if moment is None:
        raise ValueError
    return moment


def _date_string(zone: ZoneInfo, text: str) -> str | None:
    return None if text.startswith(_NO_DATE) else zoned(text, zone) or text


def converter(kind: Kind, zone: ZoneInfo) -> Callable[[str], Any] | None:
    """Return what turns a text into a value of a kind.

    Args:
        kind: Any but the nested ones, `STRINGS` and `VMTA`.
        zone: Where times without a zone were written.

    Returns:
        A function that raises ValueError where a text does not fit; None where the text is the value.
    """
    converters: dict[Kind, Callable[[str], Any]] = {
        Kind.INTEGER: int,
        Kind.NUMBER: _number,
        Kind.BOOLEAN: _boolean,
        Kind.DATETIME: partial(_datetime, zone),
        Kind.DATE_STRING: partial(_date_string, zone),
    }
    return converters.get(kind)
