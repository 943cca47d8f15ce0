"""A service that does not heed which page is asked for: its reports would never end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from serving import QuietHandler, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Run

_PAGE = re.compile(rb"(<(?:\w+:)?Page>)(\d+)<")


@pytest.fixture
def paging(config: dict[str, Any]) -> Iterator[Callable[[Callable[[int], int]], dict[str, Any]]]:
    """Make a config for a service that gives another page than it is asked for: `paging(lambda page: 1)`."""
    there = config["wsdl_url"]
    given: list[Callable[[int], int]] = []

    class Service(QuietHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = _PAGE.sub(lambda page: b"%b%d<" % (page[1], given[0](int(page[2]))), body)
            headers = {name: self.headers[name] for name in ("Content-Type", "SOAPAction") if name in self.headers}
            found = requests.request(self.command, there, data=body, headers=headers, timeout=30)
            self.send_response(found.status_code)
            self.send_header("Content-Length", str(len(found.content)))
            self.end_headers()
            self.wfile.write(found.content)

    with serving(Service) as url:

        def prepared(page: Callable[[int], int]) -> dict[str, Any]:
            given.append(page)
            return {**config, "wsdl_url": f"{url}/x.asmx?WSDL"}

        yield prepared


@pytest.mark.parametrize("settings", [{}, {"on_report_error": "skip"}])
def test_a_report_that_gives_the_same_page_again_and_again_ends_the_run(
    paging: Callable[..., dict[str, Any]],
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    settings: dict[str, Any],
) -> None:
    run = run_tap({**paging(lambda _: 1), **settings}, catalog=select("message_sends"))
    assert run.code == 1
    assert "A page of ReportMessageContactSent (list " in run.stderr
    assert "has the same rows as the 2 pages before it, so the report has no end" in run.stderr
    assert "Traceback" not in run.stderr
    assert not run.activated


def test_a_page_that_is_like_the_one_before_it_is_no_end(
    paging: Callable[..., dict[str, Any]],
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    full_run: Run,
) -> None:
    run = run_tap(paging(lambda page: max(1, page - 1)), catalog=select("message_sends"))
    assert run.code == 0, run.stderr
    sent, expected = (
        {(each["MsgID"], each["EmailAddress"]) for each in one.records["message_sends"]} for one in (run, full_run)
    )
    assert sent == expected
    assert len(run.records["message_sends"]) > len(full_run.records["message_sends"])
