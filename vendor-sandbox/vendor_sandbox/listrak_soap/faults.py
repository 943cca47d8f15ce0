"""The faults of a SOAP service on IIS, beside those of any HTTP vendor."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from lxml import etree

from vendor_sandbox.answers import Answer, Body
from vendor_sandbox.common_faults import COMMON_KINDS, truncated
from vendor_sandbox.faults import Kind
from vendor_sandbox.listrak_soap.contract import NAMESPACE, OPERATIONS, TYPES
from vendor_sandbox.listrak_soap.envelopes import exception
from vendor_sandbox.listrak_soap.soap import DIALECTS, IIS_HEADERS, SOAP_11, fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.answers import Call

_MOMENT = "2025-12-31T12:00:00.123"
_NUMBERS = ("NaN", "INF", "-INF", "NaN", "INF")  # five, so that they go round the six fields of a message
# What IIS 7 and later show for a missing page; tap-listrak met it in 2018 for some messages.
_IIS_404 = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"/>
<title>404 - File or directory not found.</title>
</head>
<body>
<div id="header"><h1>Server Error</h1></div>
<div id="content"><div class="content-container"><fieldset>
<h2>404 - File or directory not found.</h2>
<h3>The resource you are looking for might have been removed, had its name changed, or is temporarily unavailable.</h3>
</fieldset></div></div>
</body>
</html>
"""


def _soap_fault(_answer: Answer, call: Call, params: Mapping[str, Any]) -> Answer:
    return fault(DIALECTS.get(call.dialect, SOAP_11), params["text"])


def _iis_404(_answer: Answer, _call: Call, _params: Mapping[str, Any]) -> Answer:
    return Answer(404, "text/html", Body(_IIS_404.encode()), headers=IIS_HEADERS[1:2])


def _ws_exception(_answer: Answer, call: Call, params: Mapping[str, Any]) -> Answer:
    dialect = DIALECTS[call.dialect]
    return dialect.answer(exception(dialect, OPERATIONS[call.operation], escape(params["text"]), _MOMENT))


def _rewritten(answer: Answer, body: bytes) -> Answer:
    return replace(answer, body=Body(body), stream=None)


def _illegal_character(answer: Answer, call: Call, params: Mapping[str, Any]) -> Answer | None:
    """Put a character that XML 1.0 forbids into the first text of the first row that has one."""
    operation = OPERATIONS.get(call.operation)
    names = [field.name for field in TYPES[operation.row] if field.type == "string"] if operation else []
    body = answer.whole()
    found = re.search(rb"<(%b)>" % "|".join(names).encode(), body) if names else None
    if not found:
        return None
    character = b"\x01" if params["raw"] else b"&#x1;"
    return _rewritten(answer, body[: found.end()] + character + body[found.end() :])


def _rows(answer: Answer, call: Call) -> tuple[etree._Element | None, list[etree._Element]]:
    """The answer as a tree, and its rows that are not nil."""
    operation = OPERATIONS.get(call.operation)
    if operation is None or answer.status != 200:  # noqa: PLR2004 - only what went well has rows
        return None, []
    body = answer.whole()
    if not body:
        # Another fault took the answer's place.
        return None, []
    root = etree.fromstring(body, etree.XMLParser(huge_tree=True, recover=True))
    rows = [row for row in root.iter(f"{{{NAMESPACE}}}{operation.row}") if len(row)]
    return root, rows


def _serialised(answer: Answer, root: etree._Element) -> Answer:
    return _rewritten(answer, etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _nan(answer: Answer, call: Call, _params: Mapping[str, Any]) -> Answer | None:
    root, rows = _rows(answer, call)
    names = {field.name for fields in TYPES.values() for field in fields if field.type == "num"}
    numbers = [child for row in rows for child in row if etree.QName(child).localname in names]
    for place, number in enumerate(numbers):
        number.text = _NUMBERS[place % len(_NUMBERS)]
    return _serialised(answer, root) if root is not None and numbers else None


def _unknown_element(answer: Answer, call: Call, params: Mapping[str, Any]) -> Answer | None:
    root, rows = _rows(answer, call)
    for row in rows:
        etree.SubElement(row, f"{{{NAMESPACE}}}{params['name']}").text = "new"
    return _serialised(answer, root) if root is not None and rows else None


def _reordered_elements(answer: Answer, call: Call, _params: Mapping[str, Any]) -> Answer | None:
    root, rows = _rows(answer, call)
    several = [row for row in rows if len(row) > 1]
    for row in several:
        row[:] = list(reversed(row))
    return _serialised(answer, root) if root is not None and several else None


_BY_REFERENCE = frozenset(operation.name for operation in OPERATIONS.values() if operation.by_reference)
_WITH_NUMBERS = frozenset({"ReportListMessageActivity"})

KINDS: dict[str, Kind] = COMMON_KINDS | {
    "soap-fault": Kind(
        _soap_fault,
        "HTTP 500 and a SOAP fault",
        {"text": "Server was unable to process request. ---> Timeout expired."},
        replaces=True,
    ),
    "iis-404": Kind(_iis_404, "HTTP 404 and the XHTML page IIS shows for it", replaces=True),
    "ws-exception": Kind(
        _ws_exception,
        "HTTP 200, a WSException that is not nil, no result",
        {"text": "An unexpected error occurred."},
        replaces=True,
        operations=_BY_REFERENCE,
    ),
    "illegal-character": Kind(
        _illegal_character, "a character XML forbids in a text, as &#x1; or raw", {"raw": False}
    ),
    "nan": Kind(_nan, "NaN and INF where percents and money stand", operations=_WITH_NUMBERS),
    "unknown-element": Kind(_unknown_element, "one more element in every row", {"name": "AddedLater"}),
    "reordered-elements": Kind(_reordered_elements, "every row's elements in reverse order"),
    "truncated-xml": Kind(truncated, "a complete HTTP answer around half of the XML"),
}
