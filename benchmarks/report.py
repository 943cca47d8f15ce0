"""The report: figures to Markdown. Pure: raw figures in, text out. The targets' parts are in modules of their own."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from attentive_report import attentive_sections
from attentive_verdicts import attentive_targets
from delivery_report import delivery_sections
from delivery_verdicts import delivery_targets
from limits import LIMITS
from scenarios import DEFAULT, OURS, SCENARIOS
from tables import table
from textlocal_report import textlocal_sections
from textlocal_verdicts import textlocal_targets
from verdicts import targets

if TYPE_CHECKING:
    from verdicts import Target

Figures = dict[str, Any]
_TITLES = {each.name: each.title for each in SCENARIOS}
_PIPE = ("tap-listrak", "target-jsonl", "meltano")


def value(part: Figures, scenario: str, contender: str, attribute: str) -> float | None:
    """Return the median of a contender's runs; None if it did not take part."""
    runs = part["scenarios"][scenario]["runs"].get(contender) or ()
    return median(each[attribute] for each in runs) if runs else None


def ratio(part: Figures, scenario: str, contender: str, attribute: str, *, less: str | None = None) -> float | None:
    """Return how many times more of something the peer took than a contender.

    Args:
        part: The part's figures.
        scenario: The scenario.
        contender: Of ours.
        attribute: `cpu` or `wall`.
        less: A scenario whose figure each side is spared: its start-up.
    """
    took = []
    for name in ("peer", contender):
        whole = value(part, scenario, name, attribute)
        spared = (value(part, less, "peer" if name == "peer" else OURS, attribute) or 0) if less else 0
        if whole is None or whole <= spared:
            return None
        took.append(whole - spared)
    return took[0] / took[1]


def render(figures: Figures, machine: str, versions: dict[str, str], *, quick: bool = False) -> str:
    """Write the whole report.

    Args:
        figures: By part, as `run.py` saves them.
        machine: The machine in words.
        versions: `ours` and `peer` in words.
        quick: Whether the accounts were too small for the figures to mean anything.
    """
    parts = {"cpu": _cpu, "latency": _latency, "memory": _memory, "pipe": _pipe}
    of_tap = [write(figures[name]) for name, write in parts.items() if name in figures]
    sections = [_head(figures, machine, versions), _targets(figures)]
    if of_tap:
        sections += [_TAP, *of_tap, LIMITS]
    sections += [*delivery_sections(figures), *attentive_sections(figures), *textlocal_sections(figures)]
    warning = ["**A quick look: the accounts are tiny, and no figure means anything.**"] if quick else []
    return "\n\n".join(warning + sections) + "\n"


def _head(figures: Figures, machine: str, versions: dict[str, str]) -> str:
    parts = [
        [name, part["when"], f"{part['minutes']:.1f} min", f"{part['load']:.1f}", part["commit"]]
        for name, part in figures.items()
    ]
    return f"""# Benchmarks

Written by `make bench`. On {machine}.

- ours: {versions["ours"]}
- the public tap-listrak 1.1.0, in an environment of its own: {versions["peer"]}

CPU is user and system time of the measured process by `wait4`, with Python's caches of compiled modules warm; memory
is its `ru_maxrss`, 1 MB = 1,000,000 bytes. Figures are medians of the number of runs given. CPU seconds and ratios are
what to look at; wall times include the sandbox, which shares the machine's cores.

{table(["part", "measured", "took", "load before", "code at commit"], parts)}"""


_TAP = """## tap-listrak, side by side with the public tap-listrak 1.1.0

Both taps read the same `vendor-sandbox` over loopback, in turns, with the same streams selected and the same page
size; the peer's address is its one patched constant. Output goes into a pipe that is counted and thrown away; a run
that writes more or fewer records than the account holds ends the benchmark. Ours writes every time with its zone's
offset, adds the time of extraction and checks for illegal characters; the peer does none of this. CPU includes
start-up."""


def _targets(figures: Figures) -> str:
    found = [*targets(figures), *delivery_targets(figures), *attentive_targets(figures), *textlocal_targets(figures)]
    judged: list[Target] = sorted(found, key=lambda each: each.met)
    rows = [[each.what, each.wanted, each.measured, "**met**" if each.met else "**not met**"] for each in judged]
    return f"## Targets\n\nThose that are not met come first.\n\n{table(['target', 'wanted', 'measured', ''], rows)}"


