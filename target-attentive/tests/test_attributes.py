"""The action `attributes` against the sandbox: what is sent, in which calls, and what becomes of each record."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome, Verdict
from singer_delivery.rows import Item
from singer_delivery.sending import Group, Sender
from target_attentive import attributes as module

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.actions import Delivery

    from .conftest import MakeTarget, Seen, Target

BULK, JOB, RESULTS, SINGLE = "BulkAttributes", "Job", "JobResults", "SetAttributes"
ANA = "ana@example.com"
NO_SUBSCRIBERS = "sandbox-attentive-no-subscribers"


def person(number: int, **values: Any) -> dict[str, Any]:
    return {"email": f"person-{number}@example.com", **values}


def deliver_split(made: Target, deliveries: list[Delivery]) -> dict[str, str]:
    """Deliver through the engine's sender, which splits what fails as a whole; reasons in the order of settling."""
    parked: list[Group] = []
    row: Any = None  # these have none, and the sender does not look

    def ignored(_: object) -> None:
        pass

    sender = Sender(made.client, settle=ignored, park=parked.append, mark=ignored, give_back=ignored)
    items = [Item(row, each, 0, b"", b"", b"") for each in deliveries]
    settled = list(sender.deliver(Group(deliveries[0].action, items)))
    made.sandbox.advance(1)
    for group in parked:
        settled += sender.deliver(group)
    return {each.item.delivery.key: each.verdict.reason for each in settled if each.item}


def test_built_in_fields_and_attributes_arrive_and_nobody_is_subscribed(target: MakeTarget, seen: Seen) -> None:
    record = {
        "phone": "+12025550150",
        "client_user_id": 150,
        "custom_identifiers": {"crm": "c-150"},
        "first_name": "Zoë",
        "birthday": "1990-04-01",
        "postal_code": "02134",
        "country": "us",
        "locale": "en-US",
        "Spent": Decimal("19.90"),
        "Loyalty Member": True,
        "Nickname": "7",
    }
    assert target().deliver("attributes", record).reason == "updated"
    found = seen.person("+12025550150")
    assert found["identifiers"] == {"clientUserId": ["150"], "custom:crm": ["c-150"], "phone": ["+12025550150"]}
    assert found["profile"] == {
        "firstName": "Zoë",
        "demographic": {"dateOfBirth": "1990-04-01"},
        "location": {"zip": "02134", "country": "US"},
        "locale": {"language": "en", "country": "US"},
    }
    assert found["attributes"] == {"Spent": 19.9, "Loyalty Member": True, "Nickname": "7"}
    assert seen.subscriptions("+12025550150") == {}
    assert seen.texts() == {}


def test_every_outcome_is_its_own_records(target: MakeTarget) -> None:
    records = [
        person(1, tier="Gold"),
        person(2, **{"Favorite Color": "Pink"}),
        person(3, **{"Loyalty Points": "many"}),
        person(4, tags=["a"]),
        person(5, tier=None),
        person(6, **{"Favorite Color": "Red"}),
        {"custom_identifiers": {"crm": " "}, "tier": "Gold"},
    ]
    assert [each.reason for each in target().deliver_all("attributes", records)] == [
        "updated",
        "unlisted_value",
        "type_locked",
        "wrong_type",
        "no_attributes",
        "updated",
        "missing_identity",
    ]


