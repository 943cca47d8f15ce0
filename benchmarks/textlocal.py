"""What is measured of target-textlocal, and how: a group that is filled, and personal messages in few calls."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from inputs import write_input
from kept import FEW, Parts, Turn, UnequalError, in_turns, told
from measure import run
from sandbox import Sandbox, running
from targets import NO_LIMIT, PEERS, Ours, textlocal, textlocal_peers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS: Final = ("contacts", "messages")
LATE: Final = 0.1
"""Seconds by which each answer is late."""
PER_SECOND: Final = 5
"""Calls a second, by the target's default."""
WAYS: Final = {
    "default": {},
    "in-turn": {"concurrency": 1, "requests_per_second": NO_LIMIT},
    "unlimited": {"requests_per_second": NO_LIMIT},
}
"""How a group is filled: with the settings' defaults, one call after the other, and as fast as it goes."""
_GROUP = "Everybody"
_CREDITS = 1_000_000


@dataclass(frozen=True)
class Sizes:
    """How many people.

    Attributes:
        contacts: Of the group.
        peer: Whom each peer puts into it.
        messages: Who gets a text of their own.
    """

    contacts: int = 100_000
    peer: int = 300
    messages: int = 10_000


Results = dict[str, Any]


@contextmanager
def _account() -> Iterator[Sandbox]:
    # The account of the SOAP service, which is not used, is the smallest there is.
    with running("--lists=1", "--messages=0", "--contacts=0", "--page-size=10") as server:
        server.post("faults", {"vendor": "textlocal", "fault": "latency", "seconds": LATE})
        server.post("textlocal/credits", {"sms": _CREDITS})
        yield server


def _contacts(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Fill a group that is not there yet, and one record a call as the peers do; all of them in turns."""
    print(f"contacts: into a group, answers {LATE * 1000:.0f} ms late", flush=True)
    results: Results = {"start": {"rows": 0, "runs": {"ours": _start(runs, folder)}}}
    many, few = folder / "contacts.jsonl", folder / "few.jsonl"
    write_input(many, sizes.contacts, contacts=True)
    write_input(few, sizes.peer, contacts=True)
    turns = {
        name: Turn(partial(_filled, name, settings, folder, many, sizes.contacts), runs if name == "default" else FEW)
        for name, settings in WAYS.items()
    }
    turns |= {peer: Turn(partial(_plain, peer, folder, few, sizes.peer)) for peer in PEERS}
    for name, done in in_turns(runs, turns).items():
        people, who = (sizes.peer, name) if name in PEERS else (sizes.contacts, "ours")
        results[name] = {"rows": people, "runs": {who: done}}
    many.unlink()
    few.unlink()
    return results


def _start(runs: int, folder: Path) -> list[dict[str, Any]]:
    nobody = folder / "nobody.jsonl"
    write_input(nobody, 0, contacts=True)
    with _account() as server:
        target = _ours(server, folder, {})
        return [told("nobody", run(target.command, folder / "log.txt", nobody), 0) for _ in range(runs)]


def _ours(server: Sandbox, folder: Path, settings: dict[str, Any]) -> Ours:
    return textlocal(server, folder / "ours", "contacts", group_name=_GROUP, customer_id_field="custom1", **settings)


def _filled(name: str, settings: dict[str, Any], folder: Path, given: Path, people: int) -> dict[str, Any]:
    with _account() as server:
        target = _ours(server, folder, settings)
        before = server.cpu()
        measured = run(target.command, folder / "log.txt", given)
        spent = server.cpu() - before
        report = target.report()
        _expect("people in the group", _size(server, _GROUP), _people(given))
        _expect("accepted records", report["outcomes"]["accepted"], people)
        calls = server.textlocal_calls()
        kept = {"calls": calls, "sandbox_cpu": spent, "created": report["reasons"]["created"]}
        return {**told(name, measured, people), **kept}


def _plain(peer: str, folder: Path, given: Path, people: int) -> dict[str, Any]:
    with _account() as server:
        group = next(each["id"] for each in server.get("textlocal/groups")["groups"] if each["name"] == "Customers")
        before = _size(server, "Customers")
        command = textlocal_peers(server, folder, str(group))[peer]
        done = told(peer, run(command, folder / "log.txt", given), people)
        _expect("people in the group", _size(server, "Customers") - before, people)
        return done


def _messages(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Send everybody a text of their own."""
    print(f"messages: a text for each, answers {LATE * 1000:.0f} ms late", flush=True)
    given = folder / "messages.jsonl"
    write_input(given, sizes.messages, contacts=True)
    done = []
    for _ in range(runs):
        with _account() as server:
            target = textlocal(server, folder / "ours", "messages")
            measured = run(target.command, folder / "log.txt", given)
            texts = server.get("outbox")["texts"]
            _expect("texts", len(texts), sizes.messages)
            _expect("people with a text", len({each["phone"] for each in texts}), sizes.messages)
            _expect("accepted records", target.report()["outcomes"]["accepted"], sizes.messages)
            done.append({**told("ours", measured, sizes.messages), "calls": server.textlocal_calls()})
    given.unlink()
    return {"messages": {"rows": sizes.messages, "runs": {"ours": done}}}


def _size(server: Sandbox, group: str) -> int:
    return next(int(each["size"]) for each in server.get("textlocal/groups")["groups"] if each["name"] == group)


def _people(given: Path) -> int:
    """Count the numbers of an input: some 42,000 are made up, and of more people some share one."""
    with given.open(encoding="utf-8") as lines:
        return len({line.partition('"phone":"')[2][:12] for line in lines if '"RECORD"' in line})


def _expect(what: str, there_are: int, wanted: int) -> None:
    """Make sure of what the sandbox has, or the report says."""
    if there_are != wanted:
        raise UnequalError(f"there are {there_are:,} {what} instead of {wanted:,}")


measure_textlocal: Final = Parts(
    "textlocal",
    {"contacts": _contacts, "messages": _messages},
    full=Sizes(),
    small=Sizes(contacts=4000, peer=10, messages=1200),
    few=("messages",),
)
