"""The service's description (WSDL), and the requests that zeep builds by it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import requests
import zeep
import zeep.exceptions
from lxml import etree
from zeep.wsdl.bindings import Soap11Binding

from tap_listrak.errors import CallError, NotSoapError, SetupError, unreachable
from tap_listrak.mapping import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Mapping


class Service:
    """The service's description, by which zeep builds requests.

    Raises:
        CallError: The WSDL could not be read.
        SetupError: It describes no SOAP 1.1 service.
    """

    def __init__(self, url: str, session: requests.Session, timeout: float, credentials: Mapping[str, str]) -> None:
        try:
            transport = zeep.Transport(session=session, timeout=timeout)
            self._client = zeep.Client(url, transport=transport)
        except requests.HTTPError as error:
            raise CallError(f"HTTP {error.response.status_code}") from None
        except requests.RequestException as error:
            raise unreachable(error) from None
        except (zeep.exceptions.Error, etree.XMLSyntaxError):
            raise NotSoapError("something that is no WSDL") from None
        self._proxy = self._soap11()
        self._lock = threading.Lock()
        header = self._client.get_element(f"{{{NAMESPACE}}}WSUser")
        self._headers = [header(**credentials)]

    def _soap11(self) -> Any:
        for service in self._client.wsdl.services.values():
            for port in service.ports.values():
                if isinstance(port.binding, Soap11Binding):
                    return self._client.bind(service.name, port.name)
        raise SetupError(
            "The WSDL at `wsdl_url` describes no SOAP 1.1 service. Is it Listrak's IntegrationService.asmx?WSDL?"
        )

    def envelope(self, operation: str, arguments: Mapping[str, Any]) -> bytes:
        """Build a request.

        Raises:
            SetupError: The WSDL lacks the operation, or takes other arguments.
        """
        try:
            with self._lock:  # zeep does not say that it may be used from several threads
                message = self._client.create_message(self._proxy, operation, _soapheaders=self._headers, **arguments)
        except (ValueError, TypeError, AttributeError, zeep.exceptions.Error):
            raise SetupError(
                f"The WSDL at `wsdl_url` does not describe {operation} as version 3.1 of Listrak's API does."
            ) from None
        return etree.tostring(message, xml_declaration=True, encoding="utf-8")
