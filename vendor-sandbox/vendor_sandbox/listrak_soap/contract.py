"""What Listrak's IntegrationService v3.1 says it takes and gives, as tables.

Sources: the classes Objectivco/php-listrak generated from the live WSDL (names, types, occurrence, nillability),
Listrak's own `IntegrationService.asmx?op=ReportRangeMessageContactBounces` page (order, and which dates are strings),
and the column order of a warehouse that loaded these operations (order of the other types). A type named `num` is
decimal, double or float: the generated classes say only "float", so it is a switch.
"""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACE = "http://webservices.listrak.com/v31/"


@dataclass(frozen=True, slots=True)
class Field:
    """One element of a sequence.

    Attributes:
        name: Element name, as spelled on the wire.
        type: An XML Schema type's local name, `num`, or the name of one of the `TYPES`.
        required: Whether minOccurs is 1.
        many: Whether maxOccurs is unbounded.
        nillable: Whether `xsi:nil` is declared.
    """

    name: str
    type: str
    required: bool = False
    many: bool = False
    nillable: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: request `name`, response `nameResponse`.

    Attributes:
        name: Also the last part of its SOAPAction.
        stream: What a Singer tap calls its rows.
        row: The type of a row; the result is an `ArrayOf` it.
        request: The request's elements, in order.
        by_reference: Whether `WSException` travels in request and response.
    """

    name: str
    stream: str
    row: str
    request: tuple[Field, ...]
    by_reference: bool = False

    @property
    def paged(self) -> bool:
        """Whether the rows come page by page."""
        return any(field.name == "Page" for field in self.request)

    @property
    def ranged(self) -> bool:
        """Whether the request names a window of time."""
        return any(field.name == "StartDate" for field in self.request)

    @property
    def result(self) -> str:
        """The element that holds the rows."""
        return f"{self.name}Result"

    @property
    def action(self) -> str:
        """The SOAPAction."""
        return NAMESPACE + self.name


def _fields(*lines: str) -> tuple[Field, ...]:
    """Read `name type occurrence` lines: 1 required, 0 optional, * optional and repeated, ? required and nillable."""
    triples = (line.split() for line in lines)
    return tuple(Field(n, t, required=o in "1?", many=o == "*", nillable=o == "?") for n, t, o in triples)


TYPES: dict[str, tuple[Field, ...]] = {
    "WSUser": _fields("UserName string 0", "Password string 0"),
    "WSException": _fields("SoapMethod string 0", "DateTime dateTime ?", "Description string 0"),
    "Vmta": _fields("VmtaID int 1", "Description string 0"),
    "WSContactList": _fields(
        "ListID int 1",
        "ListName string 0",
        "CreateDate dateTime 1",
        "FromName string 0",
        "FromEmail string 0",
        "EnableRemovalLink boolean 1",
        "EnableBrowserLink boolean 1",
        "bounceHandling int 1",
        "EnableDoubleOptin boolean 1",
        "EnableListHygiene boolean 1",
        "Vmta Vmta 0",
        "ShowEmailList boolean 1",
        "ShowAdvancedPersonalization boolean 1",
        "BounceUnsubscribeCount int 1",
        "DomainAliasLink string 0",
        "DomainAliasEmail string 0",
        "EnableRSS boolean 1",
        "EnableGoogleAnalytics boolean 1",
        "GoogleTrackingDomains string *",
        "EnableInternationalization boolean 1",
        "EnableDynamicContent boolean 1",
        "EnableListRemoveHeader boolean 1",
    ),
    "WSMessageActivity": _fields(
        "ListID int 1",
        "MsgID int 1",
        "Subject string 0",
        "SendDate dateTime 1",
        "DeliverCount int 1",
        "RemoveCount int 1",
        "RemovePercent num 1",
        "OpenCount int 1",
        "OpenPercent num 1",
        "ReadCount int 1",
        "ReadPercent num 1",
        "ClickCount int 1",
        "ClickerCount int 1",
        "RepeatClickerCount int 1",
        "NewClickerCount int 1",
        "ClickerPercent num 1",
        "OrderTotal num 1",
        "ConversionCount int 1",
        "AverageOrderValue num 1",
    ),
    "WSMessageRecipient": _fields("EmailAddress string 0"),
    "WSContactOpen": _fields("ContactID string 0", "EmailAddress string 0", "OpenDate string 0"),
    "WSContactRead": _fields("ContactID string 0", "EmailAddress string 0", "ReadDate string 0"),
    "WSContactClick": _fields(
        "ContactID string 0",
        "EmailAddress string 0",
        "LinkDescription string 0",
        "LinkUrl string 0",
        "ClickDate string 0",
    ),
    "WSContactBounce": _fields(
        "ContactID string 0",
        "EmailAddress string 0",
        "BounceReason string 0",
        "BounceDetail string 0",
        "BounceDate string 0",
        "BounceCount int 1",
    ),
    "WSContactRemovalInfo": _fields(
        "ContactID string 0",
        "EmailAddress string 0",
        "AdditionDate dateTime 1",
        "RemovalDate dateTime 1",
        "RemovalMethod string 0",
    ),
    "WSContactSubscriptionInfo": _fields(
        "ContactID string 0", "EmailAddress string 0", "AdditionDate dateTime 1", "AdditionMethod string 0"
    ),
}

_EXCEPTION = "WSException WSException ?"
_RANGE = ("StartDate dateTime 1", "EndDate dateTime 1")
_REPORT = _fields("MsgID int 1", *_RANGE, "Page int 1")

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("GetContactListCollection", "lists", "WSContactList", ()),
        Operation(
            "ReportListMessageActivity",
            "messages",
            "WSMessageActivity",
            _fields("ListID int 1", *_RANGE, "IncludeTestMessages boolean 1", _EXCEPTION),
            by_reference=True,
        ),
        Operation(
            "ReportMessageContactSent",
            "message_sends",
            "WSMessageRecipient",
            _fields("MsgID int 1", "Page int 1", _EXCEPTION),
            by_reference=True,
        ),
        Operation("ReportRangeMessageContactOpen", "message_opens", "WSContactOpen", _REPORT),
        Operation("ReportRangeMessageContactRead", "message_reads", "WSContactRead", _REPORT),
        Operation("ReportRangeMessageContactClick", "message_clicks", "WSContactClick", _REPORT),
        Operation("ReportRangeMessageContactBounces", "message_bounces", "WSContactBounce", _REPORT),
        Operation("ReportRangeMessageContactRemoval", "message_unsubs", "WSContactRemovalInfo", _REPORT),
        Operation(
            "ReportRangeSubscribedContacts",
            "subscribed_contacts",
            "WSContactSubscriptionInfo",
            _fields("ListID int 1", *_RANGE, "Page int 1"),
        ),
    )
}
STREAMS: dict[str, Operation] = {operation.stream: operation for operation in OPERATIONS.values()}
