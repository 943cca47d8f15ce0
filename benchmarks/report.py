"""The report: figures to Markdown. Pure: raw figures in, text out. The targets' parts are in modules of their own."""

from __future__ import annotations

from statistics import median
from typing import Any

from attentive_report import attentive_sections
from attentive_verdicts import attentive_targets
from delivery_report import delivery_sections
from delivery_verdicts import delivery_targets
from growth_report import growth_sections
from growth_verdicts import growth_targets
from limits import LIMITS, limit_sections
from ratios import compared, without_start
from scenarios import DEFAULT, OURS, SCENARIOS
from soak_report import soak_sections, soak_targets
from suites import PARTS
from tables import again, table
from textlocal_report import textlocal_sections
from textlocal_verdicts import textlocal_targets
from verdicts import targets
from why import YARDSTICK

Figures = dict[str, Any]
_TITLES = {each.name: each.title for each in SCENARIOS}
_PIPE = ("tap-listrak", "target-jsonl", "meltano")
_NAMES = {
    "tap-listrak": "the public tap-listrak 1.1.0, in an environment of its own",
    "hotglue": "targets of hotglue-singer-sdk, in an environment of its own",
}


def value(part: Figures, scenario: str, contender: str, attribute: str) -> float | None:
    """Return the median of a contender's runs; None if it did not take part."""
    runs = part["scenarios"][scenario]["runs"].get(contender) or ()
    return median(each[attribute] for each in runs) if runs else None


def _times(part: Figures, scenario: str, contender: str, attribute: str) -> str:
    return str(compared(part["scenarios"][scenario], "peer", contender, attribute))


def _alone(part: Figures, scenario: str, contender: str, attribute: str, start: str) -> str:
    """Write the same without start-up, which is what another scenario took."""
    start_up = [value(part, start, "peer" if who == "peer" else OURS, attribute) or 0 for who in ("peer", contender)]
    found = without_start(part["scenarios"][scenario], "peer", contender, attribute, (start_up[0], start_up[1]))
    return "" if found is None else str(found)


def render(figures: Figures, *, quick: bool = False) -> str:
    """Write the whole report.

    Args:
        figures: By part, as `run.py` saves them.
        quick: Whether the accounts were too small for the figures to mean anything.
    """
    figures = {part: figures[part] for part in PARTS if part in figures}
    parts = {"cpu": _cpu, "latency": _latency, "memory": _memory, "pipe": _pipe}
    of_tap = [write(figures[name]) for name, write in parts.items() if name in figures]
    sections = [_head(figures), *_targets(figures), *limit_sections(figures)]
    if of_tap:
        sections += [_TAP, *of_tap, LIMITS]
    sections += [*delivery_sections(figures), *attentive_sections(figures), *textlocal_sections(figures)]
    sections += [*growth_sections(figures), *soak_sections(figures)]
    warning = ["**A quick look: the accounts are tiny, and no figure means anything.**"] if quick else []
    return "\n\n".join(warning + sections) + "\n"


def _head(figures: Figures) -> str:
    parts = [
        [name, part["when"], f"{part['minutes']:.1f} min", f"{part['load']:.1f}", _stolen(part), part["commit"]]
        for name, part in figures.items()
    ]
    return f"""# Benchmarks

Written by `make bench`.

{_surroundings(figures)}
{_yardstick(figures)}
CPU is user and system time of the measured process by `wait4`, with Python's caches of compiled modules warm; memory
is its `ru_maxrss`, 1 MB = 1,000,000 bytes. Who is compared is run in turns: ours, the peers, ours, the peers. Figures
are medians of the number of runs given; a ratio is the median of the rounds, with the least and the most of them
behind it. CPU seconds and ratios are what to look at; wall times include the sandbox, which shares the machine's
cores. Stolen is the share of the machine's CPU time that its host gave to others meanwhile: where it is more than a
few percent, rates and seconds suffer from pauses.

{table(["part", "measured", "took", "load before", "stolen", "code at commit"], parts)}

All parts again: `make bench`"""


def _stolen(part: Figures) -> str:
    return f"{part['stolen']:.0%}" if "stolen" in part else "not kept"


