"""What came of a trial, from the outside: the vendor's people and outbox, the ledger, the rejects, the reports."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from chaos.told import OUTCOMES, person, told_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from chaos.running import Ended
    from chaos.vendors import Seen

_OUR_MISTAKES = ("Traceback", "A mistake in this program")


class Texts(Enum):
    """What texts are to an action, and so what it is that one is missing."""

    NONE = "none"
    """A side effect: what counts is how people stand in the end."""
    EACH = "each"
    """What it is for, and the ledger knows each one."""
    PEOPLE = "people"
    """What it is for, and the ledger knows people: a doubt about one is a doubt about all texts of them."""


@dataclass(frozen=True)
class Left:
    """What was left behind by a run, or by a run and the next one.

    Attributes:
        seen: What the vendor shows.
        rejects: Rows that are rejected and have not come through since, by id, with their reason.
        told_of: How many records of each person ended as rejected or unknown.
    """

    seen: Seen
    rejects: Mapping[str, str]
    told_of: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, folder: Path, seen: Seen) -> Left:
        """Read the files of a folder."""
        return cls(seen, _rejects(folder / "rejects.jsonl"), told_of((folder / OUTCOMES).read_text(encoding="utf-8")))


@dataclass
class Findings:
    """What is wrong: numbers as of `Verdict`, and words."""

    lost: int = 0
    texted_twice: int = 0
    unaccounted: int = 0
    words: str = ""

    def add(self, words: str, *, lost: int = 0, texted_twice: int = 0, unaccounted: int = 0) -> None:
        """Take note of something, if there is any of it."""
        if lost or texted_twice or unaccounted:
            self.lost += lost
            self.texted_twice += texted_twice
            self.unaccounted += unaccounted
            self.words = f"{self.words}; {words}" if self.words else words


def check(runs: Sequence[tuple[Ended, int]], left: Left, twin: Left, *, texts_are: Texts) -> Findings:
    """Compare what runs left with what undisturbed ones leave.

    Args:
        runs: Each run, and how many records its input had. To the first one something happened; the others are to go
            well.
        left: What they left.
        twin: What runs of the same input leave that nothing disturbs.
        texts_are: What texts are to the action.
    """
    found = Findings()
    for number, (run, _) in enumerate(runs, 1):
        _check_sums(found, run, f"run {number}")
    last, records = runs[-1]
    if last.report is None:
        found.add(
            f"the last run ended with {last.code} and without a report: {last.stderr[-300:]}", unaccounted=records
        )
    else:
        read, unsettled = int(last.report["read"]), int(last.report["unsettled"])
        found.add(f"{read} of {records} records read", unaccounted=abs(records - read))
        found.add(f"{unsettled} records left unsettled", unaccounted=unsettled)
    found.add(f"the last run ended with {last.code}: {last.stderr[-300:]}", lost=int(last.code != 0))
    check_people(found, left, twin, texts_are=texts_are)
    gone = twin.rejects.keys() - left.rejects.keys()
    found.add(f"{len(gone)} records are neither delivered nor among the rejects", lost=len(gone))
    twice = sum((left.seen.texts - twin.seen.texts).values())
    found.add(f"{twice} texts too many", texted_twice=twice)
    return found


def check_people(found: Findings, left: Left, twin: Left, *, texts_are: Texts) -> None:
    """Look for people who are not as they should be, and whom no record tells of as rejected or unknown.

    Args:
        found: Takes what is found.
        left: What there is.
        twin: What there should be.
        texts_are: What texts are to the action. Where each one counts, a record that is told of stands for one text.
    """
    here, there = left.seen.people, twin.seen.people
    differ = {each for each in here.keys() | there.keys() if here.get(each) != there.get(each)}
    silent = sorted(each for each in differ if not left.told_of[person(each)])
    missing = Counter(person(phone) for phone, _ in (twin.seen.texts - left.seen.texts).elements())
    untexted = {
        Texts.NONE: Counter[str](),
        Texts.EACH: missing - left.told_of,
        Texts.PEOPLE: Counter(missing.keys() - left.told_of.keys()),
    }[texts_are]
    some = [f"{each}: {here.get(each)} for {there.get(each)}" for each in silent[:2]]
    words = f"{len(silent)} people differ and {untexted.total()} texts are missing, of whom nothing is told: {some}"
    found.add(words, lost=(untexted | Counter(map(person, silent))).total())


def _check_sums(found: Findings, run: Ended, name: str) -> None:
    report = run.report
    if report is not None:
        settled, unsettled = sum(report["outcomes"].values()), int(report["unsettled"])
        found.add(
            f"{name}: {settled} settled and {unsettled} unsettled of {report['read']}",
            unaccounted=abs(int(report["read"]) - settled - unsettled),
        )
    ours = [each for each in _OUR_MISTAKES if each in run.stderr]
    found.add(f"{name} says: {run.stderr[-300:]}", unaccounted=len(ours))


def _rejects(file: Path) -> dict[str, str]:
    """Read a rejects file as anybody would: whole lines of JSON, the last one of a row counts."""
    found: dict[str, str] = {}
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    for line in lines:
        try:
            content = json.loads(line)
        except ValueError:  # a crash broke it off
            continue
        if content.get("resolved"):
            found.pop(content["id"], None)
        elif "reason" in content:  # and is not the schema of a stream
            found[content["id"]] = content["reason"]
    return found
