"""Bulk jobs: many records in one call, done later, and a file that says how each of them went.

The submission names the job `batchJobId`, its status `bulkJobId`. How a line of the results looks is not published:
the record as `request`, status and message as `response`, is the sandbox's guess.
"""

from __future__ import annotations

import json
import uuid
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from vendor_sandbox.answers import Answer, Body
from vendor_sandbox.attentive.envelopes import HEADERS, accepted, answer
from vendor_sandbox.attentive.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.later import Later
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard

    Process = Callable[[Mapping[str, Any], Mapping[str, Any], Any], str | None]

FINE = "OK"
_FINE = [200, FINE]
_LARGEST = 1_048_576
_KEPT = 14 * 86_400
RUNNING = ("IN_PROGRESS", "PENDING")
"""What a job is before it ends: one of the two, by a switch."""
COMPLETED, FAILED = "COMPLETED", "FAILED"
_TABLES = {
    "attentive_jobs": (
        "(number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, operation TEXT, records_in TEXT, at REAL,"
        " status TEXT, total INTEGER, body BLOB, results TEXT)"
    )
}
_FIND = "SELECT operation, records_in, at, status, total, body, results FROM attentive_jobs WHERE id = ?"


_MOST_RECENT = 200
"""Jobs whose records are kept as they were read: the table has them too, but reading twice costs time."""
_encode = msgspec.json.Encoder().encode


class _Recent(NamedTuple):
    """A job as it was read: its request, what checking each record returned, and the records that are too large."""

    request: Mapping[str, Any]
    read: Sequence[Any]
    large: Collection[int]

    @classmethod
    def of(cls, text: bytes, name: str) -> _Recent:
        """Read a job again, whose records are the list `name`."""
        return cls(msgspec.json.decode(text), (), _large(text, name))


