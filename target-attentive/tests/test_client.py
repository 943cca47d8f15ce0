"""The transport against the sandbox: who is let in, how fast, what is tried again, what bodies are survived."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import OutcomeUnknownError, RefusedError, SetupError, UnavailableError
from target_attentive.client import QUOTAS

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.transport import Answer
    from target_attentive.client import AttentiveClient

    from .conftest import MakeTarget, Seen

USER = {"phone": "+12025550150"}
SUBSCRIBE = {"user": USER, "signUpSourceId": "132109"}


def me(target: MakeTarget, **settings: str) -> Answer:
    return target(**settings).client.call("Me", "GET", "/v1/me", changes=False)


def subscribe(client: AttentiveClient, **how: Any) -> Answer:
    return client.call("Subscribe", "POST", "/v1/subscriptions", json=SUBSCRIBE, quota="subscribe", **how)


def test_a_key_is_sent_as_it_is_without_the_blanks_around_it(target: MakeTarget) -> None:
    assert me(target, api_key=" sandbox-attentive\n").body["applicationName"] == "Sandbox App"


def test_a_wrong_key_is_tried_once_and_told_though_the_answer_is_empty(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    with pytest.raises(SetupError) as problem:
        me(target, api_key="s3cret-wrong")
    assert "Check `api_key`" in str(problem.value)
    assert "s3cret" not in str(problem.value)
    assert clean_sandbox.calls("attentive")["Me"] == 1


def test_a_key_that_was_revoked_is_told(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.post("/_sandbox/attentive/keys", {"key": "sandbox-attentive-second", "revoked": True})
    with pytest.raises(SetupError, match="current key"):
        me(target, api_key="sandbox-attentive-second")


@pytest.mark.parametrize("path", ["/attentive/v1", "/attentive/elsewhere", "/nothing"])
def test_a_wrong_address_is_told(target: MakeTarget, clean_sandbox: Sandbox, path: str) -> None:
    with pytest.raises(SetupError, match="`api_url`"):
        me(target, api_url=f"{clean_sandbox.url}{path}")


def test_a_wrong_address_is_not_taken_for_nobodys_subscription(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    client = target(api_url=f"{clean_sandbox.attentive_url}/v1").client
    with pytest.raises(SetupError, match="`api_url`"):
        client.call("Eligibility", "GET", "/v1/subscriptions", params=USER, changes=False)


def test_nobodys_subscription_is_a_404_that_the_action_reads(target: MakeTarget) -> None:
    with pytest.raises(RefusedError) as refusal:
        target().client.call("Eligibility", "GET", "/v1/subscriptions", params=USER, changes=False)
    assert (refusal.value.status, refusal.value.rule.reason) == (404, "not_subscribed")


def test_the_plus_of_a_phone_number_is_quoted_in_a_query(target: MakeTarget) -> None:
    answer = target().client.call(
        "Eligibility", "GET", "/v1/subscriptions", params={"phone": "+12025550101"}, changes=False
    )
    assert answer.body["subscriptionEligibilities"]


@pytest.mark.parametrize("fault", ["http-503", "drop-before", "drop-mid-body", "truncated-json", "html-200"])
def test_trouble_that_passes_is_waited_out(target: MakeTarget, clean_sandbox: Sandbox, fault: str) -> None:
    clean_sandbox.faults(fault, "Me", vendor="attentive", times=1)
    assert me(target).body["companyName"] == "Example Outfitters"


@pytest.mark.parametrize("fault", ["drop-after", "spring-error-after", "truncated-json"])
def test_a_subscribe_call_that_breaks_off_is_not_repeated(
    target: MakeTarget, clean_sandbox: Sandbox, seen: Seen, fault: str
) -> None:
    clean_sandbox.faults(fault, "Subscribe", vendor="attentive", times=1)
    with pytest.raises(OutcomeUnknownError):
        subscribe(target().client, repeatable=False)
    assert clean_sandbox.calls("attentive")["Subscribe"] == 1
    assert seen.texts() == {("12025550150", "reply_y"): 1}


def test_a_call_that_was_only_limited_is_made_again_even_if_it_texts(
    target: MakeTarget, clean_sandbox: Sandbox, seen: Seen
) -> None:
    clean_sandbox.faults("http-429", "Subscribe", vendor="attentive", times=1)
    assert subscribe(target().client, repeatable=False).status == 202
    assert seen.texts() == {("12025550150", "reply_y"): 1}


def test_a_server_that_stays_broken_ends_the_run(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("spring-error", "Me", vendor="attentive", status=500)
    with pytest.raises(UnavailableError):
        me(target)


def test_a_dry_run_reads_and_changes_nothing(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    dry = target(dry_run=True)
    dry.client.call("Me", "GET", "/v1/me", changes=False)
    assert subscribe(dry.client, repeatable=False).pretended
    (planned,) = dry.client.take_planned()
    assert (planned.operation, planned.json) == ("Subscribe", SUBSCRIBE)
    assert dry.calls() == {"Me": 1}
    assert not clean_sandbox.texts()


def test_calls_keep_to_attentives_limit_of_each_without_a_refusal(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    unsubscribing = target()
    start = time.monotonic()
    for _ in range(8):
        unsubscribing.client.call(
            "Unsubscribe",
            "POST",
            "/v1/subscriptions/unsubscribe",
            json={"user": {"phone": "+12025550105"}, "notification": {"disabled": True}},
            quota="unsubscribe",
        )
    assert time.monotonic() - start >= 7 / QUOTAS["unsubscribe"] * 0.9
    assert unsubscribing.traffic.rate_limited == 0


def test_a_setting_makes_all_calls_slower_but_none_faster_than_attentive_allows(target: MakeTarget) -> None:
    slow = target(requests_per_second=2).client
    assert slow._limits.limiter("subscribe").per_second == 2
    assert slow._limits.limiter("events").per_second == 2
    assert target(requests_per_second=1000).client._limits.limiter("subscribe").per_second == 10
