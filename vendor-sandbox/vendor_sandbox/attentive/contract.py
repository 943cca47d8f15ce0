"""The operations: paths, verbs, permissions, limits.

Source: Attentive's OpenAPI descriptions of v1 and v2 and its page "API Rate Limits". The description has no stable
names for operations: those here are the sandbox's.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from vendor_sandbox.attentive.account import LEGACY
from vendor_sandbox.attentive.errors import ApiError

RESULTS = "JobResults"
"""The results of a job, whose address an answer names: no part of the API."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        id: Its name here.
        method: HTTP verb.
        path: Below the host; a segment in braces is a parameter.
        needs: Scopes that a key must have, all of them; `a|b` is met by either.
        limit: Calls a second, of one key.
        body: Whether it takes a JSON object.
    """

    id: str
    method: str
    path: str
    needs: tuple[str, ...] = ()
    limit: int = 150
    body: bool = False


def _post(name: str, path: str, *needs: str, limit: int = 150, method: str = "POST") -> Operation:
    return Operation(name, method, path, needs, limit, body=True)


_BOTH = ("attributes:write", "subscriptions:write")
_BULK = 100
_SEGMENTS = "segments:read|segments:write"
_SEGMENT = "/v2/segments/external/{externalId}"

OPERATIONS: dict[str, Operation] = {
    operation.id: operation
    for operation in (
        Operation("Me", "GET", "/v1/me"),
        Operation("MeV2", "GET", "/v2/me"),
        _post("Subscribe", "/v1/subscriptions", "subscriptions:write", limit=10),
        # Until 2024 the description asked for the write scope.
        Operation("Eligibility", "GET", "/v1/subscriptions", ("subscriptions:read|subscriptions:write",)),
        _post("Unsubscribe", "/v1/subscriptions/unsubscribe", "subscriptions:write", limit=5),
        _post("Message", "/v1/subscriptions/messages", LEGACY),
        _post("SetAttributes", "/v1/attributes/custom", "attributes:write"),
        Operation("GetAttributes", "GET", "/v1/attributes/custom", ("attributes:write",)),
        _post("CustomEvent", "/v1/events/custom", "events:write"),
        _post("ProductView", "/v1/events/ecommerce/product-view", "ecommerce:write"),
        _post("AddToCart", "/v1/events/ecommerce/add-to-cart", "ecommerce:write"),
        _post("Purchase", "/v1/events/ecommerce/purchase", "ecommerce:write"),
        _post("Identify", "/v1/identity-resolution/user-identifiers", "identity:write", limit=10),
        _post("PrivacyDelete", "/v1/privacy/delete-request", "privacy_requests:write"),
        Operation("PrivacyStatus", "GET", "/v1/privacy/delete-request/{id}", ("privacy_requests:read",)),
        Operation("ListWebhooks", "GET", "/v1/webhooks", ("webhooks:write",)),
        _post("CreateWebhook", "/v1/webhooks", "webhooks:write"),
        _post("ChangeWebhook", "/v1/webhooks/{id}", "webhooks:write", method="PUT"),
        Operation("DeleteWebhook", "DELETE", "/v1/webhooks/{id}", ("webhooks:write",)),
        _post("UserAttributes", "/v2/user/attributes", *_BOTH),
        _post("BulkAttributes", "/v2/bulk/user/attributes", *_BOTH, limit=_BULK),
        _post("AddMembers", "/v2/bulk/segments/members", "segments:write", limit=_BULK),
        _post("RemoveMembers", "/v2/bulk/segments/members", "segments:write", limit=_BULK, method="DELETE"),
        Operation("Job", "GET", "/v2/bulk/job/{bulkJobId}", limit=_BULK),
        _post("CreateSegment", "/v2/segments", "segments:write", limit=_BULK),
        Operation("ListSegments", "GET", "/v2/segments", (_SEGMENTS,), _BULK),
        Operation("GetSegment", "GET", _SEGMENT, (_SEGMENTS,), _BULK),
        _post("ChangeSegment", _SEGMENT, "segments:write", limit=_BULK, method="PATCH"),
        Operation("ArchiveSegment", "DELETE", _SEGMENT, ("segments:write",), _BULK),
        Operation(RESULTS, "GET", "/results/{file}"),
    )
}

Template = tuple[str, ...]


def _routes() -> dict[int, dict[Template, dict[str, Operation]]]:
    """Operations by the number of segments, then by template, then by verb."""
    routes: dict[int, dict[Template, dict[str, Operation]]] = {}
    for operation in OPERATIONS.values():
        template = tuple(operation.path.strip("/").split("/"))
        routes.setdefault(len(template), {}).setdefault(template, {})[operation.method] = operation
    return routes


_ROUTES = _routes()


def find(method: str, raw_path: str) -> tuple[Operation, dict[str, str]]:
    """Find the operation of a request.

    Args:
        method: HTTP verb.
        raw_path: The path below the host, still percent-encoded, without the query.

    Returns:
        The operation and the path's parameters, decoded.

    Raises:
        ApiError: The path leads nowhere, or does not take the verb.
    """
    segments = tuple(unquote(part) for part in raw_path.removeprefix("/").split("/"))
    for template, verbs in _ROUTES.get(len(segments), {}).items():
        if all(want == part or (want[0] == "{" and part) for want, part in zip(template, segments, strict=True)):
            if method not in verbs:
                raise ApiError(405, f"Request method '{method}' is not supported.")
            pairs = zip(template, segments, strict=True)
            return verbs[method], {want[1:-1]: part for want, part in pairs if want[0] == "{"}
    raise ApiError(404, f"No static resource {unquote(raw_path.removeprefix('/'))}.")
