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
        *_what_it_is(),
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


def _what_it_is() -> Iterable[str]:
    yield "In each trial a run of a target or tap meets a fault, or is killed, at a place that the trial's seed says;"
    yield "then it is run again, and what the vendor has is compared with what an undisturbed run leaves. Lost: people"
    yield "who are not as an undisturbed run leaves them and of whom no report tells, and records behind a STATE that"
    yield "went out too early. Texted twice: people who got a text more often. Unaccounted: records without exactly"
    yield "one outcome in the report."


def _bad(verdicts: Sequence[tuple[str, Verdict]]) -> Iterable[str]:
    """Name what went wrong, with the command that brings it back."""
    for name, each in verdicts:
        yield f"- {each.target}, {each.fault}: `{replay(name, each.seed)}` {each.note}".rstrip()
    if verdicts:
        yield ""


def replay(source: str, seed: int) -> str:
    """Return the command that runs one trial again."""
    return f"PYTHONPATH=tests .venv/bin/python -m chaos --source {source} --seed {seed}"


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
