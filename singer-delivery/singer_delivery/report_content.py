"""What a run report holds: the shape of the JSON, from which the summary, the page and the webhook are made."""

from __future__ import annotations

from typing import Any

import msgspec


class Counts(msgspec.Struct, kw_only=True):
    """Records of a run, a stream or an action.

    Attributes:
        outcomes: Records by outcome; all five are there.
        read: Records.
        reasons: Records by the reason of their outcome, the most frequent first.
    """

    outcomes: dict[str, int]
    read: int
    reasons: dict[str, int]

    @property
    def without_outcome(self) -> int:
        """Records that were read and have no outcome."""
        return self.read - sum(self.outcomes.values())


class StreamCounts(Counts, kw_only=True):
    """Records of a stream.

    Attributes:
        actions: The same by action.
    """

    actions: dict[str, Counts]


class Cause(msgspec.Struct, kw_only=True):
    """Why records ended as they did.

    Attributes:
        outcome: Where they ended.
        reason: Code of the reason.
        message: Plain words and the next step.
        vendor_code: The vendor's own error code, if it gave one.
        records: How many.
    """

    outcome: str
    reason: str
    message: str
    vendor_code: str | None
    records: int

    @property
    def words(self) -> str:
        """The message, with the vendor's code behind it where it does not hold that itself."""
        told = not self.vendor_code or self.vendor_code in self.message
        return self.message if told else f"{self.message} [{self.vendor_code}]".strip()


class Step(msgspec.Struct, kw_only=True):
    """Something for a person to do next.

    Attributes:
        text: What, and why.
        command: How, as one would type it.
    """

    text: str
    command: str | None = None


class Sample(msgspec.Struct, kw_only=True):
    """A rejected record without its content.

    Attributes:
        stream: Its stream at the source.
        action: What it was for.
        reason: Why it was rejected.
        columns: Which of the stream's columns it had, and what kind of value of about what length was in each.
    """

    stream: str
    action: str
    reason: str
    columns: dict[str, str]


class Latency(msgspec.Struct, kw_only=True):
    """How long the attempts at an operation took, in seconds.

    Attributes:
        attempts: How many there were.
        p50: Half of them took no longer; within 6 %, as those below.
        p90: Nine in ten took no longer.
        p99: 99 in a hundred took no longer.
        max: The longest; exact.
    """

    attempts: int
    p50: float
    p90: float
    p99: float
    max: float


class Steps(msgspec.Struct, kw_only=True):
    """A run in steps of time: each list has a number for each step.

    Attributes:
        seconds: Length of a step. The last one may have been shorter.
        accepted: Records settled so; and likewise `unchanged`, `already`, `skipped`, `rejected`.
        requests: Calls that went out; of them `retries` were made again.
        rate_limited: Answers that said: too fast.
        allowed: Calls a second that were allowed, by quota: the lowest of each step; None where no call went out, or
            there was no limit.
    """

    seconds: int = 1
    accepted: list[int] = []
    unchanged: list[int] = []
    already: list[int] = []
    skipped: list[int] = []
    rejected: list[int] = []
    requests: list[int] = []
    retries: list[int] = []
    rate_limited: list[int] = []
    allowed: dict[str, list[float | None]] = {}


class Content(msgspec.Struct, kw_only=True):
    """A run report. Nothing in it is a record's.

    Attributes:
        target: Name of the target.
        dry_run: Whether nothing was sent.
        finished: `completed`, `interrupted` or `failed`; None while the run goes on.
        error: What it failed of, for people.
        started_at: ISO 8601, UTC.
        seconds: How long it took.
        outcomes: Records by outcome.
        read: Records read.
        reasons: Records by reason.
        unsettled: Records that were read and have no outcome.
        filtered: Records that stream maps left out; not counted as read.
        requests: Calls that went out, retries among them.
        retries: Calls that were made again.
        rate_limited: Answers that said: too fast.
        requests_per_second: The rate held from the first call to the last one.
        operations: Calls by operation.
        rejects_path: Where rejected records are.
        open_rejects: Rows of it to be replayed, of earlier runs too.
        notes: What else a reader should know.
        streams: Records by stream and action.
        causes: Records by reason and message, the most frequent first.
        next_steps: What to do next.
        rejects_sample: Some of the rejected records, without their content.
        spent: What the calls cost, by unit.
        latency: How long calls took, by operation.
        timeline: The run in steps of time.
    """

    target: str
    dry_run: bool
    finished: str | None
    error: str | None
    started_at: str
    seconds: float
    outcomes: dict[str, int]
    read: int
    reasons: dict[str, int]
    unsettled: int
    filtered: int
    requests: int
    retries: int
    rate_limited: int
    requests_per_second: float
    operations: dict[str, int]
    rejects_path: str | None
    open_rejects: int | None
    notes: list[str]
    streams: dict[str, StreamCounts]
    causes: list[Cause] = []
    next_steps: list[Step] = []
    rejects_sample: list[Sample] = []
    spent: dict[str, float] = {}
    latency: dict[str, Latency] = {}
    timeline: Steps = msgspec.field(default_factory=Steps)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        content: dict[str, Any] = msgspec.to_builtins(self)
        return content

    @classmethod
    def of(cls, content: object) -> Content:
        """Return it from what a JSON held.

        Raises:
            ValueError: It is no run report.
        """
        return msgspec.convert(content, cls)
