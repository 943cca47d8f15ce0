"""The service's description (WSDL), and the requests that zeep builds by it."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any, NoReturn

import zeep
import zeep.exceptions
from lxml import etree
from zeep.wsdl.bindings import Soap11Binding

from tap_listrak.errors import NotSoapError, SetupError
from tap_listrak.mapping import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Mapping


class _NothingElse:
    """What zeep asks for all that a description may point to: documents of other hosts, files of this machine."""

    def load(self, url: object) -> NoReturn:
        """Refuse.

        Raises:
            SetupError: Always.
        """
        del url
        raise SetupError(
            "The WSDL at `wsdl_url` points to another document, and that is not fetched. Listrak's does not: check "
            "`wsdl_url`."
        )


class Service:
    """The service's description, by which zeep builds requests. Nothing that it points to is read or called.

    Args:
        description: The WSDL.
        credentials: What the service wants to know of who calls.

    Raises:
        NotSoapError: It is no WSDL.
        SetupError: It describes no SOAP 1.1 service of Listrak's, or points to another document.
    """

    def __init__(self, description: bytes, credentials: Mapping[str, str]) -> None:
        settings = zeep.Settings(forbid_dtd=True)
        try:
            self._client = zeep.Client(io.BytesIO(description), transport=_NothingElse(), settings=settings)
        except (zeep.exceptions.Error, etree.LxmlError, *_OF_NONSENSE):
            raise NotSoapError("something that is no WSDL") from None
        self._lock = threading.Lock()
        try:
            self._proxy = self._soap11()
            self._headers = [self._rendered("WSUser", credentials)]
        except (zeep.exceptions.Error, *_OF_NONSENSE):
            raise SetupError(
                "The WSDL at `wsdl_url` knows no user and password as Listrak's does. Is it that of "
                "IntegrationService.asmx?WSDL?"
            ) from None

    def _soap11(self) -> Any:
        for service in self._client.wsdl.services.values():
            for port in service.ports.values():
                if isinstance(port.binding, Soap11Binding):
                    return self._client.bind(service.name, port.name)
        raise SetupError(
            "The WSDL at `wsdl_url` describes no SOAP 1.1 service. Is it Listrak's IntegrationService.asmx?WSDL?"
        )

    def _rendered(self, name: str, values: Mapping[str, str]) -> Any:
        """Return an element as XML: zeep copies it in half the time that it takes to render it for each request."""
        element = self._client.get_element(f"{{{NAMESPACE}}}{name}")
        place = etree.Element("place")
        element.render(place, element(**values))
        return place[0]

    def envelope(self, operation: str, arguments: Mapping[str, Any]) -> bytes:
        """Build a request.

        Raises:
            SetupError: The WSDL lacks the operation, or takes other arguments.
        """
        try:
            with self._lock:  # zeep does not say that it may be used from several threads
                message = self._client.create_message(self._proxy, operation, _soapheaders=self._headers, **arguments)
        except (zeep.exceptions.Error, *_OF_NONSENSE):
            raise SetupError(
                f"The WSDL at `wsdl_url` does not describe {operation} as version 3.1 of Listrak's API does."
            ) from None
        return etree.tostring(message, xml_declaration=True, encoding="utf-8")


_OF_NONSENSE = (LookupError, ValueError, TypeError, AttributeError, NotImplementedError, RecursionError)
"""What zeep raises beside its own errors, where a description is not what it takes it for."""
