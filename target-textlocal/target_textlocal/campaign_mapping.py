"""From records to a campaign: who is in it, which texts it has, and when they go out. Pure.

A record is one member. A campaign is all records of a run with the same `campaign_id`; it may have several texts (one
template for each language, values that differ), and each of them is one `send` to a group of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec.json

from singer_delivery.actions import Delivery
from singer_delivery.outcomes import Verdict, rejected
from target_textlocal.contact_mapping import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from singer_delivery.actions import Action, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person

SPELLINGS: Mapping[str, str] = {
    "campaign_id": "campaign_id",
    "template": "template",
    "message": "message",
    "text": "message",
    "sender": "sender",
    "send_at": "send_at",
    "schedule_time": "send_at",
    "cancel": "cancel",
}
"""Names of columns that a campaign's records have, and Textlocal's own for some of them."""
MOST_TEXTS = 20
"""Texts of one template, or without one, that a campaign may have: each is a send with a group of its own."""
_LONGEST_NAME = 40
_LONGEST_ID = 80
_HASH, _SHORT_HASH = 8, 6
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)? ?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)?", re.ASCII
)
_YES = frozenset({"true", "t", "yes", "y", "1"})
_NO = frozenset({"false", "f", "no", "n", "0", ""})
_CORRECT = "Correct it at its source and replay the record."
_NO_CAMPAIGN = rejected("missing_campaign", "The record names no campaign: `campaign_id` has no value.")
_NO_TEXT = rejected("missing_message", "The record has neither a `template` nor a `message` to send.")
_TWO_TEXTS = rejected("two_messages", "The record has both a `template` and a `message`: leave one of them empty.")
_NOBODY = rejected(
    "missing_identity", "The record does not say who it is about: `phone` or `customer_id` has no value."
)
_encode = msgspec.json.Encoder(order="deterministic").encode


class Part(NamedTuple):
    """What goes out in one `send`: a text, from a sender, at a time.

    Attributes:
        template: Title or id of its template, as the record has it; None where the record has a text.
        message: The text, where there is no template.
        values: What the template's variables are filled in with, by their folded names.
        sender: None for that of the settings, or of the template.
        send_at: In seconds since 1970; None for at once.
    """

    template: str | None = None
    message: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    sender: str | None = None
    send_at: int | None = None


class Member(NamedTuple):
    """Who gets a text: by the phone number in E.164, else by the customer id."""

    phone: str | None = None
    customer_id: str | None = None


class Wish(NamedTuple):
    """What one record asks for."""

    part: Part
    member: Member


@dataclass(slots=True)
class CampaignDelivery(Delivery):
    """A campaign, or what one record says of it.

    Attributes:
        wishes: What its records ask for, in their order.
    """

    wishes: Sequence[Wish] = ()

    @classmethod
    def of(cls, action: Action, campaign: str, wishes: Sequence[Wish]) -> CampaignDelivery:
        """Put a campaign together. Its payload is the same in whatever order its records came."""
        return cls(action, campaign, {"members": sorted(_encode(each) for each in wishes)}, wishes=wishes)


def campaign_of(record: Record, columns: Columns) -> str | Verdict:
    """Return the id of a record's campaign; or a rejection: `missing_campaign`, `wrong_type`."""
    found = text_in(record, columns, "campaign_id")
    if isinstance(found, Verdict):
        return found
    if found is not None and (len(found) > _LONGEST_ID or not found.isprintable()):
        return rejected(
            "wrong_type",
            f"Column `{columns.known['campaign_id']}`: expected one line of at most {_LONGEST_ID} letters.",
        )
    return _NO_CAMPAIGN if found is None else found


def member_of(record: Record, columns: Columns, person: Person) -> Member | Verdict:
    """Return who a record is about; a phone number counts before a customer id."""
    if person.phone:
        return Member(person.phone)
    found = text_in(record, columns, "customer_id")
    if isinstance(found, Verdict):
        return found
    return _NOBODY if found is None else Member(None, found)


