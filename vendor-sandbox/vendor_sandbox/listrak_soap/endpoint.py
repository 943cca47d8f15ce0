"""The service over HTTP: POST is SOAP, GET is the WSDL or a help page, as an .asmx has it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.requests import Request

from vendor_sandbox.answers import Answer, Body, Call
from vendor_sandbox.listrak_soap import soap
from vendor_sandbox.listrak_soap.contract import OPERATIONS
from vendor_sandbox.listrak_soap.wsdl import wsdl
from vendor_sandbox.wire import deliver

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from vendor_sandbox.faults import FaultBook
    from vendor_sandbox.listrak_soap.operations import Operations
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard

WSDL = "WSDL"


class Endpoint:
    """An ASGI application: counts each call, lets faults at the answer, sends it."""

    def __init__(
        self, vendor: str, operations: Operations, switches: Switchboard, state: State, book: FaultBook
    ) -> None:
        self._vendor = vendor
        self._operations = operations
        self._switches = switches
        self._state = state
        self._book = book

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request(scope, receive)
        if request.method == "POST":
            answer = self._soap(request, await request.body())
        else:
            await request.body()
            answer = self._page(request)
        await deliver(answer, scope, receive, send)

    def _page(self, request: Request) -> Answer:
        address = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}{request.url.path}"
        if request.url.query.lower() != WSDL.lower():
            return Answer(body=Body(_help(address)), headers=soap.IIS_HEADERS)

        def describe() -> Answer:
            body = Body(wsdl(address, self._switches["num-format"]))
            return Answer(200, "text/xml; charset=utf-8", body, headers=soap.IIS_HEADERS)

        self._state.count_call(self._vendor, WSDL)
        return self._book.answer(Call(self._vendor, WSDL), describe)

    def _soap(self, request: Request, body: bytes) -> Answer:
        dialect = soap.dialect_of(request.headers.get("content-type", ""))
        try:
            asked = soap.read(dialect, request.headers, body)
        except soap.SoapError as error:
            return soap.fault(dialect, error.text, error.code)
        self._state.count_call(self._vendor, asked.operation)
        call = Call(self._vendor, asked.operation, asked.fields, dialect.name)
        return self._book.answer(call, lambda: self._respond(dialect, asked))

    def _respond(self, dialect: soap.Dialect, asked: soap.Request) -> Answer:
        try:
            return self._operations.respond(dialect, asked)
        except soap.SoapError as error:
            return soap.fault(dialect, error.text, error.code)


def _help(address: str) -> bytes:
    items = "".join(f"<li>{name}</li>" for name in sorted(OPERATIONS))
    return (
        "<!DOCTYPE html><html><head><title>IntegrationService Web Service</title></head><body>"
        "<h1>IntegrationService</h1>"
        "<p>The following operations are supported. For a formal definition, please review the "
        f'<a href="{escape(address)}?WSDL">Service Description</a>.</p><ul>{items}</ul></body></html>'
    ).encode()