def _surroundings(figures: Figures) -> str:
    """Say where and with which versions, once for all parts that share them."""
    shared: dict[str, list[str]] = {}
    for name, part in figures.items():
        said = [f"machine: {part['machine']}", f"ours: {part['versions']['ours']}"] if "machine" in part else []
        shared.setdefault("\n".join(f"- {each}" for each in said) or "- not kept", []).append(name)
    blocks = [f"{', '.join(names)}:\n\n{said}" for said, names in shared.items()]
    peers = {
        f"- {_NAMES[peer]}: {words}": None
        for part in figures.values()
        for peer, words in part.get("versions", {}).items()
        if peer in _NAMES
    }
    return "\n\n".join([*blocks, *(["Beside them:\n\n" + "\n".join(peers)] if peers else [])])


def _yardstick(figures: Figures) -> str:
    """Say how fast a core is, by the one program whose code never changes; a paragraph, or none."""
    if "cpu" not in figures:
        return ""
    part = figures["cpu"]
    rows = part["scenarios"][YARDSTICK.scenario]["rows"] / (value(part, YARDSTICK.scenario, "peer", "cpu") or 1)
    return f"""
How fast a core is: the public tap, whose code does not change, wrote {rows:,.0f} rows a CPU second in the part `cpu`,
and {YARDSTICK.rows:,} on {YARDSTICK.machine}.
All that is told in CPU seconds, or in seconds that a core fills, is to be read with that.
"""


_TAP = """## tap-listrak, side by side with the public tap-listrak 1.1.0

Both taps read the same `vendor-sandbox` over loopback, in turns, with the same streams selected and the same page
size; the peer's address is its one patched constant. Output goes into a pipe that is counted and thrown away; a run
that writes more or fewer records than the account holds ends the benchmark. Ours writes every time with its zone's
offset, adds the time of extraction and checks for illegal characters; the peer does none of this. CPU includes
start-up."""


def _targets(figures: Figures) -> list[str]:
    """Write what falls short first, each with what holds it back."""
    judges = (targets, delivery_targets, attentive_targets, textlocal_targets, growth_targets, soak_targets)
    found = [each for judge in judges for each in judge(figures)]
    missed = [
        [each.what, each.wanted, each.measured, "**not met**", each.why or "not looked into yet"]
        for each in found
        if not each.met
    ]
    met = [[each.what, each.wanted, each.measured, "**met**"] for each in found if each.met]
    columns = ["target", "wanted", "measured", ""]
    short = table([*columns, "what holds it back"], missed) if missed else "Nothing that was measured."
    head = f"## Targets\n\nWhat falls short, each with what holds it back as far as that is known:\n\n{short}"
    return [head, f"What is met:\n\n{table(columns, met)}\n\nAll of them again: `make bench`"]


def _cpu(part: Figures) -> str:
    rows = []
    for name, result in part["scenarios"].items():
        if name == "start-up":
            continue
        cells = [_TITLES[name], f"{result['rows']:,}"]
        for contender in ("peer", "ours, 1 at a time", OURS):
            cpu = value(part, name, contender, "cpu")
            cells.append(f"{result['rows'] / cpu:,.0f}" if cpu else "")
        cells += [_times(part, name, OURS, "cpu"), _alone(part, name, OURS, "cpu", "start-up")]
        rows.append([*cells, _times(part, name, OURS, "wall"), _runs(result)])
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
messages it belongs to.

{again("cpu")}"""


def _latency(part: Figures) -> str:
    rows = []
    for name, result in part["scenarios"].items():
        if name == "latency-start":
            continue
        for contender, runs in result["runs"].items():
            wall = value(part, name, contender, "wall")
            times = [_times(part, name, contender, "wall"), _alone(part, name, contender, "wall", "latency-start")]
            cells = [_TITLES[name], contender, f"{result['rows']:,}", f"{wall:.1f} s", *times]
            rows.append([*cells, str(len(runs))])
    return f"""### Each answer 100 ms late

One list, 200 messages (and two test messages) to 200 contacts, 1,000-row pages: every report is one page, and the
empty page behind it that ends it. Wall time of the whole process, start-up included. Who takes long has fewer turns:
all nine streams take the peer four minutes. Start-up is what an account of one empty list takes.

{table(["read", "tap", "rows", "wall", "ratio", "without start-up", "runs"], rows)}

{again("latency")}"""


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

{table(["read", "rows", "ours", "wall", "peer", "wall"], rows)}

{again("memory")}"""


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

Wall time of the pipe {wall:.1f} s; of the tap alone, its output thrown away, {alone[0]} ({alone[1]} CPU).

{again("pipe")}"""


def _runs(result: Figures) -> str:
    return str(max(len(runs) for runs in result["runs"].values()))
