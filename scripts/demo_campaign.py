"""The demo's last part: a campaign by Textlocal, twice, and a week of its figures in PostgreSQL."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import demo_textlocal_report as textlocal_report
from demo_console import ask, command, is_right, say
from demo_textlocal import FETCH, SEND, VIEWS_FILE, Textlocal

if TYPE_CHECKING:
    from pathlib import Path

    from demo_postgres import Database
    from demo_textlocal import Daily, Round
    from rich.console import Console

EVENINGS = (0, 1, 2, 4, 7)
"""On which the figures are fetched, in days after the campaign: by the fourth day each text has come to its end."""


def to_textlocal(console: Console, folder: Path, sandbox: str, target: Database) -> bool:
    """Fill a group, schedule a campaign, do it again, and fetch a week's figures; whether all of it adds up."""
    textlocal = Textlocal(folder, sandbox, target)
    audience = textlocal.make_views()
    say(
        console,
        f"[bold]And by Textlocal: a campaign in two languages for {audience['campaigns']:,} customers[/bold]\n"
        f"A view for each job: {os.path.relpath(VIEWS_FILE)}\n",
    )
    ask(console, target, textlocal_report.MEMBERS)
    first = _send(console, textlocal, "textlocal")
    second = _send(console, textlocal, "textlocal-again", "    # the same again")
    console.print()
    console.print(textlocal_report.table_of_rounds(first, second))
    right = is_right(console, textlocal_report.complaints(audience, first, second))
    return _week(console, textlocal, target, first.waiting) and right


def _send(console: Console, textlocal: Textlocal, name: str, comment: str = "") -> Round:
    """Run both jobs, and say how long that took."""
    before = time.monotonic()
    with command(console, SEND, comment):
        done = textlocal.send(name)
    say(
        console,
        f"[green]done[/green]  {done.calls.total():,} calls in {time.monotonic() - before:.1f} s; "
        f"its log: {os.path.relpath(textlocal.log(name))}",
    )
    return done


def _week(console: Console, textlocal: Textlocal, target: Database, scheduled: int) -> bool:
    """Let a week pass at the sandbox, and fetch the figures of each day."""
    noon = textlocal.noon()
    there: Daily = {}
    say(console, "[bold]A week passes[/bold]: the sandbox's clock is moved from evening to evening")
    for day in EVENINGS:
        now = textlocal.move_clock(noon, day)
        before, name = time.monotonic(), f"textlocal-day-{day}"
        with command(console, FETCH, f"    # {now:%A %d %B, %H:%M}"):
            textlocal.fetch(name, now)
        found = textlocal.figures_there()
        there.update({(batch, day): figures for batch, figures in found.items()})
        say(
            console,
            f"[green]done[/green]  {sum(each.pending for each in found.values()):,} of "
            f"{sum(each.total for each in found.values()):,} texts are still on their way; "
            f"{time.monotonic() - before:.1f} s; its log: {os.path.relpath(textlocal.log(name))}",
        )
    console.print()
    ask(console, target, textlocal_report.RATES)
    wrong = [
        *textlocal_report.complaints_of_the_week(scheduled, textlocal.texts(), there, textlocal.figures_here()),
        *textlocal_report.complaints_of_states(textlocal.states_there(), textlocal.states_here()),
    ]
    if not wrong:
        say(console, "Everybody got one text, and each day's figures are those that the sandbox's Textlocal has.")
    return is_right(console, wrong)
