"""Answers: always HTTP 200, JSON or XML, with `status`, and errors and warnings beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lxml import etree

from vendor_sandbox.answers import Answer, Body
from vendor_sandbox.textlocal.errors import UNLISTED, ApiError, warning

if TYPE_CHECKING:
    from collections.abc import Mapping

_JSON, _XML = "application/json", "text/xml; charset=utf-8"
_ONE = {"messages_not_sent": "message_not_sent", "inboxes": "inbox"}


def success(fields: Mapping[str, Any], form: str) -> Answer:
    """An answer of a command; `warnings` may be among its fields."""
    return _answer({**fields, "status": "success"}, form)


def failure(error: ApiError, form: str, *, bare: bool = False) -> Answer:
    """An answer of a call that failed.

    Args:
        error: Why.
        form: `json` or `xml`.
        bare: Whether a failure whose code nothing public says comes without `errors`.
    """
    value: dict[str, Any] = {"warnings": error.warnings} if error.warnings else {}
    if not (bare and error.code == UNLISTED):
        value["errors"] = [warning(error.code, error.message)]
    return _answer({**value, "status": "failure"}, form)


def _answer(value: dict[str, Any], form: str) -> Answer:
    if form.lower() == "xml":
        return Answer(200, _XML, Body(_xml(value)))
    return Answer(200, _JSON, Body(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()))


def _xml(value: dict[str, Any]) -> bytes:
    root = etree.Element("response")
    for name, item in value.items():
        _add(root, name, item)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _add(parent: etree._Element, name: str, value: Any) -> None:
    """An element; a list's items are elements of the list's name without its s."""
    element = etree.SubElement(parent, name)
    if isinstance(value, dict):
        for key, item in value.items():
            _add(element, key, item)
    elif isinstance(value, list):
        for item in value:
            _add(element, _ONE.get(name, name.removesuffix("s")), item)
    else:
        element.text = _text(value)


def _text(value: Any) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    # XML has no way to write them.
    return "".join(char for char in text if char >= " " or char in "\t\n\r")
