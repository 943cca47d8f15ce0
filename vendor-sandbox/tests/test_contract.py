"""The service description and every answer against the vendor's published contract, written out here a second time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import requests
import zeep
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element
    from sandboxes import Sandbox

    from .conftest import SoapClient

XS = "{http://www.w3.org/2001/XMLSchema}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
PORTS = ("IntegrationServiceSoap", "IntegrationServiceSoap12")
# The contract's dates have no zone.
WINDOW = {"StartDate": dt.datetime(2000, 1, 1), "EndDate": dt.datetime(2100, 1, 1)}
RANGE = "StartDate dateTime 1, EndDate dateTime 1"

REQUESTS = {
    "GetContactListCollection": "",
    "ReportListMessageActivity": f"ListID int 1, {RANGE}, IncludeTestMessages boolean 1, WSException WSException nil",
    "ReportMessageContactSent": "MsgID int 1, Page int 1, WSException WSException nil",
    "ReportRangeMessageContactOpen": f"MsgID int 1, {RANGE}, Page int 1",
    "ReportRangeMessageContactRead": f"MsgID int 1, {RANGE}, Page int 1",
    "ReportRangeMessageContactClick": f"MsgID int 1, {RANGE}, Page int 1",
    "ReportRangeMessageContactBounces": f"MsgID int 1, {RANGE}, Page int 1",
    "ReportRangeMessageContactRemoval": f"MsgID int 1, {RANGE}, Page int 1",
    "ReportRangeSubscribedContacts": f"ListID int 1, {RANGE}, Page int 1",
}
ROWS = {
    "GetContactListCollection": "WSContactList",
    "ReportListMessageActivity": "WSMessageActivity",
    "ReportMessageContactSent": "WSMessageRecipient",
    "ReportRangeMessageContactOpen": "WSContactOpen",
    "ReportRangeMessageContactRead": "WSContactRead",
    "ReportRangeMessageContactClick": "WSContactClick",
    "ReportRangeMessageContactBounces": "WSContactBounce",
    "ReportRangeMessageContactRemoval": "WSContactRemovalInfo",
    "ReportRangeSubscribedContacts": "WSContactSubscriptionInfo",
}
TYPES = {
    "WSUser": "UserName string 0, Password string 0",
    "WSException": "SoapMethod string 0, DateTime dateTime nil, Description string 0",
    "Vmta": "VmtaID int 1, Description string 0",
    "WSContactList": (
        "ListID int 1, ListName string 0, CreateDate dateTime 1, FromName string 0, FromEmail string 0, "
        "EnableRemovalLink boolean 1, EnableBrowserLink boolean 1, bounceHandling int 1, EnableDoubleOptin boolean 1, "
        "EnableListHygiene boolean 1, Vmta Vmta 0, ShowEmailList boolean 1, ShowAdvancedPersonalization boolean 1, "
        "BounceUnsubscribeCount int 1, DomainAliasLink string 0, DomainAliasEmail string 0, EnableRSS boolean 1, "
        "EnableGoogleAnalytics boolean 1, GoogleTrackingDomains string many, EnableInternationalization boolean 1, "
        "EnableDynamicContent boolean 1, EnableListRemoveHeader boolean 1"
    ),
    "WSMessageActivity": (
        "ListID int 1, MsgID int 1, Subject string 0, SendDate dateTime 1, DeliverCount int 1, RemoveCount int 1, "
        "RemovePercent decimal 1, OpenCount int 1, OpenPercent decimal 1, ReadCount int 1, ReadPercent decimal 1, "
        "ClickCount int 1, ClickerCount int 1, RepeatClickerCount int 1, NewClickerCount int 1, "
        "ClickerPercent decimal 1, OrderTotal decimal 1, ConversionCount int 1, AverageOrderValue decimal 1"
    ),
    "WSMessageRecipient": "EmailAddress string 0",
    "WSContactOpen": "ContactID string 0, EmailAddress string 0, OpenDate string 0",
    "WSContactRead": "ContactID string 0, EmailAddress string 0, ReadDate string 0",
    "WSContactClick": (
        "ContactID string 0, EmailAddress string 0, LinkDescription string 0, LinkUrl string 0, ClickDate string 0"
    ),
    "WSContactBounce": (
        "ContactID string 0, EmailAddress string 0, BounceReason string 0, BounceDetail string 0, "
        "BounceDate string 0, BounceCount int 1"
    ),
    "WSContactRemovalInfo": (
        "ContactID string 0, EmailAddress string 0, AdditionDate dateTime 1, RemovalDate dateTime 1, "
        "RemovalMethod string 0"
    ),
    "WSContactSubscriptionInfo": (
        "ContactID string 0, EmailAddress string 0, AdditionDate dateTime 1, AdditionMethod string 0"
    ),
} | {f"ArrayOf{row}": f"{row} {row} items" for row in ROWS.values()}


def described(sequence: _Element) -> str:
    """A sequence of the WSDL in the words of the tables above."""
    words: dict[tuple[str | None, str | None, str | None], str] = {
        ("1", "1", None): "1",
        ("0", "1", None): "0",
        ("0", "unbounded", None): "many",
        ("1", "1", "true"): "nil",
    }
    words["0", "unbounded", "true"] = "items"
    lines = []
    for element in sequence.iter(f"{XS}element"):
        occurrence = words[element.get("minOccurs"), element.get("maxOccurs"), element.get("nillable")]
        lines.append(f"{element.get('name')} {element.get('type', '').partition(':')[2]} {occurrence}")
    return ", ".join(lines)


@pytest.fixture(scope="module")
def schema(sandbox: Sandbox) -> _Element:
    found = etree.fromstring(requests.get(sandbox.wsdl_url, timeout=10).content).find(f".//{XS}schema")
    assert found is not None
    return found


def test_types_have_the_fields_of_the_contract_in_order(schema: _Element) -> None:
    assert {each.get("name"): described(each) for each in schema.findall(f"{XS}complexType")} == TYPES


@pytest.mark.parametrize("operation", REQUESTS)
def test_requests_and_responses_are_those_of_the_contract(schema: _Element, operation: str) -> None:
    wrappers = {each.get("name"): described(each[0]) for each in schema.findall(f"{XS}element") if len(each)}
    result = f"{operation}Result ArrayOf{ROWS[operation]} 0"
    by_reference = ", WSException WSException nil" if "WSException" in REQUESTS[operation] else ""
    assert wrappers[operation] == REQUESTS[operation]
    assert wrappers[f"{operation}Response"] == result + by_reference


@pytest.fixture(scope="module", params=PORTS)
def service(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Any]:
    client = zeep.Client(sandbox.wsdl_url.replace("WSDL", "wsdl"), settings=zeep.Settings(strict=True))
    yield client.bind("IntegrationService", request.param)
    client.transport.session.close()


@pytest.mark.parametrize("operation", REQUESTS)
def test_a_strict_client_reads_every_operation_in_both_versions_of_soap(
    service: Any, soap: SoapClient, operation: str
) -> None:
    soap.sandbox.switch(nil_rows="off")
    values = {"ListID": 3117 + 2 * 17, "MsgID": 1_000_002, "Page": 1, "IncludeTestMessages": True, **WINDOW}
    names = [line.split()[0] for line in REQUESTS[operation].split(", ") if line]
    asked = {name: values[name] for name in names if name in values}
    login = {"WSUser": {"UserName": soap.user, "Password": soap.password}}
    answer = getattr(service, operation)(**asked, _soapheaders=login)
    rows = answer[f"{operation}Result"][ROWS[operation]] if "WSException" in names else answer
    assert rows
    assert list(rows[0].__values__) == [line.split()[0] for line in TYPES[ROWS[operation]].split(", ")]


@pytest.mark.parametrize("operation", REQUESTS)
def test_elements_on_the_wire_stand_in_order_and_required_ones_are_there(soap: SoapClient, operation: str) -> None:
    values: dict[str, Any] = {
        "ListID": 3151,
        "MsgID": 1_000_002,
        "Page": 1,
        "StartDate": "2000-01-01",
        "EndDate": "2100-01-01",
    }
    asked = {name: value for name, value in values.items() if name in REQUESTS[operation]}
    root = etree.fromstring(soap.post(operation, **asked).content)
    expected = [line.split() for line in TYPES[ROWS[operation]].split(", ")]
    order = [name for name, _, _ in expected]
    rows = [row for row in root.iter("{*}" + ROWS[operation]) if row.get(NIL) is None]
    assert rows
    for row in rows:
        names = [etree.QName(child).localname for child in row]
        assert [order.index(name) for name in names] == sorted(order.index(name) for name in names)
        assert {name for name, _, occurrence in expected if occurrence == "1"} <= set(names)


def test_the_description_names_the_address_the_request_came_to(sandbox: Sandbox) -> None:
    text = requests.get(sandbox.wsdl_url, headers={"Host": "vendors.example.com:99"}, timeout=10).text
    assert text.count('location="http://vendors.example.com:99/listrak-soap/v31/IntegrationService.asmx"') == 2
