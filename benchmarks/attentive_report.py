"""The report's part about target-attentive: figures to Markdown. Pure."""

from __future__ import annotations

from typing import Any

from attentive import ALLOWED, LATE, PARTS, WINDOWS
from attentive_verdicts import spent
from delivery_verdicts import largest, middle, per_second
from ratios import faster
from tables import PEER_TITLES, again, peers_in_words, table

Figures = dict[str, Any]


def attentive_sections(figures: Figures) -> list[str]:
    """Write the sections of the parts that were measured, under a heading of their own."""
    writers = {"subscribe": _subscribe, "attributes": _attributes}
    sections = [writers[part](figures[part]["scenarios"]) for part in PARTS if part in figures]
    return [_HEAD, *sections] if sections else []


_HEAD = """## target-attentive

Delivers made-up people to the Attentive of the same `vendor-sandbox` over loopback, at its limits as published, the
ledger in SQLite, all settings at their defaults but those named. After each run the sandbox must have done exactly
what the input asks for, and the target's report must say so too, else the benchmark ends."""


def _subscribe(scenarios: Figures) -> str:
    rows = []
    for window, counted in WINDOWS.items():
        scenario = scenarios[window]
        runs = scenario["runs"]["ours"]
        rows.append(
            [
                counted,
                f"{scenario['rows']:,}",
                f"{middle(scenario, 'watched_seconds'):.1f} s",
                f"{middle(scenario, 'watched_rate'):.2f}",
                f"{middle(scenario, 'watched_rate') / ALLOWED:.3f}",
                f"{sum(int(run['refused']) for run in runs)}",
                f"{sum(run['calls']['Eligibility'] for run in runs) / len(runs):,.0f}",
                f"{middle(scenario, 'wall'):.1f} s",
                str(len(runs)),
            ]
        )
    columns = ["limit of", "people", "watched", "calls a second", "share", "429", "eligibility", "wall", "runs"]
    return f"""### Subscribing at the vendor's rate

{ALLOWED} calls a second to subscribe; phone and e-mail of people who are new, with consent. Whoever is subscribed is
asked for first, one call each, under another limit. By the sandbox's own counters, read ten times a second: calls to
subscribe a second, from the first to the last; 429 is what the sandbox counted beyond one call each. Shares are
medians; in the verdict the worst run counts.

{table(columns, rows)}

{again("subscribe")}"""


def _attributes(scenarios: Figures) -> str:
    rows = []
    for name, beside, answers in (("million", "", "at once"), ("late", "late-", f"{LATE * 1000:.0f} ms late")):
        ours = scenarios[name]
        sandbox = f"{middle(ours, 'sandbox_cpu'):.1f} s"
        rows.append(["ours, in bulk", answers, *_cells(ours, "ours", sandbox, "")])
        for peer, title in PEER_TITLES.items():
            if (theirs := scenarios.get(f"{beside}{peer}")) is not None:
                times = str(faster(ours, theirs, peer))
                rows.append([f"{title}, a record a call", answers, *_cells(theirs, peer, "", times)])
    columns = ["", "answers", "people", "wall", "a second", "ours is", "CPU", "sandbox's CPU", "peak", "runs"]
    return f"""### Attributes in bulk

Ten columns (an id of the shop's own, e-mail address, names, birthday, postal code, four custom attributes) of people
whom nobody knew; there are not a million made-up phone numbers, so nobody has one. Each job is followed to its end,
and each record has its outcome from the job's results. {_beside(scenarios)}

{peers_in_words("attribute_sink.py", "`POST /v2/user/attributes`")}

They are run in turns with ours; a million takes long, so it has fewer turns. Where answers come at once, the
vendor's limit of 150 calls a second is what holds the plain one. Start-up is in all figures.

{table(columns, rows)}

{again("attributes")}"""


def _cells(scenario: Figures, who: str, sandbox: str, times: str) -> list[str]:
    return [
        f"{scenario['rows']:,}",
        f"{middle(scenario, 'wall', who):.1f} s",
        f"{per_second(scenario, 'wall', who):,.0f}",
        times,
        f"{middle(scenario, 'cpu', who):.1f} s",
        sandbox,
        f"{largest(scenario, 'peak_mb', who):.0f} MB",
        str(len(scenario["runs"][who])),
    ]


def _beside(scenarios: Figures) -> str:
    """Say what the million took of both cores, and of each of the records."""
    run = scenarios["million"]["runs"]["ours"][0]
    ours, sandbox = spent(scenarios, "million")
    calls = ", ".join(f"{count:,} {name}" for name, count in run["calls"].items())
    return (
        f"The million took {run['share']:.2f} of a core, and the sandbox beside it {run['sandbox_share']:.2f}: "
        f"{ours:.0f} and {sandbox:.0f} microseconds a record. Calls: {calls}; {run['rate_limited']} of them were "
        "answered with 429, and made again. "
        f"The ledger takes {run['ledger_mb']:.0f} MB."
    )
