"""Rows of the two unpaged operations: lists, and messages with their counters.

What a counter counts is read from its name and agrees with the rows: DeliverCount with message_sends, OpenCount,
ReadCount and ClickCount with those rows, ClickerCount with the different people who clicked. That NewClickerCount is
those who clicked once is invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sandbox.hashing import mix
from vendor_sandbox.listrak_soap import dates
from vendor_sandbox.listrak_soap.reports import size
from vendor_sandbox.listrak_soap.rows import element, template
from vendor_sandbox.listrak_soap.words import FROM_NAMES, LIST_NAMES, SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_sandbox.listrak_soap.account import Account, Message
    from vendor_sandbox.listrak_soap.layout import Layout
    from vendor_sandbox.listrak_soap.style import Style

_MESSAGE = template("WSMessageActivity")
_LIST = template("WSContactList")
_SUBJECTLESS = 23  # one message in so many has no subject
_ILLEGAL = 9  # one message in so many can have a control character in its subject
_BUYERS = 12  # one clicker in so many buys
_BOOLEANS = (b"false", b"true")


def list_rows(layout: Layout, indexes: Iterable[int]) -> Iterator[bytes]:
    """`WSContactList` rows."""
    return (_list_row(layout, index) for index in indexes)


def _list_row(layout: Layout, index: int) -> bytes:
    luck = mix(layout.seed, index, 11)
    flags = iter([_BOOLEANS[luck >> bit & 1] for bit in range(12)])
    vmta = f"<VmtaID>{index % 4 + 1}</VmtaID>" + (
        "<Description>Shared pool &amp; co</Description>" if index % 2 else ""
    )
    domains = ("www.example.com", "shop.example.org", "例え.example.net")[: index % 4]
    return _LIST % (
        b"%d" % layout.list_id(index),
        element("ListName", list_name(index)),
        dates.iso(dates.at(2020) - (1 + luck % 700) * dates.DAY + luck % dates.DAY),
        element("FromName", FROM_NAMES[index % len(FROM_NAMES)]),
        element("FromEmail", f"news{index + 1}@example.com"),
        next(flags),
        next(flags),
        b"%d" % (index % 3),
        next(flags),
        next(flags),
        element("Vmta", vmta if index % 3 != 1 else None),
        next(flags),
        next(flags),
        b"%d" % (3 + index % 3),
        element("DomainAliasLink", "links.example.com" if index % 2 else None),
        element("DomainAliasEmail", "" if index % 3 else "mail.example.com"),
        next(flags),
        next(flags),
        b"".join(element("GoogleTrackingDomains", domain) for domain in domains),
        next(flags),
        next(flags),
        next(flags),
    )


def list_name(index: int) -> str:
    """A list's name, escaped for XML."""
    return LIST_NAMES[index] if index < len(LIST_NAMES) else f"List no. {index + 1}"


def message_rows(account: Account, index: int, numbers: Iterable[int], style: Style) -> Iterator[bytes]:
    """`WSMessageActivity` rows of a list's messages."""
    return (_message_row(account, account.message(index, number), style) for number in numbers)


def _message_row(account: Account, message: Message, style: Style) -> bytes:
    delivered = message.recipients
    opened = size(message, "message_opens").rows
    read = size(message, "message_reads").rows
    clicks = size(message, "message_clicks")
    clickers, repeaters = clicks.people, min(clicks.people, clicks.rows - clicks.people)
    orders = clickers // _BUYERS
    total = sum(19.99 + mix(message.msg_id, order) % 8000 / 100 for order in range(min(orders, 5))) * max(
        1, orders / 5
    )
    counts = [
        b"%d" % account.layout.list_id(message.list_index),
        b"%d" % message.msg_id,
        _subject(message, illegal=style.illegal),
        dates.iso(message.sent),
        b"%d" % delivered,
        b"%d" % message.leavers,
        style.percent(message.leavers, delivered),
        b"%d" % opened,
        style.percent(opened, delivered),
        b"%d" % read,
        style.percent(read, delivered),
        b"%d" % clicks.rows,
        b"%d" % clickers,
        b"%d" % repeaters,
        b"%d" % (clickers - repeaters),
        style.percent(clickers, delivered),
        style.number(round(total, 2)),
        b"%d" % orders,
        style.number(round(total / orders, 4) if orders else 0.0),
    ]
    return _MESSAGE % tuple(counts)


def _subject(message: Message, *, illegal: bool) -> bytes:
    text = subject(message)
    control = "&#x1;" if illegal and message.number % _ILLEGAL == 0 else ""
    return element("Subject", None if text is None else text + control)


def subject(message: Message) -> str | None:
    """A message's subject, escaped for XML; None if it has none."""
    number = message.number
    if not message.plain and number % _SUBJECTLESS == _SUBJECTLESS - 1:
        return None
    text = SUBJECTS[(number + message.list_index) % len(SUBJECTS)].replace("20%", "20%%") % (number + 1)
    return f"[TEST] {text}" if message.test else text
