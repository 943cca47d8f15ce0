"""The transport against the sandbox's SMS vendor: what is tried again, what ends a record, what ends a run."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.client import Client, TransportSettings
from singer_delivery.error_table import ErrorRule, ErrorTable, Then
from singer_delivery.errors import AbandonedError, OutcomeUnknownError, RefusedError, SetupError, UnavailableError
from singer_delivery.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sandboxes import Sandbox

    from singer_delivery.transport import Answer

SECRET = "sandbox-secret"
PHONE = "13125550177"
CONTACTS = "/v1/ShortCode/501/PhoneList/7001/Contact"
CREATE = "Contact_PostContactListResource"
READ = "SenderCode_GetShortCodeCollection"


def rule(code: str, then: Then) -> ErrorRule:
    return ErrorRule(code, then, code.lower(), f"Cause of {code}.", "Next step.")


class SmsClient(Client):
    errors = ErrorTable(
        rules=[
            rule("ERROR_PHONE_NUMBER_FOUND", Then.ALREADY),
            rule("ERROR_UNAUTHORIZED", Then.REAUTHENTICATE),
            rule("ERROR_SENDER_CODE_DISABLED", Then.STOP),
        ],
        by_status={400: rule("400", Then.REJECT), 404: rule("404", Then.REJECT), 0: rule("other", Then.RETRY)},
    )

    def __init__(self, sandbox: Sandbox, *, secret: str = SECRET, **settings: Any) -> None:
        self.traffic = Traffic()
        self.auth_url, self.secret, self.token, self.fetched = sandbox.auth_url, secret, "", 0
        defaults = {"concurrency": 8, "request_timeout": 5, "requests_per_second": None, "dry_run": False}
        super().__init__(
            TransportSettings(**{"base_url": sandbox.sms_url, **defaults, "backoff": 0.001, **settings}), self.traffic
        )

    def authorize(self, headers: dict[str, str]) -> None:
        if not self.token:
            self.fetched += 1
            form = {"grant_type": "client_credentials", "client_id": "sandbox-sms", "client_secret": self.secret}
            answer = self.exchange("Token", self.auth_url, form)
            if not answer.ok:
                raise SetupError("Check `client_secret`.")
            self.token = answer.body["access_token"]
        headers["Authorization"] = f"Bearer {self.token}"

    def renew(self, used: Mapping[str, str]) -> None:
        assert used == {"Authorization": f"Bearer {self.token}"}
        self.token = ""

    def error_code(self, answer: Answer) -> str | None:
        return answer.body.get("error") if isinstance(answer.body, dict) else None

    def create(self, **options: Any) -> Answer:
        return self.call(CREATE, "POST", CONTACTS, json={"phoneNumber": PHONE}, **options)

    def read(self) -> Answer:
        return self.call(READ, "GET", "/v1/ShortCode", changes=False)


@pytest.fixture
def client(clean_sandbox: Sandbox) -> Iterator[SmsClient]:
    made = SmsClient(clean_sandbox)
    yield made
    made.close()


@pytest.fixture
def fault(clean_sandbox: Sandbox) -> Callable[..., Any]:
    return lambda kind, operation=CREATE, **fields: clean_sandbox.faults(
        kind, operation, vendor="listrak-sms", **fields
    )


def in_threads(count: int, work: Callable[..., Any]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_a_call_is_made_with_a_token_and_counted(client: SmsClient) -> None:
    answer = client.create()
    assert (answer.status, answer.body["resourceId"], answer.pretended) == (201, PHONE, False)
    assert client.traffic.per_operation == {"Token": 1, CREATE: 1}


@pytest.mark.parametrize(
    "kind", ["http-503", "http-429", "html-200", "empty-body", "truncated-json", "drop-before", "drop-mid-body"]
)
def test_what_may_pass_is_tried_again(client: SmsClient, fault: Callable[..., Any], kind: str) -> None:
    fault(kind, READ, times=2)
    assert client.read().ok
    assert client.traffic.retries == 2
    assert client.traffic.rate_limited == (2 if kind == "http-429" else 0)


def test_a_repeated_call_that_had_taken_effect_says_so(
    client: SmsClient, fault: Callable[..., Any], clean_sandbox: Sandbox
) -> None:
    fault("drop-after", times=1)
    with pytest.raises(RefusedError) as caught:
        client.create()
    assert (caught.value.code, caught.value.rule.then) == ("ERROR_PHONE_NUMBER_FOUND", Then.ALREADY)
    assert len(clean_sandbox.texts()) == 1


@pytest.mark.parametrize(
    ("kind", "answered"), [("http-503", True), ("html-200", True), ("drop-before", False), ("http-429", False)]
)
def test_what_stays_broken_is_given_up_after_all_attempts(
    client: SmsClient, fault: Callable[..., Any], kind: str, *, answered: bool
) -> None:
    fault(kind)
    with pytest.raises(UnavailableError, match=f"{CREATE} failed 6 times") as caught:
        client.create()
    assert caught.value.answered is answered
    assert PHONE not in str(caught.value)
    assert client.traffic.per_operation[CREATE] == 6


@pytest.mark.parametrize(
    "kind", ["drop-before", "drop-after", "http-503", "html-200", "empty-body", "api-error-after"]
)
def test_what_must_not_be_repeated_is_made_once_when_nobody_knows(
    client: SmsClient, fault: Callable[..., Any], kind: str
) -> None:
    fault(kind)
    with pytest.raises(OutcomeUnknownError):
        client.create(repeatable=False)
    assert client.traffic.per_operation[CREATE] == 1


def test_what_must_not_be_repeated_is_tried_again_where_it_certainly_had_no_effect(
    client: SmsClient, fault: Callable[..., Any], clean_sandbox: Sandbox
) -> None:
    fault("http-429", times=1)
    assert client.create(repeatable=False).status == 201
    assert len(clean_sandbox.texts()) == 1


def test_a_refusal_ends_the_record_by_its_code_or_else_its_status(
    client: SmsClient, fault: Callable[..., Any]
) -> None:
    client.create()
    with pytest.raises(RefusedError) as found:
        client.create()
    fault("api-error", code="SOMETHING_NEW", times=1)
    with pytest.raises(RefusedError) as new:
        client.create()
    assert (found.value.code, found.value.status) == ("ERROR_PHONE_NUMBER_FOUND", 400)
    assert (new.value.code, new.value.rule.code) == ("SOMETHING_NEW", "400")


def test_what_would_fail_every_record_stops_the_run_and_no_further_call_is_made(
    client: SmsClient, fault: Callable[..., Any]
) -> None:
    fault("api-error", code="ERROR_SENDER_CODE_DISABLED", times=1)
    for _ in range(2):
        with pytest.raises(SetupError, match=r"Cause of ERROR_SENDER_CODE_DISABLED\. Next step\."):
            client.create()
    assert client.traffic.per_operation[CREATE] == 1


def test_many_threads_that_meet_a_401_renew_once(client: SmsClient, clean_sandbox: Sandbox) -> None:
    client.read()
    clean_sandbox.post("/_sandbox/listrak-sms/revoke-tokens")
    statuses = []
    in_threads(16, lambda: statuses.append(client.read().status))
    assert statuses == [200] * 16
    assert client.fetched == 2


def test_many_threads_without_a_token_fetch_one(client: SmsClient) -> None:
    in_threads(16, client.read)
    assert client.fetched == 1


def test_a_second_401_ends_the_run(client: SmsClient, fault: Callable[..., Any]) -> None:
    fault("api-error", READ, code="ERROR_UNAUTHORIZED")
    with pytest.raises(SetupError, match="Cause of ERROR_UNAUTHORIZED"):
        client.read()
    assert (client.traffic.per_operation[READ], client.fetched) == (2, 2)


def test_a_refused_login_is_never_tried_twice_whatever_the_threads(clean_sandbox: Sandbox) -> None:
    client = SmsClient(clean_sandbox, secret="wrong")
    met = []

    def work() -> None:
        with pytest.raises(SetupError, match="client_secret"):
            client.read()
        met.append(1)

    in_threads(16, work)
    client.close()
    assert (len(met), client.fetched) == (16, 1)


def test_a_dry_run_notes_changes_and_makes_them_not(clean_sandbox: Sandbox) -> None:
    client = SmsClient(clean_sandbox, dry_run=True)
    assert client.read().ok
    assert client.create().pretended
    others = []
    in_threads(1, lambda: others.extend(client.take_planned()))
    (call,) = client.take_planned()
    client.close()
    assert (call.operation, call.method, call.path, call.json) == (CREATE, "POST", CONTACTS, {"phoneNumber": PHONE})
    assert (others, client.take_planned()) == ([], [])
    assert CREATE not in clean_sandbox.calls("listrak-sms")


def test_stopping_wakes_who_waits_for_another_attempt_and_lets_nobody_begin(
    clean_sandbox: Sandbox, fault: Callable[..., Any]
) -> None:
    client = SmsClient(clean_sandbox, backoff=60.0)
    client.read()
    fault("http-503")
    met = []

    def work() -> None:
        with pytest.raises(AbandonedError):
            client.create()
        met.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    while client.traffic.per_operation.get(CREATE, 0) < 4:
        pass
    client.stop()
    for thread in threads:
        thread.join(5)
    with pytest.raises(AbandonedError):
        client.read()
    client.close()
    assert len(met) == 4


def test_nothing_of_a_person_or_a_token_is_logged_at_any_level(
    client: SmsClient, fault: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fault("http-503", "*", times=2)
    with pytest.raises(RefusedError):
        client.call("Contact_GetContactResource", "GET", f"/v1/ShortCode/501/Contact/{PHONE}", changes=False)
    assert "met HTTP 503" in caplog.text
    assert PHONE not in caplog.text
    assert client.token not in caplog.text
