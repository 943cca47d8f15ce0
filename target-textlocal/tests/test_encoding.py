"""What is encoded for Textlocal is, decoded twice, the same again, byte for byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, unquote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_textlocal.encoding import encoded, encoded_form, json_text

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
NASTY = [
    "100% off & more + free",
    "%41%zz%",
    "a+b",
    "line\r\nline\n%n",
    "€ [{~}]",
    "🎉👩‍👩‍👧 नमस्ते",
    "?a=b&c=d#e",
    " both ends ",
]


def arrived(form: dict[str, str], name: str, decode: Callable[[str], str]) -> str:
    """A field after a form's own decoding and the vendor's."""
    body = urlencode(form)
    return decode(parse_qs(body, keep_blank_values=True, strict_parsing=True)[name][0])


@pytest.mark.parametrize("decode", [unquote, unquote_plus])
@pytest.mark.parametrize("name", ["message", "sender", "contacts"])
@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_arrive_unchanged_whatever_becomes_of_a_plus(
    text: str, name: str, decode: Callable[[str], str]
) -> None:
    assert arrived(encoded_form({name: text}), name, decode) == text


@given(TEXTS)
def test_any_text_arrives_unchanged_byte_for_byte(text: str) -> None:
    for decode in (unquote, unquote_plus):
        if text:
            assert arrived(encoded_form({"message": text}), "message", decode).encode() == text.encode()


@given(TEXTS)
def test_what_is_encoded_is_letters_digits_and_percent_signs(text: str) -> None:
    assert set(encoded(text)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%")


@given(TEXTS, TEXTS)
def test_contacts_and_the_texts_of_a_bulk_arrive_unchanged(name: str, text: str) -> None:
    contacts = [{"number": "447700900500", "first_name": name}]
    sent = encoded_form({"contacts": json_text(contacts)})
    assert json.loads(arrived(sent, "contacts", unquote_plus)) == contacts
    bulk = encoded_form({"data": json_text({"messages": [{"number": "447700900500", "text": encoded(text)}]})})
    (message,) = json.loads(arrived(bulk, "data", str))["messages"]
    assert unquote(message["text"]) == text


def test_a_text_is_encoded_as_phps_rawurlencode_does() -> None:
    assert encoded("A b+c%~€\n") == "A%20b%2Bc%25~%E2%82%AC%0A"


def test_fields_that_are_decoded_once_are_left_as_they_are() -> None:
    form = {"numbers": "447700900500,447700900501", "custom": "50% & more", "data": "{}"}
    assert encoded_form(form) == form
