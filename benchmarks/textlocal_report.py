"""The report's part about target-textlocal: figures to Markdown. Pure."""

from __future__ import annotations

from typing import Any

from delivery_verdicts import largest, middle, per_second
from ratios import faster
from tables import PEER_TITLES, again, peers_in_words, table
from textlocal import LATE, PARTS, PER_SECOND
from textlocal_verdicts import TEXTING, calls_of, needed, over, texting

Figures = dict[str, Any]


def textlocal_sections(figures: Figures) -> list[str]:
    """Write the sections of the parts that were measured, under a heading of their own."""
    writers = {"contacts": _contacts, "messages": _messages}
    sections = [writers[part](figures[part]["scenarios"]) for part in PARTS if part in figures]
    return [_HEAD, *sections] if sections else []


_HEAD = f"""## target-textlocal

Delivers made-up people to the Textlocal of the same `vendor-sandbox` over loopback, each answer {LATE * 1000:.0f} ms
late, the ledger in SQLite, all settings at their defaults but those named. After each run the sandbox must hold
exactly what the input asks for, and the target's report must say so too, else the benchmark ends."""


_WAYS = {
    "default": f"ours, 16 at a time, {PER_SECOND} calls a second",
    "in-turn": "ours, one call at a time",
    "unlimited": "ours, 16 at a time, no limit",
}


def _contacts(scenarios: Figures) -> str:
    rows = [[title, *_way(scenarios, name)] for name, title in _WAYS.items()]
    for name, title in PEER_TITLES.items():
        if name in scenarios:
            rows.append([f"{title}, a record a call", *_peer(scenarios, name)])
    columns = ["", "records", "calls", "wall", "calls need", "ratio", "a second", "ours at its defaults is", "CPU"]
    created = scenarios["default"]["runs"]["ours"][0]["created"]
    return f"""### Contacts into a group

Number, names, customer id and a custom field into a group that is not there yet, up to 1,500 a call. There are some
42,000 made-up numbers, so of {scenarios["default"]["rows"]:,} records {created:,} create a contact; the others change
one, in calls of the same size. What its calls need: at the default rate a fifth of a second each; one at a time, the
time by which its answer is late and the sandbox's CPU. The ratio is that of the slowest run, less the
{middle(scenarios["start"], "wall"):.1f} s that a run without people takes; all other figures include start-up. It is
judged at the defaults. Where the calls alone would be faster than records are read, planned, encoded and written into
the ledger, that CPU is what holds it: it takes {_cpu(scenarios):.0f} microseconds a record.

{peers_in_words("contact_sink.py", "`create_contacts`")}

They are run in turns with ours.

{table([*columns, "sandbox's CPU", "peak", "runs"], rows)}

{again("contacts")}"""


def _way(scenarios: Figures, name: str) -> list[str]:
    scenario = scenarios[name]
    run, judged = scenario["runs"]["ours"][0], name != "unlimited"
    return [
        f"{scenario['rows']:,}",
        str(calls_of(run)),
        f"{middle(scenario, 'wall'):.1f} s",
        f"{needed(name, run):.1f} s" if judged else "",
        f"{over(scenarios, name):.2f}" if judged else "",
        f"{per_second(scenario, 'wall'):,.0f}",
        "",
        f"{middle(scenario, 'cpu'):.1f} s",
        f"{middle(scenario, 'sandbox_cpu'):.1f} s",
        f"{largest(scenario, 'peak_mb'):.0f} MB",
        str(len(scenario["runs"]["ours"])),
    ]


def _peer(scenarios: Figures, name: str) -> list[str]:
    scenario = scenarios[name]
    count = f"{scenario['rows']:,}"
    return [
        count,
        count,
        f"{middle(scenario, 'wall', name):.1f} s",
        "",
        "",
        f"{per_second(scenario, 'wall', name):,.1f}",
        str(faster(scenarios["default"], scenario, name)),
        f"{middle(scenario, 'cpu', name):.1f} s",
        "",
        f"{largest(scenario, 'peak_mb', name):.0f} MB",
        str(len(scenario["runs"][name])),
    ]


def _cpu(scenarios: Figures) -> float:
    """Return the CPU of a record without start-up, in microseconds."""
    scenario = scenarios["unlimited"]
    spent = middle(scenario, "cpu") - middle(scenarios["start"], "cpu")
    return 1e6 * spent / int(scenario["rows"])


def _messages(scenarios: Figures) -> str:
    scenario = scenarios["messages"]
    run = scenario["runs"]["ours"][0]
    others = ", ".join(f"{count} {name}" for name, count in run["calls"].items() if name not in TEXTING) or "none"
    row = [
        f"{scenario['rows']:,}",
        str(texting(run)),
        others,
        f"{middle(scenario, 'wall'):.1f} s",
        f"{per_second(scenario, 'wall'):,.0f}",
        f"{middle(scenario, 'cpu'):.1f} s",
        f"{largest(scenario, 'peak_mb'):.0f} MB",
        str(len(scenario["runs"]["ours"])),
    ]
    columns = ["texts", "calls that text", "other calls", "wall", "a second", "CPU", "peak", "runs"]
    return f"""### Personal messages

A text of their own for everybody, at most once each, 500 in a call. Every person must have exactly one in the
sandbox's outbox. All are in the GSM alphabet: where some need Unicode, those go out in calls of their own, for a call
that has one text in Unicode has all of them in it, at its price.

{table(columns, [row])}

{again("messages")}"""
