"""A page elsewhere cannot steer the sandbox through somebody's browser; programs can, as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from console_pages import Console

    from .conftest import AttentiveClient

ELSEWHERE = "http://elsewhere.example"
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": ELSEWHERE},
    {"Origin": ELSEWHERE},
    {"Origin": "null"},
    # Another's name that is made to lead to this machine.
    {"Sec-Fetch-Site": "same-origin", "Origin": ELSEWHERE, "Host": "elsewhere.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/reset", "/faults", "/faults/clear", "/switches", "/clock", "/_sandbox/reset"])
def test_what_a_page_elsewhere_posts_is_refused_and_changes_nothing(
    console: Console, attentive: AttentiveClient, path: Any, headers: Any
) -> None:
    attentive.get("/v1/me")
    answer = requests.post(console.sandbox.url + path, {"advance": "60"}, headers=headers, timeout=10)
    assert answer.status_code == 403
    assert console.sandbox.calls("attentive") == {"Me": 1}
    assert console.sandbox.get("/_sandbox/clock")["ahead"] == 0


def test_what_a_page_elsewhere_deletes_is_refused(console: Console) -> None:
    console.sandbox.faults("latency")
    answer = requests.delete(f"{console.sandbox.url}/_sandbox/faults", headers=FOREIGN[0], timeout=10)
    assert answer.status_code == 403
    assert len(console.sandbox.get("/_sandbox/faults")["faults"]) == 1


def test_the_consoles_own_forms_are_taken(console: Console) -> None:
    own = {"Sec-Fetch-Site": "same-origin", "Origin": console.sandbox.url}
    for headers in (own, {"Origin": console.sandbox.url}, {}):
        console.post("/clock", advance="60", headers=headers)
    assert round(console.sandbox.get("/_sandbox/clock")["ahead"]) == 180


def test_vendors_answer_whoever_asks_as_before(console: Console) -> None:
    answer = requests.post(f"{console.sandbox.attentive_url}/v1/me", headers={"Origin": ELSEWHERE}, timeout=10)
    assert answer.status_code in {401, 404, 405}
