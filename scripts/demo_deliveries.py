"""The demo's way back: audiences out of PostgreSQL to Listrak's SMS side and to Attentive, each of them twice."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import demo_attentive_report as attentive_report
from demo_attentive import DESCRIBE, SUBSCRIBE, VIEWS_FILE, Attentive
from demo_console import ask, command, is_right, say
from demo_report import AUDIENCE, complaints, table_of_deliveries, table_of_rejects
from demo_texts import AUDIENCE_FILE, BLOCKS, Texts

if TYPE_CHECKING:
    from pathlib import Path

    from demo_attentive import Round
    from demo_postgres import Database
    from demo_texts import Delivery
    from rich.console import Console


def to_phones(console: Console, folder: Path, sandbox: str, target: Database) -> bool:
    """Deliver the audience twice, and show what became of it; whether the second run changed nothing."""
    texts = Texts(folder, sandbox, target)
    audience = texts.make_audience()
    say(
        console,
        f"[bold]And back: texts for {audience:,} customers who clicked in the latest newsletters[/bold]\n"
        f"The view that picks them, from these tables and the shop's own: {os.path.relpath(AUDIENCE_FILE)}\n",
    )
    ask(console, target, AUDIENCE)
    before = texts.people_on_list()
    first = _send(console, texts, "texts")
    second = _send(console, texts, "texts-again", "    # the same people again")
    console.print()
    console.print(table_of_deliveries(first, second, before))
    say(console, f"[bold]The rejected ones[/bold], kept to be replayed: {os.path.relpath(texts.rejects)}")
    console.print(table_of_rejects(texts.rejected()))
    return is_right(console, complaints(audience, first, second))


def to_attentive(console: Console, folder: Path, sandbox: str, target: Database) -> bool:
    """Subscribe, describe and group people at Attentive twice; whether the second round texted nobody."""
    attentive = Attentive(folder, sandbox, target)
    audience = attentive.make_views()
    say(
        console,
        f"[bold]And to Attentive: {audience['subscribe']:,} gold customers with many points[/bold]\n"
        f"A view for each job, from the shop's table: {os.path.relpath(VIEWS_FILE)}\n",
    )
    ask(console, target, attentive_report.GOLD)
    first, second = _first_round(console, attentive), _second_round(console, attentive)
    console.print()
    console.print(attentive_report.table_of_outcomes(first, second))
    console.print(attentive_report.table_of_calls(first, second))
    return is_right(console, attentive_report.complaints(audience, first, second))


def _send(console: Console, texts: Texts, name: str, comment: str = "") -> Delivery:
    """Deliver the audience to Listrak, and say how long that took."""
    before = time.monotonic()
    with command(console, BLOCKS, comment):
        done = texts.deliver(name)
    say(
        console,
        f"[green]done[/green]  {done.records:,} rows, {done.calls:,} calls, {len(done.texts):,} texts in "
        f"{time.monotonic() - before:.1f} s; its log: {os.path.relpath(texts.log(name))}",
    )
    return done


def _first_round(console: Console, attentive: Attentive) -> Round:
    """Run all jobs, with the answers of people between: who does not say Y is no subscriber, and in no segment."""
    calls, texts = attentive.calls(), attentive.texts()
    _run(console, attentive, SUBSCRIBE, "attentive-subscribe")
    asked = attentive.texts()[len(texts) :]
    say(console, f"      {attentive.answer(asked):,} of the {len(asked):,} people who were asked answer Y")
    _run(console, attentive, DESCRIBE, "attentive-describe")
    return attentive.round(calls, texts)


def _second_round(console: Console, attentive: Attentive) -> Round:
    calls, texts = attentive.calls(), attentive.texts()
    _run(console, attentive, (*SUBSCRIBE, *DESCRIBE), "attentive-again")
    return attentive.round(calls, texts)


def _run(console: Console, attentive: Attentive, jobs: tuple[str, ...], name: str) -> None:
    """Run jobs, and say how long that took."""
    before, calls = time.monotonic(), attentive.calls()
    with command(console, jobs):
        attentive.run(jobs, name)
    made = sum((attentive.calls() - calls).values())
    say(
        console,
        f"[green]done[/green]  {made:,} calls in {time.monotonic() - before:.1f} s; "
        f"its log: {os.path.relpath(attentive.log(name))}",
    )
