"""The table of a run's verdicts, in Markdown."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chaos.verdicts import Verdict

_PACKAGES = (
    "singer-delivery",
    "tap-listrak",
    "tap-textlocal",
    "target-attentive",
    "target-listrak-sms",
    "target-textlocal",
    "singer-sdk",
    "requests",
    "sqlalchemy",
)
_GIGABYTE = 10**9


def page(verdicts: Sequence[tuple[str, Verdict]], command: str, seconds: float) -> str:
    """Return the page.

    Args:
        verdicts: Of each trial, with the name of its source.
        command: What ran them.
        seconds: How long they took.
    """
    bad = [(name, each) for name, each in verdicts if not each.is_well]
    today = datetime.now(timezone.utc).date().isoformat()
    words = "nobody lost, nobody texted twice, no record unaccounted for" if not bad else f"{len(bad):,} of them bad"
    lines = [
        "# Under fire",
        "",
        f"{len(verdicts):,} trials: {words}.",
        "",
        _WHAT_IT_IS,
        "",
        *_reach(verdicts),
        "",
        *_bad(bad),
        *_rows(each for _, each in verdicts),
        "",
        f"Made by `{command}` in {seconds / 60:,.0f} minutes on {today}, on {_machine()}.",
        "",
        f"Versions: Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
        + ".",
        "",
    ]
    return "\n".join(lines)


_WHAT_IT_IS = """\
In each trial something happens to a run of a target or a tap, at a place that the trial's seed says. Then it is run
again, undisturbed, on what a tap would send after the last STATE that came out; and what the vendor's sandbox has in
the end is compared with what a run leaves that nothing happened to. The checker looks from outside alone: at the
people and the outbox of the sandbox, the ledger, the rejects, the reports, the STATE lines.

- **lost**: people who do not stand as an undisturbed run leaves them, texts that were not sent, and rejected records
  that are in no rejects file, unless the ledger has them as in doubt: of what is done at most once, that is the price;
- **texted twice**: texts (and events and segments, which may start some) beyond those of an undisturbed run;
- **unaccounted**: records that were read and have not exactly one outcome in their run's report.

A **step** trial runs a target in a process of the harness against a sandbox over HTTP, and ends it by `kill -9` at one
of its steps: before a call goes out and when its answer has come, before and after each commit of the ledger, in the
middle of and after each line of rejects and of STATE, before the report and when it is there as a draft. By the
kill alone all steps of an action are tried; together with each other fault as many as the trials last for, the same
each time: 10,000 come to some two of three, `TRIALS=21000` to all. Beyond that the input, the size of chunks, the
number of workers, the fault and the step are drawn. Some actions are tried with their ledger in PostgreSQL, too,
under kills and clocks that are set. A **process** trial is a target as users start it, under signals and with real
full disks; a **tap** trial the same for a tap, whose output a small loader takes.

A seed and a step bring back the same input and the same fault, at the same step. What other threads are just doing
then is theirs to choose, as in any run: a trial that was bad may be well the next time.

What falls short: nobody gets two texts of target-textlocal's `messages` in one trial. The rows of Textlocal's history
name numbers and no texts. So of two texts to one person, of which one went out and was accepted and the other broke
off as its run was killed, the next run takes the row of the first for the second: it is told as sent, and was not.

Nobody is taken off and added again in one trial, either. Of a deleted row and one that adds the same person the later
one counts, where both are read together. Where they are read far from each other each run, killed before or not, takes
them off and adds them again, and at Listrak that is a welcome again.\
"""


def _reach(verdicts: Sequence[tuple[str, Verdict]]) -> Iterable[str]:
    """Say at how many steps it happened, and how often it did not come to that."""
    stepwise = [each for _, each in verdicts if each.step]
    places = {(each.target, each.fault, each.step) for each in stepwise if each.happened}
    yield f"In {sum(each.happened for each in stepwise):,} of the {len(stepwise):,} step trials it happened, at"
    yield f"{len(places):,} different steps (of an action, with a fault). In the others the run was over before, or"
    yield "went another way: what a fault at the vendor changes is not the same each time. They count as trials, too."


def _bad(verdicts: Sequence[tuple[str, Verdict]]) -> Iterable[str]:
    """Name what went wrong, with the command that brings it back."""
    for name, each in verdicts:
        yield f"- {each.target}, {each.fault}: `{replay(name, each)}` {each.note}".rstrip()
    if verdicts:
        yield ""


def replay(source: str, verdict: Verdict) -> str:
    """Return the command that runs a trial again."""
    step = f' --step "{verdict.step}"' if verdict.step else ""
    return f"PYTHONPATH=tests .venv/bin/python -m chaos --source {source} --seed {verdict.seed}{step}"


def _rows(verdicts: Iterable[Verdict]) -> Iterable[str]:
    together: dict[tuple[str, str, str], list[Verdict]] = defaultdict(list)
    for each in verdicts:
        together[each.kind, each.target, each.fault].append(each)
    yield "| trial | target or tap | fault | trials | lost | texted twice | unaccounted |"
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: |"
    for (kind, target, fault), found in sorted(together.items()):
        yield f"| {kind} | {target} | {fault} | {_sums(found)} |"
    yield f"| **all** | | | {_sums([each for found in together.values() for each in found])} |"


def _sums(found: Sequence[Verdict]) -> str:
    sums = (
        len(found),
        sum(each.lost for each in found),
        sum(each.texted_twice for each in found),
        sum(each.unaccounted for each in found),
    )
    return " | ".join(f"{number:,}" for number in sums)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIGABYTE
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    processor = next(named, platform.machine())
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()}"
