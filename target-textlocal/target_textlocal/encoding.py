"""Text as Textlocal decodes it: the fields of a form are decoded once as such, and some of them once more.

Textlocal's own PHP class percent-encodes `message`, `sender` and the JSON of `contacts`, and posts them in a form that
decodes nothing by itself; its sample of `bulk_json` does so with each `text` inside the JSON. What is encoded once
before the form is encoded arrives unchanged, byte for byte. What is not loses each `%41` and each `+` that it has.
(Read from that class and from the samples; how a real account treats text that is encoded once only is not known.)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

DECODED_TWICE = frozenset({"message", "sender", "contacts"})
"""Fields of a form that Textlocal decodes once more. Not `data` of `bulk_json`: there it is each `text` in it."""


def encoded(text: str) -> str:
    """Return a text percent-encoded as UTF-8, as PHP's `rawurlencode` does: all but letters, digits and `-_.~`."""
    return quote(text, safe="")


def encoded_form(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a form, those that Textlocal decodes twice encoded once."""
    return {name: encoded(value) if name in DECODED_TWICE else value for name, value in fields.items()}


def json_text(value: Any) -> str:
    """Return a JSON without blanks and in plain letters of ASCII, as a field of a form: `contacts` or `data`."""
    return json.dumps(value, separators=(",", ":"))
