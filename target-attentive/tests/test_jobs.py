"""Bulk jobs, followed to their end: however that is, no record is lost, and none is called written without a word."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Job
from singer_delivery.client import Answer
from singer_delivery.errors import SetupError, UnavailableError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandboxes import Sandbox

    from singer_delivery.actions import Action

    from .conftest import MakeTarget, Target

    Looks = Callable[[Job], tuple[int, list[str]]]

PEOPLE = [{"email": f"job{number}@example.com", "tier": "Gold"} for number in range(6)]
RESULTS = "JobResults"


class Begin:
    target: Target
    action: Action

    def __init__(self, make: MakeTarget) -> None:
        self._make = make

    def __call__(self, records: Sequence[dict[str, Any]] = PEOPLE, **settings: Any) -> Any:
        self.target = self._make(**settings)
        self.action = self.target.actions["attributes"]
        return self.action.send([self.target.plan("attributes", each) for each in records])


@pytest.fixture
def job(target: MakeTarget, clean_sandbox: Sandbox) -> Begin:
    """Begin a job: `job(count=3, wait_for_jobs=False)`; the sandbox does it when its clock is moved by a second."""
    return Begin(target)


def ended(job: object, sandbox: Sandbox) -> list[str]:
    """The reasons at a job's end."""
    assert isinstance(job, Job)
    sandbox.advance(1)
    return [each.reason for each in job.look() or ()]


@pytest.fixture
def looks(clean_sandbox: Sandbox) -> Looks:
    """Look at a job that is at its end until there are verdicts: how many looks it took, and their reasons."""

    def until(job: Job) -> tuple[int, list[str]]:
        clean_sandbox.advance(1)
        for count in range(1, 10):
            if (verdicts := job.look()) is not None:
                return count, [each.reason for each in verdicts]
        raise AssertionError("no end")

    return until


def test_a_job_that_is_under_way_has_no_outcomes_and_one_that_is_done_has_all(
    job: Begin, clean_sandbox: Sandbox
) -> None:
    begun = job()
    assert begun.look() is None
    assert begun.look() is None
    assert ended(begun, clean_sandbox) == ["updated"] * 6
    assert job.target.calls() == {"BulkAttributes": 1, "Job": 3, "JobResults": 1}


