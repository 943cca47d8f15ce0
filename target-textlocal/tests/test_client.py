"""The transport against the sandbox: who is let in, what is tried again, what bodies are survived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import OutcomeUnknownError, RefusedError, SetupError, UnavailableError

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.transport import Answer
    from target_textlocal.client import TextlocalClient

    from .conftest import MakeTarget, Seen

CONTACT = '[{"number":"447700900500","first_name":"Zo\\u00eb % + &"}]'


def balance(target: MakeTarget, **settings: str) -> Any:
    return target(**settings).client.read("balance")


def create(client: TextlocalClient, sandbox: Sandbox, **how: Any) -> Answer | None:
    group = next(each["id"] for each in sandbox.get("/_sandbox/textlocal/groups")["groups"] if each["id"] > 6)
    return client.change("create_contacts_bulk", contacts=CONTACT, group_id=str(group), **how)


def test_a_key_is_sent_as_it_is_without_the_blanks_around_it(target: MakeTarget) -> None:
    assert balance(target, api_key=" sandbox-textlocal\n")["balance"]["sms"] == 1000


@pytest.mark.parametrize("key", ["s3cret-wrong", "sandbox-textlocal-locked"])
def test_a_wrong_or_ip_locked_key_is_tried_once_and_told_though_the_answer_is_http_200(
    target: MakeTarget, clean_sandbox: Sandbox, key: str
) -> None:
    with pytest.raises(SetupError) as problem:
        balance(target, api_key=key)
    assert "Check `api_key`" in str(problem.value)
    assert "limited to IP addresses" in str(problem.value)
    assert key not in str(problem.value)
    assert clean_sandbox.calls("textlocal")["balance"] == 1


def test_what_is_encoded_once_more_arrives_unchanged(target: MakeTarget, clean_sandbox: Sandbox, seen: Seen) -> None:
    create(target().client, clean_sandbox)
    assert seen.members("Customers")["447700900500"]["first_name"] == "Zoë % + &"


@pytest.mark.parametrize("fault", ["http-503", "drop-before", "drop-mid-body", "truncated-json", "html-200"])
def test_trouble_that_passes_is_waited_out(target: MakeTarget, clean_sandbox: Sandbox, fault: str) -> None:
    clean_sandbox.faults(fault, "balance", vendor="textlocal", times=1)
    assert balance(target)["status"] == "success"


@pytest.mark.parametrize("fault", ["drop-after", "truncated-json"])
def test_a_call_that_must_not_be_repeated_is_not(
    target: MakeTarget, clean_sandbox: Sandbox, seen: Seen, fault: str
) -> None:
    clean_sandbox.faults(fault, "create_contacts_bulk", vendor="textlocal", times=1)
    with pytest.raises(OutcomeUnknownError):
        create(target().client, clean_sandbox, repeatable=False)
    assert clean_sandbox.calls("textlocal")["create_contacts_bulk"] == 1
    assert "447700900500" in seen.members("Customers")


def test_a_page_of_html_in_the_place_of_every_answer_ends_the_run(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("html-200", "balance", vendor="textlocal")
    with pytest.raises(UnavailableError):
        balance(target)


def test_a_dry_run_reads_and_changes_nothing_and_its_plan_holds_no_key(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    dry = target(dry_run=True)
    dry.client.read("balance")
    answer = create(dry.client, clean_sandbox)
    assert answer
    assert answer.pretended
    (planned,) = dry.client.take_planned()
    assert planned.operation == "create_contacts_bulk"
    assert planned.form
    assert "447700900500" in planned.form["contacts"]
    assert "sandbox-textlocal" not in str(planned)
    assert dry.calls() == {"balance": 1}


def test_an_upgraded_account_is_noticed_by_what_it_does_not_know(target: MakeTarget) -> None:
    client: Any = target(api_key="sandbox-textlocal-interact").client  # what `upgraded` says changes meanwhile
    assert not client.upgraded
    assert client.read_if_known("get_groups") is None
    assert client.upgraded
    with pytest.raises(SetupError, match=r"Webex Interact.*what works is `messages` with `message`"):
        client.read("get_groups")


def test_what_changes_something_says_on_an_upgraded_account_what_still_works(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    client = target(api_key="sandbox-textlocal-interact").client
    with pytest.raises(SetupError, match="Webex Interact"):
        create(client, clean_sandbox)


def test_a_bulk_is_refused_on_an_upgraded_account_so_that_single_sends_can_take_its_place(target: MakeTarget) -> None:
    client = target(api_key="sandbox-textlocal-interact").client
    with pytest.raises(RefusedError) as refusal:
        client.change("bulk_json", data="{}", repeatable=False)
    assert (refusal.value.code, refusal.value.rule.reason) == ("2", "not_on_this_account")


def test_an_upgraded_account_is_noticed_by_its_money(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    client = target(api_key="sandbox-textlocal-interact").client
    client.change("send", numbers="447700900500", message="Hello", test="true")
    assert client.upgraded


def test_a_usual_account_is_not_taken_for_an_upgraded_one(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    client = target().client
    client.change("send", numbers="447700900500", message="Hello", test="true")
    assert not client.upgraded


def test_a_wrong_address_is_told(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    with pytest.raises(SetupError, match="`api_url`"):
        balance(target, api_url=f"{clean_sandbox.url}/nothing")
