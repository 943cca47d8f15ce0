"""The part of an answer that its parser does not get to see: rows that look as they usually do.

It begins right behind the start of the result, and ends with the first row that looks different: from there on the
parser sees everything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tap_listrak.mapping import NAMESPACE, XSI

if TYPE_CHECKING:
    from lxml import etree

    from tap_listrak.mapping import Record
    from tap_listrak.usual import UsualRows

_DECLARATION = re.compile(rb'<\?xml version="1\.0" encoding="utf-8"', re.IGNORECASE)
_LONGEST_ROW = 1 << 16
"""Bytes that wait at most for the end of their row."""
_LONGEST_HEAD = 1 << 12
"""Bytes at most before the first row."""


class Shortcut:
    """Takes usual rows out of one answer.

    Args:
        row: Local name of the row elements.
        result: Local name of the element that holds them.
        usual: Reads them.
        constant: The value of the column that comes from the request.

    Attributes:
        begun: Whether it has begun.
    """

    def __init__(self, row: str, result: str, usual: UsualRows, constant: Any) -> None:
        self.begun = False
        self._row = f"<{row}>".encode()
        self._row_end = f"</{row}>".encode()
        self._result = f"<{result}>".encode()
        self._usual = usual
        self._constant = constant
        self._head = b""
        self._waiting = b""

    def split(self, piece: bytes) -> tuple[bytes, bytes]:
        """Split the next piece of the answer where its rows begin: the parser has to see what stands before them."""
        if self.begun:
            return b"", piece
        at = piece.find(self._row)
        head, rows = (piece, b"") if at < 0 else (piece[:at], piece[at:])
        self._head = (self._head + head)[: _LONGEST_HEAD + 1]
        return head, rows

    def begin(self, rows: etree._Element | None) -> bool:
        """Begin, if that can be.

        Args:
            rows: The element that holds the rows, once the parser has seen its start.

        Returns:
            Whether the parser stands where rows begin, and names mean what they usually do.
        """
        head = self._head
        if rows is None or len(rows) or len(head) > _LONGEST_HEAD or not head.endswith(self._result):
            return False
        if not _DECLARATION.match(head) or b"<!" in head or b"<?" in head[1:]:
            return False  # not in UTF-8, or what follows could be within a comment
        self.begun = rows.nsmap.get(None) == NAMESPACE and rows.nsmap.get("xsi") == XSI
        return self.begun

    def read(self, piece: bytes) -> list[Record] | None:
        """Take the next piece of the answer.

        Returns:
            The records whose rows it completed; None if a row looks different, and this is over.
        """
        waiting = self._waiting = self._waiting + piece
        end = waiting.rfind(self._row_end) + len(self._row_end)
        if end < len(self._row_end):
            return [] if len(waiting) <= _LONGEST_ROW else None
        records = self._usual.read(waiting[:end], self._constant)
        if records is not None:
            self._waiting = waiting[end:]
        return records

    def rest(self) -> bytes:
        """Return what was taken and not read: the parser goes on with it."""
        rest, self._waiting = self._waiting, b""
        return rest