def test_a_status_of_tomorrow_is_waited_on(job: Begin, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("attentive", job_start="PENDING")
    begun = job()
    assert begun.look() is None
    assert ended(begun, clean_sandbox) == ["updated"] * 6


@pytest.mark.parametrize("order", ["as-sent", "reversed"])
def test_half_of_a_completed_job_may_be_refused_and_each_record_has_its_own_outcome(
    job: Begin, clean_sandbox: Sandbox, order: str
) -> None:
    clean_sandbox.switch("attentive", job_refuses="half", result_order=order)
    assert ended(job(), clean_sandbox) == ["updated", "refused"] * 3


def test_results_that_want_the_key_get_it_at_attentives_own_host(job: Begin, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("attentive", result_access="bearer")
    assert ended(job(), clean_sandbox) == ["updated"] * 6


@pytest.fixture
def elsewhere(job: Begin, monkeypatch: pytest.MonkeyPatch) -> Callable[[Job], Job]:
    """Let a job's results have an address at another host, which here is another name of the same one."""

    def moved(begun: Job) -> Job:
        call = job.target.client.call

        def answer(operation: str, *arguments: Any, **how: Any) -> Any:
            found = call(operation, *arguments, **how)
            if operation == "Job" and found.body["url"]:
                found = replace(found, body={**found.body, "url": found.body["url"].replace("127.0.0.1", "localhost")})
            return found

        monkeypatch.setattr(job.target.client, "call", answer)
        return begun

    return moved


def test_results_at_another_host_are_fetched(job: Begin, looks: Looks, elsewhere: Callable[[Job], Job]) -> None:
    assert looks(elsewhere(job())) == (1, ["updated"] * 6)


def test_the_key_is_not_told_at_another_host(
    job: Begin, looks: Looks, elsewhere: Callable[[Job], Job], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", result_access="bearer")
    assert looks(elsewhere(job())) == (4, ["no_result"] * 6)


@pytest.mark.parametrize(
    ("end", "reason"),
    [("FAILED", "job_failed"), ("CANCELLED", "job_cancelled"), ("NEEDS_REVIEW", "job_needs_review")],
)
def test_a_job_that_ends_badly_rejects_its_records_to_be_replayed(
    job: Begin, clean_sandbox: Sandbox, end: str, reason: str
) -> None:
    clean_sandbox.switch("attentive", job_end=end)
    begun = job()
    clean_sandbox.advance(1)
    verdicts = begun.look()
    assert {(each.outcome, each.reason, each.vendor_code) for each in verdicts} == {(Outcome.REJECTED, reason, end)}
    assert len(verdicts) == 6
    assert "replay" in verdicts[0].message


def test_a_job_that_never_ends_ends_the_run_and_says_what_can_be_done(job: Begin, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("attentive", job_end="never")
    begun = job(job_timeout_minutes=1)
    clean_sandbox.advance(86_400)  # it is our own clock that counts
    assert begun.look() is None
    begun._given_up = 0.0
    with pytest.raises(UnavailableError, match=r"after 1 minutes \(`job_timeout_minutes`\)") as error:
        begun.look()
    assert not error.value.answered  # nobody is to look for a culprit among its records
    assert "wait_for_jobs" in str(error.value)


def test_results_that_are_missing_for_a_moment_are_asked_for_again(
    job: Begin, looks: Looks, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("spring-error", RESULTS, vendor="attentive", status=404, times=2)
    assert looks(job()) == (3, ["updated"] * 6)


def test_results_that_stay_missing_reject_the_records(job: Begin, looks: Looks, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("spring-error", RESULTS, vendor="attentive", status=404)
    assert looks(job()) == (4, ["no_result"] * 6)


def test_an_empty_file_of_results_rejects_the_records(
    job: Begin, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = job()
    monkeypatch.setattr(job.target.client, "fetch", lambda *_, **__: b"")
    assert looks(begun) == (1, ["no_result"] * 6)


def test_a_page_of_html_in_the_place_of_results_is_fetched_again(
    job: Begin, looks: Looks, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("html-200", RESULTS, vendor="attentive", times=2)
    assert looks(job()) == (1, ["updated"] * 6)


@pytest.mark.parametrize("fault", ["html-200", "http-503"])
def test_results_that_nobody_serves_end_the_run_rather_than_the_records(
    job: Begin, clean_sandbox: Sandbox, fault: str
) -> None:
    clean_sandbox.faults(fault, RESULTS, vendor="attentive")
    begun = job()
    clean_sandbox.advance(1)
    with pytest.raises(UnavailableError, match="JobResults") as error:
        begun.look()
    assert not error.value.answered
    assert "wait_for_jobs" in str(error.value)


def test_a_connection_that_breaks_in_the_middle_of_results_is_no_result_file(
    job: Begin, looks: Looks, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-mid-body", RESULTS, vendor="attentive", times=1)
    assert looks(job()) == (1, ["updated"] * 6)


def test_half_a_file_rejects_only_the_records_that_are_not_in_it(
    job: Begin, clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = job()
    fetch = job.target.client.fetch

    def half(*arguments: Any, **how: Any) -> Any:
        content = fetch(*arguments, **how)
        return content[: len(content) // 2 - 5]

    monkeypatch.setattr(job.target.client, "fetch", half)
    assert ended(begun, clean_sandbox) == ["updated"] * 2 + ["no_result"] * 4


def test_results_of_another_form_leave_records_unverified_and_the_report_counts_them(
    job: Begin, clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = job()
    monkeypatch.setattr(job.target.client, "fetch", lambda *_, **__: b'{"row": 1}\n' * 6)
    assert ended(begun, clean_sandbox) == ["unverified"] * 6
    assert any(note.startswith("6 records") and "unverified" in note for note in job.action.notes())


def test_a_text_that_is_no_json_is_no_result_file(job: Begin, looks: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = job()
    monkeypatch.setattr(job.target.client, "fetch", lambda *_, **__: b"phone,status\n")
    assert looks(begun) == (4, ["no_result"] * 6)


@pytest.mark.parametrize("url", [None, "", 7])
def test_a_completed_job_without_an_address_rejects_the_records(
    job: Begin, looks: Looks, monkeypatch: pytest.MonkeyPatch, url: int | str | None
) -> None:
    begun = job()
    said = Answer(200, {"status": "COMPLETED", "url": url}, {})
    monkeypatch.setattr(job.target.client, "call", lambda *_, **__: said)
    assert looks(begun) == (4, ["no_result"] * 6)


def test_an_address_without_a_host_is_taken_for_attentives_own(
    job: Begin, clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = job()
    call = job.target.client.call

    def answer(*arguments: Any, **how: Any) -> Any:
        found = call(*arguments, **how)
        return replace(found, body={**found.body, "url": found.body["url"].partition("/attentive/")[2]})

    clean_sandbox.advance(1)
    monkeypatch.setattr(job.target.client, "call", answer)
    assert [each.reason for each in begun.look()] == ["updated"] * 6


def test_a_job_that_attentive_does_not_know_any_more_rejects_its_records(
    job: Begin, looks: Looks, clean_sandbox: Sandbox
) -> None:
    begun = job()
    clean_sandbox.advance(15 * 86_400)
    assert looks(begun) == (4, ["job_lost"] * 6)


def test_a_submission_that_names_no_job_ends_the_run(target: MakeTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    made = target()
    planned = [made.plan("attributes", each) for each in PEOPLE]
    monkeypatch.setattr(made.client, "call", lambda *_, **__: Answer(202, {"message": "fine"}, {}))
    with pytest.raises(UnavailableError, match="which job"):
        planned[0].action.send(planned)


def test_a_job_that_is_not_waited_for_is_submitted_and_the_report_says_what_that_means(job: Begin) -> None:
    verdicts = job(wait_for_jobs=False)
    assert [(each.outcome, each.reason) for each in verdicts] == [(Outcome.ACCEPTED, "submitted")] * 6
    assert job.target.calls() == {"BulkAttributes": 1}
    assert any(note.startswith("6 records") and "not waited for" in note for note in job.action.notes())


def test_a_dry_run_begins_no_job(job: Begin) -> None:
    verdicts = job(PEOPLE[:1], dry_run=True)
    assert [each.reason for each in verdicts] == ["updated"]
    assert job.target.calls() == {}
    assert [call.operation for call in job.target.client.take_planned()] == ["BulkAttributes"]


def test_a_key_that_attentive_takes_back_in_the_middle_ends_the_run(job: Begin, clean_sandbox: Sandbox) -> None:
    begun = job()
    clean_sandbox.post("/_sandbox/attentive/keys", {"key": "sandbox-attentive", "revoked": True})
    with pytest.raises(SetupError, match="api_key"):
        begun.look()
