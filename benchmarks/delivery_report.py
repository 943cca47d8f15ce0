"""The report's part about target-listrak-sms: figures to Markdown. Pure."""

from __future__ import annotations

from typing import Any

from delivery import ALLOWED, FULL, PARTS, WORKERS
from delivery_verdicts import engine_ms, largest, middle, per_second
from ratios import faster
from tables import PEER_TITLES, again, peers_in_words, table

Figures = dict[str, Any]
_KINDS = {"filled": "the ledger filled", "unchanged": "all unchanged", "changed": "1 % changed"}


def delivery_sections(figures: Figures) -> list[str]:
    """Write the sections of the parts that were measured, under a heading of their own."""
    writers = {"rate": _rate, "speed": _speed, "million": _million}
    sections = [writers[part](figures[part]["scenarios"]) for part in PARTS if part in figures]
    return [_HEAD, *sections] if sections else []


_HEAD = """## target-listrak-sms

Delivers made-up people to the SMS REST API of the same `vendor-sandbox` over loopback: `subscribe`, twelve columns
(an id, phone, e-mail address, names, birthday, postal code, consent, four custom fields), the ledger in SQLite, all
settings at their defaults but those named. CPU, memory and wall time are measured as the tap's; the sandbox's CPU is
not in them. After each run the sandbox must have exactly the people of the input, and the target's report must say so
too, else the benchmark ends. All phone numbers end in 555-0100 to 555-0199, which are nobody's in North America."""


_RATE_COLUMNS = (
    "`requests_per_second`",
    "people",
    "watched",
    "calls a second",
    "share",
    "429",
    "429 later",
    "wall",
    "CPU a record",
    "runs",
)


def _rate(scenarios: Figures) -> str:
    rows = []
    for name, asked in (("right", ALLOWED), ("wrong", 2 * ALLOWED)):
        scenario = scenarios[name]
        rows.append(
            [
                f"{asked}",
                f"{scenario['rows']:,}",
                f"{middle(scenario, 'watched_seconds'):.1f} s",
                f"{middle(scenario, 'watched_rate'):.2f}",
                f"{middle(scenario, 'watched_rate') / ALLOWED:.3f}",
                f"{largest(scenario, 'watched_refused'):.0f}",
                f"{largest(scenario, 'watched_refused_late'):.0f}",
                f"{middle(scenario, 'wall'):.1f} s",
                f"{engine_ms(scenarios, name):.2f} ms",
                str(len(scenario["runs"]["ours"])),
            ]
        )
    return f"""### A rate that the vendor allows

{ALLOWED} calls a second allowed (the fault `rate-limit`: a bucket of ten calls), every answer 150 ms late, 32 workers.
New people: one call each. By the sandbox's own counters, read ten times a second: calls let through a second, from the
first contact made to the last call (the token and the account, asked for one by one before, are left out), and calls
answered with 429, in all and after the first second. Of several runs: the median; of 429, and of the share in the
verdict, the worst run. CPU a record is without start-up. With the wrong setting, twice what is allowed, the target
has to find out; no verdict on that.

{table(_RATE_COLUMNS, rows)}

{again("rate")}"""


def _speed(scenarios: Figures) -> str:
    titles = {
        "ours": f"ours, {WORKERS} workers",
        **{name: f"{title}, one at a time" for name, title in PEER_TITLES.items()},
    }
    there = [name for name in titles if name in scenarios]
    rows = []
    for name in there:
        scenario, start = scenarios[name], middle(scenarios["start"], "wall", name)
        alone = scenario["rows"] / (middle(scenario, "wall", name) - start)
        rows.append(
            [
                titles[name],
                f"{scenario['rows']:,}",
                f"{middle(scenario, 'wall', name):.1f} s",
                f"{per_second(scenario, 'wall', name):,.1f}",
                f"{alone:,.1f}",
                "" if name == "ours" else str(faster(scenarios["ours"], scenario, name)),
                f"{middle(scenario, 'cpu', name):.1f} s",
                f"{engine_ms(scenarios, name, name):.2f} ms",
                f"{largest(scenario, 'peak_mb', name):.0f} MB",
                str(len(scenario["runs"][name])),
            ]
        )
    columns = ["", "people", "wall", "a second", "without start-up", "ours is", "CPU", "CPU a record", "peak", "runs"]
    return f"""### At full speed, each answer 50 ms late

No limit of calls; new people, one call each for all. They are run in turns.

{peers_in_words("record_sink.py", "POST")}

Ratios are of wall time, start-up included. CPU a record is without start-up, which is that of an input without
records, in wall and CPU seconds: {_starts(scenarios["start"], titles)}.

{table(columns, rows)}

{again("speed")}"""


def _starts(start: Figures, titles: dict[str, str]) -> str:
    took = {name: [f"{middle(start, cost, name):.2f}" for cost in ("wall", "cpu")] for name in start["runs"]}
    return "; ".join(f"{titles[name]} {wall} and {cpu} s" for name, (wall, cpu) in took.items())


def _million(scenarios: Figures) -> str:
    rows = []
    for scale, _ in FULL.million:
        for kind, title in _KINDS.items():
            scenario = scenarios[f"{kind}-{scale}"]
            runs = scenario["runs"]["ours"]
            calls = max(run.get("updates", 0) + sum(run.get("other_calls", {}).values()) for run in runs)
            rows.append(
                [
                    title,
                    f"{scenario['rows']:,}",
                    f"{middle(scenario, 'wall'):.1f} s",
                    f"{middle(scenario, 'cpu'):.1f} s",
                    f"{per_second(scenario, 'cpu'):,.0f}",
                    "" if kind == "filled" else f"{calls:,}",
                    f"{largest(scenario, 'peak_mb'):.0f} MB",
                    str(len(runs)),
                ]
            )
    kept = scenarios[f"unchanged-{FULL.million[-1][0]}"]["ledger_mb"]
    columns = ["input", "rows", "wall", "CPU", "rows per CPU second", "calls", "peak", "runs"]
    return f"""### A million people who are known

The ledger holds everybody; then the same input again, and inputs in which every hundredth record has another value:
1 % is sent, in one call each. 16 workers (the default), no limit, no delay. Start-up is in all figures; peaks are
those of the worst run. How the ledger was filled: the 1 % that change later by a true run against the sandbox,
everybody else by the target with its calls cut out (`fill_ledger.py`: all its work but the HTTP).
There are not a million made-up phone
numbers, so those whose records never change share some 32,000 of them, and are told apart in the ledger; an unchanged
record is known by its digest before its phone is read. The ledger of a million takes {kept:.0f} MB on disk.

{table(columns, rows)}

{again("million")}"""
