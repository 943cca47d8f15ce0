"""What the sandbox shows of Textlocal, what people and administrators do, and what a reset and a restart leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

NEW = "447700900600"


def test_the_seed_grows_the_same_people_for_ever_and_none_is_real(
    textlocal_api: TextlocalApi, start_sandbox: Callable[..., Sandbox], textlocal_api_to: type[TextlocalApi]
) -> None:
    contacts = textlocal_api.shown("contacts?group=Customers")["contacts"]
    assert [each["number"] for each in contacts] == [f"447700900{number:03d}" for number in range(120)]
    assert [each["custom1"] for each in contacts] == [f"C{1000 + number}" for number in range(120)]
    same, other = (textlocal_api_to(start_sandbox(seed=seed)) for seed in (7, 8))
    assert same.shown("contacts?group=Customers")["contacts"] == contacts
    assert other.shown("contacts?group=Customers")["contacts"] != contacts


def test_groups_are_shown_with_the_built_in_ones(textlocal_api: TextlocalApi) -> None:
    groups = textlocal_api.shown("groups")["groups"]
    assert [(each["id"], each["name"], each["size"]) for each in groups] == [
        (5, "Contacts", 5),
        (6, "Opt-outs", 3),
        (300001, "Customers", 120),
        (300002, "Newsletter", 40),
    ]
    assert textlocal_api.shown("groups?account=fresh")["count"] == 2


def test_somebody_opts_out_and_comes_back(textlocal_api: TextlocalApi) -> None:
    textlocal_api.control("optouts", number="07700900600")
    assert NEW in [each["number"] for each in textlocal_api.call("get_optouts")["optouts"]]
    textlocal_api.control("optouts", number=NEW, back=True)
    assert textlocal_api.shown("optouts")["count"] == 3


def test_a_group_is_deleted_in_the_ui(textlocal_api: TextlocalApi) -> None:
    textlocal_api.control("delete-group", id=300001)
    assert textlocal_api.fails("get_contacts", group_id=300001) == [10]


def test_credits_are_bought_and_gone(textlocal_api: TextlocalApi) -> None:
    assert textlocal_api.control("credits", sms=3) == {"account": "uk", "sms": 3, "mms": 10}
    assert textlocal_api.call("balance")["balance"] == {"sms": 3, "mms": 10}
    assert textlocal_api.shown("credits?account=interact")["sms"] == 50


def test_a_key_is_revoked_locked_and_given_back(textlocal_api: TextlocalApi) -> None:
    for change in ("revoked", "locked"):
        textlocal_api.control("keys", key="sandbox-textlocal", **{change: True})
        assert textlocal_api.fails("balance") == [3]
        textlocal_api.control("keys", key="sandbox-textlocal", **{change: False})
        assert textlocal_api.call("balance")
    textlocal_api.control("keys", key="sandbox-textlocal-locked", locked=False)
    assert textlocal_api.call("balance", apikey="sandbox-textlocal-locked")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("optouts", {"number": "12"}),
        ("optouts", {"number": NEW, "account": "no"}),
        ("delete-group", {"id": 5}),
        ("delete-group", {}),
        ("credits", {"sms": -1}),
        ("credits", {"sms": True}),
        ("keys", {"key": "no", "locked": True}),
        ("keys", {"key": "sandbox-textlocal", "locked": "yes"}),
        ("keys", {"key": "sandbox-textlocal"}),
    ],
)
def test_what_cannot_be_done_is_explained(textlocal_api: TextlocalApi, path: str, body: dict[str, Any]) -> None:
    answer = requests.post(f"{textlocal_api.sandbox.url}/_sandbox/textlocal/{path}", json=body, timeout=10)
    assert answer.status_code == 422
    assert answer.json()["problems"]


@pytest.mark.parametrize("path", ["groups?account=no", "contacts?group=no", "credits?account=no"])
def test_what_is_not_there_cannot_be_shown(textlocal_api: TextlocalApi, path: str) -> None:
    answer = requests.get(f"{textlocal_api.sandbox.url}/_sandbox/textlocal/{path}", timeout=10)
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_a_reset_brings_everything_back_to_the_start(textlocal_api: TextlocalApi) -> None:
    paths = ("groups", "contacts", "optouts", "credits", "keys")
    fresh = [textlocal_api.shown(path) for path in paths]
    textlocal_api.call("create_group", name="VIP")
    textlocal_api.call("create_contacts", numbers=NEW)
    textlocal_api.call("delete_group", group_id=300002)
    textlocal_api.control("credits", sms=1)
    textlocal_api.control("keys", key="sandbox-textlocal-in", revoked=True)
    textlocal_api.sandbox.reset()
    assert [textlocal_api.shown(path) for path in paths] == fresh
    assert textlocal_api.call("create_group", name="VIP")["group"]["id"] == 300007


def test_data_keeps_groups_contacts_and_keys_over_a_restart(
    tmp_path: Path, start_sandbox: Callable[..., Sandbox], textlocal_api_to: type[TextlocalApi]
) -> None:
    first = textlocal_api_to(start_sandbox(data=tmp_path))
    made = first.call("create_group", name="VIP")["group"]["id"]
    first.call("create_contacts", numbers=NEW, group_id=made)
    first.control("keys", key="sandbox-textlocal-in", revoked=True)
    first.sandbox.stop()
    second = textlocal_api_to(start_sandbox(data=tmp_path))
    assert [each["number"] for each in second.call("get_contacts", group_id=made)["contacts"]] == [NEW]
    assert second.fails("balance", apikey="sandbox-textlocal-in") == [3]


def test_calls_are_counted_by_command_refused_ones_too(textlocal_api: TextlocalApi) -> None:
    textlocal_api.call("balance")
    textlocal_api.fails("balance", apikey="no")
    textlocal_api.fails("create_group")
    textlocal_api.fails("nothing")
    assert textlocal_api.sandbox.calls("textlocal") == {"balance": 2, "create_group": 1}


def test_every_switch_names_its_source_and_default(textlocal_api: TextlocalApi) -> None:
    for switch in textlocal_api.sandbox.get("/_sandbox/switches")["textlocal"].values():
        assert switch["value"] == switch["default"] == switch["choices"][0]
        assert switch["meaning"]
        assert switch["source"]
        assert switch["sure"] in "ABCD"
