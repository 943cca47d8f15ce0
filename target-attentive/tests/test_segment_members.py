"""Members of a segment: who is added, who is taken out, what Attentive says of each, and what ends a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError, UnavailableError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict

    from .conftest import MakeTarget, Seen, Target

ADD, REMOVE = "AddMembers", "RemoveMembers"
SUBSCRIBERS = [f"+1202555010{last}" for last in range(5)]
ON_EMAIL = "person8@example.com"
NO_SUBSCRIBER = "+12025550119"


@pytest.fixture
def quick(clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("attentive", job_seconds="0")


@pytest.fixture
def gold(target: MakeTarget, clean_sandbox: Sandbox) -> MakeTarget:
    """Make targets whose segment is there already: `gold(dry_run=True)`."""
    clean_sandbox.switch("attentive", job_seconds="0")
    client = target().client
    client.call("CreateSegment", "POST", "/v2/segments", json={"name": "Gold", "externalId": "gold"})
    return lambda **settings: target(segment_external_id="gold", **settings)


@pytest.fixture
def inside(seen: Seen) -> Callable[..., list[str]]:
    """The phone numbers in the segment."""

    def look(number: str = "gold") -> list[str]:
        return sorted(each["phone"] for each in seen.members(number))

    return look


def archive(target: Target) -> None:
    target.client.call("ArchiveSegment", "DELETE", "/v2/segments/external/gold")


def members(*phones: str, **more: Any) -> list[dict[str, Any]]:
    return [{"phone": phone, **more} for phone in phones]


def reasons(verdicts: Iterable[Verdict]) -> list[str]:
    return [each.reason for each in verdicts]


def test_people_are_added_in_one_call_by_whatever_identifier_there_is(
    gold: MakeTarget, inside: Callable[..., list[str]], clean_sandbox: Sandbox
) -> None:
    people: list[dict[str, Any]] = [
        {"phone": SUBSCRIBERS[0], "email": "person0@example.com"},
        {"phone": None, "email": "person1@example.com"},
        {"phone": None, "clientUserId": "customer-2"},
    ]
    verdicts = gold().deliver_all("segment_members", people)
    assert [(each.outcome, each.reason) for each in verdicts] == [(Outcome.ACCEPTED, "added")] * 3
    assert inside() == SUBSCRIBERS[:3]
    assert clean_sandbox.calls("attentive")[ADD] == 1


@pytest.mark.parametrize("said", [True, "true", "Yes", 1, " Y "])
def test_who_is_to_be_removed_is_taken_out_and_the_body_of_the_delete_arrives(
    gold: MakeTarget, inside: Callable[..., list[str]], clean_sandbox: Sandbox, *, said: bool | int | str
) -> None:
    vip = gold()
    vip.deliver_all("segment_members", members(*SUBSCRIBERS))
    verdicts = vip.deliver_all("segment_members", members(*SUBSCRIBERS[1:3], remove=said))
    assert reasons(verdicts) == ["removed"] * 2
    assert inside() == [SUBSCRIBERS[0], *SUBSCRIBERS[3:]]
    assert clean_sandbox.calls("attentive")[REMOVE] == 1


@pytest.mark.parametrize("said", [False, None, "", "no", 0])
def test_who_is_not_to_be_removed_is_added(gold: MakeTarget, *, said: bool | int | str | None) -> None:
    assert gold().deliver("segment_members", {"phone": SUBSCRIBERS[0], "remove": said}).reason == "added"


@pytest.mark.parametrize("said", ["maybe", "2026-01-01", 2, []])
def test_a_removal_that_is_neither_yes_nor_no_is_rejected(gold: MakeTarget, seen: Seen, said: Any) -> None:
    verdict = gold().deliver("segment_members", {"phone": SUBSCRIBERS[0], "REMOVE": said})
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, "wrong_type")
    assert "`REMOVE`" in verdict.message
    assert seen.shown("jobs") == []


def test_no_segment_is_made_to_take_somebody_out_of_it(target: MakeTarget, seen: Seen) -> None:
    verdict = target(segment="Gold").deliver("segment_members", {"phone": SUBSCRIBERS[0], "remove": True})
    assert (verdict.outcome, verdict.reason) == (Outcome.ALREADY, "no_segment")
    assert seen.shown("segments") == []


@pytest.mark.usefixtures("quick")
def test_a_segment_that_is_not_there_is_made_for_the_first_member(target: MakeTarget, seen: Seen) -> None:
    gold = target(segment="Gold")
    assert gold.deliver("segment_members", {"phone": SUBSCRIBERS[0]}).reason == "added"
    (segment,) = seen.shown("segments")
    assert (segment["name"], len(segment["members"])) == ("Gold", 1)
    assert segment["externalId"] in " ".join(gold.actions["segment_members"].notes())


def test_a_segment_that_is_missing_is_told_before_anybody_is_sent(target: MakeTarget) -> None:
    with pytest.raises(SetupError, match="no segment 'Gold'"):
        target(segment="Gold", create_segment=False).plan("segment_members", {"phone": SUBSCRIBERS[0]})


@pytest.mark.parametrize(("way", "reason"), [("skipped", None), ("refused", None), ("absent", "no_result")])
@pytest.mark.parametrize("order", ["as-sent", "reversed"])
def test_who_is_no_subscriber_is_skipped_however_attentive_says_so(
    gold: MakeTarget,
    clean_sandbox: Sandbox,
    inside: Callable[..., list[str]],
    way: str,
    reason: str | None,
    order: str,
) -> None:
    clean_sandbox.switch("attentive", non_subscriber=way, result_order=order)
    verdicts = gold().deliver_all("segment_members", members(SUBSCRIBERS[0], NO_SUBSCRIBER, SUBSCRIBERS[1]))
    assert reasons(verdicts) == ["added", reason or "not_subscriber", "added"]
    assert (verdicts[1].outcome, verdicts[1].lasting) == (Outcome.SKIPPED, False)
    assert inside() == SUBSCRIBERS[:2]


def test_somebody_by_email_alone_is_told_apart_in_any_case(gold: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("attentive", result_order="reversed")
    people = [{"phone": None, "email": each} for each in (ON_EMAIL, "nobody@example.com", "person9@example.com")]
    assert reasons(gold().deliver_all("segment_members", people)) == ["added", "not_subscriber", "added"]


@pytest.mark.parametrize(
    ("end", "reason"),
    [("FAILED", "job_failed"), ("CANCELLED", "job_cancelled"), ("NEEDS_REVIEW", "job_needs_review")],
)
def test_a_job_that_goes_wrong_rejects_its_members_to_be_replayed(
    gold: MakeTarget, clean_sandbox: Sandbox, inside: Callable[..., list[str]], end: str, reason: str
) -> None:
    clean_sandbox.switch("attentive", job_end=end)
    verdicts = gold().deliver_all("segment_members", members(*SUBSCRIBERS[:2]))
    assert [(each.outcome, each.reason) for each in verdicts] == [(Outcome.REJECTED, reason)] * 2
    assert inside() == []


def test_a_job_that_refuses_half_of_its_members_says_which(
    gold: MakeTarget, clean_sandbox: Sandbox, inside: Callable[..., list[str]]
) -> None:
    clean_sandbox.switch("attentive", job_refuses="half")
    assert reasons(gold().deliver_all("segment_members", members(*SUBSCRIBERS[:4]))) == ["added", "refused"] * 2
    assert inside() == SUBSCRIBERS[:4:2]


def test_jobs_need_not_be_waited_for(gold: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("attentive", job_end="never")
    vip = gold(wait_for_jobs=False)
    assert reasons(vip.deliver_all("segment_members", members(*SUBSCRIBERS[:2]))) == ["submitted"] * 2
    assert "2 records are in bulk jobs that were not waited for" in " ".join(vip.actions["segment_members"].notes())


def test_a_job_that_does_not_end_ends_the_run(
    gold: MakeTarget, clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_sandbox.switch("attentive", job_end="never")
    vip = gold()
    action: Any = vip.actions["segment_members"]
    monkeypatch.setattr(action._jobs, "timeout", -1)
    with pytest.raises(UnavailableError, match="job_timeout_minutes"):
        vip.deliver("segment_members", {"phone": SUBSCRIBERS[0]})


@pytest.mark.parametrize("way", ["call", "record"])
@pytest.mark.parametrize("remove", [False, True])
def test_a_segment_that_is_archived_in_mid_run_ends_it_until_it_is_restored(
    gold: MakeTarget, clean_sandbox: Sandbox, inside: Callable[..., list[str]], way: str, *, remove: bool
) -> None:
    clean_sandbox.switch("attentive", unknown_segment=way)
    vip = gold()
    people = members(*SUBSCRIBERS[:2], remove=remove)
    vip.plan("segment_members", people[0])
    archive(vip)
    with pytest.raises(SetupError, match="archived"):
        vip.deliver_all("segment_members", people)
    clean_sandbox.post("/_sandbox/attentive/restore-segment", {"externalId": "gold"})
    again = gold().deliver_all("segment_members", people)
    assert reasons(again) == ["removed" if remove else "added"] * 2
    assert inside() == ([] if remove else SUBSCRIBERS[:2])


@pytest.mark.parametrize("found", [0, 1])
def test_a_member_who_is_not_found_says_nothing_of_the_segment(
    gold: MakeTarget, monkeypatch: pytest.MonkeyPatch, found: int
) -> None:
    lines = [{"request": {"phone": each}, "response": {"status": 404}} for each in SUBSCRIBERS[:2]]
    lines[:found] = [{**each, "response": {"status": 200}} for each in lines[:found]]
    results = "\n".join(map(json.dumps, lines)).encode()
    monkeypatch.setattr("target_attentive.jobs.BulkJob._results", lambda *_: results)
    vip = gold()
    people = members(*SUBSCRIBERS[:2])
    assert reasons(vip.deliver_all("segment_members", people)) == ["added"] * found + ["not_subscriber"] * (2 - found)
    monkeypatch.setattr("target_attentive.segments.Segments.is_there", lambda _: False)
    if not found:
        with pytest.raises(SetupError, match="went away"):
            vip.deliver_all("segment_members", people)


def test_a_permission_that_is_missing_is_named(gold: MakeTarget) -> None:
    with pytest.raises(SetupError, match=r"Segments: Write \(`segments:write`\)"):
        gold(api_key="sandbox-attentive-read").deliver("segment_members", {"phone": SUBSCRIBERS[0]})


def test_a_call_holds_as_many_members_as_attentive_takes_and_a_dry_run_one(gold: MakeTarget) -> None:
    action, dry = (gold(dry_run=each).actions["segment_members"] for each in (False, True))
    taken_out, dry_taken_out = action.on_deleted_row(), dry.on_deleted_row()
    assert taken_out
    assert dry_taken_out
    assert (action.batch_size, taken_out.batch_size) == (10_000, 10_000)
    assert (dry.batch_size, dry_taken_out.batch_size) == (1, 1)


@pytest.mark.parametrize("record", [{"phone": None, "client_user_id": " "}, {"phone": None, "email": None}])
def test_nobody_is_rejected(gold: MakeTarget, record: dict[str, Any]) -> None:
    assert gold().deliver("segment_members", record).reason == "missing_identity"


def test_an_id_that_is_too_long_is_rejected(gold: MakeTarget) -> None:
    verdict = gold().deliver("segment_members", {"phone": None, "client_user_id": "x" * 101})
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, "too_long")
