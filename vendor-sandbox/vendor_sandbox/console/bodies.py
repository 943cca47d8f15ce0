"""From a body's bytes, of which perhaps only the beginning was kept, to what a person can read."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote

from lxml import etree

from vendor_sandbox.console.masking import mask_fields, mask_text
from vendor_sandbox.traffic import CUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sandbox.traffic import Exchange, Kept

_ANY_CONTAINER = 47  # zlib's word for gzip or zlib, whichever it is
_MOST_UNREADABLE = 0.02  # of characters that are none: more is no text
_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)
_FORM = "application/x-www-form-urlencoded"
_SHORTEST_PHONE, _NATIONAL = 7, 10  # digits; a country code may be left out in a request


class Readable(NamedTuple):
    """A body for people, without secrets.

    Attributes:
        size: Bytes that were sent.
        cut: Whether this is only its beginning.
        text: What it says; None for what is no text.
        fields: A form's fields; then there is no text.
    """

    size: int
    cut: bool
    text: str | None
    fields: Sequence[tuple[str, str]] = ()


def readable(kept: Kept, headers: Sequence[tuple[bytes, bytes]]) -> Readable:
    """Unpack, decode, mask and lay out a body.

    Args:
        kept: What was kept of it.
        headers: Its message's headers.
    """
    named = {name.lower(): value.decode("latin-1") for name, value in headers}
    data, cut = _unpacked(b"".join(kept.pieces), named.get(b"content-encoding", ""))
    cut = cut or kept.size > CUT
    kind = named.get(b"content-type", "")
    text = _decoded(data, kind)
    if text is None:
        return Readable(kept.size, cut, None)
    if kind.startswith(_FORM):
        return Readable(kept.size, cut, None, mask_fields(parse_qsl(text, keep_blank_values=True)))
    return Readable(kept.size, cut, _laid_out(mask_text(text)))


def names_any(exchange: Exchange, addresses: frozenset[str]) -> bool:
    """Whether a request names one of some phone numbers or e-mail addresses, as far as it was kept.

    A phone number is found with and without its country code.
    """
    needles = [address if "@" in address else address[-_NATIONAL:] for address in addresses]
    named = {name.lower(): value.decode("latin-1") for name, value in exchange.asked}
    body, _ = _unpacked(b"".join(exchange.request.pieces), named.get(b"content-encoding", ""))
    whole = b"?".join((exchange.path, exchange.query, body)).decode("utf-8", "replace").casefold()
    texts = (whole, unquote(whole)) if "%" in whole else (whole,)
    return any(needle in text for needle in needles if len(needle) >= _SHORTEST_PHONE for text in texts)


def _unpacked(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """Uncompressed bytes, no more than are kept of others, and whether there are more."""
    if encoding.casefold() not in {"gzip", "x-gzip", "deflate"}:
        return data, False
    unpacker = zlib.decompressobj(_ANY_CONTAINER)
    try:
        plain = unpacker.decompress(data, CUT)
    except zlib.error:
        return data, False
    return plain, bool(unpacker.unconsumed_tail)


def _decoded(data: bytes, kind: str) -> str | None:
    found = _CHARSET.search(kind)
    try:
        charset = codecs.lookup(found[1]).name if found else "utf-8"
    except LookupError:
        charset = "utf-8"
    text = data.decode(charset, "replace")
    unreadable = text.count("�") + text.count("\0")
    return None if unreadable > 1 + _MOST_UNREADABLE * len(text) else text


def _laid_out(text: str) -> str:
    """JSON and XML over several lines; anything else, and what was cut off, as it is."""
    start = text.lstrip()[:1]
    if start in {"{", "["}:
        return _json(text)
    return _xml(text) if start == "<" else text


def _json(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _xml(text: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return text
    return etree.tostring(root, encoding="unicode", pretty_print=True)