class Jobs:
    """The jobs.

    Attributes:
        processes: By operation, what does a record: takes it, the request it came in, and what checking it returned
            (None if that is forgotten); returns a word for its line, or None for no line. An ApiError refuses it.
    """

    def __init__(self, state: State, later: Later, clock: Clock, switches: Switchboard) -> None:
        self._state = state
        self._later = later
        self._clock = clock
        self._switches = switches
        self.processes: dict[str, Process] = {}
        self._recent: dict[str, _Recent] = {}
        state.own(_TABLES)
        later.kinds["job"] = self._run
        later.given_up["job"] = self._fail

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation."""
        return {"Job": self._show, "JobResults": self._results}

    def submit(self, asked: Asked, name: str, message: str, read: Sequence[Any]) -> Answer:
        """Take a job whose records are the list `name` of the body, of which checking returned `read`."""
        number = str(uuid.uuid4())
        self._recent[number] = _Recent(asked.body, read, _large(asked.raw, name))
        if len(self._recent) > _MOST_RECENT:
            del self._recent[next(iter(self._recent))]
        start = self._switches["job-start"]
        self._state.execute(
            "INSERT INTO attentive_jobs (id, operation, records_in, at, status, total, body, results)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, '{}')",
            (
                *(number, asked.operation, name, self._clock.now(), start),
                *(len(asked.body[name]), zlib.compress(asked.raw, 1)),
            ),
        )
        if self._switches["job-end"] != "never":
            self._later.do("job", {"id": number}, float(self._switches["job-seconds"]))
        return accepted({"message": message, "batchJobId": number})

    def check(self, asked: Asked, name: str, most: int, check: Callable[[Mapping[str, Any]], object]) -> list[Any]:
        """Check the records of a submission, as far as that is done at once.

        Returns:
            What `check` returned of each; nothing if they are checked later.

        Raises:
            ApiError: They cannot be.
        """
        records = asked.body.get(name)
        if not isinstance(records, list) or not 1 <= len(records) <= most:
            raise ApiError.bad(f"{name} must have between 1 and {most} items")
        read: list[Any] = []
        if self._switches["bulk-bad-record"] != "call":
            return read
        try:
            for record in records:
                read.append(check(_object(record)))  # noqa: PERF401 - how far it came is told
        except ApiError as error:
            raise ApiError(error.status, f"{name}[{len(read)}]: {error.message}") from error
        return read

    def describe(self) -> list[dict[str, Any]]:
        """Every job, with how many of its records had which status."""
        rows = self._state.execute(
            "SELECT id, operation, status, total, results FROM attentive_jobs ORDER BY number"
        ).fetchall()
        return [
            {
                "bulkJobId": number,
                "operation": operation,
                "status": status,
                "totalRecords": total,
                "refused": refusals(results),
            }
            for number, operation, status, total, results in rows
        ]

    def _run(self, work: dict[str, Any]) -> None:
        """End a job; one that does not complete does nothing."""
        operation, name, _, _, _, body, _ = self._state.execute(_FIND, (work["id"],)).fetchone()
        status = self._switches["job-end"]
        results: dict[int, list[Any] | None] = {}
        if status == "never":
            return
        if status == COMPLETED:
            job = self._recent.get(work["id"]) or _Recent.of(zlib.decompress(body), name)
            records = job.request[name]
            read = job.read or [None] * len(records)
            lines = [
                self._line(operation, job.request, record, place, known, large=place in job.large)
                for place, (record, known) in enumerate(zip(records, read, strict=True))
            ]
            results = {place: line for place, line in enumerate(lines) if line != _FINE}
        self._state.execute(
            "UPDATE attentive_jobs SET status = ?, results = ? WHERE id = ?", (status, json.dumps(results), work["id"])
        )

    def _fail(self, work: dict[str, Any]) -> None:
        """End a job that could not be done: nothing of it was."""
        self._state.execute("UPDATE attentive_jobs SET status = ? WHERE id = ?", (FAILED, work["id"]))

    def _line(  # noqa: PLR0913 - what a line is about
        self, operation: str, request: Mapping[str, Any], record: Any, place: int, read: Any, *, large: bool
    ) -> list[Any] | None:
        """Do a record; returns status and message of its line, or None for no line."""
        if large:
            return [413, "Record exceeds 1 MiB"]
        if place % 2 and self._switches["job-refuses"] == "half":
            return [400, "Record refused"]
        try:
            word = self.processes[operation](_object(record), request, read)
        except ApiError as error:
            return [error.status, error.message]
        return [200, word] if word else None

    def _show(self, asked: Asked) -> Answer:
        number = asked.params["bulkJobId"]
        _, _, _, status, total, _, _ = self._row(number)
        url = f"{asked.base}/results/{number}.jsonl" if status == COMPLETED else None
        return answer({"bulkJobId": number, "status": status, "totalRecords": total, "url": url})

    def _results(self, asked: Asked) -> Answer:
        number = asked.params["file"].removesuffix(".jsonl")
        _, name, _, status, _, body, results = self._row(number)
        if status != COMPLETED:
            raise ApiError(404, "Results not found")
        job = self._recent.pop(number, None) or _Recent.of(zlib.decompress(body), name)
        lines = list(_lines(job.request[name], json.loads(results)))
        if self._switches["result-order"] == "reversed":
            lines.reverse()
        return Answer(200, "application/jsonl", Body("".join(lines).encode()), headers=HEADERS)

    def _row(self, number: str) -> Any:
        row = self._state.execute(_FIND, (number,)).fetchone()
        if row is None or self._clock.now() - row[2] > _KEPT:
            raise ApiError(404, "Bulk job not found")
        return row


def refusals(results: str) -> list[dict[str, Any]]:
    """The records of a job, as its `results` are kept, whose line in the results file is not the usual one."""
    return [
        {"record": int(place), "status": line[0], "message": line[1]}
        for place, line in json.loads(results).items()
        if line
    ]


def _large(text: bytes, name: str) -> Collection[int]:
    """The places of the records of more than 1 MiB: of the bytes that were sent, blanks and escapes too."""
    if len(text) <= _LARGEST:
        return ()
    records = msgspec.json.decode(msgspec.json.decode(text, type=dict[str, msgspec.Raw])[name], type=list[msgspec.Raw])
    return {place for place, record in enumerate(records) if len(memoryview(record)) > _LARGEST}


def _object(record: object) -> Mapping[str, Any]:
    if not isinstance(record, dict):
        raise ApiError.bad("must be an object")
    return record


def _lines(records: list[Any], results: Mapping[str, Any]) -> Iterator[str]:
    for place, record in enumerate(records):
        line = results.get(str(place), _FINE)
        if line:
            shown = {"request": record, "response": {"status": line[0], "message": line[1]}}
            yield _encode(shown).decode() + "\n"
