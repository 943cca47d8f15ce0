"""What errors mean: each code, through the sandbox, ends in its reason or stops the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.error_table import Then
from singer_delivery.errors import RefusedError, SetupError, UnavailableError
from singer_delivery.outcomes import Outcome
from target_textlocal.errors import TEXTLOCAL_ERRORS, rule_of, verdict_of

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import MakeTarget

COMMANDS = """
    send bulk_json get_scheduled cancel_scheduled create_group get_groups delete_group create_contacts_bulk
    get_contacts delete_contact get_optouts get_templates get_sender_names balance get_history_api get_history_group
""".split()  # noqa: SIM905 - a table
REFUSED = {
    4: "no_recipients",
    5: "empty_message",
    6: "too_long",
    8: "invalid_send_at",
    9: "send_time_past",
    11: "empty_group",
    12: "no_group_name",
    13: "group_name_too_long",
    14: "group_exists",
    15: "invalid_json",
    32: "invalid_phone",
    33: "too_many_numbers",
    43: "wrong_sender",
    51: "invalid_phone",
    55: "no_numbers",
    56: "invalid_phone",
    61: "not_in_group",
    62: "built_in_group",
    80: "no_such_template",
    185: "no_url",
    186: "invalid_url",
    191: "outside_hours",
    202: "invalid_or_duplicate",
}
STOPPED = {
    1: "Please report this",
    2: "what works is `messages`",
    3: "Check `api_key`",
    7: "Buy credits",
    10: "Check `group_name` or `group_id`",
    25: "Please report this",
    34: "Please report this",
    44: "Set `sender`",
    192: "Run again in daytime",
}
RETRIED = {408, 429, 500, 501, 502, 503, 504, 520}
STATUSES = (400, 401, 403, 404, 405, 407, 408, 413, 418, 429, 500, 501, 502, 503, 504, 520)
PROSE = "canary-prose about 447700900500"


def answered(
    target: MakeTarget, sandbox: Sandbox, code: int, command: str = "create_contacts", fault: str = "textlocal-error"
) -> Any:
    """Make a call that the sandbox answers with a failure, HTTP 200, a code and prose."""
    sandbox.faults(fault, command, vendor="textlocal", code=code, message=PROSE)
    return target().client.change(command, numbers="447700900500")


@pytest.mark.parametrize(("code", "reason"), REFUSED.items())
def test_a_refusal_ends_the_record_by_its_reason_and_quotes_nothing(
    target: MakeTarget, clean_sandbox: Sandbox, code: Any, reason: Any
) -> None:
    with pytest.raises(RefusedError) as refusal:
        answered(target, clean_sandbox, code)
    rule, verdict = refusal.value.rule, refusal.value.rule.verdict(refusal.value.code)
    assert (rule.reason, verdict.outcome, verdict.vendor_code) == (reason, Outcome.REJECTED, str(code))
    assert "canary" not in f"{refusal.value} {verdict}"


@pytest.mark.parametrize(("code", "told"), STOPPED.items())
def test_what_would_fail_every_record_stops_the_run_with_what_to_do(
    target: MakeTarget, clean_sandbox: Sandbox, code: Any, told: Any
) -> None:
    with pytest.raises(SetupError) as problem:
        answered(target, clean_sandbox, code)
    assert told in str(problem.value)
    assert "canary" not in str(problem.value)
    assert clean_sandbox.calls("textlocal")["create_contacts"] == 1


@pytest.mark.parametrize("code", [0, 999])
def test_a_failure_that_names_no_known_error_is_refused(target: MakeTarget, clean_sandbox: Sandbox, code: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        answered(target, clean_sandbox, code)
    assert refusal.value.rule.reason == "refused"


def test_every_documented_code_is_tested() -> None:
    told = {each.code for each in TEXTLOCAL_ERRORS.rules if each.code.isdecimal()}
    assert told == {str(code) for code in (*REFUSED, *STOPPED)}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("code", [None, "dnd", "refused", "warning:3", *map(str, (*REFUSED, *STOPPED))])
def test_every_error_of_every_command_has_a_cause_and_a_next_step(command: Any, code: Any) -> None:
    for status in (200, *STATUSES):
        rule = rule_of(command, status, code)
        assert rule.cause.endswith(".")
        assert rule.next_step.endswith(".")
        assert rule.reason
        assert status == 200 or (rule.then is Then.RETRY) == (status in RETRIED)


@pytest.mark.parametrize(
    ("command", "code", "then", "reason"),
    [
        ("send", "10", Then.REJECT, "group_gone"),
        ("delete_group", "10", Then.ALREADY, "group_gone"),
        ("create_contacts_bulk", "10", Then.STOP, "unknown_group"),
        ("get_contacts", "10", Then.STOP, "unknown_group"),
        ("delete_contact", "61", Then.ALREADY, "not_in_group"),
        ("send", "2", Then.STOP, "unknown_command"),
        ("create_group", "2", Then.STOP, "not_on_this_account"),
        ("get_groups", "2", Then.REJECT, "not_on_this_account"),
        ("bulk_json", "2", Then.REJECT, "not_on_this_account"),
    ],
)
def test_the_same_code_means_what_was_called(command: str, code: str, then: Any, reason: str) -> None:
    rule = rule_of(command, 200, code)
    assert (rule.then, rule.reason) == (then, reason)


@pytest.mark.parametrize(
    ("code", "reason", "shown"),
    [
        ("32", "invalid_phone", "32"),
        ("7", "no_credits", "7"),
        ("warning:3", "invalid_phone", "3"),
        ("warning:56", "invalid_phone", "56"),
        ("warning:202", "invalid_or_duplicate", "202"),
        ("warning:999", "refused", "999"),
        ("dnd", "do_not_disturb", "dnd"),
        ("refused", "refused", "refused"),
    ],
)
def test_one_message_of_many_ends_by_its_own_error_or_warning(code: str, reason: str, shown: str) -> None:
    verdict = verdict_of("send", code)
    assert (verdict.outcome, verdict.reason, verdict.vendor_code) == (Outcome.REJECTED, reason, shown)
    assert verdict_of("delete_contact", "61").outcome is Outcome.ALREADY


def test_a_warning_3_is_a_bad_number_and_no_bad_key() -> None:
    assert rule_of("send", 200, "3").reason == "unauthorized"
    assert verdict_of("send", "warning:3").reason == "invalid_phone"


@pytest.mark.parametrize("fault", ["http-503", "http-429", "empty-body"])
def test_a_server_that_stays_broken_ends_the_run(target: MakeTarget, clean_sandbox: Sandbox, fault: str) -> None:
    clean_sandbox.faults(fault, "balance", vendor="textlocal")
    with pytest.raises(UnavailableError):
        target().client.read("balance")


def test_a_login_page_before_textlocal_is_no_word_of_textlocals() -> None:
    assert rule_of("send", 401, None).then is Then.STOP
    assert rule_of("send", 404, None).next_step.startswith("Check `api_url`")
