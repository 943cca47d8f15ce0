"""Reading the control API's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from vendor_sandbox.asgi import read_json

if TYPE_CHECKING:
    from starlette.requests import Request


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of a request's body.

    Raises:
        HTTPException: 422, it is none.
    """
    try:
        value = read_json(await request.body())
    except ValueError as error:
        raise HTTPException(422, f"the body is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise HTTPException(422, "the body must be a JSON object")
    return value
