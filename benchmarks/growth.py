"""How cost grows as work grows: rows, messages, calls at a time, people whom the ledger knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from delivery import QUICK_ANSWER, Known, expect, sms_sandbox
from inputs import write_input
from kept import UnequalError, told
from measure import run
from sandbox import AccountSize, sandbox
from taps import ours as our_tap
from targets import ours as our_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox

PARTS: Final = ("growth",)
LATE: Final = 0.1
"""Seconds by which each answer to the tap is late, where calls at a time grow."""
INDEX: Final = ("lists", "messages")
SENDS: Final = (*INDEX, "message_sends")
_MESSAGES: Final = 10
_RUNS = 3
_LONG_RUNS = 1
_WORKERS = 16
_NOTHING = AccountSize(lists=1, messages=0, contacts=0, page_size=2500)


@dataclass(frozen=True)
class Sizes:
    """How much there is to do, from little to much.

    Attributes:
        contacts: Of a list with ten messages, for the tap.
        messages: Of a list, for the tap.
        known: People whom the ledger knows, all of whom the target is given.
        first: How many of them it is given where only the ledger grows.
        calls: Calls at a time.
        waiting: Messages that the tap reads where each answer is late.
        people: New people whom the target delivers where each answer is late.
    """

    contacts: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    messages: tuple[int, ...] = (2000, 20_000, 200_000)
    known: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    first: int = 10_000
    calls: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    waiting: int = 80
    people: int = 500


FULL: Final = Sizes()
_SMALL = Sizes((100, 1000), (10, 100), (200, 1000), 200, (1, 4), 3, 10)
Results = dict[str, Any]


def measure_growth(part: str, runs: int, folder: Path, *, quick: bool) -> Results:
    """Measure all of it.

    Args:
        part: The one of `PARTS`.
        runs: How often, at most; what takes long is run once.
        folder: For inputs, configs, ledgers and logs.
        quick: Whether to take little of everything, for a look whether everything works.

    Returns:
        By work, `runs` by size; those of size 0 are the start-up.

    Raises:
        UnequalError: A tap or a target did more or less than it was to do.
    """
    place = folder / part
    place.mkdir(parents=True, exist_ok=True)
    sizes, most = _SMALL if quick else FULL, min(runs, _RUNS)
    return {
        **_tap_sizes(most, place, sizes),
        "tap-calls": _tap_calls(most, place, sizes),
        **_known(most, place, sizes),
        "target-calls": _target_calls(most, place, sizes),
    }


def _often(runs: int, size: int, sizes: tuple[int, ...]) -> int:
    """The largest of three sizes takes long: it is run once."""
    return _LONG_RUNS if size == sizes[-1] else runs


def _repeated(runs: int, take: Callable[[], Results]) -> list[Results]:
    return [take() for _ in range(runs)]


def _tap_sizes(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Read ten messages to more and more contacts, and more and more messages to one contact."""
    print("growth: rows and messages of the tap", flush=True)
    rows: dict[str, list[Results]] = {}
    messages: dict[str, list[Results]] = {}
    with sandbox(_NOTHING) as server:
        rows["0"] = _repeated(runs, partial(_read, server, SENDS, folder))
        messages["0"] = _repeated(runs, partial(_read, server, INDEX, folder))
    for contacts in sizes.contacts:
        with sandbox(AccountSize(1, _MESSAGES, contacts, 2500)) as server:
            often = _often(runs, contacts, sizes.contacts)
            rows[str(contacts * _MESSAGES)] = _repeated(often, partial(_read, server, SENDS, folder))
    for count in sizes.messages:
        with sandbox(AccountSize(1, count, 1, 2500)) as server:
            messages[str(count)] = _repeated(runs, partial(_read, server, INDEX, folder))
    return {"tap-rows": {"runs": rows}, "tap-messages": {"runs": messages}}


