"""From a record to the segment that Annex Cloud takes, and what is rejected before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import MakeTarget, Target

RECORD = {
    "email": "a@example.com",
    "name": "Only Members",
    "type": "Current Data",
    "from_date": "2020-01-17",
    "to_date": "2020-02-14",
    "status": "ACTIVE",
    "external_id": "123",
    "external_name": "Members specific",
}
BODY = {
    "name": "Only Members",
    "type": "Current Data",
    "fromDate": "2020-01-17",
    "toDate": "2020-02-14",
    "member": "a@example.com",
    "status": "ACTIVE",
    "externalId": "123",
    "externalName": "Members specific",
}


@pytest.fixture
def annex(target: MakeTarget, clean_sandbox: Sandbox) -> Target:
    """The target with access to Annex Cloud."""
    access = {"url": f"{clean_sandbox.url}/annex-cloud", "site_id": "1001", "token": "sandbox-annex-secret"}
    return target(annex_cloud=access)


@pytest.fixture
def plan(annex: Target) -> Callable[..., Any]:
    """Plan a record that differs from the usual one."""
    return lambda **fields: annex.plan("annex_segment", {**RECORD, **fields})


def test_a_record_becomes_the_body_of_the_sample_key_for_key(plan: Callable[..., Any]) -> None:
    assert list(plan().payload.items()) == list(BODY.items())


def test_annex_clouds_own_names_of_columns_are_taken(annex: Target) -> None:
    theirs = {"member": "a@example.com", **{name: value for name, value in BODY.items() if name != "member"}}
    assert annex.plan("annex_segment", theirs).payload == BODY


def test_what_a_record_does_not_say_is_left_out(plan: Callable[..., Any]) -> None:
    payload = plan(type=None, status=" ", external_id=None, external_name="").payload
    assert payload == {name: BODY[name] for name in ("name", "fromDate", "toDate", "member")}


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"from_date": "2020-01-17T23:30:00-08:00"}, {"fromDate": "2020-01-17"}),
        ({"to_date": " 2020-02-14 00:00:00 "}, {"toDate": "2020-02-14"}),
        ({"to_date": "2020-01-17"}, {"toDate": "2020-01-17"}),
        ({"type": "past_data", "status": "inactive"}, {"type": "Past Data", "status": "INACTIVE"}),
        ({"external_id": 17, "name": " Größte "}, {"externalId": "17", "name": "Größte"}),
        ({"external_id": 17.0}, {"externalId": "17"}),
    ],
)
def test_values_are_written_as_annex_cloud_has_them(
    plan: Callable[..., Any], fields: dict[str, Any], sent: dict[str, Any]
) -> None:
    payload = plan(**fields).payload
    assert {name: payload[name] for name in sent} == sent


@pytest.mark.parametrize(
    ("fields", "reason", "column"),
    [
        ({"name": None}, "missing_field", "name"),
        ({"from_date": " "}, "missing_field", "from_date"),
        ({"to_date": None}, "missing_field", "to_date"),
        ({"from_date": "01/17/2020"}, "invalid_date", "from_date"),
        ({"from_date": "20200117"}, "invalid_date", "from_date"),
        ({"to_date": "2020-02-30"}, "invalid_date", "to_date"),
        ({"to_date": "2020-01-16"}, "invalid_date", "to_date"),
        ({"to_date": 20200214}, "invalid_date", "to_date"),
        ({"type": "Future Data"}, "invalid_value", "type"),
        ({"status": "on"}, "invalid_value", "status"),
        ({"name": ["Secret Name"]}, "wrong_type", "name"),
        ({"external_id": True}, "wrong_type", "external_id"),
        ({"external_id": 1.5}, "wrong_type", "external_id"),
    ],
)
def test_a_segment_that_cannot_be_is_rejected_by_its_column_without_the_value(
    plan: Callable[..., Any], fields: dict[str, Any], reason: str, column: str
) -> None:
    verdict = plan(**fields)
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, reason)
    assert f"Column `{column}`" in verdict.message
    assert not any(str(value) in verdict.message for value in fields.values() if value not in (None, " ", "on"))


@pytest.mark.parametrize(("email", "reason"), [(None, "missing_identity"), ('"a,b"@example.com', "invalid_email")])
def test_a_member_without_an_address_that_can_be_listed_is_rejected(
    plan: Callable[..., Any], email: str | None, reason: str
) -> None:
    verdict = plan(email=email)
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, reason)


@pytest.mark.parametrize(
    "fields", [{"name": "Other"}, {"type": None}, {"to_date": "2020-02-15"}, {"status": "INACTIVE"}], ids=str
)
def test_a_later_record_that_says_something_else_of_its_segment_is_rejected(
    annex: Target, fields: dict[str, Any]
) -> None:
    assert not isinstance(annex.plan("annex_segment", RECORD), Verdict)
    verdict = annex.plan("annex_segment", {**RECORD, "email": "b@example.com", **fields})
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, "conflicting_segment")
    assert not isinstance(annex.plan("annex_segment", {**RECORD, "email": "c@example.com"}), Verdict)


def test_an_external_id_tells_segments_of_one_name_apart(plan: Callable[..., Any]) -> None:
    keys = [plan(external_id=each).key for each in ("1", "2", None, "Only Members")]
    assert len(set(keys)) == 4


def test_members_stand_in_the_call_once_and_in_one_order(annex: Target) -> None:
    action = annex.actions["annex_segment"]
    emails = ["b@example.com", "c@example.com", "a@example.com", "b@example.com"]
    one, other = (
        action.together([annex.plan("annex_segment", {**RECORD, "email": email}) for email in order])
        for order in (emails, emails[::-1])
    )
    assert one == other
    assert one.payload == {**BODY, "member": "a@example.com,b@example.com,c@example.com"}
    assert (one.key, one.action) == ("id:123", action)


def test_a_stream_without_what_a_segment_needs_ends_the_run(annex: Target) -> None:
    with pytest.raises(SetupError, match="no column `from_date`, `to_date`"):
        annex.plan("annex_segment", {"email": "a@example.com", "name": "Only Members"})


def test_without_access_to_annex_cloud_the_run_ends(target: MakeTarget) -> None:
    with pytest.raises(SetupError, match="`annex_cloud` is missing: `annex_segment` needs its `site_id` and `token`"):
        target().plan("annex_segment", RECORD)
