"""Updating, unsubscribing, opting out, and what the ledger is told of each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict

    from .conftest import MakeTarget, Seen

NEW = "+13125550150"
ON_THE_LIST = "+12125550101"
PENDING_ON_VIP = "+12125550124"
OPTED_OUT = "+12125550129"
LEFT_THE_LIST = "+12125550132"
BANNED = "+12125550134"
FORMS = {"e164_digits": "13125550150", "national": "3125550150", "e164_plus": "+13125550150"}


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


def test_an_update_writes_what_the_record_has_and_nothing_else(target: MakeTarget, seen: Seen) -> None:
    before = seen.contact("12125550101")
    record = {"phone": ON_THE_LIST, "email": "new@example.com", "Loyalty Member": False, "first_name": None}
    assert outcome(target().deliver("update", record)) == (Outcome.ACCEPTED, "updated")
    after = seen.contact("12125550101")
    assert after["emailAddress"] == "new@example.com"
    assert after["firstName"] == before["firstName"]
    assert seen.custom("12125550101")[9001] == "off"
    assert seen.custom("12125550101")[9002] == "10"


def test_an_update_can_clear_values(target: MakeTarget, seen: Seen) -> None:
    record = {"phone": ON_THE_LIST, "first_name": None, "birthday": "", "Loyalty Points": None}
    assert outcome(target(on_null="clear").deliver("update", record)) == (Outcome.ACCEPTED, "updated")
    assert seen.contact("12125550101")["firstName"] is None
    assert seen.contact("12125550101")["birthday"] is None
    assert 9002 not in seen.custom("12125550101") or not seen.custom("12125550101")[9002]


@pytest.mark.parametrize("status", ["400", "404"])
def test_an_update_creates_nobody(target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, status: str) -> None:
    clean_sandbox.switch("listrak-sms", not_found_status=status)
    assert outcome(target().deliver("update", {"phone": NEW, "first_name": "Zoe"})) == (Outcome.SKIPPED, "not_found")
    assert seen.contact("13125550150") is None


def test_an_update_of_nothing_makes_no_call(target: MakeTarget) -> None:
    listrak = target()
    assert outcome(listrak.deliver("update", {"phone": ON_THE_LIST, "first_name": None})) == (
        Outcome.SKIPPED,
        "no_values",
    )
    assert listrak.calls() == {}


def test_an_update_needs_no_list(target: MakeTarget) -> None:
    listrak = target(list_name=None)
    assert listrak.deliver("update", {"phone": ON_THE_LIST, "first_name": "Zoe"}).outcome is Outcome.ACCEPTED
    assert "PhoneList_GetListCollection" not in listrak.sandbox.calls("listrak-sms")


def test_updates_reach_people_who_opted_out_without_opting_them_in(target: MakeTarget, seen: Seen) -> None:
    assert outcome(target().deliver("update", {"phone": OPTED_OUT, "first_name": "Z"})) == (
        Outcome.ACCEPTED,
        "updated",
    )
    assert seen.contact("12125550129")["optedOut"]


def test_an_update_opts_out_who_opted_out_at_the_source(target: MakeTarget, seen: Seen) -> None:
    record = {"phone": ON_THE_LIST, "first_name": "Zoe", "opted_out": True}
    assert outcome(target().deliver("update", record)) == (Outcome.ACCEPTED, "opted_out")
    assert seen.contact("12125550101")["optedOut"]


def test_an_unsubscribe_takes_people_off_the_list_only(target: MakeTarget, seen: Seen) -> None:
    listrak = target()
    assert outcome(listrak.deliver("unsubscribe", {"phone": "+12125550120"})) == (Outcome.ACCEPTED, "unsubscribed")
    assert seen.state("12125550120") == "unsubscribed"
    assert seen.state("12125550120", 7008) == "subscribed"
    assert not seen.contact("12125550120")["optedOut"]


@pytest.mark.parametrize("phone", [NEW, LEFT_THE_LIST, PENDING_ON_VIP])
def test_who_is_not_on_the_list_is_off_it_already(target: MakeTarget, phone: str) -> None:
    assert outcome(target().deliver("unsubscribe", {"phone": phone})) == (Outcome.ALREADY, "not_subscribed")


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("status", ["400", "404"])
def test_who_was_put_on_the_list_by_us_and_is_not_found_is_told(
    target: MakeTarget, clean_sandbox: Sandbox, status: str, *, dry_run: bool
) -> None:
    clean_sandbox.switch("listrak-sms", not_found_status=status)
    listrak = target(dry_run=dry_run)
    reasons = []
    for phone in (NEW, LEFT_THE_LIST):
        delivery = listrak.plan("unsubscribe", {"phone": phone})
        delivery.added[phone] = time.time()
        [verdict] = listrak.send([delivery])
        reasons.append(outcome(verdict))
        assert verdict.outcome is Outcome.ALREADY or "phone_format" in verdict.message
    assert reasons == [(Outcome.REJECTED, "inconsistent"), (Outcome.ALREADY, "not_subscribed")]


def test_an_unsubscribe_whose_answer_was_lost_is_already_so(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    operation = "ContactListSubscription_DeleteUnsubscribeContactListSubscription"
    clean_sandbox.faults("drop-after", operation, vendor="listrak-sms", times=1)
    assert outcome(target().deliver("unsubscribe", {"phone": ON_THE_LIST})) == (Outcome.ALREADY, "not_subscribed")


def test_an_opt_out_is_for_the_whole_sender_code_and_writes_no_other_field(target: MakeTarget, seen: Seen) -> None:
    before = seen.contact("12125550120")
    listrak = target(list_name=None)
    record = {"phone": "+12125550120", "first_name": "Zoe"}
    assert outcome(listrak.deliver("opt_out", record)) == (Outcome.ACCEPTED, "opted_out")
    after = seen.contact("12125550120")
    assert after["optedOut"]
    assert after["firstName"] == before["firstName"]
    assert seen.state("12125550120", 7008) == "unsubscribed"


def test_an_opt_out_of_somebody_unknown_creates_nobody(target: MakeTarget, seen: Seen) -> None:
    verdict = target().deliver("opt_out", {"phone": NEW})
    assert outcome(verdict) == (Outcome.SKIPPED, "not_found")
    assert "suppression_file" in verdict.message
    assert seen.contact("13125550150") is None


def test_an_opt_out_of_somebody_banned_is_still_wanted(target: MakeTarget) -> None:
    verdict = target().deliver("opt_out", {"phone": BANNED})
    assert outcome(verdict) == (Outcome.SKIPPED, "banned")
    assert verdict.still_wanted


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_opt_out_of_whom_we_put_on_the_list_and_listrak_does_not_find_is_told(
    target: MakeTarget, *, dry_run: bool
) -> None:
    listrak = target(dry_run=dry_run)
    delivery = listrak.plan("opt_out", {"phone": NEW})
    delivery.added[delivery.key] = time.time()
    [verdict] = listrak.send([delivery])
    assert outcome(verdict) == (Outcome.REJECTED, "inconsistent")
    assert verdict.still_wanted


def test_an_unsubscribe_is_another_one_where_numbers_are_written_in_another_form(target: MakeTarget) -> None:
    forms = {form: target(phone_format=form).plan("unsubscribe", {"phone": NEW}).payload for form in FORMS}
    assert forms == {form: {"phoneNumber": number} for form, number in FORMS.items()}


@pytest.mark.parametrize(
    ("value", "reason"), [(True, "opted_out"), (None, "not_opted_out"), ("no", "not_opted_out"), ("?", "wrong_type")]
)
def test_where_a_stream_says_who_opted_out_only_those_are_opted_out(
    target: MakeTarget, seen: Seen, *, value: bool | str | None, reason: str
) -> None:
    assert target().deliver("opt_out", {"phone": ON_THE_LIST, "opted_out": value}).reason == reason
    assert seen.contact("12125550101")["optedOut"] == (reason == "opted_out")


def test_scopes_come_from_settings_and_one_action_undoes_another(target: MakeTarget) -> None:
    listrak = target(list_name=" Back In Stock ", sender_code=501)
    actions = listrak.actions
    assert actions["subscribe"].scope == "subscribe/501@127.0.0.1/back in stock"
    assert actions["unsubscribe"].undoes() == ("subscribe/501@127.0.0.1/back in stock",)
    assert actions["opt_out"].undoes() == ("subscribe/501@127.0.0.1",)
    unsubscribe, removed = (f"{each}/501@127.0.0.1/back in stock" for each in ("unsubscribe", "removed"))
    assert actions["subscribe"].undoes() == (unsubscribe, removed, "opt_out/501@127.0.0.1")
    assert actions["subscribe"].yields_to() == (unsubscribe,)
    assert target(resubscribe_opted_out=True).actions["subscribe"].yields_to() == ()
    assert actions["update"].undoes() == ()
    on_deleted_row = actions["subscribe"].on_deleted_row()
    assert on_deleted_row is not None
    assert (on_deleted_row.name, on_deleted_row.scope) == ("unsubscribe", removed)
    assert on_deleted_row.undoes() == actions["unsubscribe"].undoes()
    assert actions["update"].on_deleted_row() is None
    assert listrak.sandbox.calls("listrak-sms") == {}  # and nothing was asked for it


def test_who_takes_people_off_needs_no_consent_and_counts_as_a_removal(target: MakeTarget) -> None:
    actions = target().actions
    assert {name: (each.needs_consent, each.removes, each.repeatable) for name, each in actions.items()} == {
        "subscribe": (True, False, True),
        "update": (True, False, True),
        "unsubscribe": (False, True, True),
        "opt_out": (False, True, True),
    }
