"""Reading an answer of the service while it arrives: lxml's pull parser, straight to records.

zeep could do this too; building its objects takes ten times as long, and holds the whole answer in memory.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from tap_listrak.errors import FaultError, NotSoapError, RefusedError, fault_error, printable
from tap_listrak.mapping import NAMESPACE, Finding, Findings, Record
from tap_listrak.rows import NIL, TRUE
from tap_listrak.shortcut import Shortcut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_listrak.rows import RowReader

SOAP_NAMESPACES: Final = (
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope",
)
_ENVELOPES = tuple(f"{{{namespace}}}Envelope" for namespace in SOAP_NAMESPACES)
_FAULTS = tuple(f"{{{namespace}}}Fault" for namespace in SOAP_NAMESPACES)
_EXCEPTION = f"{{{NAMESPACE}}}WSException"

# XML 1.0 knows of the characters below the blank only tab, line feed and carriage return.
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_NONCHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_LONGEST_REFERENCE = len("&#x0010FFFF;")
_LEGAL = ((0x09, 0x0A), (0x0D, 0x0D), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))

LARGEST_GAP = 4 << 20
"""Bytes at most in which no row comes to an end. What is no row stays in memory until the answer ends."""
MOST_FINDINGS = 1_000
"""Different things at most that an answer has to be put right in: elements that nobody knows, mostly."""


class Scrubber:
    """Takes characters out of a body that XML 1.0 forbids.

    .NET's writer puts a control character of a subject or link text out as `&#x1;`, which XML parsers refuse with
    the whole answer.
    """

    def __init__(self) -> None:
        self.removed = 0
        self._carry = b""

    def scrub(self, chunk: bytes) -> bytes:
        """Clean the next piece of the body; what may be the first half of a reference waits for the second."""
        chunk = self._carry + chunk
        cut = len(chunk)
        ampersand = chunk.rfind(b"&", -_LONGEST_REFERENCE)
        if ampersand >= 0 and b";" not in chunk[ampersand:]:
            cut = ampersand
        noncharacter = chunk.rfind(b"\xef", -2)
        if noncharacter >= 0:
            cut = min(cut, noncharacter)
        self._carry = chunk[cut:]
        return self._clean(chunk[:cut])

    def rest(self) -> bytes:
        """Return what still waits at the body's end."""
        rest, self._carry = self._carry, b""
        return self._clean(rest)

    def _clean(self, chunk: bytes) -> bytes:
        clean = chunk.translate(None, _CONTROLS)
        self.removed += len(chunk) - len(clean)
        if b"\xef\xbf" in clean:
            clean, count = _NONCHARACTERS.subn(b"", clean)
            self.removed += count
        if b"&#" in clean:
            clean = _REFERENCE.sub(self._legal, clean)
        return clean

    def _legal(self, reference: re.Match[bytes]) -> bytes:
        hexadecimal, decimal = reference.groups()
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        if any(first <= code <= last for first, last in _LEGAL):
            return reference[0]
        self.removed += 1
        return b""