def _tap_calls(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Read the same with more and more calls at a time, each answer late."""
    print(f"growth: calls of the tap at a time, answers {LATE * 1000:.0f} ms late", flush=True)
    done: dict[str, list[Results]] = {}
    with sandbox(_NOTHING, LATE) as server:
        done["0"] = _repeated(runs, partial(_read, server, SENDS, folder))
    with sandbox(AccountSize(1, sizes.waiting, 200, 1000), LATE) as server:
        for calls in sizes.calls:
            often = _LONG_RUNS if calls in sizes.calls[:2] else runs
            done[str(calls)] = _repeated(often, partial(_read, server, SENDS, folder, calls))
    return {"runs": done}


def _read(server: Sandbox, streams: tuple[str, ...], folder: Path, calls: int | None = None) -> Results:
    wanted = sum(count for stream, count in server.rows().items() if stream in streams)
    measured = run(our_tap(server, streams, calls, folder), folder / "log.txt")
    if measured.records != wanted:
        raise UnequalError(f"the tap wrote {measured.records:,} records of {wanted:,}")
    return told(f"tap, {calls or 'usual'} calls", measured, wanted, "rows")


def _known(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Fill ledgers with more and more people; take all of them unchanged, 1 % changed, and a fixed number of them."""
    works = ("target-filled", "target-unchanged", "target-changed", "target-audience")
    done: dict[str, dict[str, list[Results]]] = {work: {} for work in works}
    starts = _nobody(runs, folder)
    for people in sizes.known:
        print(f"growth: {people:,} people whom the ledger knows", flush=True)
        for edition in range(2):
            path = folder / f"edition-{edition}.jsonl"
            write_input(path, people, edition=edition)
            _cut(path, folder / f"first-{edition}.jsonl", sizes.first)
        with sms_sandbox() as server:
            target = our_target(server, folder / "ours", concurrency=_WORKERS)
            known = Known(target, server, folder, people)
            often, size = _often(runs, people, sizes.known), str(people)
            filled = {**known.fill(), "ledger_mb": target.ledger_bytes() / 1e6}
            done["target-filled"][size] = [filled]
            done["target-unchanged"][size] = [known.take(0, changed=False) for _ in range(often)]
            # The ledger has edition 0 now; each run takes the one that it does not have.
            done["target-changed"][size] = [known.take((turn + 1) % 2, changed=True) for turn in range(often)]
            again = [known.take((often + turn + 1) % 2, changed=True, first=sizes.first) for turn in range(runs)]
            done["target-audience"][size] = again
            target.forget()
    for path in folder.glob("*.jsonl"):
        path.unlink()
    return {work: {"runs": {"0": starts, **found}} for work, found in done.items()}


def _cut(path: Path, to: Path, people: int) -> None:
    """Write the schema and the first people of an input."""
    with path.open(encoding="utf-8") as lines, to.open("w", encoding="utf-8") as output:
        output.writelines(islice((line for line in lines if '"STATE"' not in line), people + 1))


def _target_calls(runs: int, folder: Path, sizes: Sizes) -> Results:
    """Deliver the same new people with more and more calls at a time, each answer late."""
    print(f"growth: calls of the target at a time, answers {QUICK_ANSWER * 1000:.0f} ms late", flush=True)
    given = folder / "people.jsonl"
    write_input(given, sizes.people)
    done: dict[str, list[Results]] = {"0": _nobody(runs, folder, QUICK_ANSWER)}
    with sms_sandbox(QUICK_ANSWER) as server:

        def take(calls: int) -> Results:
            server.reset()
            server.sms_fault("latency", seconds=QUICK_ANSWER)
            target = our_target(server, folder / "ours", concurrency=calls)
            measured = run(target.command, folder / "log.txt", given)
            expect(target, server, created=sizes.people)
            return told(f"target, {calls} calls", measured, sizes.people)

        for calls in sizes.calls:
            often = _LONG_RUNS if calls in sizes.calls[:2] else runs
            done[str(calls)] = _repeated(often, partial(take, calls))
    return {"runs": done}


def _nobody(runs: int, folder: Path, latency: float = 0.0) -> list[Results]:
    """Start up for nobody."""
    given = folder / "nobody.jsonl"
    write_input(given, 0)
    with sms_sandbox(latency) as server:
        target = our_target(server, folder / "ours", concurrency=_WORKERS)
        return [told("nobody", run(target.command, folder / "log.txt", given), 0) for _ in range(runs)]
