"""Whom a record is about, and who is left alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from singer_delivery.columns import Columns
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome, Verdict
from singer_delivery.people import People, Person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from singer_delivery.settings import DeliverySettings

COLUMNS = Columns.of("people", ["id", "PHONE", "email", "client_user_id"], {"client_user_id": "client_user_id"})


@pytest.fixture
def people(tmp_path: Path) -> Callable[..., People]:
    def _people(**settings: Any) -> People:
        if "suppressed" in settings:
            path = settings["suppression_file"] = tmp_path / "suppressed.txt"
            path.write_text(settings.pop("suppressed"), encoding="utf-8")
        defaults = {"default_country": "US", "consent_field": None, "suppression_file": None}
        return People(cast("DeliverySettings", SimpleNamespace(**{**defaults, **settings})))

    return _people


def test_a_person_has_a_phone_number_and_an_address_in_one_spelling(people: Callable[..., People]) -> None:
    person = people().person({"PHONE": "(212) 555-0100", "email": "Some@Example.com"}, COLUMNS)
    assert person == Person("+12125550100", "some@example.com")


def test_an_address_is_not_needed_where_the_phone_says_who_it_is(people: Callable[..., People]) -> None:
    assert people().person({"PHONE": 2125550100}, COLUMNS) == Person("+12125550100", None)


@pytest.mark.parametrize("record", [{}, {"PHONE": None}, {"PHONE": " ", "email": "some@example.com"}])
def test_a_record_about_nobody_is_rejected(people: Callable[..., People], record: dict[str, Any]) -> None:
    verdict = people().person(record, COLUMNS)
    assert isinstance(verdict, Verdict)
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.reason == "missing_identity"
    assert "`phone`" in verdict.message


def test_any_of_the_columns_that_an_action_names_will_do(people: Callable[..., People]) -> None:
    identity = ("phone", "email", "client_user_id")
    for record, person in (
        ({"email": "some@example.com"}, Person(None, "some@example.com")),
        ({"PHONE": "2125550100", "email": ""}, Person("+12125550100", None)),
        ({"client_user_id": 7}, Person(None, None)),
    ):
        assert people().person(record, COLUMNS, identity) == person
    verdict = people().person({"client_user_id": " "}, COLUMNS, identity)
    assert isinstance(verdict, Verdict)
    assert "`phone` or `email` or `client_user_id` has no value" in verdict.message


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"PHONE": "5", "email": "some@example.com"}, "invalid_phone"),
        ({"PHONE": "+18005550100", "email": "some@example.com"}, "not_mobile"),
        ({"PHONE": "2125550100", "email": "some@"}, "invalid_email"),
    ],
)
def test_half_a_person_is_rejected_rather_than_sent(
    people: Callable[..., People], record: dict[str, Any], reason: str
) -> None:
    verdict = people().person(record, COLUMNS, ("phone", "email"))
    assert isinstance(verdict, Verdict)
    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("record", "identity", "found"),
    [
        ({"PHONE": "2125550100", "email": "n/a"}, ("phone", "email"), Person("+12125550100", None)),
        ({"client_user_id": 7, "email": "n/a"}, ("email", "client_user_id"), Person(None, None)),
        ({"PHONE": "2125550100", "email": "n/a"}, ("phone",), Person("+12125550100", None)),
        ({"email": "n/a"}, ("phone", "email"), "invalid_email"),
        ({"email": "n/a"}, ("phone",), "missing_identity"),
        ({"PHONE": "5", "email": "some@example.com"}, ("phone", "email"), "invalid_phone"),
    ],
)
def test_who_is_taken_off_is_not_kept_by_a_wrong_address_where_they_are_known_otherwise(
    people: Callable[..., People], record: dict[str, Any], identity: tuple[str, ...], found: Person | str
) -> None:
    said = people().person(record, COLUMNS, identity, only_identity=True)
    assert (said.reason if isinstance(said, Verdict) else said) == found


def test_a_landline_is_no_fault_where_the_phone_does_not_say_who_it_is(people: Callable[..., People]) -> None:
    record = {"PHONE": "+18005550100", "email": "some@example.com"}
    assert people().person(record, COLUMNS, ("email",)) == Person("+18005550100", "some@example.com")


def test_a_landline_is_no_fault_where_the_phone_only_says_who_it_is(people: Callable[..., People]) -> None:
    found = people().person({"PHONE": "+18005550100"}, COLUMNS, needs_mobile=False)
    assert found == Person("+18005550100", None)
    refused = people().person({"PHONE": "+18005550100"}, COLUMNS)
    assert isinstance(refused, Verdict)
    assert refused.reason == "not_mobile"


def test_suppressed_people_are_found_by_phone_or_by_address(people: Callable[..., People]) -> None:
    suppressing = people(suppressed="212.555.0100\nSOME@example.com\n")
    assert suppressing.suppressed(Person("+12125550100", None))
    assert suppressing.suppressed(Person("+12125550199", "some@example.com"))
    assert not suppressing.suppressed(Person("+12125550199", "other@example.com"))
    assert not suppressing.suppressed(Person("+12125550199", None))
    assert not people().suppressed(Person("+12125550100", None))


def test_the_digest_is_that_of_the_suppression_file(people: Callable[..., People]) -> None:
    assert people().digest == b""
    assert people(suppressed="2125550100").digest != people(suppressed="2125550101").digest


def test_entries_of_the_suppression_file_that_nobody_can_read_are_told_about(people: Callable[..., People]) -> None:
    assert list(people().notes()) == []
    assert list(people(suppressed="2125550100").notes()) == []
    (note,) = people(suppressed="2125550100\n555-0100").notes()
    assert "lines 2." in note


def test_consent_comes_from_the_column_that_the_setting_names(people: Callable[..., People]) -> None:
    asking = people(consent_field="sms_ok")
    assert asking.consent({"sms_ok": "Y"})
    assert not asking.consent({"sms_ok": None})
    assert people().consent({})
    asking.require_consent_column("people", ["SMS_OK"])
    with pytest.raises(SetupError):
        asking.require_consent_column("people", ["phone"])
