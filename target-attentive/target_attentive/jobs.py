"""Bulk jobs: what Attentive works on after it has said 202, followed to its end, and its results.

A submission names its job `batchJobId`, the job's status `bulkJobId` (description of v2). The words of a status differ
with the vintage of the description, so only those are read that say that a job is at its end; with any other it is
waited on. `COMPLETED` does not mean that every record worked: that, the results say.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

from singer_delivery.actions import Job
from singer_delivery.errors import RefusedError, UnavailableError
from singer_delivery.outcomes import accepted, rejected
from target_attentive.results import NO_RESULT, UNVERIFIED, read_results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from singer_delivery.actions import Delivery
    from singer_delivery.outcomes import Verdict
    from target_attentive.client import AttentiveClient
    from target_attentive.results import ResultRules
    from target_attentive.settings import AttentiveSettings

    Ended = Callable[[Sequence[Verdict]], None]

MINUTE = 60.0
"""Seconds."""
_COMPLETED = "COMPLETED"
_REPLAY = "Look at it in Attentive, and replay its records: to write them twice does no harm."
_ENDED_BADLY = {
    status: rejected(reason, f"Attentive ended the bulk job that this record was in: it {what}. {_REPLAY}", status)
    for status, reason, what in (
        ("FAILED", "job_failed", "failed"),
        ("CANCELLED", "job_cancelled", "was cancelled"),
        ("CANCELED", "job_cancelled", "was cancelled"),
        ("NEEDS_REVIEW", "job_needs_review", "is held back until somebody at Attentive has looked at it"),
    )
}
_LOST = rejected("job_lost", f"Attentive does not know the bulk job any more that this record was in. {_REPLAY}")
_SUBMITTED = accepted("submitted")
_WITHOUT_RESULTS = "With `wait_for_jobs` off, jobs are not waited for, and what Attentive refuses shows nowhere."
_PATIENCE = 4
"""Looks for which a job or its results may be missing: what was made just now is not everywhere at once."""


@dataclass(frozen=True, slots=True)
class BulkCall:
    """A call that begins a job.

    Attributes:
        operation: Attentive's name of it.
        method: HTTP method.
        path: Below the base URL.
        quota: The quota it counts for.
        body: The request.
    """

    operation: str
    method: str
    path: str
    quota: str
    body: Any


class Jobs:
    """Submits bulk jobs and follows them. One object serves an action, and all worker threads.

    Args:
        client: Who calls.
        settings: `wait_for_jobs` and `job_timeout_minutes` of them.

    Attributes:
        base_url: Attentive's address.
        timeout: Seconds after which a job counts as stuck.
    """

    def __init__(self, client: AttentiveClient, settings: AttentiveSettings) -> None:
        self.client = client
        self.base_url = settings.api_url
        self.timeout = MINUTE * settings.job_timeout_minutes
        self._wait = settings.wait_for_jobs
        self._lock = threading.Lock()
        self._unverified = self._unwatched = 0

    def submit(
        self, call: BulkCall, deliveries: Sequence[Delivery], rules: ResultRules, ended: Ended | None = None
    ) -> Job | Sequence[Verdict]:
        """Make the call that begins a job.

        Args:
            call: The call.
            deliveries: What is in it; their keys are those of `Identifiers.key`.
            rules: What the lines of its results mean.
            ended: Called with the verdicts at the job's end, by a worker's thread.

        Returns:
            The job; or verdicts, where it is not waited for, or in a dry run.

        Raises:
            RefusedError: Attentive does not take the call.
            UnavailableError: It took it, and does not say which job that is.
        """
        answer = self.client.call(call.operation, call.method, call.path, json=call.body, quota=call.quota)
        if answer.pretended:
            return [rules.done] * len(deliveries)
        if not self._wait:
            with self._lock:
                self._unwatched += len(deliveries)
            return [_SUBMITTED] * len(deliveries)
        said = answer.body if isinstance(answer.body, dict) else {}
        number = said.get("batchJobId") or said.get("bulkJobId")
        if not isinstance(number, (str, int)):
            raise UnavailableError(
                f"Attentive took a bulk call ({call.operation}), and did not say which job it is, so nobody can see "
                "how its records fare. Run again later, or set `wait_for_jobs` to false."
            )
        return BulkJob(self, str(number), deliveries, rules, ended)

    def count(self, verdicts: Sequence[Verdict]) -> None:
        """Count what nobody could verify."""
        unverified = sum(verdict is UNVERIFIED for verdict in verdicts)
        if unverified:
            with self._lock:
                self._unverified += unverified

    def notes(self) -> Iterator[str]:
        """Yield what nobody knows of records that count as accepted."""
        if self._unverified:
            yield (
                f"{self._unverified:,} records were in bulk jobs that completed, but the results were in a form that "
                "this target cannot read: they count as accepted (`unverified`), and some may have been refused. "
                "Please report that."
            )
        if self._unwatched:
            yield (
                f"{self._unwatched:,} records are in bulk jobs that were not waited for (`wait_for_jobs` is off): "
                "they count as accepted (`submitted`), and what Attentive refuses of them shows nowhere."
            )


class BulkJob(Job):
    """A job that is under way.

    Args:
        jobs: Whose it is.
        number: Attentive's id of it.
        deliveries: What is in it.
        rules: What the lines of its results mean.
        ended: Called with the verdicts at its end.
    """

    def __init__(
        self, jobs: Jobs, number: str, deliveries: Sequence[Delivery], rules: ResultRules, ended: Ended | None
    ) -> None:
        self._jobs = jobs
        self._number = number
        self._keys = [delivery.key for delivery in deliveries]
        self._rules = rules
        self._ended = ended
        self._given_up = time.monotonic() + jobs.timeout
        self._patience = _PATIENCE

    def look(self) -> Sequence[Verdict] | None:
        """Ask how far it is, and fetch its results once it has completed.

        Raises:
            UnavailableError: It takes longer than `job_timeout_minutes`; or Attentive does not answer any more.
        """
        try:
            verdicts = self._look()
        except UnavailableError as error:  # not `answered`: no record's fault, for Attentive has them all
            raise UnavailableError(f"{error} {_WITHOUT_RESULTS}") from None
        if verdicts is None:
            if time.monotonic() > self._given_up:
                raise UnavailableError(
                    f"A bulk job of Attentive's is not at its end after {self._jobs.timeout / MINUTE:.0f} minutes "
                    "(`job_timeout_minutes`). Run again later: its records are sent again then, which does no harm. "
                    f"{_WITHOUT_RESULTS}"
                )
            return None
        self._jobs.count(verdicts)
        if self._ended is not None:
            self._ended(verdicts)
        return verdicts

    def _look(self) -> Sequence[Verdict] | None:
        said = self._status()
        if said is None:
            return self._all_if_patience_ends(_LOST)
        status = str(said.get("status", "")).strip().upper()
        if status in _ENDED_BADLY:
            return [_ENDED_BADLY[status]] * len(self._keys)
        if status != _COMPLETED:
            return None
        results = self._results(said.get("url"))
        verdicts = None if results is None else read_results(results, self._keys, self._rules)
        return self._all_if_patience_ends(NO_RESULT) if verdicts is None else verdicts

    def _status(self) -> dict[str, Any] | None:
        path = f"/v2/bulk/job/{quote(self._number, safe='')}"
        try:
            said = self._jobs.client.call("Job", "GET", path, quota="jobs", changes=False).body
        except RefusedError:
            return None
        return said if isinstance(said, dict) else {}

    def _results(self, url: object) -> bytes | None:
        """Fetch the results; None if they are not there, or may not be read."""
        if not isinstance(url, str) or not url:
            return None
        try:  # an address without a host is not documented, but would be Attentive's own
            address = urljoin(f"{self._jobs.base_url}/", url)
        except ValueError:
            return None
        try:
            return self._jobs.client.fetch("JobResults", address)
        except RefusedError:
            return None

    def _all_if_patience_ends(self, verdict: Verdict) -> Sequence[Verdict] | None:
        self._patience -= 1
        return None if self._patience > 0 else [verdict] * len(self._keys)


class JobParts(Job):
    """Several jobs that are looked at as one, where one call could not take everything.

    Args:
        parts: Jobs, or verdicts of what needs no look.
    """

    def __init__(self, parts: Sequence[Job | Sequence[Verdict]]) -> None:
        self._parts = list(parts)

    def look(self) -> Sequence[Verdict] | None:
        """Ask those that are not at their end; the outcome comes when all are."""
        for place, part in enumerate(self._parts):
            if isinstance(part, Job) and (verdicts := part.look()) is not None:
                self._parts[place] = verdicts
        if any(isinstance(part, Job) for part in self._parts):
            return None
        return [verdict for part in self._parts if not isinstance(part, Job) for verdict in part]