def test_half_of_the_records_are_refused_and_the_others_are_written(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", job_refuses="half", result_order="reversed")
    verdicts = target().deliver_all("attributes", [person(number, tier="Gold") for number in range(20)])
    assert [each.reason for each in verdicts] == ["updated", "refused"] * 10
    assert seen.person("person-4@example.com")["attributes"] == {"tier": "Gold"}
    assert seen.person("person-5@example.com") is None


def test_what_is_null_or_blank_never_reaches_attentive(target: MakeTarget, seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("attentive", null_value="refuse")
    record = person(1, tier="Gold", city=None, points=None, Nickname=" ", note="", tags=[], extra={})
    assert target().deliver("attributes", record).reason == "updated"
    assert seen.person("person-1@example.com")["attributes"] == {"tier": "Gold"}


@pytest.mark.parametrize("api", ["bulk", "v1"])
def test_a_first_value_that_attentive_refuses_decides_nothing(target: MakeTarget, api: str) -> None:
    made = target(attributes_api=api)
    first = made.deliver("attributes", {"phone": "+12025550100", "Loyalty Points": "many"})
    assert (first.outcome, first.reason) == (Outcome.REJECTED, "type_locked")
    assert made.deliver("attributes", {"phone": "+12025550100", "Loyalty Points": 5}).reason == "updated"
    again = made.plan("attributes", {"phone": "+12025550100", "Loyalty Points": "many"})
    assert isinstance(again, Verdict)
    assert again.reason == "type_locked"


def test_a_record_of_one_mebibyte_goes_and_a_larger_one_is_rejected_alone(target: MakeTarget, seen: Seen) -> None:
    made = target()
    rest = len(
        json.dumps({"identifiers": {"email": ANA}, "attributes": {"custom": {"note": ""}}}, separators=(",", ":"))
    )
    fitting = "x" * (module.LARGEST_RECORD - rest)
    records = [{"email": ANA, "note": fitting}, person(1, note=fitting + "x" * rest), person(2, note="x")]
    assert [each.reason for each in made.deliver_all("attributes", records)] == ["updated", "too_large", "updated"]
    assert len(seen.person(ANA)["attributes"]["note"]) == len(fitting)
    assert made.calls()[BULK] == 1


def test_a_record_that_only_attentive_finds_too_large_is_rejected_by_its_line(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_large = {"email": ANA, "note": "x" * module.LARGEST_RECORD}
    monkeypatch.setattr(module, "LARGEST_RECORD", 2 * module.LARGEST_RECORD)
    verdicts = target().deliver_all("attributes", [too_large, person(1, note="x")])
    assert [(each.reason, each.vendor_code) for each in verdicts] == [("too_large", "HTTP 413"), ("updated", None)]


def test_large_records_are_divided_into_calls_that_results_can_be_read_of(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_CALL", 3_000)
    made = target()
    records = [person(number, note="x" * (1_000 if number else 5_000)) for number in range(6)]
    assert [each.reason for each in made.deliver_all("attributes", records)] == ["updated"] * 6
    assert made.calls()[BULK] == made.calls()[RESULTS] == 4  # the largest by itself, then two and two and one


def test_a_call_that_is_refused_as_a_whole_is_split_until_the_culprit_stands_alone(
    target: MakeTarget, seen: Seen
) -> None:
    made = target()
    records = [person(number, tier="Gold") for number in range(8)]
    planned = [made.plan("attributes", each) for each in records]
    planned[5].payload["identifiers"]["phone"] = "2025550100"  # no record gets that far: the engine writes E.164
    assert deliver_split(made, planned) == {
        **{each["email"]: "updated" for each in records},
        "person-5@example.com": "invalid_phone",
    }
    assert seen.person("person-6@example.com")["attributes"] == {"tier": "Gold"}
    assert made.calls()[BULK] == 7


def test_where_only_results_tell_of_a_records_form_nothing_needs_to_be_split(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", bulk_bad_record="record")
    made = target()
    planned = [made.plan("attributes", person(number, tier="Gold")) for number in range(8)]
    planned[5].payload["identifiers"]["phone"] = "2025550100"
    assert deliver_split(made, planned)["person-5@example.com"] == "invalid_phone"
    assert made.calls()[BULK] == 1


@pytest.mark.parametrize("key", [NO_SUBSCRIBERS, "sandbox-attentive-no-attributes"])
def test_a_key_that_lacks_one_of_the_two_permissions_stops_the_run_and_both_are_named(
    target: MakeTarget, key: str
) -> None:
    made = target(api_key=key)
    planned = made.plan("attributes", person(1, tier="Gold"))
    with pytest.raises(SetupError) as error:
        planned.action.send([planned])
    assert "`attributes:write`" in str(error.value)
    assert "`subscriptions:write`" in str(error.value)
    assert "`v1`" in str(error.value)


def test_more_than_a_hundred_attributes_are_warned_of_once_and_noted(
    target: MakeTarget, caplog: pytest.LogCaptureFixture
) -> None:
    made = target()
    for count in (100, 101, 102):
        made.plan("attributes", person(1, **{f"a{number}": 1 for number in range(count)}))
    assert [each.levelname for each in caplog.records if "custom attributes" in each.message] == ["WARNING"]
    notes = [note for note in made.actions["attributes"].notes() if "custom attributes" in note]
    assert len(notes) == 1
    assert notes[0].startswith("102 ")


def test_a_dry_run_shows_the_call_of_each_record_and_makes_none(target: MakeTarget, seen: Seen) -> None:
    made = target(dry_run=True)
    assert made.actions["attributes"].batch_size == 1
    assert made.deliver("attributes", {"email": ANA, "tier": "Gold"}).reason == "updated"
    assert [call.json for call in made.client.take_planned()] == [
        {"users": [{"identifiers": {"email": ANA}, "attributes": {"custom": {"tier": "Gold"}}}]}
    ]
    assert seen.person(ANA) is None


def test_what_waits_for_its_job_does_not_keep_what_was_sent_in_memory(target: MakeTarget) -> None:
    made = target()
    planned = made.plan("attributes", {"email": ANA, "tier": "Gold"})
    made.send([planned])
    assert planned.payload == {}


def test_v1_writes_custom_attributes_one_by_one_with_one_permission(target: MakeTarget, seen: Seen) -> None:
    made = target(attributes_api="v1", api_key=NO_SUBSCRIBERS)
    assert made.actions["attributes"].batch_size == 1
    record = {
        "phone": "+12025550100",
        "client_user_id": "customer-0",
        "custom_identifiers": {"crm": "c-0"},
        "shopify_id": "s-0",
        "first_name": "Ana",
        "city": "New York",
        "Nickname": "Nana",
    }
    planned = made.plan("attributes", record)
    assert planned.payload == {
        "properties": {"Nickname": "Nana"},
        "user": {
            "phone": "+12025550100",
            "externalIdentifiers": {
                "clientUserId": "customer-0",
                "customIdentifiers": [{"name": "crm", "value": "c-0"}],
            },
        },
    }
    assert made.send([planned])[0].reason == "updated"
    assert made.calls() == {SINGLE: 1}
    found = seen.person("+12025550100")
    assert found["attributes"]["Nickname"] == "Nana"
    assert "firstName" not in found["profile"]


def test_v1_says_which_columns_it_leaves_out(target: MakeTarget, caplog: pytest.LogCaptureFixture) -> None:
    made = target(attributes_api="v1")
    for _ in range(2):
        assert made.plan("attributes", person(1, first_name="Ana", city="New York")).reason == "no_attributes"
    assert [each.message for each in caplog.records if "`first_name`, `city`" in each.message] == list(
        made.actions["attributes"].notes()
    )


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [("Favorite Color", "Pink", "unlisted_value"), ("Loyalty Points", "many", "type_locked")],
)
def test_v1_has_the_same_reasons_as_bulk(target: MakeTarget, column: str, value: str, reason: str) -> None:
    assert target(attributes_api="v1").deliver("attributes", person(1, **{column: value})).reason == reason


def test_a_vendor_that_answers_is_told_from_one_that_does_not(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    action = target().actions["attributes"]
    assert action.vendor_works()
    clean_sandbox.faults("http-503", vendor="attentive")
    assert not action.vendor_works()
