"""What the console shows of Annex Cloud: segments with their members, and why calls were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from exhibited import Exhibited

SEGMENT = {
    "name": "Only Members",
    "type": "Current Data",
    "fromDate": "2026-01-17",
    "toDate": "2026-02-14",
    "member": "a@example.com, B@Example.com,c@example.com",
    "status": "ACTIVE",
    "externalId": "123",
    "externalName": "Members specific",
}


@pytest.fixture
def site(exhibited: Exhibited) -> Exhibited:
    """Three segments, of which the second has no member."""
    for fields in ({}, {"name": "Nobody", "member": None, "status": "INACTIVE"}, {"member": "a@example.com"}):
        exhibited.annex_cloud({**SEGMENT, **fields})
    return exhibited


def test_a_segment_leads_to_its_members(site: Exhibited) -> None:
    shown = site.rows("annex-cloud", "segments")
    assert [(row["id"], row["name"], row["members"]) for row in shown] == [
        (103, "Only Members", 1),
        (102, "Nobody", 0),
        (101, "Only Members", 3),
    ]
    members = site.rows("annex-cloud", "members", segment="101")
    assert [row["member"] for row in members] == ["a@example.com", "b@example.com", "c@example.com"]
    assert site.figures("annex-cloud")["Members of segments"] == 4


def test_segments_are_found_by_name_and_narrowed_by_status(site: Exhibited) -> None:
    assert [row["id"] for row in site.rows("annex-cloud", "segments", "nobod")] == [102]
    assert [row["id"] for row in site.rows("annex-cloud", "segments", status="ACTIVE")] == [103, 101]


def test_a_person_is_shown_with_segments_however_the_address_was_written(site: Exhibited) -> None:
    assert [row["id"] for row in site.person("annex-cloud", "a@example.com")["Segments"]] == [101, 103]
    assert [row["id"] for row in site.person("annex-cloud", "b@example.com")["Segments"]] == [101]
    assert site.person("annex-cloud", "d@example.com") == {}


def test_a_segment_that_is_changed_has_its_new_members_only(exhibited: Exhibited) -> None:
    exhibited.switch("annex-cloud", repeated_segment="same")
    exhibited.annex_cloud(SEGMENT)
    exhibited.annex_cloud({**SEGMENT, "member": "d@example.com"})
    assert [row["member"] for row in exhibited.rows("annex-cloud", "members")] == ["d@example.com"]


def test_a_refused_call_is_shown_with_the_reason_that_the_caller_is_not_told(exhibited: Exhibited) -> None:
    assert exhibited.annex_cloud({**SEGMENT, "fromDate": "tomorrow"})["errorMessage"] == "Oops! Something went wrong."
    [row] = exhibited.rows("annex-cloud", "refusals")
    assert row["why"] == "fromDate must be yyyy-mm-dd"
    assert exhibited.figures("annex-cloud")["Calls refused"] == 1
