"""What a text says and what it costs: variables of templates, and the parts that a phone company bills. Pure.

Textlocal renders nothing for who calls its API (its "Templates guide" says so of India, of the UK no page says
otherwise), so a template's variables are filled in here, with the columns of the record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from singer_delivery.outcomes import Verdict, rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_PARTS = 5
"""Parts of the longest text: 765 characters are five of 153, by the vendor's page on credits. Of texts beyond the GSM
alphabet it says nothing; as many parts are 335. What is longer is refused (6), or cut off there: both are said."""
_ONE_PART, _OF_SEVERAL = 160, 153
_ONE_UNICODE_PART, _OF_SEVERAL_UNICODE = 70, 67
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Of GSM 03.38, too, but with an escape in front: two units each."""

_NAME = r"[^\W\d]\w*(?:[ .-]\w+)*"
_VARIABLE = re.compile(
    rf"%%\|(?P<in_india>{_NAME})(?:\^(?P<options>\{{.*?\}}))?%%"
    rf"|%%(?P<plain>{_NAME})%%"
    rf"|\{{\{{ *(?P<braces>{_NAME}) *\}}\}}"
)
_BETWEEN_WORDS = re.compile(r"[ ._-]")


@dataclass(frozen=True, slots=True)
class Variable:
    """A place in a template that a column fills.

    Attributes:
        name: As the template writes it.
        longest: Characters that its value may have, where the template says so.
    """

    name: str
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A template in pieces: what stands in it as it is, and variables.

    Attributes:
        pieces: In their order; put together with no variable filled in they are the template less its variables.
    """

    pieces: tuple[str | Variable, ...]

    @classmethod
    def of(cls, body: str) -> Template:
        """Take a template apart: `%%|name^{"maxlength":"8"}%%`, as accounts in India have it, `%%name%%`, `{{name}}`.

        What looks like none of these stays as it is.
        """
        pieces: list[str | Variable] = []
        end = 0
        for found in _VARIABLE.finditer(body):
            pieces += [body[end : found.start()], _variable(found)]
            end = found.end()
        return cls(tuple(each for each in (*pieces, body[end:]) if each != ""))

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Its variables, in the order in which they stand."""
        return tuple(each for each in self.pieces if isinstance(each, Variable))

    def rendered(self, values: Mapping[str, Any]) -> str | Verdict:
        """Fill in the variables.

        Args:
            values: By names as `folded` makes them: see `values_of`.

        Returns:
            The text; or a rejection that names the variable: `unknown_variable`, `empty_variable`,
            `wrong_type`, `variable_too_long`.
        """
        texts: list[str] = []
        for piece in self.pieces:
            found = piece if isinstance(piece, str) else _value_of(piece, values)
            if isinstance(found, Verdict):
                return found
            texts.append(found)
        return "".join(texts)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a text is on its way to a phone.

    Attributes:
        needs_unicode: Whether it has a character that the GSM alphabet lacks.
        units: Septets of the GSM alphabet, or UTF-16 units.
        parts: Messages that it is cut into: the credits of one local number.
    """

    needs_unicode: bool
    units: int
    parts: int

    @property
    def too_long(self) -> bool:
        """Whether it is longer than Textlocal takes."""
        return self.parts > MOST_PARTS


def size_of(text: str) -> Size:
    """Measure a text: 160 characters in one part, or 153 in each of several; 70 and 67 of those with an emoji.

    The vendor's page on credits gives 160 and 153; it does not say what unicode takes, 70 and 67 are the standard's.

    Args:
        text: The text.
    """
    extended = sum(map(_EXTENDED.__contains__, text))
    needs_unicode = extended + sum(map(_BASIC.__contains__, text)) < len(text)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2 if needs_unicode else len(text) + extended
    one, several = (_ONE_UNICODE_PART, _OF_SEVERAL_UNICODE) if needs_unicode else (_ONE_PART, _OF_SEVERAL)
    return Size(needs_unicode, units, 1 if units <= one else -(-units // several))


def values_of(record: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """Return a record's values by the names that variables are looked up by.

    Args:
        record: The record.
        known: `Columns.known`: `{"first_name": "firstName"}`. The target's own name of a column counts before another
            column of that name.
    """
    values = {folded(name): value for name, value in record.items()}
    values.update({folded(ours): record.get(name) for ours, name in known.items()})
    return values


def folded(name: str) -> str:
    """Return a name as variables and columns are compared: `First Name`, `FIRST_NAME` and `firstName` are the same."""
    return _BETWEEN_WORDS.sub("", name).casefold()


def lacking(variables: Iterable[Variable], columns: Iterable[str]) -> tuple[str, ...]:
    """Return the names of variables that no column fills, each once."""
    there = {folded(each) for each in columns}
    return tuple(dict.fromkeys(each.name for each in variables if folded(each.name) not in there))


def _variable(found: re.Match[str]) -> Variable:
    name = found["in_india"] or found["plain"] or found["braces"]
    return Variable(name, _longest(found["options"]))


def _longest(options: str | None) -> int | None:
    """Read `maxlength` of a variable in India, `{"inputtype":"text","maxlength":"8"}`; a number or its digits."""
    try:
        said = msgspec.json.decode(options or "{}")
        return int(said["maxlength"])
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        return None


def _value_of(variable: Variable, values: Mapping[str, Any]) -> str | Verdict:
    name = folded(variable.name)
    if name not in values:
        return rejected(
            "unknown_variable",
            f"The template has a variable `{variable.name}`, and the record no column of that name. Add it by "
            "`stream_maps`.",
        )
    value = values[name]
    if value is None or (isinstance(value, str) and not value.strip()):
        return rejected(
            "empty_variable",
            f"The template has a variable `{variable.name}`, and the record no value for it. Fill in the column at "
            "its source.",
        )
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        return rejected(
            "wrong_type", f"The template's variable `{variable.name}`: expected a text or a number in the column."
        )
    text = value if isinstance(value, str) else _number(value)
    if variable.longest is not None and len(text) > variable.longest:
        return rejected(
            "variable_too_long",
            f"The template's variable `{variable.name}` takes {variable.longest} characters, and the record has more. "
            "Shorten the value at its source.",
        )
    return text


def _number(value: float | Decimal) -> str:
    """Write a number as people do: no exponent."""
    return f"{Decimal(str(value)):f}"
