"""Who is not to be added after all: a later row of the same person in the same chunk says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from made_up_planning import ANN, BOB, Join, Profile, Way, ann, bob

from singer_delivery.outcomes import rejected

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from singer_delivery.columns import Columns
    from singer_delivery.ledger import Ledger

UNCLEAR = rejected("wrong_type", "Unclear.")


@pytest.fixture
def asking(ledger: Ledger) -> Way:
    """Planning where people have to agree."""
    return Way(ledger, consent_field="consent")


@pytest.fixture(autouse=True)
def _unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    route = Join.route

    def routed(self: Join, record: Mapping[str, Any], columns: Columns) -> Any:
        return UNCLEAR if record.get("opted_out") == "perhaps" else route(self, record, columns)

    monkeypatch.setattr(Join, "route", routed)


def sent(way: Way) -> list[tuple[str, str, object]]:
    return [(action, key, name) for action, key, name, _ in way.sent]


@pytest.mark.parametrize(
    "more",
    [{}, {"email": "no address"}, {"phone": "+1 212 555 0101"}, {"name": "bad"}],
    ids=["plain", "wrong e-mail", "written otherwise", "wrong value"],
)
def test_who_agreed_in_one_row_and_not_in_a_later_one_is_not_added(asking: Way, more: dict[str, Any]) -> None:
    assert asking.outcomes(ann(consent=True), bob(consent=True), ann(**{"consent": False, **more})) == [
        "no_consent",
        "superseded",
    ]
    assert sent(asking) == [("join", BOB, "Bob")]


def test_who_agreed_in_the_end_is_added(asking: Way) -> None:
    assert asking.outcomes(ann("one", consent=True), ann(consent=False), ann("two", consent=True)) == [
        "no_consent",
        "superseded",
    ]
    assert sent(asking) == [("join", ANN, "two")]


def test_who_did_not_agree_at_first_is_added(asking: Way) -> None:
    assert asking.outcomes(ann(consent=False), ann(consent=True)) == ["no_consent"]
    assert sent(asking) == [("join", ANN, "Ann")]


def test_who_was_added_before_is_left_as_they_are(asking: Way) -> None:
    asking.plan(ann(consent=True))
    assert asking.outcomes(ann(consent=True), ann(consent=False)) == ["no_consent", "same_as_last_accepted"]
    assert asking.outcomes(ann("Anna", consent=True), ann(consent=False)) == ["no_consent", "superseded"]
    assert sent(asking) == [("join", ANN, "Ann")]


def test_whose_address_is_suppressed_in_a_later_row_is_not_added(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "suppressed.txt"
    file.write_text("ann@example.com\n", encoding="utf-8")
    way = Way(ledger, suppression_file=str(file))
    assert way.outcomes(ann(), bob(), ann(email="ann@example.com")) == ["superseded", "suppressed"]
    assert sent(way) == [("join", BOB, "Bob")]


def test_of_whom_a_later_row_does_not_say_clearly_whether_they_opted_out_is_not_added(way: Way) -> None:
    assert way.outcomes(ann(), bob(), ann(opted_out="perhaps")) == ["superseded", "wrong_type"]
    assert sent(way) == [("join", BOB, "Bob")]


@pytest.mark.parametrize("more", [{"phone": "12"}, {"phone": "2125550199"}], ids=["nobody", "somebody else"])
def test_who_is_not_named_by_a_later_row_is_added(asking: Way, more: dict[str, Any]) -> None:
    assert asking.outcomes(ann(consent=True), {**ann(), **more}) == ["no_consent"]
    assert sent(asking) == [("join", ANN, "Ann")]


def test_a_row_that_would_be_rejected_whatever_it_says_holds_nobody_back(
    asking: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = Join.planner

    def strict(self: Join, columns: Columns) -> Any:
        plan = planner(self, columns)
        return lambda record, person: plan(record, person) if record.get("name") == "Ann" else UNCLEAR

    monkeypatch.setattr(Join, "planner", strict)
    assert asking.outcomes(ann(consent=True), ann("Anna", consent=False)) == ["no_consent"]
    assert sent(asking) == [("join", ANN, "Ann")]


def test_what_has_another_purpose_is_not_held_back(way: Way) -> None:
    assert way.outcomes(ann(profile=True), ann(opted_out="perhaps")) == ["wrong_type"]
    assert sent(way) == [("profile", ANN, "Ann")]


def test_nobody_is_held_back_from_a_call_that_takes_everybody_at_once(
    asking: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Join, "gathers", True)
    monkeypatch.setattr(Join, "together", lambda _, deliveries: deliveries[0])
    monkeypatch.setattr(Profile, "gathers", False)
    assert asking.outcomes(bob(profile=True, consent=True), ann(consent=True), ann(consent=False)) == ["no_consent"]
    (segment,) = asking.planning.gathered().items
    assert segment.row.record["consent"] is True


def test_whose_row_was_deleted_leaves_where_who_signs_up_anew_is_held_back(asking: Way) -> None:
    asking.plan(ann(consent=True))
    assert asking.outcomes(ann(deleted=True), ann(id=3, consent=True), ann(id=3, consent=False)) == [
        "no_consent",
        "superseded",
    ]
    assert [action for action, *_ in asking.sent] == ["join", "leave"]
