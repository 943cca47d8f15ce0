"""What a call asks: its command, and its parameters wherever they came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from vendor_sandbox.textlocal.percent import decoded, pairs

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from vendor_sandbox.textlocal.account import Account

_LOGIN = frozenset({"apikey", "username", "hash", "password"})
_AGAIN = frozenset({"message", "sender", "text", "contacts"})
_MULTIPART = "multipart/form-data"
LARGEST = 10**18
"""What SQLite still takes for an integer; no id or count is so large."""
_TRUE = frozenset({"true", "1", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One call, its login checked.

    Attributes:
        command: Its name.
        account: Who calls.
        fields: Parameters, decoded; those of the login in lower case.
        plus_is_space: Whether the second decoding takes a plus for a space.
    """

    command: str
    account: Account
    fields: Mapping[str, str]
    plus_is_space: bool = False

    def text(self, name: str) -> str:
        """A parameter without the spaces around it; empty if it is not there."""
        return self.fields.get(name, "").strip()

    def flag(self, name: str) -> bool:
        """A parameter that is true or false: `true` and `1` are sent for true; PHP's false is an empty text."""
        return self.text(name).lower() in _TRUE

    def number(self, name: str, default: int) -> int:
        """A parameter that counts something, at most `LARGEST`; the default if it is not there or no number."""
        return whole_number(self.text(name), default)

    def again(self, text: str) -> str:
        """A text of a JSON within a parameter, decoded once more, as `message` has been already."""
        return decoded_again(text, plus_is_space=self.plus_is_space)


def whole_number(text: str, default: int) -> int:
    """Digits as a number, at most `LARGEST`; the default if they are none."""
    if not (text.isascii() and text.isdigit()):
        return default
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) < len(str(LARGEST)) else LARGEST


def command_of(path: str) -> str:
    """The command of `/cmd`, `/cmd/`: with whatever else stands between slashes."""
    return unquote(path).strip("/")


async def read_fields(query: bytes, content_type: str, body: bytes) -> dict[str, str]:
    """The parameters of query and body; the body's count where both have one, and the last one of a name.

    Args:
        query: The query string.
        content_type: Header of that name: `multipart/form-data`, or else the body is taken for urlencoded.
        body: The bytes.
    """
    given = pairs(query)
    if content_type.lower().startswith(_MULTIPART):
        given += await _multipart(content_type, body)
    else:
        given += pairs(body)
    return {name.lower() if name.lower() in _LOGIN else name: value for name, value in given}


async def _multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The texts of a form with parts; a form that cannot be read has none."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(Headers({"content-type": content_type}), stream(), max_part_size=len(body) + 1)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError):
        return []
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


def decode_fields(fields: Mapping[str, str], *, plus_is_space: bool) -> dict[str, str]:
    """The parameters after the second decoding.

    The official PHP class percent-encodes message, sender and contacts itself and sends them as parts, which are not
    encoded on their way: so the server must decode them once more than the form.
    """
    return {
        name: decoded_again(value, plus_is_space=plus_is_space) if name in _AGAIN else value
        for name, value in fields.items()
    }


def decoded_again(text: str, *, plus_is_space: bool) -> str:
    """A text without its percent sequences; a percent sign that begins none stays."""
    return decoded(text.encode("utf-8", "replace"), plus_is_space=plus_is_space)
