"""The columns of the nine streams, in the order and under the names of the wire.

Names, types and occurrence are those of Listrak's own `IntegrationService.asmx?op=` pages and of classes generated
from its WSDL (Objectivco/php-listrak). What a page says about a value is said here; what no page says is not made up.
Times have no zone on the wire: see the `timezone` setting.
"""

from __future__ import annotations

from tap_listrak.mapping import Column, Kind

_EMAIL = Column("EmailAddress", Kind.STRING, "E-mail address of the contact.")
_CONTACT = Column(
    "ContactID", Kind.STRING, "Listrak's id of the contact; a text. The same id can be on several lists."
)
_MESSAGE = Column("MsgID", Kind.INTEGER, "Message that the row is about; taken from the request.")


def _integer(name: str, description: str) -> Column:
    return Column(name, Kind.INTEGER, description)


def _number(name: str, description: str) -> Column:
    return Column(name, Kind.NUMBER, description)


def _boolean(name: str, description: str) -> Column:
    return Column(name, Kind.BOOLEAN, description)


def _string(name: str, description: str) -> Column:
    return Column(name, Kind.STRING, description)


LISTS = (
    _integer("ListID", "Listrak's id of the list."),
    _string("ListName", "Name of the list."),
    Column("CreateDate", Kind.DATETIME, "When the list was made."),
    _string("FromName", "Sender's name in messages of the list."),
    _string("FromEmail", "Sender's e-mail address in messages of the list."),
    _boolean("EnableRemovalLink", "Messages carry an unsubscribe link."),
    _boolean("EnableBrowserLink", "Messages carry a link to see them in a browser."),
    _integer("bounceHandling", "How bounces are handled; the meaning of the numbers is not documented."),
    _boolean("EnableDoubleOptin", "New contacts must confirm their subscription."),
    _boolean("EnableListHygiene", "List hygiene is on."),
    Column("Vmta", Kind.VMTA, "IP pool that the list sends from."),
    _boolean("ShowEmailList", "The list is shown in Listrak's e-mail views."),
    _boolean("ShowAdvancedPersonalization", "Advanced personalisation is shown."),
    _integer("BounceUnsubscribeCount", "Bounces after which a contact is removed."),
    _string("DomainAliasLink", "Domain of the links in messages."),
    _string("DomainAliasEmail", "Domain of the sender's address."),
    _boolean("EnableRSS", "RSS is on."),
    _boolean("EnableGoogleAnalytics", "Google Analytics tracking is on."),
    Column("GoogleTrackingDomains", Kind.STRINGS, "Domains whose links are tracked; may be empty."),
    _boolean("EnableInternationalization", "Internationalisation is on."),
    _boolean("EnableDynamicContent", "Dynamic content is on."),
    _boolean("EnableListRemoveHeader", "Messages carry a List-Unsubscribe header."),
)

MESSAGES = (
    _integer("ListID", "List that the message was sent to."),
    _integer("MsgID", "Listrak's id of the message."),
    _string("Subject", "Subject line."),
    Column("SendDate", Kind.DATETIME, "When the message was sent."),
    _integer("DeliverCount", "Deliveries, as of this run; like all counters it keeps changing."),
    _integer("RemoveCount", "Unsubscribes by way of this message."),
    _number("RemovePercent", "Unsubscribes in relation to deliveries; whether 0-1 or 0-100 is not documented."),
    _integer("OpenCount", "Opens."),
    _number("OpenPercent", "Opens in relation to deliveries."),
    _integer("ReadCount", "Reads; how a read differs from an open is not documented."),
    _number("ReadPercent", "Reads in relation to deliveries."),
    _integer("ClickCount", "All clicks."),
    _integer("ClickerCount", "People who clicked."),
    _integer("RepeatClickerCount", "People who clicked and had clicked in an earlier message."),
    _integer("NewClickerCount", "People who clicked for the first time."),
    _number("ClickerPercent", "People who clicked in relation to deliveries."),
    _number("OrderTotal", "Value of orders attributed to the message; its currency is not documented."),
    _integer("ConversionCount", "Orders attributed to the message."),
    _number("AverageOrderValue", "Average value of these orders."),
)

SENDS = (_MESSAGE, _EMAIL)

OPENS = (
    _MESSAGE,
    _CONTACT,
    _EMAIL,
    Column("OpenDate", Kind.DATE_STRING, "When it was opened: a text, with an offset where it reads as a date."),
)

READS = (
    _MESSAGE,
    _CONTACT,
    _EMAIL,
    Column("ReadDate", Kind.DATE_STRING, "When it was read: a text, with an offset where it reads as a date."),
)

CLICKS = (
    _MESSAGE,
    _CONTACT,
    _EMAIL,
    _string("LinkDescription", "Text of the link."),
    _string("LinkUrl", "Address of the link."),
    Column("ClickDate", Kind.DATE_STRING, "When it was clicked: a text, with an offset where it reads as a date."),
)

BOUNCES = (
    _MESSAGE,
    _CONTACT,
    _EMAIL,
    _string("BounceReason", "Why it bounced; a free text, no list of values is documented."),
    _string("BounceDetail", "What the receiving server said."),
    Column("BounceDate", Kind.DATE_STRING, "When it bounced: a text, with an offset where it reads as a date."),
    _integer("BounceCount", "Bounces of this contact."),
)

UNSUBS = (
    _MESSAGE,
    _CONTACT,
    _EMAIL,
    Column("AdditionDate", Kind.DATETIME, "When the contact had subscribed."),
    Column("RemovalDate", Kind.DATETIME, "When the contact unsubscribed."),
    _string("RemovalMethod", "How the contact unsubscribed; a free text, no list of values is documented."),
)

SUBSCRIBERS = (
    _integer("ListID", "List that the contact is subscribed to; taken from the request."),
    _CONTACT,
    _EMAIL,
    Column("AdditionDate", Kind.DATETIME, "When the contact subscribed."),
    _string("AdditionMethod", "How the contact subscribed; a free text, no list of values is documented."),
)
