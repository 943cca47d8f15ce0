"""Updates through the contact import: what goes that way, and how it is made sure of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Job
from singer_delivery.client import Answer
from singer_delivery.errors import SetupError, UnavailableError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict
    from target_listrak_sms.contacts import Contact

    from .conftest import MakeTarget, Seen, Target

IMPORT, UPDATE = "PostImportFileResource", "PutContactResource"


@pytest.fixture
def quick(clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("listrak-sms", import_seconds="0")


def phones(count: int) -> list[str]:
    return [f"+12125550{number}" for number in range(100, 100 + count)]


def send(listrak: Target, records: list[dict[str, Any]]) -> list[Verdict]:
    deliveries = [listrak.plan("update", record) for record in records]
    assert {type(each.action).__name__ for each in deliveries} == {"BulkUpdate"}
    answer = deliveries[0].action.send(deliveries)
    verdicts = answer.look() if isinstance(answer, Job) else answer
    assert verdicts
    return list(verdicts)


@pytest.mark.usefixtures("quick")
def test_many_people_are_updated_in_one_call_and_a_sample_is_read_back(target: MakeTarget, seen: Seen) -> None:
    listrak = target(bulk_updates=True)
    records = [
        {"phone": phone, "Loyalty Points": place / 2, "Loyalty Member": True, "Notes": f"é, {place}; 🎈"}
        for place, phone in enumerate(phones(30))
    ]
    verdicts = send(listrak, records)
    assert {each.outcome for each in verdicts} == {Outcome.ACCEPTED}
    assert [each.reason for each in verdicts].count("updated") == 5
    assert [each.reason for each in verdicts].count("imported") == 25
    assert listrak.calls() == {IMPORT: 1, "GetImportFileResource": 1, "GetContactResource": 5}
    assert seen.custom("12125550113")[9002] == "6.5"
    assert seen.custom("12125550113")[9006] == "é, 13; 🎈"
    notes = " ".join(listrak.actions["update"].notes())
    assert "25 records" in notes
    assert "tells nothing of single records" in notes
    assert "5 were read back" in notes


@pytest.mark.parametrize(
    "record",
    [
        {"first_name": "Ana", "Notes": "x"},
        {"Notes": 'a "quote"'},
        {"Notes": "two\nlines"},
        {"Notes": None, "Loyalty Points": 1},
    ],
)
def test_what_an_import_cannot_carry_is_sent_by_itself(target: MakeTarget, record: dict[str, Any]) -> None:
    listrak = target(bulk_updates=True, on_null="clear")
    delivery = listrak.plan("update", {"phone": "+12125550101", **record})
    assert delivery.action is listrak.actions["update"]


def test_a_dry_run_plans_one_by_one_so_that_every_record_has_its_outcome(target: MakeTarget, seen: Seen) -> None:
    listrak = target(bulk_updates=True, dry_run=True)
    records = [{"phone": phone, "Notes": "x"} for phone in ("+12125550101", "+13125550150")]
    assert [listrak.deliver("update", each).reason for each in records] == ["updated", "not_found"]
    assert [call.method for call in listrak.client.take_planned()] == ["PUT", "PUT"]
    assert 9006 not in seen.custom("12125550101")


def test_a_few_people_are_sent_one_by_one(target: MakeTarget, seen: Seen) -> None:
    listrak = target(bulk_updates=True)
    verdicts = send(
        listrak, [{"phone": phone, "Notes": "x"} for phone in (*phones(3), "+13125550150", "+12125550134")]
    )
    assert [each.reason for each in verdicts] == ["updated"] * 3 + ["not_found", "banned"]
    assert listrak.calls() == {UPDATE: 5}
    assert not list(listrak.actions["update"].notes())
    assert seen.custom("12125550102")[9006] == "x"


@pytest.mark.usefixtures("quick")
def test_somebody_in_the_sample_whom_listrak_does_not_know_is_told(target: MakeTarget) -> None:
    records = [{"phone": phone, "Notes": "x"} for phone in ["+13125550150", *phones(25)]]
    listrak = target(bulk_updates=True)
    verdicts = send(listrak, records)
    assert (verdicts[0].outcome, verdicts[0].reason) == (Outcome.SKIPPED, "not_found")
    assert "1 Listrak does not know" in " ".join(listrak.actions["update"].notes())


@pytest.mark.usefixtures("quick")
def test_people_with_different_fields_are_imported_apart(target: MakeTarget, seen: Seen) -> None:
    listrak = target(bulk_updates=True)
    records = [
        {"phone": phone, "Notes" if place % 2 else "Loyalty Points": "7"} for place, phone in enumerate(phones(40))
    ]
    verdicts = send(listrak, records)
    assert len(verdicts) == 40
    assert listrak.calls()[IMPORT] == 2
    assert seen.custom("12125550110")[9002] == "7"
    assert seen.custom("12125550111")[9006] == "7"


def test_an_import_is_looked_at_until_it_has_ended(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    listrak = target(bulk_updates=True)
    deliveries = [listrak.plan("update", {"phone": phone, "Notes": "x"}) for phone in phones(20)]
    job = deliveries[0].action.send(deliveries)
    assert job.look() is None
    assert job.look() is None
    clean_sandbox.advance(60)
    assert [each.outcome for each in job.look()] == [Outcome.ACCEPTED] * 20


@pytest.mark.usefixtures("quick")
def test_an_import_that_changed_nothing_ends_the_run(
    target: MakeTarget, clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is answered as if it had begun, but another one is shown, which has ended long ago.
    other = target(bulk_updates=True)
    send(other, [{"phone": phone, "Notes": "old"} for phone in phones(20)])
    clean_sandbox.switch("listrak-sms", import_seconds="3600")
    listrak = target(bulk_updates=True)
    ended = clean_sandbox.get("/_sandbox/listrak-sms/imports")["imports"][0]["importFileId"]
    monkeypatch.setattr(listrak.client, "call", _shown_as_ended(listrak.client.call, ended))
    with pytest.raises(SetupError, match="none of the 5 contacts"):
        send(listrak, [{"phone": phone, "Notes": "new"} for phone in phones(20)])


@pytest.mark.usefixtures("quick")
def test_an_import_of_which_listrak_knows_nobody_ends_the_run(target: MakeTarget) -> None:
    records = [{"phone": f"+13125550{number}", "Notes": "x"} for number in range(150, 170)]
    with pytest.raises(SetupError, match=r"none of the 5 contacts.*5 of them it does not know.*`phone_format`"):
        send(target(bulk_updates=True), records)


def _shown_as_ended(call: Callable[..., Answer], ended: int) -> Callable[..., Answer]:
    def other(operation: str, method: str, path: str, **options: Any) -> Answer:
        if operation == "Contact_GetImportFileResource":
            path = f"{path.rpartition('/')[0]}/{ended}"
        return call(operation, method, path, **options)

    return other


@pytest.mark.usefixtures("quick")
def test_somebody_in_the_sample_who_was_not_updated_is_sent_again(
    target: MakeTarget, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    listrak = target(bulk_updates=True)
    find = listrak.listrak.contacts.find

    def stale(phone: str) -> Contact:
        found = find(phone)
        assert found
        return replace(found, custom={}) if phone.endswith("0100") else found

    monkeypatch.setattr(listrak.listrak.contacts, "find", stale)
    verdicts = send(listrak, [{"phone": phone, "Notes": "x"} for phone in phones(20)])
    assert {each.outcome for each in verdicts} == {Outcome.ACCEPTED}
    assert listrak.calls()[UPDATE] == 1
    assert "1 did not, and were sent again" in " ".join(listrak.actions["update"].notes())
    assert seen.custom("12125550100")[9006] == "x"


def test_an_import_that_cannot_be_followed_ends_the_run(
    target: MakeTarget, clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    listrak = target(bulk_updates=True)
    records = [{"phone": phone, "Notes": "x"} for phone in phones(20)]
    monkeypatch.setattr("target_listrak_sms.bulk.PATIENCE", -1)
    with pytest.raises(UnavailableError, match="has not finished"):
        send(listrak, records)
    monkeypatch.setattr(listrak.client, "call", lambda *_, **__: Answer(201, {"status": 201, "resourceId": None}, {}))
    with pytest.raises(UnavailableError, match="which import it began"):
        send(listrak, records)
