"""From the rows of an answer to Singer records.

Rows are read by element name, never by order: the service may add an element, leave one out or send them in another
order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from lxml import etree

from tap_listrak.mapping import NAMESPACE, XSI, Finding, Kind, NotFiniteError, converter
from tap_listrak.usual import UsualRows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from zoneinfo import ZoneInfo

    from tap_listrak.mapping import Column, Findings, Record

NIL = f"{{{XSI}}}nil"
TRUE = ("true", "1")


@dataclass(frozen=True)
class RowLayout:
    """How the rows of a stream look on the wire.

    Args:
        row: Local name of the row elements.
        columns: Every column of the stream.
        keys: The columns without which a record is dropped.
        constant: The column that the request knows and the rows do not (`MsgID`, `ListID`), where there is one.
    """

    row: str
    columns: Sequence[Column]
    keys: Sequence[str]
    constant: str = ""


class RowReader:
    """Turns the row elements of one stream into records.

    Every record has every wanted column, in the order of the layout: what a row lacks, or declares nil, is None. A
    reader keeps nothing between rows, so that several threads can share it.

    Args:
        layout: How the rows look.
        zone: Where times without a zone were written.
        wanted: The names of the columns to read; all of them where it is None.
        compact: Whether records are only to be written: see `UsualRows`.

    Attributes:
        usual: Reads rows that look as they usually do; None where rows of this layout have parts of their own.
        width: How many columns a record has.
    """

    def __init__(
        self, layout: RowLayout, zone: ZoneInfo, wanted: Collection[str] | None = None, *, compact: bool = False
    ) -> None:
        self.row = layout.row
        self.row_tag = f"{{{NAMESPACE}}}{layout.row}"
        wanted_columns = [column for column in layout.columns if wanted is None or column.name in wanted]
        self._blank: Record = dict.fromkeys(column.name for column in wanted_columns)
        self._readers = {
            f"{{{NAMESPACE}}}{column.name}": (column.name, _reader(column.kind, zone)) for column in wanted_columns
        }
        self._unwanted = {f"{{{NAMESPACE}}}{column.name}" for column in layout.columns} - self._readers.keys()
        self._keys = tuple(layout.keys)
        self._constant = layout.constant
        self.width = len(self._blank)
        usual = UsualRows.can_read(layout)
        self.usual = UsualRows(layout, zone, tuple(self._blank), compact=compact) if usual else None

    def read(self, rows: Iterable[etree._Element], value: Any, findings: Findings) -> list[Record]:
        """Read rows.

        Args:
            rows: The row elements.
            value: What the constant column holds.
            findings: Where to count what had to be put right.

        Returns:
            The records; without nil rows, and without those that lack a part of their key, which are counted.
        """
        records = (self._record(row, value, findings) for row in rows)
        return [record for record in records if record is not None]

    def _record(self, row: etree._Element, value: Any, findings: Findings) -> Record | None:
        if row.tag != self.row_tag:
            findings[Finding.UNKNOWN, etree.QName(row).localname] += 1
            return None
        if len(row) == 0 and row.get(NIL) in TRUE:
            return None
        record = self._blank.copy()
        readers = self._readers
        for element in row:
            tag = element.tag
            if tag not in readers:
                if tag not in self._unwanted:
                    findings[Finding.UNKNOWN, etree.QName(element).localname] += 1
                continue
            name, read = readers[tag]
            # Most columns are texts, and most elements have one: these are spared a call.
            record[name] = _converted(read, element, name, findings) if read else element.text or _empty(element)
        if self._constant:
            record[self._constant] = value
        for key in self._keys:
            if record[key] is None or record[key] == "":
                findings[Finding.KEYLESS, key] += 1
                return None
        return record


def _empty(element: etree._Element) -> str | None:
    """Return what an element without a text is: an empty string, unless it says that it is nil."""
    return None if element.get(NIL) in TRUE else ""


def _converted(read: Callable[[etree._Element], Any], element: etree._Element, name: str, findings: Findings) -> Any:
    try:
        return read(element)
    except NotFiniteError:
        findings[Finding.NOT_A_NUMBER, name] += 1
    except ValueError:
        findings[Finding.UNREADABLE, name] += 1
    return None


def _reader(kind: Kind, zone: ZoneInfo) -> Callable[[etree._Element], Any] | None:
    """Return what reads a value off an element; None where its text is the value."""
    convert = converter(kind, zone)
    return partial(_from_text, convert) if convert else {Kind.STRINGS: _strings, Kind.VMTA: _vmta}.get(kind)


def _from_text(convert: Callable[[str], Any], element: etree._Element) -> Any:
    text = element.text
    return None if text is None else convert(text)


def _strings(element: etree._Element) -> list[str]:
    """Read all elements of this name: they stand side by side, without a wrapper."""
    parent = element.getparent()
    return [] if parent is None else [each.text for each in parent.iterchildren(element.tag) if each.text]


def _vmta(element: etree._Element) -> Record:
    values = {etree.QName(child).localname: child.text for child in element}
    number = values.get("VmtaID")
    return {"VmtaID": int(number) if number else None, "Description": values.get("Description")}
