"""What a 202 promised and cannot be done is given up: it stands in nobody's way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.later import Later
from vendor_sandbox.clock import Clock
from vendor_sandbox.state import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from sandboxes import Sandbox

    from .conftest import AttentiveClient

NEW = "+12025550160"
BULK = "/v2/bulk/user/attributes"


def known(**identifiers: object) -> dict[str, Any]:
    return {"identifiers": {"phone": NEW, **identifiers}, "attributes": {"custom": {"A": 1}}}


def test_somebody_can_have_thousands_of_identifiers(attentive: AttentiveClient) -> None:
    attentive.switch(accepted_seconds="60")
    custom = [{"key": f"member-{n}", "value": f"m-{n}"} for n in range(12_000)]
    attentive.post("/v2/user/attributes", known(customIdentifiers=custom), 202)
    attentive.sandbox.advance(60)
    (person,) = attentive.shown(f"people?phone=%2B{NEW[1:]}")["people"]
    assert len(person["identifiers"]) == len(custom) + 1
    # By the last of them, too, it is the same person.
    attentive.post("/v2/user/attributes", {"identifiers": {"customIdentifiers": custom[-1:]}}, 202)
    attentive.sandbox.advance(60)
    assert len(attentive.shown(f"people?phone=%2B{NEW[1:]}")["people"]) == 1


def test_a_job_that_cannot_be_done_has_failed_and_all_else_goes_on(
    tmp_path: Path, start_sandbox: Callable[..., Sandbox], attentive_to: type[AttentiveClient]
) -> None:
    first = attentive_to(start_sandbox(data=tmp_path))
    first.switch(job_seconds="60")
    jobs = [first.post(BULK, {"users": [known()]}, 202)["batchJobId"] for _ in range(2)]
    first.sandbox.stop()
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite", isolation_level=None)) as data:
        data.execute("UPDATE attentive_jobs SET body = x'00' WHERE id = ?", jobs[:1])
    second = attentive_to(start_sandbox(data=tmp_path))
    second.sandbox.advance(60)
    shown = [second.get(f"/v2/bulk/job/{job}") for job in jobs]
    assert [(each["status"], each["url"] is None) for each in shown] == [("FAILED", True), ("COMPLETED", False)]
    assert second.get("/v1/attributes/custom", params={"phone": NEW}) == [{"name": "A", "value": "1"}]


def test_nothing_of_what_is_given_up_stays_and_whoever_caches_is_told(caplog: pytest.LogCaptureFixture) -> None:
    state = State()
    later = Later(state, Clock(state))
    told: list[str] = []
    state.on_change.append(lambda: told.append("forget"))

    def fail(work: dict[str, Any]) -> None:
        state.count_call("attentive", "Subscribe")
        raise ValueError(work["phone"])

    later.kinds |= {"wrong": fail, "right": lambda work: told.append(work["phone"])}
    for kind in ("wrong", "right"):
        later.do(kind, {"phone": NEW}, 0.001)
    later.run_due()
    while len(told) < 2:
        later.run_due()
    assert told == ["forget", NEW]
    assert state.calls("attentive") == {}
    assert state.execute("SELECT COUNT(*) FROM attentive_later").fetchone() == (0,)
    assert "wrong given up: ValueError" in caplog.text
    assert NEW not in caplog.text
