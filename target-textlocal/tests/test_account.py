"""What an account has is read when it is needed, once, whatever its ids look like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from target_textlocal.account import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import Target


@pytest.fixture
def account(target: Callable[..., Target]) -> Callable[..., Account]:
    """Make an account by its settings: `account(api_key="sandbox-textlocal-in")`."""

    def make(**settings: str) -> Account:
        made = target(**settings)
        return Account(made.client, made.settings)

    return make


def test_everything_is_read_once_however_many_ask(account: Callable[..., Account], clean_sandbox: Sandbox) -> None:
    uk = account()
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda _: (uk.groups(), uk.templates(), uk.senders(), uk.balance()), range(20)):
            pass
    calls = {name: count for name, count in clean_sandbox.calls("textlocal").items() if count}
    assert calls == {"get_groups": 1, "get_templates": 1, "get_sender_names": 1, "balance": 1}


def test_making_an_account_calls_nothing(account: Callable[..., Account], clean_sandbox: Sandbox) -> None:
    account()
    assert not sum(clean_sandbox.calls("textlocal").values())


@pytest.mark.parametrize("ids", ["number", "string"])
def test_ids_are_texts_whatever_they_come_as(
    account: Callable[..., Account], clean_sandbox: Sandbox, ids: Any
) -> None:
    clean_sandbox.switch("textlocal", ids=ids)
    uk = account()
    customers = next(each for each in uk.groups() if each.name == "Customers")
    assert customers.id.isdigit()
    assert customers.size == 120
    assert [each.id for each in uk.templates()][:2] == ["101", "102"]


def test_a_template_has_title_body_and_sender(account: Callable[..., Account]) -> None:
    soldes = account().templates()[1]
    assert (soldes.title, soldes.sender) == ("Soldes de printemps", "ACME")
    assert "%%first_name%%" in soldes.body


@pytest.mark.parametrize("none", ["empty", "failure"])
def test_an_account_without_templates_has_none(
    account: Callable[..., Account], clean_sandbox: Sandbox, none: Any
) -> None:
    clean_sandbox.switch("textlocal", no_templates=none)
    assert list(account(api_key="sandbox-textlocal-fresh").templates()) == []


def test_senders_are_the_names_and_the_default(account: Callable[..., Account]) -> None:
    senders = account().senders()
    assert senders.names == ("ACME", "ACMEShop", "447700900900")
    assert senders.default == "ACME"
    fresh = account(api_key="sandbox-textlocal-fresh").senders()
    assert (fresh.names, fresh.default) == ((), None)


def test_the_balance_is_read_again_when_that_is_asked_for(
    account: Callable[..., Account], clean_sandbox: Sandbox
) -> None:
    uk = account()
    assert uk.balance() == 1000
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 12})
    assert uk.balance() == 1000
    assert uk.balance(anew=True) == 12


def test_an_upgraded_account_is_told_in_one_clear_line(account: Callable[..., Account]) -> None:
    with pytest.raises(SetupError, match="upgraded to Webex Interact") as error:
        account(api_key="sandbox-textlocal-interact").groups()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("key", ["wrong", "sandbox-textlocal-locked"])
def test_a_key_that_is_wrong_or_locked_ends_the_run_and_is_not_shown(
    account: Callable[..., Account], key: Any
) -> None:
    with pytest.raises(SetupError, match="`api_key`") as error:
        account(api_key=key).senders()
    assert key not in str(error.value)


def test_what_is_not_textlocal_is_told(account: Callable[..., Account], clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("textlocal-error", "get_groups", vendor="textlocal", code=0)
    with pytest.raises(SetupError, match="refused get_groups"):
        account().groups()
