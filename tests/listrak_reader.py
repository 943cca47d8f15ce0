"""What Listrak holds, read by zeep: another way than the tap's, to compare the tap's with."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import isodate  # type: ignore[import-untyped] # it ships no types
import requests
import zeep
from zeep.helpers import serialize_object
from zeep.transports import Transport

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = {
    "lists": ("ListID",),
    "messages": ("MsgID",),
    "message_sends": ("MsgID", "EmailAddress"),
    "message_opens": ("MsgID", "EmailAddress"),
    "message_reads": ("MsgID", "EmailAddress"),
    "message_clicks": ("MsgID", "EmailAddress"),
    "message_bounces": ("MsgID", "EmailAddress"),
    "message_unsubs": ("MsgID", "EmailAddress"),
    "subscribed_contacts": ("ContactID", "ListID"),
}
REPORTS = {
    "message_opens": "ReportRangeMessageContactOpen",
    "message_reads": "ReportRangeMessageContactRead",
    "message_clicks": "ReportRangeMessageContactClick",
    "message_bounces": "ReportRangeMessageContactBounces",
    "message_unsubs": "ReportRangeMessageContactRemoval",
}
WINDOW = {"StartDate": datetime(2000, 1, 1), "EndDate": datetime(2030, 1, 1)}
EASTERN = ZoneInfo("America/New_York")


def read_account(wsdl_url: str, username: str, password: str) -> dict[str, list[dict[str, Any]]]:
    """Read every stream: its rows in the order of the pages."""
    with requests.Session() as session:
        client = zeep.Client(wsdl_url, transport=Transport(session=session))
        reader = _Reader(client.service, {"WSUser": {"UserName": username, "Password": password}})
        return reader.streams()


class _Reader:
    def __init__(self, service: Any, headers: dict[str, Any]) -> None:
        self._service = service
        self._headers = headers

    def streams(self) -> dict[str, list[dict[str, Any]]]:
        lists = list(self._rows("GetContactListCollection"))
        messages = [
            row
            for each in lists
            for row in self._rows(
                "ReportListMessageActivity", ListID=each["ListID"], IncludeTestMessages=False, **WINDOW
            )
        ]
        streams = {"lists": lists, "messages": messages}
        streams["subscribed_contacts"] = [
            {**row, "ListID": each["ListID"]}
            for each in lists
            for row in self._pages("ReportRangeSubscribedContacts", ListID=each["ListID"], **WINDOW)
        ]
        streams["message_sends"] = self._reports(messages, "ReportMessageContactSent")
        for stream, operation in REPORTS.items():
            streams[stream] = self._reports(messages, operation, **WINDOW)
        return streams

    def _reports(self, messages: list[dict[str, Any]], operation: str, **arguments: Any) -> list[dict[str, Any]]:
        return [
            {**row, "MsgID": message["MsgID"]}
            for message in messages
            for row in self._pages(operation, MsgID=message["MsgID"], **arguments)
        ]

    def _pages(self, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        page = 1
        while rows := list(self._rows(operation, Page=page, **arguments)):
            yield from rows
            page += 1

    def _rows(self, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        answer = self._service[operation](**arguments, _soapheaders=self._headers)
        result = serialize_object(answer, dict)
        if isinstance(result, dict) and f"{operation}Result" in result:
            assert not (result.get("WSException") or {}).get("Description")
            result = result[f"{operation}Result"]
        if isinstance(result, dict):  # the array's only element
            (result,) = result.values()
        # zeep makes an object without values of a nil row.
        yield from (row for row in result or [] if row and any(value is not None for value in row.values()))


def plain(value: Any) -> Any:
    """Return a value as both sides mean it: a moment in UTC, and None for what is empty (zeep knows no difference)."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=EASTERN)
        return aware.astimezone(timezone.utc)
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        try:
            return plain(isodate.parse_datetime(value))
        except isodate.ISO8601Error:
            return value
    if value in ("", []):
        return None
    return value


def by_key(stream: str, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the rows as an upserting loader keeps them: of each key the last, and none without its key."""
    kept = {tuple(row[name] for name in KEYS[stream]): row for row in rows}
    return {
        key: {name: plain(value) for name, value in row.items()}
        for key, row in kept.items()
        if not any(part in (None, "") for part in key)
    }
