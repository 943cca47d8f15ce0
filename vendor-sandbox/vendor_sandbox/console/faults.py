"""The faults that wait, and a form to ask for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from vendor_sandbox.fault_requests import read_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from vendor_sandbox.console.frame import Frame
    from vendor_sandbox.faults import Kind

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_PARAMETER = "with."
"""Before the names of a kind's parameters in the form, so that none is taken for a field of every rule."""


class Faults:
    """The page of faults."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._book = frame.house.book

    def routes(self) -> list[BaseRoute]:
        """Where it is."""
        return [
            Route("/faults", self._show, methods=["GET"]),
            Route("/faults", self._add, methods=["POST"]),
            Route("/faults/{id:int}/remove", self._remove, methods=["POST"]),
            Route("/faults/clear", self._clear, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        return self._page(request, dict(request.query_params))

    async def _add(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        vendor = self._frame.vendors.get(form.get("vendor", ""))
        kind = vendor.kinds.get(form.get("fault", "")) if vendor else None
        rule, problems = read_rule(_wanted(form, kind.params if kind else {}), self._frame.vendors)
        if rule is None:
            return self._page(request, form, 422, problems)
        self._book.add(rule)
        return RedirectResponse("/faults", 303)

    async def _remove(self, request: Request) -> Response:
        self._book.remove(request.path_params["id"])
        return RedirectResponse("/faults", 303)

    async def _clear(self, _request: Request) -> Response:
        self._book.clear()
        return RedirectResponse("/faults", 303)

    def _page(
        self, request: Request, form: Mapping[str, str], status: int = 200, problems: list[str] | None = None
    ) -> Response:
        vendor = self._frame.vendors.get(form.get("vendor", ""))
        kinds: Mapping[str, Kind] = vendor.kinds if vendor else {}
        return self._frame.page(
            request,
            "faults",
            status,
            rules=[_shown(rule) for rule in self._book.describe()],
            form=form,
            vendor=vendor,
            kinds=kinds,
            kind=kinds.get(form.get("fault", "")),
            prefix=_PARAMETER,
            problems=problems or [],
        )


def _shown(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule, its kind's parameters apart."""
    own = ("id", "vendor", "operation", "fault", "times", "after", "match", "hits")
    return {name: rule[name] for name in own} | {
        "parameters": {name: value for name, value in rule.items() if name not in own and value is not None},
        "left": rule["times"] is None or rule["hits"] < rule["times"],
    }


def _wanted(form: Mapping[str, str], params: Mapping[str, object]) -> dict[str, Any]:
    """What the control API would have been sent. What is no number where one belongs stays a text, to be refused."""
    wanted: dict[str, Any] = {name: form[name] for name in ("vendor", "fault") if form.get(name)}
    wanted["operation"] = form.get("operation") or "*"
    wanted["times"] = _number(form.get("times", ""))
    wanted["after"] = _number(form.get("after", "")) or 0
    lines = [line.partition("=") for line in form.get("match", "").splitlines() if line.strip()]
    wanted["match"] = {name.strip(): value.strip() for name, _, value in lines}
    for name, default in params.items():
        text = form.get(_PARAMETER + name, "")
        if isinstance(default, bool):
            wanted[name] = text == "true" if text in {"true", "false"} else text
        elif isinstance(default, str):
            wanted[name] = text
        elif text.strip():
            wanted[name] = _number(text)
    return wanted


def _number(text: str) -> object:
    """A number, None for nothing, or the text, if it is neither."""
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        return plain or None
    return float(plain) if "." in plain else int(plain)