class AnswerParser:
    """Parses one answer piece by piece.

    Args:
        operation: The SOAP operation whose answer this is.
        reader: Turns row elements into records.
        constant: The value of the column that comes from the request.

    Attributes:
        findings: What had to be put right so far.
    """

    def __init__(self, operation: str, reader: RowReader, constant: Any = None) -> None:
        self.findings: Findings = Findings()
        self._scrubber = Scrubber()
        self._reader = reader
        self._constant = constant
        self._result_tag = f"{{{NAMESPACE}}}{operation}Result"
        self._response_tag = f"{{{NAMESPACE}}}{operation}Response"
        self._answered = False
        self._rows: etree._Element | None = None
        self._gap = 0
        self._is_right = False  # its rows are those that were asked for
        self._shortcut = Shortcut(reader.row, f"{operation}Result", reader.usual, constant) if reader.usual else None
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=(self._result_tag, self._response_tag, _EXCEPTION, *_FAULTS),
            remove_comments=True,
            remove_pis=True,
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        )

    def feed(self, piece: bytes) -> list[Record]:
        """Take the next piece of the body.

        Returns:
            The records whose rows it completed.

        Raises:
            AccountError, FaultError, RefusedError: The answer holds an error.
            NotSoapError: The body is no XML.
        """
        try:
            if self._shortcut is None:
                return self._take(self._scrubber.scrub(piece))
            return self._take_shortcut(self._shortcut, piece)
        except etree.XMLSyntaxError:
            # From None: the parser's own words may quote the body.
            raise NotSoapError("an answer that is not well-formed XML") from None

    def close(self) -> list[Record]:
        """End the body.

        Returns:
            The last records.

        Raises:
            AccountError, FaultError, RefusedError: The answer holds an error.
            NotSoapError: The body is no complete answer to the operation.
        """
        try:
            rest = self._shortcut.rest() if self._shortcut else b""
            records = self._take(self._scrubber.scrub(rest) + self._scrubber.rest())
            root = self._parser.close()
        except etree.XMLSyntaxError:
            raise NotSoapError("an answer that is empty or breaks off") from None
        if root.tag not in _ENVELOPES:
            raise NotSoapError(f"a page ({printable(etree.QName(root).localname)}) instead of a SOAP answer")
        if not self._answered:
            raise NotSoapError("a SOAP answer that belongs to no such operation")
        if self._scrubber.removed:
            self.findings[Finding.SCRUBBED, ""] += self._scrubber.removed
        return records

    def _take_shortcut(self, shortcut: Shortcut, piece: bytes) -> list[Record]:
        """Read the rows that look as usual, and let the parser see everything else."""
        head, rows = shortcut.split(piece)
        records = self._take(self._scrubber.scrub(head)) if head else []
        if not rows:
            return records
        usual = shortcut.read(rows) if shortcut.begun or shortcut.begin(self._rows) else None
        if usual is not None:
            self._is_right = self._is_right or bool(usual)
            return records + usual
        self._shortcut = None
        return records + self._take(self._scrubber.scrub(shortcut.rest() or rows))

    def _take(self, piece: bytes) -> list[Record]:
        self._parser.feed(piece)
        records: list[Record] = []
        self._gap += len(piece)
        for event, element in cast("Iterator[tuple[str, etree._Element]]", self._parser.read_events()):
            if event == "start":
                _refuse_declarations(element)
            if element.tag == self._result_tag:
                self._rows = element if event == "start" else None
                if event == "end":
                    records += self._read(element, len(element))
            elif event == "end":
                self._end_of(element)
        if self._rows is not None:
            # The parser may still be writing into the last row, or behind it.
            records += self._read(self._rows, len(self._rows) - 1)
        if self._gap > LARGEST_GAP or len(self.findings) > MOST_FINDINGS:
            raise NotSoapError("an answer that goes on without the rows it should hold")
        return records

    def _read(self, rows: etree._Element, count: int) -> list[Record]:
        """Read rows, and take them out of the tree, which else would grow with the answer."""
        if count < 1:
            return []
        if not self._is_right and rows.find(self._reader.row_tag) is None:
            found = printable(etree.QName(rows[0]).localname)
            raise NotSoapError(f"rows called {found} instead of {self._reader.row}")
        self._is_right = True
        records = self._reader.read(islice(rows, count), self._constant, self.findings)
        del rows[:count]
        self._gap = 0
        return records

    def _end_of(self, element: etree._Element) -> None:
        if element.tag == self._response_tag:
            self._answered = True
        elif element.tag == _EXCEPTION:
            _raise_exception(element)
        else:
            raise fault_error(_fault_text(element))


def _refuse_declarations(element: etree._Element) -> None:
    """Refuse a body that declares entities, or names a file that does: SOAP allows neither.

    Raises:
        NotSoapError: It does.
    """
    if element.getroottree().docinfo.internalDTD is not None:
        raise NotSoapError("an answer with a document type declaration, which SOAP forbids")


def _raise_exception(element: etree._Element) -> None:
    """Raise what a WSException says; its normal value is nil."""
    if len(element) == 0 or element.get(NIL) in TRUE:
        return
    description = element.findtext(f"{{{NAMESPACE}}}Description") or "without a description"
    error = fault_error(description)
    if isinstance(error, FaultError):
        raise RefusedError(f"a WSException ({printable(description)})")
    raise error


def _fault_text(fault: etree._Element) -> str:
    """Return the human text of a SOAP 1.1 or 1.2 fault."""
    for path in ("faultstring", f"{{{SOAP_NAMESPACES[1]}}}Reason/{{{SOAP_NAMESPACES[1]}}}Text"):
        if text := fault.findtext(path):
            return text
    return " ".join(map(str, fault.itertext()))
