"""Several jobs that one call of an action began are followed as one."""

from __future__ import annotations

from typing import Any

from singer_delivery.actions import Job
from target_attentive.jobs import JobParts


def test_several_jobs_are_one_whose_outcomes_come_together() -> None:
    class Part(Job):
        def __init__(self, *said: Any) -> None:
            self.said = list(said)

        def look(self) -> Any:
            return self.said.pop(0)

    begun: list[Any] = [Part(None, "a"), "b", Part("c")]
    parts: Any = JobParts(begun)
    assert parts.look() is None
    assert parts.look() == ["a", "b", "c"]
