"""Subscribing: what becomes of each kind of person, in how many calls, and who gets a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import MakeTarget, Seen

NEW = "+13125550150"
ON_THE_LIST = "+12125550101"
PENDING_ON_VIP = "+12125550124"
OPTED_OUT = "+12125550129"
STOPPED = "+12125550128"
LEFT_THE_LIST = "+12125550132"
BANNED = "+12125550134"
SUSPENDED = "+12125550135"
ON_NO_LIST = "+12125550136"
CREATE, UPDATE, LOOK = "PostContactListResource", "PutContactResource", "GetContactResource"
SUBSCRIBE, STATE = "PostContactListSubscription", "GetContactListCollection"


def digits(phone: str) -> str:
    return phone.removeprefix("+")


def test_somebody_new_is_created_in_one_call_and_welcomed_once(target: MakeTarget, seen: Seen) -> None:
    listrak = target()
    record = {"phone": NEW, "first_name": "Ana", "Loyalty Points": 12, "birthday": "1990-04-01"}
    verdict = listrak.deliver("subscribe", record)
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "created")
    assert listrak.calls() == {CREATE: 1}
    assert seen.state(digits(NEW)) == "subscribed"
    assert seen.contact(digits(NEW))["firstName"] == "Ana"
    assert seen.contact(digits(NEW))["birthday"] == "1990-04-01T00:00:00"
    assert seen.custom(digits(NEW)) == {9002: "12"}
    assert seen.texts() == {(digits(NEW), "welcome"): 1}


def test_somebody_on_the_list_is_updated(target: MakeTarget, seen: Seen) -> None:
    listrak = target()
    before = seen.contact(digits(ON_THE_LIST))
    verdict = listrak.deliver("subscribe", {"phone": ON_THE_LIST, "first_name": "Zoe"})
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "updated")
    assert seen.contact(digits(ON_THE_LIST)) == {**before, "firstName": "Zoe"}
    assert listrak.calls() == {CREATE: 1, LOOK: 1, STATE: 1, UPDATE: 1}
    assert not seen.texts()


def test_somebody_on_the_list_without_anything_to_write_is_there_already(target: MakeTarget) -> None:
    verdict = target().deliver("subscribe", {"phone": ON_THE_LIST})
    assert (verdict.outcome, verdict.reason) == (Outcome.ALREADY, "already_subscribed")


def test_somebody_listrak_knows_is_put_on_the_list(target: MakeTarget, seen: Seen) -> None:
    listrak = target()
    verdict = listrak.deliver("subscribe", {"phone": ON_NO_LIST, "first_name": "Zoe"})
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "subscribed")
    assert listrak.calls() == {CREATE: 1, LOOK: 1, STATE: 1, UPDATE: 1, SUBSCRIBE: 1}
    assert seen.state(digits(ON_NO_LIST)) == "subscribed"
    assert seen.texts() == {(digits(ON_NO_LIST), "welcome"): 1}


def test_somebody_the_ledger_knows_is_updated_in_one_call(target: MakeTarget, seen: Seen) -> None:
    listrak = target()
    verdict = listrak.deliver("subscribe", {"phone": ON_THE_LIST, "first_name": "Zoe"}, known=True)
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "updated")
    assert listrak.calls() == {UPDATE: 1}
    assert seen.contact(digits(ON_THE_LIST))["firstName"] == "Zoe"


def test_somebody_the_ledger_knows_who_left_the_list_is_not_put_on_it_again(target: MakeTarget, seen: Seen) -> None:
    target().deliver("subscribe", {"phone": LEFT_THE_LIST, "first_name": "Zoe"}, known=True)
    assert seen.state(digits(LEFT_THE_LIST)) == "unsubscribed"
    assert not seen.texts()


def test_somebody_the_ledger_knows_whom_listrak_forgot_is_created(target: MakeTarget, seen: Seen) -> None:
    verdict = target().deliver("subscribe", {"phone": NEW, "first_name": "Zoe"}, known=True)
    assert verdict.reason == "created"
    assert seen.state(digits(NEW)) == "subscribed"


@pytest.mark.parametrize("phone", [OPTED_OUT, STOPPED])
def test_who_opted_out_is_left_alone_and_nothing_is_written(target: MakeTarget, seen: Seen, phone: str) -> None:
    before = seen.contact(digits(phone))
    verdict = target().deliver("subscribe", {"phone": phone, "first_name": "Zoe"})
    assert (verdict.outcome, verdict.reason) == (Outcome.SKIPPED, "opted_out")
    assert seen.contact(digits(phone)) == before
    assert not seen.texts()


@pytest.mark.parametrize("known", [True, False])
def test_who_opted_out_is_brought_back_if_a_setting_says_so(target: MakeTarget, seen: Seen, *, known: bool) -> None:
    listrak = target(resubscribe_opted_out=True)
    verdict = listrak.deliver("subscribe", {"phone": OPTED_OUT, "first_name": "Z"}, known=known)
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "resubscribed")
    assert sum(listrak.calls().values()) == (3 if known else 4)
    assert seen.state(digits(OPTED_OUT)) == "subscribed"


def test_who_only_left_the_list_stays_away_even_then(target: MakeTarget, seen: Seen) -> None:
    listrak = target(resubscribe_opted_out=True)
    assert listrak.deliver("subscribe", {"phone": LEFT_THE_LIST, "first_name": "Z"}, known=True).reason == "updated"
    assert seen.state(digits(LEFT_THE_LIST)) == "unsubscribed"


def test_an_opt_out_that_listrak_does_not_lift_is_no_error(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("listrak-sms", resubscribe="reject")
    verdict = target(resubscribe_opted_out=True).deliver("subscribe", {"phone": OPTED_OUT, "first_name": "Z"})
    assert (verdict.outcome, verdict.reason) == (Outcome.SKIPPED, "opted_out")


@pytest.mark.parametrize("to", [7002, 7003, 7004])
def test_a_list_that_wants_a_confirmation_leaves_people_pending_and_asks_them_once(
    target: MakeTarget, seen: Seen, to: int
) -> None:
    listrak = target(list_id=to)
    for phone in (NEW, ON_NO_LIST):
        verdict = listrak.deliver("subscribe", {"phone": phone, "first_name": "Zoe"})
        assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "pending")
        assert seen.state(digits(phone), to) == "pending"
        again = listrak.deliver("subscribe", {"phone": phone, "first_name": "Zoe"})
        assert (again.outcome, again.reason) == (Outcome.ACCEPTED, "pending")
    assert sorted(seen.texts().values()) == [1, 1]


def test_who_is_pending_already_is_not_asked_again(target: MakeTarget, seen: Seen) -> None:
    verdict = target(list_name="vip").deliver("subscribe", {"phone": PENDING_ON_VIP})
    assert (verdict.outcome, verdict.reason) == (Outcome.ALREADY, "pending")
    assert not seen.texts()


@pytest.mark.parametrize(("phone", "reason"), [(BANNED, "banned"), (SUSPENDED, "suspended")])
def test_who_cannot_be_texted_is_rejected_with_listraks_code(target: MakeTarget, phone: str, reason: str) -> None:
    verdict = target().deliver("subscribe", {"phone": phone})
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, reason)
    assert verdict.vendor_code
    assert phone not in verdict.message


def test_a_person_who_opted_out_at_the_source_is_opted_out(target: MakeTarget, seen: Seen) -> None:
    listrak = target()
    verdict = listrak.deliver("subscribe", {"phone": ON_THE_LIST, "first_name": "Zoe", "optedOut": "yes"})
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "opted_out")
    assert seen.contact(digits(ON_THE_LIST))["optedOut"]
    assert seen.contact(digits(ON_THE_LIST))["firstName"] != "Zoe"
    assert listrak.deliver("subscribe", {"phone": NEW, "opted_out": "maybe"}).reason == "wrong_type"
    assert listrak.deliver("subscribe", {"phone": NEW, "opted_out": None}).reason == "created"


def test_people_are_looked_up_first_once_most_are_known(target: MakeTarget) -> None:
    listrak = target()
    for last in range(5):
        listrak.deliver("subscribe", {"phone": f"+1212555010{last}", "first_name": "Zoe"})
    assert listrak.calls() == {CREATE: 1, LOOK: 5, STATE: 5, UPDATE: 5}
    for last in range(6):
        listrak.deliver("subscribe", {"phone": f"+1312555015{last}", "first_name": "Zoe"})
    assert listrak.calls() == {CREATE: 7, LOOK: 10, STATE: 5, UPDATE: 5}  # and created first again


@pytest.mark.parametrize("fault", ["drop-after", "api-error-after"])
@pytest.mark.parametrize("to", [7001, 7002])
def test_a_create_whose_answer_was_lost_texts_nobody_twice(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, fault: str, to: int
) -> None:
    clean_sandbox.faults(fault, "Contact_PostContactListResource", vendor="listrak-sms", times=1)
    verdict = target(list_id=to).deliver("subscribe", {"phone": NEW, "first_name": "Zoe"})
    assert verdict.outcome is Outcome.ACCEPTED
    assert sum(seen.texts().values()) == 1


def test_a_subscription_whose_answer_was_lost_texts_nobody_twice(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults(
        "drop-after", "ContactListSubscription_PostContactListSubscription", vendor="listrak-sms", times=1
    )
    verdict = target().deliver("subscribe", {"phone": ON_NO_LIST, "first_name": "Zoe"})
    assert verdict.outcome is Outcome.ACCEPTED
    assert seen.texts() == {(digits(ON_NO_LIST), "welcome"): 1}


def test_a_number_that_is_there_and_cannot_be_read_is_not_subscribed_blindly(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults(
        "api-error", "Contact_GetContactResource", vendor="listrak-sms", code="ERROR_UNABLE_TO_LOCATE_RESOURCE"
    )
    verdict = target().deliver("subscribe", {"phone": OPTED_OUT, "first_name": "Zoe"})
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, "inconsistent")
    assert "phone_format" in verdict.message


def test_a_list_that_goes_away_in_mid_run_ends_it(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults(
        "api-error", "Contact_PostContactListResource", vendor="listrak-sms", code="ERROR_UNABLE_TO_LOCATE_RESOURCE"
    )
    with pytest.raises(SetupError, match="no longer finds the list"):
        target().deliver("subscribe", {"phone": NEW})


def test_numbers_can_be_written_in_other_forms(target: MakeTarget, seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("listrak-sms", phone_format="lenient")
    for form in ("national", "e164_plus"):
        listrak = target(phone_format=form)
        assert listrak.deliver("subscribe", {"phone": ON_NO_LIST, "first_name": form}).outcome is Outcome.ACCEPTED
        assert seen.contact(digits(ON_NO_LIST))["firstName"] == form


def test_somebody_the_ledger_knows_without_anything_to_write_costs_no_call(target: MakeTarget) -> None:
    listrak = target()
    verdict = listrak.deliver("subscribe", {"phone": ON_THE_LIST}, known=True)
    assert (verdict.outcome, verdict.reason) == (Outcome.ALREADY, "nothing_to_update")
    assert listrak.calls() == {}


def test_a_create_that_listrak_refuses_for_an_opt_out_is_left_alone(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    operation, code = "Contact_PostContactListResource", "ERROR_PHONE_NUMBER_OPTED_OUT"
    clean_sandbox.faults("api-error", operation, vendor="listrak-sms", code=code)
    verdict = target().deliver("subscribe", {"phone": NEW})
    assert (verdict.outcome, verdict.reason) == (Outcome.SKIPPED, "opted_out")


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("Contact_PutContactResource", "ERROR_PHONE_NUMBER_NOT_FOUND"),
        ("ContactListSubscription_PostContactListSubscription", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
    ],
)
def test_somebody_who_is_erased_in_between_is_created_or_told(
    target: MakeTarget, clean_sandbox: Sandbox, operation: str, code: str
) -> None:
    clean_sandbox.faults("api-error", operation, vendor="listrak-sms", code=code)
    verdict = target().deliver("subscribe", {"phone": ON_NO_LIST, "first_name": "Zoe"})
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, "inconsistent")
