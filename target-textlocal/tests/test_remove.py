"""People out of the group, and out of that one only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import MakeTarget, Seen

GROUP = "Customers"
THERE = "447700900003"


def test_somebody_leaves_this_group_and_stays_in_the_others(target: MakeTarget, seen: Seen) -> None:
    assert THERE in seen.members("Newsletter")
    (verdict,) = target().deliver_all("remove", [{"phone": f"+{THERE}"}])
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "removed")
    assert THERE not in seen.members(GROUP)
    assert THERE in seen.members("Newsletter")
    assert THERE in seen.members("5")


def test_who_is_not_there_has_left_already(target: MakeTarget) -> None:
    (verdict,) = target().deliver_all("remove", [{"phone": "+447700900700"}])
    assert (verdict.outcome, verdict.reason) == (Outcome.ALREADY, "not_in_group")


def test_a_group_that_is_not_there_is_told_with_every_name_in_use_and_not_made(target: MakeTarget, seen: Seen) -> None:
    with pytest.raises(SetupError, match=r"no group 'Custmers'.*'Customers' \("):
        target(group_name="Custmers").deliver_all("remove", [{"phone": f"+{THERE}"}])
    assert "Custmers" not in seen.groups()


def test_a_group_that_goes_away_ends_the_run(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("textlocal-error", "delete_contact", vendor="textlocal", code=10)
    with pytest.raises(SetupError, match="The group is not there"):
        target().deliver_all("remove", [{"phone": f"+{THERE}"}])


def test_a_number_that_textlocal_does_not_take_is_rejected(target: MakeTarget) -> None:
    (verdict,) = target().deliver_all("remove", [{"phone": "+4477009005"}])
    assert (verdict.reason, verdict.vendor_code) == ("invalid_phone", "32")


def test_who_left_and_comes_back_in_one_run_is_created_anew(target: MakeTarget, seen: Seen) -> None:
    made = target()
    record = {"phone": f"+{THERE}", "first_name": "Ana"}
    reasons = [
        made.deliver_all(action, [record])[0].reason for action in ("contacts", "remove", "contacts", "contacts")
    ]
    assert reasons == ["changed", "removed", "created", "already_there"]
    assert seen.members(GROUP)[THERE]["first_name"] == "Ana"


def test_a_call_whose_answer_got_lost_ends_well(target: MakeTarget, clean_sandbox: Sandbox, seen: Seen) -> None:
    clean_sandbox.faults("drop-after", "delete_contact", vendor="textlocal", times=1)
    (verdict,) = target().deliver_all("remove", [{"phone": f"+{THERE}"}])
    assert verdict.outcome is Outcome.ALREADY
    assert THERE not in seen.members(GROUP)


def test_adding_and_removing_undo_each_other(target: MakeTarget) -> None:
    made = target()
    add, remove = made.actions["contacts"], made.actions["remove"]
    assert list(add.undoes()) == [remove.scope]
    assert list(remove.undoes()) == [add.scope]
    gone = add.on_deleted_row()
    assert gone
    assert gone.scope == remove.scope


def test_a_deleted_row_of_a_group_that_is_not_there_yet_is_no_mistake(target: MakeTarget, seen: Seen) -> None:
    made = target(group_name="VIP")
    gone: Any = made.actions["contacts"].on_deleted_row()
    delivery = gone.planner(None)({}, type("Somebody", (), {"phone": f"+{THERE}"})())
    (verdict,) = gone.send([delivery])
    assert (verdict.outcome, verdict.reason) == (Outcome.ALREADY, "no_group")
    assert "VIP" not in seen.groups()
