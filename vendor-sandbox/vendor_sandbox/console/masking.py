"""Secrets, made unreadable wherever a call may carry them: nobody needs them to see what a call did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "••••••"

# Of names, with and without what separates their words.
_NAMES = (
    r"(?:[\w.-]*(?:api[-_]?key|secret|password|passwd|token)"
    r"|(?:proxy[-_]?)?authorization|(?:set[-_]?)?cookie|pwd|hash|assertion)"
)
_NAME = re.compile(_NAMES, re.IGNORECASE)
_JSON = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:\s*)(?:"(?:[^"\\]|\\.)*(?:"|$)|[\w.+-]+)')
_FIELD = re.compile(r"""(^|[&?\s])([^&=\s<>"']+)=([^&\s<>"']*)""")
_ATTRIBUTE = re.compile(r"""(\s(?:\w+:)?([\w-]+)=)("[^"]*"|'[^']*')""")
# These two take all up to an end that always comes, and only after a secret's name: anything else would take the
# square of a body's length for one that was made to.
_ELEMENT = re.compile(rf"(<(?:\w+:)?{_NAMES}(?:\s[^<>]*)?>).*?(?=</|\Z)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(
    rf'(name="{_NAMES}"[^\n]*\n(?:[^\r\n]+\r?\n){{0,5}}\r?\n).*?(?=\r?\n--|\Z)', re.IGNORECASE | re.DOTALL
)


def is_secret(name: str) -> bool:
    """Whether what goes by a name is nobody's business."""
    return bool(_NAME.fullmatch(name))


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
    text = _ELEMENT.sub(lambda m: f"{m[1]}{MASK}", text)
    text = _ATTRIBUTE.sub(lambda m: f'{m[1]}"{MASK}"' if is_secret(m[2]) else m[0], text)
    text = _PART.sub(lambda m: f"{m[1]}{MASK}", text)
    return _FIELD.sub(lambda m: f"{m[1]}{m[2]}={MASK}" if is_secret(m[2]) else m[0], text)
