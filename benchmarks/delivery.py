"""What is measured of target-listrak-sms, and how: how it holds a rate, how fast it is, what unchanged rows cost."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from inputs import CHANGED_EVERY, write_input
from kept import Parts, Turn, UnequalError, in_turns, named, told
from measure import run
from sandbox import Sandbox, running
from targets import CREATE, UPDATE, Ours, ours, peers
from watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS: Final = ("rate", "speed", "million")
ALLOWED: Final = 100
"""Calls a second that the sandbox allows, where it limits them."""
_SETTINGS: Final = {"right": ALLOWED, "wrong": 2 * ALLOWED}
SLOW, QUICK_ANSWER = 0.15, 0.05
WORKERS: Final = 64
_RATE_WORKERS: Final = 32
_USUAL_WORKERS: Final = 16


@dataclass(frozen=True)
class Sizes:
    """How many people.

    Attributes:
        rate: To hold a rate.
        speed: That our target delivers at full speed.
        peer: That each peer delivers.
        million: Of the large inputs, by the name of their scenarios.
    """

    rate: int = 2600
    speed: int = 20_000
    peer: int = 400
    million: tuple[tuple[str, int], ...] = (("100k", 100_000), ("1m", 1_000_000))


FULL: Final = Sizes()
Results = dict[str, Any]


@contextmanager
def sms_sandbox(latency: float = 0.0, per_second: float | None = None) -> Iterator[Sandbox]:
    """Run a sandbox for target-listrak-sms.

    Args:
        latency: Seconds by which every answer is late.
        per_second: Calls a second that it allows.
    """
    # The account of the SOAP service, which is not used, is the smallest there is.
    with running("--lists=1", "--messages=0", "--contacts=0", "--page-size=10") as server:
        if latency:
            server.sms_fault("latency", seconds=latency)
        if per_second:
            server.sms_fault("rate-limit", per_second=per_second)
        yield server


def _counts(server: Sandbox) -> tuple[int, int, int]:
    calls = server.sms_calls()
    return calls.get(CREATE, 0), sum(calls.values()), server.sms_fault_hits("rate-limit")


def _rate(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Hold a rate that the vendor allows; once with the right setting, once with twice as much."""
    nobody, people = folder / "nobody.jsonl", folder / "rate.jsonl"
    write_input(nobody, 0)
    write_input(people, sizes.rate)
    with sms_sandbox() as server:
        target = ours(server, folder / "ours", concurrency=_RATE_WORKERS)
        starts = [told("nobody", run(target.command, folder / "log.txt", nobody), 0) for _ in range(runs)]
    results: Results = {"start": {"rows": 0, "runs": {"ours": starts}}}
    for name, per_second in _SETTINGS.items():
        print(f"rate: {per_second} calls a second asked for, {ALLOWED} allowed", flush=True)
        done = []
        for _ in range(runs):
            with sms_sandbox(SLOW, ALLOWED) as server:
                target = ours(server, folder / "ours", per_second=per_second, concurrency=_RATE_WORKERS)
                with Watch(partial(_counts, server)) as watch:
                    measured = run(target.command, folder / "log.txt", people)
                expect(target, server, created=sizes.rate)
                report = target.report()
                counts = {name: report[name] for name in ("requests", "retries", "rate_limited")}
                done.append({**told(name, measured, sizes.rate), **named("watched", watch.seen()), **counts})
        results[name] = {"rows": sizes.rate, "runs": {"ours": done}}
    return results


