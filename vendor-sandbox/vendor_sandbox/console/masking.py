"""Secrets, made unreadable wherever a call may carry them: nobody needs them to see what a call did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "••••••"

_ENDS = ("apikey", "secret", "password", "passwd", "token")
_WHOLE = frozenset({"authorization", "proxyauthorization", "cookie", "setcookie", "pwd", "hash", "assertion"})
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_JSON = re.compile(_TEXT + r'(\s*:\s*)(?:"(?:[^"\\]|\\.)*(?:"|$)|[\w.+-]+)')
_ELEMENT = re.compile(r"<((?:\w+:)?([\w-]+)(?:\s[^<>]*)?)>((?:[^<]|<!\[CDATA\[.*?\]\]>)+)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""(\s(?:\w+:)?([\w-]+)=)("[^"]*"|'[^']*')""")
_FIELD = re.compile(r"""(^|[&?\s])([^&=\s<>"']+)=([^&\s<>"']*)""")
_PART = re.compile(r'(name="([^"]*)"[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n)(.*?)(?=\r?\n--|$)', re.DOTALL)


def is_secret(name: str) -> bool:
    """Whether what goes by a name is nobody's business."""
    plain = name.casefold().replace("-", "").replace("_", "")
    return plain in _WHOLE or plain.endswith(_ENDS)


def mask_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Headers as texts; of `Authorization` the scheme stays."""
    texts = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    return [(name, _masked_header(name, value) if is_secret(name) else value) for name, value in texts]


def _masked_header(name: str, value: str) -> str:
    scheme, space, rest = value.partition(" ")
    return f"{scheme} {MASK}" if name.casefold().endswith("authorization") and space and rest else MASK


def mask_query(query: bytes) -> str:
    """A query as it came, but for secrets."""
    pairs = [pair.partition("=") for pair in query.decode("latin-1").split("&")]
    return "&".join(
        f"{name}{sign}{MASK if sign and is_secret(unquote_plus(name)) else rest}" for name, sign, rest in pairs
    )


def mask_fields(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """A form's fields."""
    return [(name, MASK if is_secret(name) else value) for name, value in fields]


def mask_text(text: str) -> str:
    """A body, whatever it is: JSON, XML, a form or its parts, and cut off anywhere."""
    text = _JSON.sub(lambda m: f'"{m[1]}"{m[2]}"{MASK}"' if is_secret(m[1]) else m[0], text)
    text = _ELEMENT.sub(lambda m: f"<{m[1]}>{MASK}" if is_secret(m[2]) else m[0], text)
    text = _ATTRIBUTE.sub(lambda m: f'{m[1]}"{MASK}"' if is_secret(m[2]) else m[0], text)
    text = _PART.sub(lambda m: f"{m[1]}{MASK}" if is_secret(m[2]) else m[0], text)
    return _FIELD.sub(lambda m: f"{m[1]}{m[2]}={MASK}" if is_secret(m[2]) else m[0], text)
