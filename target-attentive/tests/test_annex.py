"""Whole runs of `annex_segment`: one call a segment, what a second run does, errors, and calls that broke off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Run, Tap

SEGMENT = {"name": "Only Members", "from_date": "2020-01-17", "to_date": "2020-02-14", "external_id": "123"}
SECRET, LOYALTY = "sandbox-annex-secret", "sandbox-loyalty-token"


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox) -> Run:
    """Run the target with records of `annex_segment`: `run(members("a"), dry_run=True)`."""

    def start(
        records: list[dict[str, str]], *arguments: str, access: dict[str, str | None] | None = None, **config: Any
    ) -> TargetRun:
        usual = {"url": f"{clean_sandbox.url}/annex-cloud", "site_id": "1001", "token": SECRET}
        messages = tap("annex_segment", records, keys=())
        return run_target(messages, *arguments, annex_cloud={**usual, **(access or {})}, **config)

    return start


@pytest.fixture
def made(clean_sandbox: Sandbox) -> Callable[..., list[tuple[str, str]]]:
    """The segments that Annex Cloud has: external id and members, in the order in which they were made."""

    def look() -> list[tuple[str, str]]:
        found = clean_sandbox.get("/_sandbox/annex-cloud/segments")["segments"]
        return [(each["externalId"], each["member"]) for each in found]

    return look


def members(*names: str, **fields: str) -> list[dict[str, Any]]:
    return [{"email": f"{name}@example.com", **SEGMENT, **fields} for name in names]


def calls(sandbox: Sandbox) -> int:
    return int(sandbox.calls("annex-cloud").get("PostSegment", 0))


def test_members_of_two_segments_over_many_chunks_are_two_calls(
    run: Run, made: Callable[..., list[tuple[str, str]]], clean_sandbox: Sandbox
) -> None:
    rows = [
        row
        for number in range(30)
        for row in (*members(f"p{number:02}"), *members(f"q{number:02}", external_id="456", name="Others"))
    ]
    done = run(rows, batch_size_rows=7)
    assert done.reasons == {"made": 60}
    assert calls(clean_sandbox) == 2
    joined = [",".join(f"{letter}{number:02}@example.com" for number in range(30)) for letter in "pq"]
    assert sorted(made()) == [("123", joined[0]), ("456", joined[1])]
    assert "101, 102" in " ".join(done.report["notes"])
    assert done.states == [{"at": "done"}]


def test_only_a_segment_whose_members_changed_is_made_anew_with_all_of_them(
    run: Run, made: Callable[..., list[tuple[str, str]]], clean_sandbox: Sandbox
) -> None:
    run(members("a", "b"))
    again = run(members("b", "a"))
    assert (again.reasons, again.report["requests"]) == ({"same_as_last_accepted": 2}, 0)
    assert run(members("a", "b", "c")).reasons == {"made": 3}
    assert made() == [("123", "a@example.com,b@example.com"), ("123", "a@example.com,b@example.com,c@example.com")]
    assert run(members("a")).reasons == {"made": 1}
    assert made()[-1] == ("123", "a@example.com")
    assert calls(clean_sandbox) == 3


@pytest.mark.parametrize("status", ["200", "real"])
def test_an_error_in_the_body_rejects_all_rows_of_the_segment(
    run: Run, made: Callable[..., list[tuple[str, str]]], clean_sandbox: Sandbox, status: str
) -> None:
    clean_sandbox.switch("annex-cloud", error_status=status)
    shown = {"200": 200, "real": 400}[status]
    clean_sandbox.faults("annex-error", vendor="annex-cloud", times=1, status=shown, code="AC1002")
    refused = run(members("a", "b"), max_rejected_percent=100)
    assert refused.reasons == {"annex_refused": 2}
    lines = (refused.folder / "target-attentive-rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line).get("vendor_code") for line in lines] == [None, "AC1002", "AC1002"]  # first the schema
    assert made() == []
    assert run(members("a", "b")).reasons == {"made": 2}
    assert calls(clean_sandbox) == 2


def test_a_token_that_only_the_body_refuses_is_a_rejection_that_names_the_settings(run: Run) -> None:
    refused = run(members("a"), access={"token": "wrong"})
    assert refused.code == 1
    assert refused.reasons == {"annex_refused": 1}
    assert "`annex_cloud` (`site_id`, `token`, `token_scheme`)" in refused.stderr


def test_a_token_that_a_status_refuses_ends_the_run_and_nothing_is_lost(
    run: Run, made: Callable[..., list[tuple[str, str]]], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("annex-cloud", error_status="real")
    refused = run(members("a"), access={"token": "wrong"})
    assert (refused.code, refused.states) == (1, [])
    assert "does not accept the token" in refused.stderr
    assert run(members("a")).reasons == {"made": 1}
    assert len(made()) == 1


@pytest.mark.parametrize("scheme", ["jwt", "legacy"])
def test_both_tokens_make_a_segment_and_neither_is_shown(
    run: Run, made: Callable[..., list[tuple[str, str]]], clean_sandbox: Sandbox, scheme: str
) -> None:
    clean_sandbox.switch("annex-cloud", auth_scheme={"jwt": "jwt", "legacy": "token"}[scheme])
    token = {"jwt": SECRET, "legacy": LOYALTY}[scheme]
    access = {"token": token, "token_scheme": scheme}
    done = run(members("ümlaut", "a"), access=access, environment={"TARGET_ATTENTIVE_LOGLEVEL": "DEBUG"})
    assert done.reasons == {"made": 2}
    assert len(made()) == 1
    ledger = b"".join(each.read_bytes() for each in done.folder.glob("*ledger*"))
    assert ledger
    assert "DEBUG" in done.stderr
    assert token.encode() not in ledger
    assert b"example.com" not in ledger
    for shown in (done.stderr, done.stdout, json.dumps(done.report)):
        assert token not in shown
        assert "Bearer" not in shown
        assert "example.com" not in shown


def test_about_shows_no_token(run: Run) -> None:
    shown = run([], "--about", "--format=json")
    assert "annex_cloud" in shown.stdout
    assert SECRET not in shown.stdout + shown.stderr


@pytest.mark.parametrize("fault", ["drop-after", "annex-error-after", "hang", "empty-body"])
def test_a_call_whose_end_nobody_saw_is_not_repeated(
    run: Run, made: Callable[..., list[tuple[str, str]]], clean_sandbox: Sandbox, fault: str
) -> None:
    more: dict[str, Any] = {"annex-error-after": {"status": 500}, "hang": {"seconds": 30}}.get(fault, {})
    clean_sandbox.faults(fault, vendor="annex-cloud", times=1, **more)
    unknown = run(members("a", "b"), request_timeout=2)
    assert unknown.reasons == {"unknown": 2}
    for later in (members("a", "b"), members("a", "b", "c")):
        assert set(run(later).reasons) == {"unknown"}
    assert calls(clean_sandbox) == 1
    assert len(made()) == (1 if fault in {"drop-after", "annex-error-after"} else 0)


def test_a_call_that_comes_too_fast_is_made_again(
    run: Run, made: Callable[..., list[tuple[str, str]]], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("http-429", vendor="annex-cloud", times=2)
    assert run(members("a")).reasons == {"made": 1}
    assert len(made()) == 1


def test_a_conflict_is_rejected_and_the_rest_goes_out(run: Run, made: Callable[..., list[tuple[str, str]]]) -> None:
    done = run([*members("a"), *members("b", name="Other"), *members("c")], max_rejected_percent=50)
    assert done.reasons == {"made": 2, "conflicting_segment": 1}
    assert made() == [("123", "a@example.com,c@example.com")]


def test_a_dry_run_shows_one_call_a_segment_and_makes_none(
    run: Run, made: Callable[..., list[tuple[str, str]]], clean_sandbox: Sandbox
) -> None:
    planned = run(members("a", "b"), dry_run=True)
    assert planned.reasons == {"would_be_made": 2}
    assert calls(clean_sandbox) == 0
    lines = (planned.folder / "target-attentive-plan.jsonl").read_text(encoding="utf-8").splitlines()
    (call,) = json.loads(lines[0])["calls"]
    assert (call["operation"], call["json"]["member"]) == ("AnnexSegment", "a@example.com,b@example.com")


@pytest.mark.parametrize("missing", ["site_id", "token"])
def test_a_setting_that_is_missing_is_told_before_anything_is_read(
    run: Run, clean_sandbox: Sandbox, missing: str
) -> None:
    refused = run(members("a"), access={missing: None}, default_action="annex_segment")
    assert refused.code == 1
    assert f"`annex_cloud.{missing}` is missing" in refused.stderr
    assert calls(clean_sandbox) == 0