def _cpu(part: Figures) -> str:
    rows = []
    for name, result in part["scenarios"].items():
        if name == "start-up":
            continue
        cells = [_TITLES[name], f"{result['rows']:,}"]
        for contender in ("peer", "ours, 1 at a time", OURS):
            cpu = value(part, name, contender, "cpu")
            cells.append(f"{result['rows'] / cpu:,.0f}" if cpu else "")
        cells += [_times(ratio(part, name, OURS, "cpu")), _times(ratio(part, name, OURS, "cpu", less="start-up"))]
        rows.append([*cells, _times(ratio(part, name, OURS, "wall")), _runs(result)])
    columns = [
        "read",
        "rows",
        "peer",
        "ours, 1 at a time",
        f"ours, {DEFAULT}",
        "ratio",
        "without start-up",
        "wall ratio",
        "runs",
    ]
    start = [value(part, "start-up", name, "cpu") or 0 for name in ("peer", OURS)]
    return f"""### Rows per CPU second

{table(columns, rows)}

Start-up (an account of one empty list, the service's description included): peer {start[0]:.2f}, ours {start[1]:.2f}
CPU seconds. Ratios compare the peer with ours at the default concurrency. One stream alone is read with the lists and
messages it belongs to."""


def _latency(part: Figures) -> str:
    rows = []
    for name, result in part["scenarios"].items():
        if name == "latency-start":
            continue
        for contender, runs in result["runs"].items():
            wall = value(part, name, contender, "wall")
            times = [ratio(part, name, contender, "wall", less=less) for less in (None, "latency-start")]
            cells = [_TITLES[name], contender, f"{result['rows']:,}", f"{wall:.1f} s", *map(_times, times)]
            rows.append([*cells, str(len(runs))])
    return f"""### Each answer 100 ms late

One list, 200 messages (and two test messages) to 200 contacts, 1,000-row pages: every report is one page, and the
empty page behind it that ends it. Wall time of the whole process, start-up included. The peer makes one call at a
time, so its time hardly varies and it is run less often. Start-up is what an account of one empty list takes.

{table(["read", "tap", "rows", "wall", "ratio", "without start-up", "runs"], rows)}"""


def _memory(part: Figures) -> str:
    rows = []
    for name, result in part["scenarios"].items():
        cells = [_TITLES[name], f"{result['rows']:,}"]
        for contender in (OURS, "peer"):
            for attribute, unit in (("peak_mb", "MB"), ("wall", "s")):
                found = value(part, name, contender, attribute)
                cells.append("" if found is None else f"{found:,.0f} {unit}")
        rows.append(cells)
    return f"""### Peak memory

At the default concurrency, 2,500-row pages, one run each. Where the peer's cell is empty it was not run: the largest
of its answers decides its peak, not how many there are. Below 55 MB a figure may be that of the measuring program,
which the system counts in.

{table(["read", "rows", "ours", "wall", "peer", "wall"], rows)}"""


def _pipe(part: Figures) -> str:
    result = part["scenarios"]["pipe"]
    piped = result["runs"]["pipe"]
    wall = median(each["wall"] for each in piped)
    rows = [[role, f"{median(each['cpu'][role] for each in piped):.1f} s"] for role in _PIPE]
    alone = [f"{value(part, 'pipe', 'alone', attribute) or 0:.1f} s" for attribute in ("wall", "cpu")]
    return f"""### The whole pipe

`meltano run tap-listrak target-jsonl`, all nine streams, {result["rows"]:,} rows; medians of {len(piped)} runs.
CPU seconds of the processes, read off `/proc` until they end. The tap's include its discovery, which Meltano starts
as a process of its own.

{table(["process", "CPU"], rows)}

Wall time of the pipe {wall:.1f} s; of the tap alone, its output thrown away, {alone[0]} ({alone[1]} CPU)."""


def _runs(result: Figures) -> str:
    return str(max(len(runs) for runs in result["runs"].values()))


def _times(number: float | None) -> str:
    return "" if number is None else f"{number:.1f}x"
