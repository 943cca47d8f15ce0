"""Rows of the paged streams as bytes: templates are filled, no tree is built, because benchmarks are served here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sandbox.hashing import mix
from vendor_sandbox.listrak_soap import dates
from vendor_sandbox.listrak_soap.contract import TYPES
from vendor_sandbox.listrak_soap.people import contact_id, email
from vendor_sandbox.listrak_soap.words import ADDITION_METHODS, BOUNCES, LINKS, REMOVAL_METHODS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vendor_sandbox.listrak_soap.account import Account
    from vendor_sandbox.listrak_soap.reports import Report
    from vendor_sandbox.listrak_soap.style import Style

    MakeRows = Callable[[Account, Report, range, Style], Iterator[bytes]]

_ANONYMOUS = 61  # about one row in so many lacks its ContactID
_SPREAD = 2_654_435_761
_LINKS_PER_MESSAGE = 6
_LONG_LINK = 5  # one message in so many has the link of more than 1,000 characters


def template(name: str) -> bytes:
    """A row of a type: a `%b` per field, for the text of a required one and the whole element of an optional one."""
    fields = (b"<%b>%%b</%b>" % ((f.name.encode(),) * 2) if f.required else b"%b" for f in TYPES[name])
    return b"<%b>%b</%b>" % (name.encode(), b"".join(fields), name.encode())


def element(name: str, text: str | None) -> bytes:
    """An optional element around a text that is escaped already; nothing for None."""
    return b"" if text is None else f"<{name}>{text}</{name}>".encode()


def _email(person: int) -> bytes:
    return b"<EmailAddress>%b</EmailAddress>" % email(person)


def _contact(person: int) -> bytes:
    return b"<ContactID>%b</ContactID>" % contact_id(person)


def _people(report: Report, rows: range) -> Iterator[tuple[int, int, bytes, bytes]]:
    """For each row: its number, its person's position in the list, and the ContactID and EmailAddress elements."""
    message, people, keyless, salt = report.message, report.people, report.keyless, report.salt
    for row in rows:
        person = row % people
        position = report.position(person)
        number = message.people + position
        anonymous = not message.plain and ((row ^ salt) * _SPREAD >> 7) % _ANONYMOUS == 0
        yield row, position, b"" if anonymous else _contact(number), b"" if person == keyless else _email(number)


def sends(_account: Account, report: Report, rows: range, _style: Style) -> Iterator[bytes]:
    """`WSMessageRecipient` rows."""
    row, first = template("WSMessageRecipient"), report.message.people + report.message.first
    for i in rows:
        yield row % _email(first + i)


def _dated(name: str, field: str) -> MakeRows:
    """Rows of a person and a string-typed date."""
    row = template(name)
    date = b"<%b>%%b</%b>" % ((field.encode(),) * 2)

    def make(_account: Account, report: Report, rows: range, style: Style) -> Iterator[bytes]:
        moment, text = report.moment, style.text_date
        for i, _, contact, mail in _people(report, rows):
            yield row % (contact, mail, date % text(moment(i)))

    return make


def links(report: Report) -> list[bytes]:
    """The links of a message: `LinkDescription` and `LinkUrl` elements."""
    message = report.message
    long = mix(message.seed, message.msg_id, 5) % _LONG_LINK == 0
    chosen = [LINKS[(message.number + k) % (len(LINKS) - 1)] for k in range(_LINKS_PER_MESSAGE)]
    return [
        element("LinkDescription", text) + element("LinkUrl", url.format(message.msg_id) if url else None)
        for text, url in (*chosen, *([LINKS[-1]] if long else []))
    ]


def clicks(_account: Account, report: Report, rows: range, style: Style) -> Iterator[bytes]:
    """`WSContactClick` rows; whoever clicks again clicks the next link."""
    row, link = template("WSContactClick"), links(report)
    date, text, people = b"<ClickDate>%b</ClickDate>", style.text_date, report.people
    for i, _, contact, mail in _people(report, rows):
        # A link takes the place of two fields.
        yield row % (contact, mail, link[(i + i // people) % len(link)], b"", date % text(report.moment(i)))


def bounces(_account: Account, report: Report, rows: range, style: Style) -> Iterator[bytes]:
    """`WSContactBounce` rows."""
    row, date = template("WSContactBounce"), b"<BounceDate>%b</BounceDate>"
    reasons = [element("BounceReason", reason) + element("BounceDetail", detail) for reason, detail in BOUNCES]
    for i, position, contact, mail in _people(report, rows):
        when = date % style.text_date(report.moment(i))
        yield row % (contact, mail, reasons[position % len(reasons)], b"", when, b"%d" % (1 + i // report.people))


def unsubs(account: Account, report: Report, rows: range, _style: Style) -> Iterator[bytes]:
    """`WSContactRemovalInfo` rows."""
    row = template("WSContactRemovalInfo")
    methods = [element("RemovalMethod", method) for method in REMOVAL_METHODS]
    for i, position, contact, mail in _people(report, rows):
        added = account.joined(report.message.list_index, position)
        how = methods[position % len(methods)]
        yield row % (contact, mail, dates.iso(added), dates.iso(report.moment(i)), how)


def subscribers(account: Account, index: int, positions: Iterable[int]) -> Iterator[bytes]:
    """`WSContactSubscriptionInfo` rows of a list's positions."""
    row = template("WSContactSubscriptionInfo")
    methods = [element("AdditionMethod", method) for method in ADDITION_METHODS]
    first, nameless, plain = account.layout.first_person(index), account.nameless(index), account.layout.plain
    for position in positions:
        contact = b"" if position == nameless else _contact(first + position)
        unmailed = not plain and position * _SPREAD % _ANONYMOUS == 0
        mail = b"" if unmailed else _email(first + position)
        yield row % (contact, mail, dates.iso(account.joined(index, position)), methods[position % len(methods)])


REPORT_ROWS: dict[str, MakeRows] = {
    "message_sends": sends,
    "message_opens": _dated("WSContactOpen", "OpenDate"),
    "message_reads": _dated("WSContactRead", "ReadDate"),
    "message_clicks": clicks,
    "message_bounces": bounces,
    "message_unsubs": unsubs,
}
