"""What is measured of target-attentive, and how: the rate at which it subscribes, and attributes in bulk."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from inputs import write_input
from kept import FEW, Parts, Turn, UnequalError, in_turns, named, told
from measure import run
from sandbox import Sandbox, running
from targets import PEERS, Ours, attentive, attentive_peers
from watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS: Final = ("subscribe", "attributes")
ALLOWED: Final = 10
"""Calls a second that Attentive allows to subscribe."""
WINDOWS: Final = {"second": "each second of the clock", "sliding": "any second"}
"""How the sandbox counts a second."""
LATE: Final = 0.05
_UNIT = "132109"


@dataclass(frozen=True)
class Sizes:
    """How many people.

    Attributes:
        subscribe: To hold a rate.
        million: Whose attributes are written at full speed.
        late: The same where each answer is late.
        peer: Whose attributes each peer writes.
    """

    subscribe: int = 330
    million: int = 1_000_000
    late: int = 100_000
    peer: int = 600


Results = dict[str, Any]


@contextmanager
def _account(latency: float = 0.0, **switches: str) -> Iterator[Sandbox]:
    # The account of the SOAP service, which is not used, is the smallest there is. Limits are as published.
    with running("--lists=1", "--messages=0", "--contacts=0", "--page-size=10") as server:
        server.post("switches", {"attentive": {name.replace("_", "-"): value for name, value in switches.items()}})
        if latency:
            server.post("faults", {"vendor": "attentive", "fault": "latency", "seconds": latency})
        yield server


def _subscribes(server: Sandbox) -> tuple[int, int, int]:
    """Count for `Watch`. What was refused is known at the end: everybody took one call, and all else is that."""
    calls = server.attentive_calls().get("Subscribe", 0)
    return calls, calls, 0


def _subscribe(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Subscribe people whose eligibility is asked first, where ten a second are allowed."""
    results: Results = {}
    given = folder / "subscribe.jsonl"
    write_input(given, sizes.subscribe)
    for window in WINDOWS:
        print(f"subscribe: {ALLOWED} a second allowed, in {WINDOWS[window]}", flush=True)
        done = []
        for _ in range(runs):
            with _account(rate_window=window) as server:
                target = attentive(
                    server, folder / "ours", "subscribe", sign_up_source_id=_UNIT, consent_field="sms_consent"
                )
                with Watch(partial(_subscribes, server)) as watch:
                    measured = run(target.command, folder / "log.txt", given)
                calls = server.attentive_calls()
                texts = len(server.get("outbox")["texts"])
                _expect("texts", texts, sizes.subscribe)
                _accepted(target, sizes.subscribe)
                refused = {"refused": calls["Subscribe"] - texts, "rate_limited": target.report()["rate_limited"]}
                done.append(
                    {
                        **told(window, measured, sizes.subscribe),
                        **named("watched", watch.seen()),
                        **refused,
                        "calls": calls,
                    }
                )
        results[window] = {"rows": sizes.subscribe, "runs": {"ours": done}}
    return results


def _attributes(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Write attributes in bulk, and one record a call as the peers do; all of them in turns."""
    nobody = _input(folder, 0)
    results: Results = {}
    with _account() as server:
        target = attentive(server, folder / "ours", "attributes")
        starts = [told("nobody", run(target.command, folder / "log.txt", nobody), 0) for _ in range(runs)]
        results["start"] = {"rows": 0, "runs": {"ours": starts}}
    few = _input(folder, sizes.peer)
    for name, beside, people, latency, most in (
        ("million", "", sizes.million, 0.0, FEW),
        ("late", "late-", sizes.late, LATE, runs),
    ):
        print(f"attributes: in bulk and a record a call, answers {latency * 1000:.0f} ms late", flush=True)
        many = _input(folder, people)
        turns = {"ours": Turn(partial(_bulk, folder, many, people, latency), most)}
        for peer in PEERS:
            turns[peer] = Turn(partial(_plain, peer, folder, few, sizes.peer, latency))
        done = in_turns(runs, turns)
        results[name] = {"rows": people, "runs": {"ours": done["ours"]}}
        for peer in PEERS:
            results[f"{beside}{peer}"] = {"rows": sizes.peer, "runs": {peer: done[peer]}}
        many.unlink()
    few.unlink()
    return results


def _bulk(folder: Path, given: Path, people: int, latency: float) -> dict[str, Any]:
    with _account(latency) as server:
        target = attentive(server, folder / "ours", "attributes")
        before, begun = server.cpu(), time.perf_counter()
        measured = run(target.command, folder / "log.txt", given)
        wall, spent = time.perf_counter() - begun, server.cpu() - before
        _expect("updates", server.updated_people(), people)
        _accepted(target, people)
        beside = {"sandbox_cpu": spent, "share": measured.cpu / wall, "sandbox_share": spent / wall}
        kept = {"ledger_mb": target.ledger_bytes() / 1e6, "calls": target.report()["operations"]}
        limited = {"rate_limited": target.report()["rate_limited"]}
        print(f"  {'the sandbox':<20} {'':14} {spent:7.1f} s CPU", flush=True)
        target.forget()
        return {**told("ours", measured, people), **beside, **kept, **limited}


def _plain(peer: str, folder: Path, given: Path, people: int, latency: float) -> dict[str, Any]:
    with _account(latency) as server:
        before = len(server.get("attentive/people")["people"])
        command = attentive_peers(server, folder)[peer]
        done = told(peer, run(command, folder / "log.txt", given), people)
        server.post("clock", {"advance": 60})  # what was accepted takes effect
        _expect("people", len(server.get("attentive/people")["people"]) - before, people)
        return {**done, "calls": server.attentive_calls()}


def _input(folder: Path, people: int) -> Path:
    path = folder / f"profiles-{people}.jsonl"
    write_input(path, people, without_phone=True)
    return path


def _expect(what: str, there_are: int, wanted: int) -> None:
    """Make sure of what the sandbox has."""
    if there_are != wanted:
        raise UnequalError(f"the sandbox has {there_are:,} {what} instead of {wanted:,}")


def _accepted(target: Ours, wanted: int) -> None:
    """Make sure of what the report says."""
    outcomes = target.report()["outcomes"]
    if outcomes["accepted"] != wanted:
        raise UnequalError(f"the target reports {outcomes} instead of {wanted:,} accepted")


measure_attentive: Final = Parts(
    "attentive",
    {"subscribe": _subscribe, "attributes": _attributes},
    full=Sizes(),
    small=Sizes(subscribe=25, million=2000, late=600, peer=10),
    few=("subscribe",),
)
