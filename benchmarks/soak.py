"""Whether memory stays flat: two million records through each target, its resident memory looked at all the while."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from delivery import Known, sms_sandbox
from inputs import CHANGED_EVERY, write_input
from kept import UnequalError, told
from measure import run
from sandbox import running
from targets import NO_LIMIT, Ours, attentive, ours, textlocal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox import Sandbox

PARTS: Final = ("soak",)
TENTHS: Final = 10
"""Into so many pieces of equal length a run is cut for the table."""
_LOOK_SECONDS = 0.05
_WORKERS = 16
_FULL, _SMALL = 2_000_000, 4000
_GROUP = "Everybody"
Results = dict[str, Any]


@dataclass
class MemoryWatch:
    """Looks at the resident memory of a process, in a thread, from its start to its end.

    Attributes:
        looks: In millions of bytes, at even distances.
    """

    looks: list[float] = field(default_factory=list)

    def follow(self, pid: int) -> None:
        """Begin; it ends with the process."""
        threading.Thread(target=self._look, args=(pid,), daemon=True).start()

    def _look(self, pid: int) -> None:
        while (resident := _resident(pid)) is not None:
            self.looks.append(resident)
            time.sleep(_LOOK_SECONDS)


def _resident(pid: int) -> float | None:
    """Return a running process's resident memory in millions of bytes; None if it is over."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("VmRSS:")]  # none once it has ended
    return int(sizes[0]) * 1024 / 1e6 if sizes else None


def pieces(looks: Sequence[float], count: int) -> list[float]:
    """Cut looks into pieces of equal length, and return the median of each."""
    ends = [len(looks) * place // count for place in range(count + 1)]
    return [median(looks[begin:end] or looks[-1:]) for begin, end in pairwise(ends)]


def measure_soak(part: str, runs: int, folder: Path, *, quick: bool) -> Results:
    """Send the records through each target, once.

    Args:
        part: `soak`.
        runs: Not looked at: how memory goes is seen in one run, and that takes minutes.
        folder: For inputs, configs, ledgers and logs.
        quick: Whether to take few records, for a look whether everything works.

    Returns:
        By scenario, `rows` and `runs`.

    Raises:
        UnequalError: A target did more or less than it was to do.
    """
    del runs
    people = _SMALL if quick else _FULL
    place = folder / part
    place.mkdir(parents=True, exist_ok=True)
    print(f"soak: {people:,} records through each target", flush=True)
    return {"listrak": _listrak(place, people), **_attentive(place, people), "textlocal": _textlocal(place, people)}


def _listrak(folder: Path, people: int) -> Results:
    """Take people who are known, of whom 1 % changed, in a call each."""
    for edition in range(2):
        write_input(folder / f"edition-{edition}.jsonl", people, edition=edition)
    with sms_sandbox() as server:
        known = Known(ours(server, folder / "listrak", concurrency=_WORKERS), server, folder, people)
        known.fill()
        return _soaked("listrak", known.target, folder / "edition-1.jsonl", people, -(-people // CHANGED_EVERY))


def _attentive(folder: Path, people: int) -> Results:
    """Write everybody's attributes in bulk; then the same people again, of whom 1 % changed."""
    results = {}
    for edition in range(2):
        write_input(folder / f"profiles-{edition}.jsonl", people, edition=edition, without_phone=True)
    with _account(folder / "attentive-sandbox") as server:
        target = attentive(server, folder / "attentive", "attributes")
        for edition, accepted in enumerate((people, -(-people // CHANGED_EVERY))):
            given = folder / f"profiles-{edition}.jsonl"
            name = "attentive-known" if edition else "attentive-new"
            results[name] = _soaked(name, target, given, people, accepted)
    return results


def _textlocal(folder: Path, people: int) -> Results:
    """Put everybody into a group, in bulk. There are fewer numbers than records: each comes again as another."""
    given = folder / "contacts.jsonl"
    write_input(given, people, contacts=True)
    with _account(folder / "textlocal-sandbox") as server:
        settings = {"group_name": _GROUP, "customer_id_field": "custom1", "requests_per_second": NO_LIMIT}
        target = textlocal(server, folder / "textlocal", "contacts", **settings)
        return _soaked("textlocal", target, given, people, people)


@contextmanager
def _account(data: Path) -> Iterator[Sandbox]:
    """Run a sandbox that keeps what it holds on disk: millions of people are much for a memory that is shared."""
    shutil.rmtree(data, ignore_errors=True)
    with running("--lists=1", "--messages=0", "--contacts=0", "--page-size=10", f"--data={data}") as server:
        yield server
    shutil.rmtree(data)


def _soaked(name: str, target: Ours, given: Path, people: int, accepted: int) -> Results:
    """Run a target over an input, and say how its memory went."""
    watch = MemoryWatch()
    measured = run(target.command, target.folder / "log.txt", given, started=watch.follow)
    report = target.report()
    outcomes = {outcome: count for outcome, count in report["outcomes"].items() if count}
    unchanged = {"unchanged": people - accepted} if people > accepted else {}
    if outcomes != {"accepted": accepted, **unchanged}:
        raise UnequalError(f"of {people:,} records the target reports {outcomes} instead of {accepted:,} accepted")
    given.unlink()
    found = {**told(name, measured, people, "records"), "sent": accepted, "calls": report["requests"]}
    found |= {"quarters_mb": pieces(watch.looks, 4), "tenths_mb": pieces(watch.looks, TENTHS)}
    return {"rows": people, "runs": {"ours": [found]}}
