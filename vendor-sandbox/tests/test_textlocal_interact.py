"""A UK account after its upgrade: `send` works and speaks of money, every other command is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

ANA, BEN = "447700900201", "447700900202"
OTHERS = (
    "balance",
    "bulk_json",
    "create_contacts_bulk",
    "create_group",
    "get_contacts",
    "get_groups",
    "get_history_api",
    "get_scheduled",
    "cancel_scheduled",
    "get_sender_names",
    "get_templates",
    "status_batch",
    "status_message",
)


@pytest.fixture
def interact(textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox) -> TextlocalApi:
    """The account."""
    return textlocal_api_to(clean_sandbox, "sandbox-textlocal-interact")


def phones(api: TextlocalApi) -> list[str]:
    return [text["phone"] for text in api.sandbox.texts(vendor="textlocal")]


def test_balance_and_cost_are_money(interact: TextlocalApi) -> None:
    answer = interact.call("send", numbers=f"{ANA},{BEN}", message="x" * 161)
    assert (answer["cost"], answer["balance"]) == (0.16, 49.84)
    assert isinstance(answer["balance"], float)
    assert phones(interact) == [ANA, BEN]


@pytest.mark.parametrize("command", OTHERS)
def test_every_other_command_is_unknown(interact: TextlocalApi, command: str) -> None:
    assert interact.fails(command) == [2]


def test_money_that_is_not_enough_sends_nothing(interact: TextlocalApi) -> None:
    interact.control("credits", account="interact", sms=0.05)
    assert interact.fails("send", numbers=f"{ANA},{BEN}", message="Hello") == [7]
    assert phones(interact) == []
    assert interact.call("send", numbers=ANA, message="Hello")["balance"] == 0.01


def test_a_scheduled_send_goes_out_at_its_time_though_nobody_can_list_it(interact: TextlocalApi) -> None:
    interact.sandbox.post("/_sandbox/clock", {"at": "2026-07-14T12:00:00Z"})
    interact.call("send", numbers=ANA, message="Later", schedule_time=1_784_073_600)
    assert phones(interact) == []
    interact.sandbox.advance(86_400)
    assert phones(interact) == [ANA]


def test_a_group_cannot_be_sent_to_unless_a_switch_says_so(interact: TextlocalApi) -> None:
    assert interact.fails("send", group_id=5, message="Hello") == [10]
    interact.switch(upgraded_groups="sent")
    assert interact.call("send", group_id=5, message="Hello")["num_messages"] == 5


def test_by_a_switch_it_passes_over_what_it_does_not_know_and_sends_at_once(interact: TextlocalApi) -> None:
    interact.switch(upgraded_parameters="few")
    interact.control("optouts", account="interact", number=ANA)
    fields = {"schedule_time": 4_102_444_800, "optouts": "true", "custom": "c-1", "unicode": "true"}
    answer = interact.call("send", numbers=ANA, message="Hi 😀", sender="Shop", **fields)
    assert (answer["message"], answer["custom"]) == ({"num_parts": 1, "sender": "Shop", "content": "Hi ?"}, "")
    assert phones(interact) == [ANA]
    assert interact.call("send", numbers=BEN, message="Hi", test="true")["test_mode"] is True
    assert phones(interact) == [ANA]
