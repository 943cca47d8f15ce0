"""Segments, their pages and their archive; who is put into them and out of them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from .conftest import AttentiveClient

SEGMENTS, MEMBERS = "/v2/segments", "/v2/bulk/segments/members"


@pytest.fixture
def vip(attentive: AttentiveClient) -> AttentiveClient:
    """A segment."""
    attentive.switch(job_seconds="0")
    attentive.post(SEGMENTS, {"name": "VIP", "externalId": "vip"}, 201)
    return attentive


def members(
    attentive: AttentiveClient, method: str, *given: object, external: str = "vip", status: int = 202
) -> dict[str, Any]:
    answer = attentive.call(method, MEMBERS, {"externalId": external, "members": list(given)})
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def statuses(attentive: AttentiveClient, answer: dict[str, Any]) -> list[tuple[int, str]]:
    url = attentive.get(f"/v2/bulk/job/{answer['batchJobId']}")["url"]
    rows = [json.loads(line) for line in requests.get(url, timeout=10).text.splitlines()]
    return [(row["response"]["status"], row["response"]["message"]) for row in rows]


def inside(attentive: AttentiveClient) -> list[str]:
    (segment,) = attentive.shown("segments")["segments"]
    return [member["phone"] for member in segment["members"]]


def test_a_segment_is_made_with_an_id_of_its_own_or_of_the_callers(attentive: AttentiveClient) -> None:
    made = attentive.post(SEGMENTS, {"name": " VIP "}, 201)
    assert set(made) == {"externalId", "name", "description"}
    assert made["externalId"].startswith("SEG_")
    assert (made["name"], made["description"]) == ("VIP", "Manual Segment Upload Public API V2")
    assert attentive.post(SEGMENTS, {"name": "A", "description": "bc", "externalId": "x"}, 201)["externalId"] == "x"
    shown = attentive.get(f"{SEGMENTS}/external/x")
    assert set(shown) == {"externalId", "name", "description", "created", "updated"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "  "},
        {"name": "x" * 241},
        {"name": "A", "description": "b"},
        {"name": "A", "description": "b" * 501},
        {"name": "A", "externalId": " "},
        {"name": "A", "externalId": "x" * 256},
        {"name": 5},
    ],
)
def test_a_segment_that_cannot_be_is_refused(attentive: AttentiveClient, body: dict[str, Any]) -> None:
    assert attentive.error("POST", SEGMENTS, body)[0] == 400


def test_segments_come_in_pages_and_can_be_filtered(attentive: AttentiveClient) -> None:
    for number in range(25):
        attentive.post(SEGMENTS, {"name": f"Segment {number}", "externalId": f"s-{number}"}, 201)
    first = attentive.get(SEGMENTS)
    assert (len(first["segments"]), first["hasMore"]) == (20, True)
    second = attentive.get(SEGMENTS, params={"cursor": first["cursor"]})
    assert (len(second["segments"]), second["hasMore"], second["cursor"]) == (5, False, None)
    assert len(attentive.get(SEGMENTS, params={"name": "segment 1"})["segments"]) == 11
    assert len(attentive.get(SEGMENTS, params={"externalId": "s-1"})["segments"]) == 1
    assert attentive.get(SEGMENTS, params={"updatedSince": "2100-01-01T00:00:00Z"})["segments"] == []
    assert len(attentive.get(SEGMENTS, params={"limit": 1000})["segments"]) == 25


BEYOND = base64.urlsafe_b64encode(b"segment:%d" % 2**64).decode()


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=%FF", f"cursor={BEYOND}", "updatedSince=soon"],
)
def test_a_page_that_cannot_be_is_refused(attentive: AttentiveClient, query: str) -> None:
    assert attentive.error("GET", f"{SEGMENTS}?{query}")[0] == 400


def test_a_segment_is_changed_archived_and_restored_in_the_ui(vip: AttentiveClient) -> None:
    path = f"{SEGMENTS}/external/vip"
    assert vip.call("PATCH", path, {"description": "best"}).json()["name"] == "VIP"
    assert vip.error("PATCH", path, {})[0] == 400
    answer = vip.call("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert vip.error("GET", path)[0] == 404
    assert vip.error("DELETE", path)[0] == 404
    assert vip.get(SEGMENTS)["segments"] == []
    assert vip.error("POST", SEGMENTS, {"name": "Other", "externalId": "vip"})[0] == 409
    vip.sandbox.post("/_sandbox/attentive/restore-segment", {"externalId": "vip"})
    assert vip.get(path)["description"] == "best"


def test_a_second_segment_of_that_id_or_name_is_a_switch(vip: AttentiveClient) -> None:
    assert vip.error("POST", SEGMENTS, {"name": "Other", "externalId": "vip"})[0] == 409
    vip.switch(duplicate_segment="update")
    vip.post(SEGMENTS, {"name": "Other", "externalId": "vip"}, 201)
    assert [each["name"] for each in vip.get(SEGMENTS)["segments"]] == ["Other"]
    vip.post(SEGMENTS, {"name": "Other"}, 201)
    vip.switch(duplicate_name="refuse")
    assert vip.error("POST", SEGMENTS, {"name": "Other"})[0] == 409


def test_people_are_put_in_and_taken_out_with_a_body_on_delete(vip: AttentiveClient) -> None:
    people = [{"phone": "+12025550100"}, {"email": "person1@example.com"}, {"clientUserId": "customer-2"}]
    added = members(vip, "POST", *people)
    assert added["message"] == "Bulk segment member add job successfully submitted"
    assert inside(vip) == ["+12025550100", "+12025550101", "+12025550102"]
    removed = members(vip, "DELETE", people[1])
    assert removed["message"] == "Bulk segment member removal job successfully submitted"
    assert inside(vip) == ["+12025550100", "+12025550102"]
    assert statuses(vip, removed) == [(200, "OK")]


@pytest.mark.parametrize(
    ("way", "line"),
    [("skipped", [(200, "Skipped: not a subscriber")]), ("refused", [(400, "Not a subscriber")]), ("absent", [])],
)
def test_who_is_no_subscriber_is_skipped_and_how_that_is_told_is_a_switch(
    vip: AttentiveClient, way: str, line: list[Any]
) -> None:
    vip.switch(non_subscriber=way)
    # Pending, unsubscribed, and nobody at all.
    for phone in ("+12025550119", "+12025550114", "+12025550199"):
        assert statuses(vip, members(vip, "POST", {"phone": phone})) == line
    assert inside(vip) == []


@pytest.mark.parametrize("given", [[], [{}], [{"phone": "2025550100"}], ["x"], [{"clientUserId": "x" * 101}]])
def test_members_that_cannot_be_are_refused(vip: AttentiveClient, given: list[Any]) -> None:
    assert members(vip, "POST", *given, status=400)["status"] == 400


def test_10000_members_are_fine_and_one_more_is_not(vip: AttentiveClient) -> None:
    many = [{"clientUserId": f"c-{n}"} for n in range(10_000)]
    assert len(statuses(vip, members(vip, "POST", *many))) == 10_000
    members(vip, "POST", *many, {"clientUserId": "one more"}, status=400)


def test_an_unknown_or_archived_segment_is_404_at_once_or_by_a_switch_in_the_results(vip: AttentiveClient) -> None:
    vip.call("DELETE", f"{SEGMENTS}/external/vip")
    for external in ("vip", "nothing"):
        members(vip, "POST", {"phone": "+12025550100"}, external=external, status=404)
        vip.switch(unknown_segment="record")
        answer = members(vip, "POST", {"phone": "+12025550100"}, external=external)
        assert statuses(vip, answer) == [(404, "Segment not found")]
        vip.switch(unknown_segment="call")


def test_segments_want_their_scopes_and_either_reads(attentive: AttentiveClient) -> None:
    assert attentive.error("POST", SEGMENTS, {"name": "A"}, key="sandbox-attentive-read")[0] == 403
    assert attentive.get(SEGMENTS, key="sandbox-attentive-read")["segments"] == []
    change = {"key": "sandbox-attentive-second", "scopes": ["segments:write"]}
    attentive.sandbox.post("/_sandbox/attentive/keys", change)
    assert attentive.get(SEGMENTS, key="sandbox-attentive-second")["segments"] == []


def test_an_unknown_restore_is_explained(attentive: AttentiveClient) -> None:
    url = f"{attentive.sandbox.url}/_sandbox/attentive/restore-segment"
    assert requests.post(url, json={"externalId": "nothing"}, timeout=10).status_code == 422


@pytest.mark.parametrize("asked", ["ÉTÉ", "été", "Été 2025", "É"])
def test_a_segment_is_found_by_its_own_name_in_any_case_and_any_alphabet(
    attentive: AttentiveClient, asked: str
) -> None:
    attentive.post(SEGMENTS, {"name": "Été 2025", "externalId": "summer"}, 201)
    assert [each["externalId"] for each in attentive.get(SEGMENTS, params={"name": asked})["segments"]] == ["summer"]


def test_a_member_has_a_phone_an_email_or_a_client_user_id_and_nothing_else_counts(vip: AttentiveClient) -> None:
    custom = {"customIdentifiers": [{"key": "member", "value": "m-1"}]}
    for other in (custom, {"shopifyId": "1"}, {"klaviyoId": "k"}):
        members(vip, "POST", other, status=400)
    long = "x" * 100
    members(vip, "POST", {"phone": "+12025550100", "email": f"{long}@example.com", "shopifyId": long * 2, **custom})
    assert inside(vip) == ["+12025550100"]
