"""What the demo shows of the audience at Attentive: outcomes, calls and texts of two rounds, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_report import Query
from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from demo_attentive import Round

GOLD = Query(
    "Gold customers with many points, some of them",
    """SELECT customer_id AS id, first_name, mobile, loyalty_points AS points, last_purchase
FROM shop_demo.profiles ORDER BY id LIMIT 5""",
)
TEXTING = ("Subscribe", "Unsubscribe", "Message")
"""Operations by which Attentive texts people."""
_MEANINGS = {
    ("subscribe", "accepted", None): "new: asked to answer Y",
    ("subscribe", "unchanged", None): "delivered before: no call",
    ("subscribe", "already", None): "subscribed before: no text",
    ("subscribe", "skipped", "no_consent"): "did not agree: no call",
    ("subscribe", "skipped", "not_eligible"): "opted out: left alone",
    ("attributes", "accepted", None): "new or changed: written",
    ("attributes", "unchanged", None): "written before: no call",
    ("segment_members", "accepted", None): "added to the segment",
    ("segment_members", "unchanged", None): "added before: no call",
    ("segment_members", "skipped", "not_subscriber"): "no subscriber: tried again each time",
}
_CALLS = {
    "Subscribe": "texts the person",
    "Eligibility": "asks before that how they stand",
    "BulkAttributes": "up to 256 people each",
    "CreateSegment": "",
    "ListSegments": "is there such a segment?",
    "AddMembers": "up to 10,000 people each",
    "Job": "is Attentive done with it?",
    "JobResults": "what became of each record",
}
_TEXTS = {"reply_y": "reply Y to subscribe", "legal": "you are subscribed, after the Y"}


def table_of_outcomes(first: Round, second: Round) -> Table:
    """Return the table of what became of the rows, by action."""
    table = _table("outcome", "")
    for action in first.tallies:
        table.add_row("", f"[bold]{action}[/bold]")
        for (of, outcome, reason), meaning in _MEANINGS.items():
            counts = [each.tallies[action].count(outcome, reason) for each in (first, second)]
            if of == action and any(counts):
                table.add_row(outcome, meaning, *_shown(counts))
        table.add_row("all", "", *_shown([each.tallies[action].records for each in (first, second)]))
        table.add_section()
    return table


def table_of_calls(first: Round, second: Round) -> Table:
    """Return the table of what Attentive saw: calls by operation, and texts that people got by it."""
    table = _table("calls", "that Attentive counted")
    others = sorted({*first.calls, *second.calls} - _CALLS.keys())
    for operation in (*_CALLS, *others):
        counts = [each.calls[operation] for each in (first, second)]
        table.add_row(operation, _CALLS.get(operation, ""), *_shown(counts))
    table.add_row("all", "", *_shown([sum(each.calls.values()) for each in (first, second)]))
    table.add_section()
    for kind in dict.fromkeys((*_TEXTS, *(text.kind for each in (first, second) for text in each.texts))):
        counts = [sum(text.kind == kind for text in each.texts) for each in (first, second)]
        table.add_row("texts", _TEXTS.get(kind, kind), *_shown(counts))
    table.add_section()
    table.add_row("people", "with attributes of ours", *_shown([first.described, second.described]))
    table.add_row("people", "in the segment", *_shown([first.members, second.members]))
    return table


def complaints(audience: Mapping[str, int], first: Round, second: Round) -> Iterator[str]:
    """Yield what is not as it should be of two rounds over the same rows.

    Args:
        audience: How many rows there are for each action.
        first: The first round.
        second: The second round.
    """
    for action, rows in audience.items():
        yield from _complaints_of(action, rows, first, second)
    yield from _complaints_of_texts(first, second)
    written, added = (first.tallies[each].outcomes["accepted"] for each in ("attributes", "segment_members"))
    for name, each in (("first", first), ("second", second)):
        if (each.described, each.members) != (written, added):
            yield (
                f"Attributes of {written:,} people were accepted, and {added:,} members. After the {name} round "
                f"Attentive has attributes of {each.described:,}, and {each.members:,} members."
            )


def _complaints_of(action: str, rows: int, first: Round, second: Round) -> Iterator[str]:
    one, two = first.tallies[action], second.tallies[action]
    if not one.records == two.records == rows:
        yield f"There are {rows:,} rows for {action}; the rounds gave {one.records:,} and {two.records:,} an outcome."
    delivered = one.outcomes["accepted"] + one.outcomes["already"]
    if not delivered or two.outcomes["unchanged"] != delivered:
        yield f"{two.outcomes['unchanged']:,} rows of {action} were unchanged, and should have been {delivered:,}."
    if one.outcomes["skipped"] != two.outcomes["skipped"]:
        yield f"What was skipped by {action} in the first round was not so again in the second."
    if one.outcomes["rejected"] or two.outcomes["rejected"]:
        yield f"Rows of {action} were rejected."


def _complaints_of_texts(first: Round, second: Round) -> Iterator[str]:
    asked = first.tallies["subscribe"].outcomes["accepted"]
    # Of calls there may be more: on a busy machine, some come too close together, and are refused (429) and repeated.
    texts = sum(text.kind == "reply_y" for text in first.texts)
    if texts != asked or first.calls["Subscribe"] < asked:
        calls = first.calls["Subscribe"]
        yield f"{asked:,} people were subscribed, by {calls:,} calls, and {texts:,} texts asked them to answer Y."
    subscribed = sum(text.kind == "legal" for text in first.texts) + first.tallies["subscribe"].outcomes["already"]
    if first.members != subscribed:
        yield f"{subscribed:,} people answered Y or were subscribed, and {first.members:,} are in the segment."
    if len(set(first.texts)) < len(first.texts):
        yield "Somebody got the same text twice."
    calls = sum(second.calls[each] for each in TEXTING)
    if calls or second.texts:
        yield f"The second round made {calls:,} calls that text, and people got {len(second.texts):,} texts by it."


def _table(*names: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(name)
    for name in ("first round", "second round"):
        table.add_column(name, justify="right")
    return table


def _shown(counts: list[int]) -> list[str]:
    return [f"{count:,}" for count in counts]