def _speed(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Deliver new people as fast as it goes, and start up for nobody; in turns with the peers."""
    print(f"speed: {WORKERS} workers and one at a time, answers {QUICK_ANSWER * 1000:.0f} ms late", flush=True)
    nobody, many, few = (folder / f"{name}.jsonl" for name in ("nobody", "many", "few"))
    for path, people in ((nobody, 0), (many, sizes.speed), (few, sizes.peer)):
        write_input(path, people)

    def take(name: str, command: list[str | Path]) -> Results:
        people = sizes.speed if name == "ours" else sizes.peer
        target = ours(server, folder / "ours", concurrency=WORKERS) if name == "ours" else None
        start = told(f"{name}, nobody", run(command, folder / "log.txt", nobody), 0)
        server.reset()
        server.sms_fault("latency", seconds=QUICK_ANSWER)
        measured = run(command, folder / "log.txt", many if target else few)
        expect(target, server, created=people)
        return {"start": start, "run": told(name, measured, people)}

    with sms_sandbox(QUICK_ANSWER) as server:
        commands = {"ours": ours(server, folder / "ours", concurrency=WORKERS).command, **peers(server, folder)}
        done = in_turns(runs, {name: Turn(partial(take, name, command)) for name, command in commands.items()})
    starts = {name: [each["start"] for each in turns] for name, turns in done.items()}
    rows = {name: sizes.speed if name == "ours" else sizes.peer for name in done}
    return {
        "start": {"rows": 0, "runs": starts},
        **{name: {"rows": rows[name], "runs": {name: [each["run"] for each in done[name]]}} for name in done},
    }


def _million(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Take people who are known: all unchanged, then 1 % changed, in turns."""
    results = {}
    for scale, people in sizes.million:
        print(f"million: {people:,} people", flush=True)
        for edition in range(2):
            write_input(folder / f"edition-{edition}.jsonl", people, edition=edition)
        with sms_sandbox() as server:
            known = Known(ours(server, folder / "ours", concurrency=_USUAL_WORKERS), server, folder, people)
            results[f"filled-{scale}"] = known.results([known.fill()])
            results[f"unchanged-{scale}"] = known.results([known.take(0, changed=False) for _ in range(runs)])
            # The ledger has edition 0 now; each run takes the one that it does not have.
            again = [known.take((run + 1) % 2, changed=True) for run in range(runs)]
            results[f"changed-{scale}"] = known.results(again)
            known.target.forget()
        for path in folder.glob("edition-*.jsonl"):
            path.unlink()
    return results


@dataclass(frozen=True)
class Known:
    """People whom the ledger knows, or is to know."""

    target: Ours
    server: Sandbox
    folder: Path
    people: int

    @property
    def _changed(self) -> int:
        return -(-self.people // CHANGED_EVERY)

    def results(self, runs: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the results of a scenario."""
        return {"rows": self.people, "ledger_mb": self.target.ledger_bytes() / 1e6, "runs": {"ours": runs}}

    def fill(self) -> dict[str, Any]:
        """Fill the ledger: whoever changes later by a true run, everybody else without calls."""
        first, log = self.folder / "first.jsonl", self.folder / "log.txt"
        write_input(first, self.people, only_changed=True)
        run(self.target.command, log, first)
        expect(self.target, self.server, created=self._changed)
        measured = run(self.target.fill, log, self.folder / "edition-0.jsonl")
        accepted = self.people - self._changed
        expect(self.target, self.server, created=self._changed, accepted=accepted, unchanged=self._changed)
        return told("ledger filled", measured, accepted)

    def take(self, edition: int, *, changed: bool, first: int | None = None) -> dict[str, Any]:
        """Take everybody, or the first of them, and count the calls.

        Args:
            edition: Of the input.
            changed: Whether the ledger has another edition of those whose record changes.
            first: How many people are taken; their input is `first-` and the edition.
        """
        before, people = self.server.sms_calls(), first or self.people
        given = self.folder / f"{'first' if first else 'edition'}-{edition}.jsonl"
        measured = run(self.target.command, self.folder / "log.txt", given)
        after = self.server.sms_calls()
        calls = {name: count - before.get(name, 0) for name, count in after.items() if count != before.get(name, 0)}
        sent = -(-people // CHANGED_EVERY) if changed else 0
        outcomes = self.target.report()["outcomes"]
        if outcomes["unchanged"] != people - sent or outcomes["accepted"] != sent:
            raise UnequalError(f"of {people:,} records, {sent:,} of them changed, the target reports {outcomes}")
        took = told("1 % changed" if changed else "unchanged", measured, people)
        return {**took, "changed": sent, "updates": calls.pop(UPDATE, 0), "other_calls": calls}


def expect(
    target: Ours | None, server: Sandbox, *, created: int, accepted: int | None = None, unchanged: int = 0
) -> None:
    """Make sure that everybody was delivered, by the sandbox's word and by the report's.

    Args:
        target: Ours; None for a peer, which has no report.
        server: The sandbox.
        created: How many contacts there must be beside the sandbox's own.
        accepted: As the report is to count them, if not all of them.
        unchanged: The same.

    Raises:
        UnequalError: It is not so.
    """
    there_are = server.added_contacts()
    if there_are != created:
        raise UnequalError(f"the sandbox has {there_are:,} contacts instead of {created:,}")
    if target is not None:
        outcomes = target.report()["outcomes"]
        wanted = created if accepted is None else accepted
        if outcomes["accepted"] != wanted or outcomes["unchanged"] != unchanged:
            raise UnequalError(
                f"the target reports {outcomes} instead of {wanted:,} accepted, {unchanged:,} unchanged"
            )


measure_delivery: Final = Parts(
    "delivery",
    {"rate": _rate, "speed": _speed, "million": _million},
    full=FULL,
    small=Sizes(rate=60, speed=300, peer=10, million=(("100k", 500), ("1m", 2000))),
    few=("rate",),
)
