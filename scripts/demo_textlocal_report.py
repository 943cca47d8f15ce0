"""What the demo shows of the audience at Textlocal: two runs, a week's figures, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from demo_report import Query
from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from demo_textlocal import Daily, Round, Text

MEMBERS = Query(
    "The campaign, some of it: no phone number",
    """SELECT campaign_id, template, send_at AT TIME ZONE 'UTC' AS send_at_utc, customer_id
FROM shop_demo.sms_campaign_members ORDER BY customer_id DESC LIMIT 4""",
)
RATES = Query(
    "Delivery rates by campaign and day, as PostgreSQL has them now",
    """SELECT campaign, template, to_char(as_of_date, 'DD Mon') AS day, total AS texts,
       delivered, undelivered + expired + unknown + invalid AS failed, pending,
       round(100 * rate::numeric, 1) || '%' AS rate
FROM textlocal_demo.campaign_metrics ORDER BY campaign, template, as_of_date""",
)
READING = ("balance", "status_", "get_", "check_")
"""How commands begin that change nothing and text nobody."""
_MEANINGS = {
    ("contacts", "accepted", "created"): "new: put into the group",
    ("contacts", "accepted", "changed"): "in the group, with another name",
    ("contacts", "already", None): "in the group as they are: no call",
    ("contacts", "unchanged", None): "delivered before: no call",
    ("contacts", "skipped", "no_consent"): "did not agree to be texted",
    ("contacts", "rejected", None): "cannot be texted",
    ("campaigns", "accepted", "scheduled"): "scheduled for noon of tomorrow",
    ("campaigns", "unchanged", None): "the campaign is as it was: no call",
    ("campaigns", "skipped", "no_consent"): "did not agree to be texted",
    ("campaigns", "skipped", "opted_out"): "opted out: left out",
    ("campaigns", "rejected", "unknown_customer"): "no such customer in the group",
}
_CALLS = {
    "create_contacts_bulk": "up to 1,500",
    "create_group": "one for each text",
    "send": "schedules it",
}


def table_of_rounds(first: Round, second: Round) -> Table:
    """Return the table of what became of the rows, and what Textlocal saw of that."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("outcome", ""):
        table.add_column(name)
    for name in ("first run", "second run"):
        table.add_column(name, justify="right")

    def add(label: str, meaning: str, *counts: int) -> None:
        table.add_row(label, meaning, *(f"{count:,}" for count in counts))

    for action in first.tallies:
        one, two = first.tallies[action], second.tallies[action]
        table.add_row("", f"[bold]{action}[/bold]")
        for (of, outcome, reason), meaning in _MEANINGS.items():
            counts = one.count(outcome, reason), two.count(outcome, reason)
            if of == action and any(counts):
                add(outcome, meaning, *counts)
        add("all", "", one.records, two.records)
        table.add_section()
    for command in (*_CALLS, *sorted({*first.calls, *second.calls} - _CALLS.keys())):
        add(
            "calls",
            f"{command}: {_CALLS[command]}" if command in _CALLS else command,
            first.calls[command],
            second.calls[command],
        )
    table.add_section()
    add("people", "in the group", first.people, second.people)
    add("people", "who are to get a text tomorrow", first.waiting, second.waiting)
    return table


def complaints(audience: Mapping[str, int], first: Round, second: Round) -> Iterator[str]:
    """Yield what is not as it should be of two runs over the same rows, before noon.

    Args:
        audience: How many rows there are for each action.
        first: The first run.
        second: The second run.
    """
    for action, rows in audience.items():
        one, two = first.tallies[action], second.tallies[action]
        if not one.records == two.records == rows:
            yield f"Of {rows:,} rows for {action} the runs gave {one.records:,} and {two.records:,} an outcome."
        delivered = one.count("accepted") + one.count("already")
        if not delivered or two.count("accepted") or two.count("unchanged") < delivered:
            yield f"{two.count('unchanged'):,} rows of {action} were unchanged, and should have been {delivered:,}."
    changing = {name: count for name, count in second.calls.items() if count and not name.startswith(READING)}
    if changing:
        yield f"The second run changed something or texted somebody: it called {', '.join(sorted(changing))}."
    scheduled = first.tallies["campaigns"].count("accepted")
    if not first.waiting == second.waiting == scheduled:
        yield (
            f"{scheduled:,} people were scheduled; at Textlocal texts to {first.waiting:,} waited after the first "
            f"run, and to {second.waiting:,} after the second."
        )
    if first.texts or second.texts:
        yield f"{first.texts + second.texts:,} people got a text before noon."
    if first.people != second.people:
        yield f"The group had {first.people:,} people after the first run, and {second.people:,} after the second."


def complaints_of_the_week(scheduled: int, texts: Sequence[Text], there: Daily, here: Daily) -> Iterator[str]:
    """Yield what is not as it should be of texts and figures.

    Args:
        scheduled: How many people were to get a text.
        texts: What people got.
        there: The figures at Textlocal.
        here: The figures in PostgreSQL.
    """
    twice = [phone for phone, count in Counter(each.phone for each in texts).items() if count > 1]
    if twice:
        yield f"{len(twice):,} people got more than one text."
    if len(texts) != scheduled:
        yield f"{scheduled:,} people were to get a text, and {len(texts):,} texts went out."
    if not there or here != there:
        differing = sum(here.get(place) != there.get(place) for place in {*here, *there})
        yield f"PostgreSQL does not hold the figures that Textlocal has: {differing:,} of {len(there):,} days differ."
    for day in sorted({day for _, day in here}):
        found = [figures for (_, at), figures in here.items() if at == day]
        if sum(each.total for each in found) != scheduled:
            yield f"The figures of day {day} are of {sum(each.total for each in found):,} texts, not of {scheduled:,}."
        if any(each.total != sum(each[1:]) for each in found):
            yield f"The figures of day {day} do not add up."


def complaints_of_states(there: Mapping[str, str], here: Mapping[str, str]) -> Iterator[str]:
    """Yield whether states of messages in PostgreSQL are not those at Textlocal, by number."""
    if not there or here != there:
        differing = sum(here.get(number) != there.get(number) for number in {*here, *there})
        yield f"The states of {differing:,} messages are others in PostgreSQL than at Textlocal."
