"""How answers are written where the vendor's way is doubtful: the switches, and what each of them does to a value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sandbox.listrak_soap import dates
from vendor_sandbox.switches import Switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.switches import Switchboard

SWITCHES = (
    Switch(
        "num-format",
        ("decimal", "double"),
        "the type of percents and money; as double, the percents of a message delivered to nobody are NaN",
        "unknown: the classes generated from the live WSDL (Objectivco/php-listrak) say only float",
        "D",
    ),
    Switch(
        "percent-scale",
        ("hundred", "one"),
        "whether half is 50 or 0.5",
        "unknown",
        "D",
    ),
    Switch(
        "string-date-format",
        ("iso", "us"),
        "OpenDate, ReadDate, ClickDate and BounceDate as 2024-03-09T16:05:06 or as 3/9/2024 4:05:06 PM",
        "joepetrini/python-listrak parses them like the dateTime fields; Listrak's bounce page says only string",
        "C",
    ),
    Switch(
        "range-end",
        ("inclusive", "exclusive"),
        "whether a row at EndDate itself is in the window",
        "unknown",
        "D",
    ),
    Switch(
        "empty-result",
        ("varied", "absent", "empty", "nil", "zero-items", "nil-items"),
        "the shape of nothing; varied takes one of the five by the request, the same for the same request",
        "the result is minOccurs 0 and its items are nillable in the generated classes: each shape is allowed",
        "A",
    ),
    Switch(
        "nil-rows",
        ("on", "off"),
        "an xsi:nil row among the others, here and there on pages that are not full (never in a plain account)",
        "the items are nillable in the generated classes",
        "A",
    ),
    Switch(
        "illegal-characters",
        ("off", "on"),
        "a control character, as &#x1;, in the subject of one message in nine",
        "inference: .NET's XML writer is known to let them out; not seen from Listrak",
        "C",
    ),
)


@dataclass(frozen=True, slots=True)
class Style:
    """The switches as they stand, as what they do.

    Attributes:
        text_date: Writes a string-typed date.
        number: Writes a percent or an amount.
        num: The XML Schema type of those.
        scale: What a whole is in percents.
        inclusive: Whether windows have their end in them.
        empty: The shape of nothing.
        nil_rows: Whether pages have nil rows.
        illegal: Whether some subjects have control characters.
    """

    text_date: Callable[[int], bytes]
    number: Callable[[float], bytes]
    num: str
    scale: int
    inclusive: bool
    empty: str
    nil_rows: bool
    illegal: bool

    def percent(self, part: int, whole: int) -> bytes:
        """Write a share."""
        if whole == 0:
            return self.number(math.nan)
        return self.number(round(self.scale * part / whole, 4))


def style(switches: Switchboard) -> Style:
    """Read the switches."""
    num = switches["num-format"]
    return Style(
        text_date=dates.us if switches["string-date-format"] == "us" else dates.iso,
        number=_double if num == "double" else _decimal,
        num=num,
        scale=1 if switches["percent-scale"] == "one" else 100,
        inclusive=switches["range-end"] == "inclusive",
        empty=switches["empty-result"],
        nil_rows=switches["nil-rows"] == "on",
        illegal=switches["illegal-characters"] == "on",
    )


def _decimal(value: float) -> bytes:
    """As .NET writes a decimal, which knows no NaN."""
    return b"0" if math.isnan(value) else (b"%.4f" % value).rstrip(b"0").rstrip(b".")


def _double(value: float) -> bytes:
    """As .NET writes a double: `NaN`, and small numbers with a capital E."""
    if math.isnan(value):
        return b"NaN"
    return f"{value:.15g}".replace("e", "E").encode()