def part_of(
    record: Record, columns: Columns, values: Callable[[str], tuple[tuple[str, str], ...] | Verdict]
) -> Part | Verdict:
    """Return what a record's member is to get.

    Args:
        record: The record.
        columns: Of its stream.
        values: Returns what a template's variables are filled in with, by its title or id.

    Returns:
        The part; or a rejection: `missing_message`, `two_messages`, `wrong_type`, `no_offset`, and those of `values`.
    """
    found = [text_in(record, columns, name) for name in ("template", "sender")]
    message = columns.value(record, "message")
    if wrong := next((each for each in found if isinstance(each, Verdict)), None):
        return wrong
    template, sender = (each for each in found if not isinstance(each, Verdict))
    if message is not None and not isinstance(message, str):
        return _wrong(columns, "message", "expected a text")
    send_at = moment_in(record, columns)
    if isinstance(send_at, Verdict):
        return send_at
    if message is not None and message.strip():
        return _TWO_TEXTS if template else Part(None, message, (), sender, send_at)
    if template is None:
        return _NO_TEXT
    filled = values(template)
    return filled if isinstance(filled, Verdict) else Part(template, None, filled, sender, send_at)


def cancels(record: Record, columns: Columns) -> bool | Verdict:
    """Say whether a record asks to cancel its campaign; a rejection (`wrong_type`) where that cannot be read."""
    value = columns.value(record, "cancel")
    if value is None or isinstance(value, bool):
        return bool(value)
    said = str(value).strip().casefold() if isinstance(value, (str, int)) else "?"
    return said in _YES if said in _YES | _NO else _wrong(columns, "cancel", "expected true or false")


def text_in(record: Record, columns: Columns, name: str) -> str | Verdict | None:
    """Return a column's text without blanks around it, None where nothing is left; numbers by their digits."""
    found = text_of(columns.value(record, name))
    return _wrong(columns, name, "expected a text") if found is None else found or None


def moment_in(record: Record, columns: Columns) -> int | Verdict | None:
    """Return when a record's text is to go out, in seconds since 1970; None for at once.

    Returns:
        The time; or a rejection: `wrong_type`, `no_offset` (nobody knows when twelve o'clock is).
    """
    value = columns.value(record, "send_at")
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return _wrong(columns, "send_at", "expected a time such as 2026-12-01T12:00:00+00:00")
    day, clock, utc, hours, minutes = found.groups()
    if not (utc or hours):
        return _wrong(columns, "send_at", "the time has no offset from UTC, such as Z or +01:00", "no_offset")
    try:
        offset = "+00:00" if utc else f"{hours}:{minutes or '00'}"
        return int(datetime.fromisoformat(f"{day}T{clock}{offset}").timestamp())
    except (ValueError, OverflowError):
        return _wrong(columns, "send_at", "there is no such time")


def group_name(campaign: str, part: Part) -> str:
    """Return the name of a part's group: the same in every run, and no other campaign's or part's.

    Its last word is what it is known by; what stands before is for people, and cut so that the name stays short.
    """
    label = " ".join(f"{campaign} {part.template or ''}".split())
    mark = f"{_mark(campaign)}-{part_mark(part)}"
    return f"{label[: _LONGEST_NAME - len(mark) - 1].strip()} {mark}"


def part_mark(part: Part) -> str:
    """Return what a part is known by among those of its campaign: a digest, the same in every run."""
    return sha256(_encode(part)).hexdigest()[:_SHORT_HASH]


def is_of(campaign: str, name: str) -> bool:
    """Say whether a group's name is one that `group_name` gives to a campaign's groups."""
    mark = name.rpartition(" ")[2]
    return mark.startswith(f"{_mark(campaign)}-") and len(mark) == _HASH + 1 + _SHORT_HASH


def texts_by_template(parts: Mapping[Part, Any]) -> dict[str | None, int]:
    """Return how many sends each template needs."""
    found: dict[str | None, int] = {}
    for part in parts:
        found[part.template] = found.get(part.template, 0) + 1
    return found


def _mark(campaign: str) -> str:
    return sha256(campaign.encode()).hexdigest()[:_HASH]


def _wrong(columns: Columns, name: str, expected: str, reason: str = "wrong_type") -> Verdict:
    return rejected(reason, f"Column `{columns.known[name]}`: {expected}. {_CORRECT}")
