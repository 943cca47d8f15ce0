"""Bulk attributes: what is told at once, what only the results tell, and how a job can end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from .conftest import AttentiveClient

NEW = "+12025550160"
BULK = "/v2/bulk/user/attributes"


def user(number: int, **custom: Any) -> dict[str, Any]:
    return {"identifiers": {"phone": f"+120255501{number:02d}"}, "attributes": {"custom": custom}}


def submit(attentive: AttentiveClient, *users: object) -> str:
    answer = attentive.post(BULK, {"users": list(users)}, 202)
    assert set(answer) == {"message", "batchJobId"}
    found: str = answer["batchJobId"]
    return found


def status(attentive: AttentiveClient, job: str) -> str:
    answer = attentive.get(f"/v2/bulk/job/{job}")
    assert answer["bulkJobId"] == job
    found: str = answer["status"]
    return found


def lines(attentive: AttentiveClient, job: str, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    url = attentive.get(f"/v2/bulk/job/{job}")["url"]
    answer = requests.get(url, headers=headers, timeout=10)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def results(attentive: AttentiveClient, job: str) -> list[tuple[int, dict[str, Any]]]:
    return [(line["response"]["status"], line["request"]) for line in lines(attentive, job)]


def test_a_job_is_in_progress_until_its_time_has_come_and_then_takes_effect(attentive: AttentiveClient) -> None:
    job = submit(attentive, user(60, A=1), user(61, A=2))
    assert attentive.get(f"/v2/bulk/job/{job}") == {
        "bulkJobId": job,
        "status": "IN_PROGRESS",
        "totalRecords": 2,
        "url": None,
    }
    assert attentive.get("/v1/attributes/custom", params={"phone": NEW}) == []
    attentive.sandbox.advance(1)
    assert status(attentive, job) == "COMPLETED"
    assert attentive.get("/v1/attributes/custom", params={"phone": NEW}) == [{"name": "A", "value": "1"}]
    assert results(attentive, job) == [(200, user(60, A=1)), (200, user(61, A=2))]


def test_a_job_that_completed_can_have_refused_records(attentive: AttentiveClient) -> None:
    attentive.switch(job_seconds="0")
    wrong_source = {"identifiers": {"phone": NEW}, "subscriptions": [{"signUpSourceId": "1", "channel": "TEXT"}]}
    colors = {"Favorite Color": "Purple"}
    job = submit(attentive, user(60, A=1), user(61, A="many"), user(62, **colors), wrong_source, user(63, A=3))
    assert [code for code, _ in results(attentive, job)] == [200, 400, 400, 400, 200]
    assert "type number" in lines(attentive, job)[1]["response"]["message"]
    (shown,) = attentive.shown("jobs")["jobs"]
    assert [each["record"] for each in shown["refused"]] == [1, 2, 3]


def test_a_record_of_more_than_1_mib_fails_alone(attentive: AttentiveClient) -> None:
    attentive.switch(job_seconds="0")
    job = submit(attentive, user(60, A="x" * 1_048_576), user(61, A="y"))
    assert [code for code, _ in results(attentive, job)] == [413, 200]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"users": []},
        {"users": {}},
        {"users": [user(60)] * 257},
        {"users": [user(60), "x"]},
        {"users": [user(60), {"identifiers": {}}]},
        {"users": [user(60), {"identifiers": {"phone": "2025550160"}}]},
        {"users": [user(60, A=[1])]},
    ],
)
def test_a_bulk_call_whose_form_is_wrong_is_refused_whole(attentive: AttentiveClient, body: dict[str, Any]) -> None:
    assert attentive.error("POST", BULK, body)[0] == 400
    assert attentive.shown("jobs")["count"] == 0


def test_a_wrong_record_can_by_a_switch_fail_alone(attentive: AttentiveClient) -> None:
    attentive.switch(job_seconds="0", bulk_bad_record="record")
    job = submit(attentive, user(60, A=1), {"identifiers": {"phone": "2025550160"}}, "x")
    assert [code for code, _ in results(attentive, job)] == [200, 400, 400]


def test_256_users_are_fine(attentive: AttentiveClient) -> None:
    attentive.switch(job_seconds="0")
    job = submit(attentive, *({"identifiers": {"clientUserId": f"c-{n}"}} for n in range(256)))
    assert [code for code, _ in results(attentive, job)] == [200] * 256


@pytest.mark.parametrize("end", ["NEEDS_REVIEW", "CANCELLED", "FAILED"])
def test_a_job_can_end_otherwise_and_then_does_nothing(attentive: AttentiveClient, end: str) -> None:
    attentive.switch(job_end=end)
    job = submit(attentive, user(60, A=1))
    attentive.sandbox.advance(1)
    assert attentive.get(f"/v2/bulk/job/{job}") == {
        "bulkJobId": job,
        "status": end,
        "totalRecords": 1,
        "url": None,
    }
    assert attentive.get("/v1/attributes/custom", params={"phone": NEW}) == []


def test_a_job_can_take_for_ever_and_be_called_pending(attentive: AttentiveClient) -> None:
    attentive.switch(job_end="never", job_start="PENDING", job_seconds="0")
    job = submit(attentive, user(60, A=1))
    attentive.sandbox.advance(86_400)
    assert status(attentive, job) == "PENDING"


def test_half_of_the_records_can_be_refused(attentive: AttentiveClient) -> None:
    attentive.switch(job_refuses="half", job_seconds="0")
    job = submit(attentive, *(user(60 + n, A=n) for n in range(4)))
    assert [code for code, _ in results(attentive, job)] == [200, 400, 200, 400]


def test_results_can_come_in_another_order(attentive: AttentiveClient) -> None:
    attentive.switch(result_order="reversed", job_seconds="0")
    job = submit(attentive, user(60, A=1), user(61, A=2))
    assert results(attentive, job) == [(200, user(61, A=2)), (200, user(60, A=1))]


def test_results_can_want_the_key(attentive: AttentiveClient) -> None:
    attentive.switch(result_access="bearer", job_seconds="0")
    job = submit(attentive, user(60, A=1))
    url = attentive.get(f"/v2/bulk/job/{job}")["url"]
    assert requests.get(url, timeout=10).status_code == 401
    assert len(lines(attentive, job, {"Authorization": "Bearer sandbox-attentive"})) == 1


def test_results_are_kept_for_two_weeks(attentive: AttentiveClient) -> None:
    attentive.switch(job_seconds="0")
    job = submit(attentive, user(60, A=1))
    url = attentive.get(f"/v2/bulk/job/{job}")["url"]
    attentive.sandbox.advance(14 * 86_400 + 1)
    assert requests.get(url, timeout=10).status_code == 404
    assert attentive.error("GET", f"/v2/bulk/job/{job}")[0] == 404


def test_a_job_that_nobody_asked_about_for_two_weeks_was_done_all_the_same(attentive: AttentiveClient) -> None:
    submit(attentive, user(60, A=1))
    attentive.sandbox.advance(15 * 86_400)
    assert attentive.shown("jobs")["jobs"][0]["status"] == "COMPLETED"
    assert attentive.get("/v1/attributes/custom", params={"phone": NEW}) == [{"name": "A", "value": "1"}]


def test_an_unknown_job_is_404(attentive: AttentiveClient) -> None:
    assert attentive.error("GET", "/v2/bulk/job/nothing")[0] == 404
    assert requests.get(f"{attentive.sandbox.attentive_url}/results/nothing.jsonl", timeout=10).status_code == 404


@pytest.mark.parametrize("key", ["sandbox-attentive-no-subscribers", "sandbox-attentive-no-attributes"])
def test_bulk_attributes_want_both_permissions_even_without_a_subscription(
    attentive: AttentiveClient, key: str
) -> None:
    assert attentive.error("POST", BULK, {"users": [user(60)]}, key=key)[0] == 403


def test_bulk_can_subscribe_and_texts_whoever_is_subscribed(attentive: AttentiveClient) -> None:
    attentive.switch(job_seconds="0")
    item = {"signUpSourceId": "132109", "channel": "TEXT", "singleOptIn": True}
    submit(attentive, {**user(60), "subscriptions": [item]}, {**user(0), "subscriptions": [item]})
    assert (attentive.texts(NEW), attentive.texts("+12025550100")) == (["legal"], ["already_subscribed"])


def test_the_texts_of_a_job_come_when_it_is_done(attentive: AttentiveClient) -> None:
    item = {"signUpSourceId": "132109", "channel": "TEXT"}
    submit(attentive, {**user(60), "subscriptions": [item]})
    assert attentive.texts(NEW) == []
    attentive.sandbox.advance(1)
    assert attentive.texts(NEW) == ["reply_y"]


def test_a_submission_whose_answer_is_lost_is_done_all_the_same(attentive: AttentiveClient) -> None:
    attentive.sandbox.faults("drop-after", "BulkAttributes", vendor="attentive", times=1)
    with pytest.raises(requests.ConnectionError):
        submit(attentive, user(60, A=1))
    attentive.sandbox.advance(1)
    (job,) = attentive.shown("jobs")["jobs"]
    assert (job["status"], job["totalRecords"]) == ("COMPLETED", 1)


def test_the_1_mib_of_a_record_are_the_bytes_that_were_sent(attentive: AttentiveClient) -> None:
    attentive.switch(job_seconds="0")

    def measured(*values: str) -> list[int]:
        """The statuses of records whose attribute has a value that is spelled so."""
        phones = (f'"+120255501{60 + place}"' for place in range(len(values)))
        pairs = zip(phones, values, strict=True)
        users = [
            f'{{"identifiers":{{"phone":{phone}}},"attributes":{{"custom":{{"A":{value}}}}}}}'
            for phone, value in pairs
        ]
        body = f'{{"users": [{", ".join(users)}]}}'
        headers = {"Content-Type": "application/json"}
        answer = attentive.call("POST", BULK, headers=headers, data=body.encode())
        return [code for code, _ in results(attentive, answer.json()["batchJobId"])]

    around = len('{"identifiers":{"phone":"+12025550160"},"attributes":{"custom":{"A":""}}}')
    fits = "x" * (1_048_576 - around)
    escaped, blanks = "\\u00e9" * 200_000, " " * 1_048_576
    assert measured(f'"{fits}"', f'"{fits}x"') == [200, 413]
    assert measured(f'"{escaped}"', f'{blanks}"x"', '"x"') == [413, 413, 200]
