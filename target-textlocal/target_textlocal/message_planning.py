"""What a record of `messages` becomes, and which texts go out in one call."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict, rejected
from target_textlocal.campaign_mapping import moment_in, text_in
from target_textlocal.sending import MOST_NUMBERS, MOST_OF_BULK, Text
from target_textlocal.texts import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from singer_delivery.actions import Delivery, Record
    from singer_delivery.columns import Columns
    from target_textlocal.wording import Wording

_NO_KEY = rejected(
    "missing_key",
    "A column of the stream's key is null, so it could not be told later whether the text was sent. Correct it at its "
    "source.",
)
_NO_TEXT = rejected("missing_message", "The record has neither a `message` nor a `template` to send.")
_TWO_TEXTS = rejected("two_messages", "The record has both a `template` and a `message`: leave one of them empty.")


class MessagePlanner:
    """Plans the records of one stream.

    Args:
        columns: The stream's.
        wording: Templates and senders.

    Raises:
        SetupError: The stream lacks a text, or a key to know a record again by; or `sender` is none of the account's.
    """

    def __init__(self, columns: Columns, wording: Wording) -> None:
        if not columns.known.keys() & {"message", "template"}:
            raise SetupError(
                f"Stream `{columns.stream}` has neither a column `message` nor `template`, one of which `messages` "
                "sends. Add it by `stream_maps`."
            )
        if not columns.keys:
            raise SetupError(
                f"Stream `{columns.stream}` has no key, so `messages` would not know a record again, and text people "
                "twice. Let the tap name its key, or set it by `__key_properties__` in `stream_maps`."
            )
        wording.sender(None)
        self._columns = columns
        self._wording = wording

    def payload(self, record: Record) -> dict[str, Any] | Verdict:
        """Return what would be sent, less the number: see `text_of`.

        Returns:
            It; or a rejection: `missing_key`, `missing_message`, `two_messages`, `wrong_type`, `no_offset`,
            `wrong_sender`, `too_long`, `needs_unicode`, or one of a template.
        """
        columns = self._columns
        if any(record[name] is None for name in columns.keys):
            return _NO_KEY
        worded = self._worded(record)
        if isinstance(worded, Verdict):
            return worded
        text, template = worded
        send_at = moment_in(record, columns)
        campaign = text_in(record, columns, "campaign_id")
        named = text_in(record, columns, "sender")
        sender = named if isinstance(named, Verdict) else self._wording.sender(named)
        problem = self._wording.problem_of(text)
        for found in (send_at, campaign, sender, problem):
            if isinstance(found, Verdict):
                return found
        given = {"message": text, "template": template, "sender": sender, "send_at": send_at, "campaign": campaign}
        return {name: value for name, value in given.items() if value is not None}

    def _worded(self, record: Record) -> tuple[str, str | None] | Verdict:
        """Return a record's text, and the title of its template, if it has one."""
        columns = self._columns
        message, named = columns.value(record, "message"), text_in(record, columns, "template")
        if isinstance(named, Verdict):
            return named
        if message is not None and not isinstance(message, str):
            return rejected("wrong_type", f"Column `{columns.known['message']}`: expected a text.")
        if message and message.strip():
            return _TWO_TEXTS if named else (message, None)
        if named is None:
            return _NO_TEXT
        found = self._wording.template(named)
        if isinstance(found, Verdict):
            return found
        title, template = found
        text = template.rendered(values_of(record, columns.known))
        return text if isinstance(text, Verdict) else (text, title)

    def key(self, record: Record, number: str) -> str:
        """Return what the text is known by: whom it is for, the stream, and the values of its key."""
        values = [str(record[name]) for name in self._columns.keys]
        return f"{number} {json.dumps([self._columns.stream, *values])}"


def text_of(delivery: Delivery) -> Text:
    """Return a delivery's text as it goes out."""
    payload = delivery.payload
    return Text(
        payload["message"],
        payload.get("sender"),
        payload.get("send_at"),
        payload.get("campaign"),
        payload.get("template"),
    )


def bundles(deliveries: Sequence[Delivery]) -> list[Sequence[Delivery]]:
    """Share texts out to calls, to as few as there may be; a call has each number once, for answers are by number.

    A text that many get goes out by `send`, up to 10,000 numbers a call, and so does each text that has a time: of
    `bulk_json` no time is known to work. All others go out by `bulk_json`, up to 500 a call, those of one sender
    together, and what needs Unicode apart from what would only get dearer by it.
    """
    texts = {id(each): text_of(each) for each in deliveries}
    frequent = Counter(texts.values())
    alone: dict[Text, list[Delivery]] = {}
    mixed: dict[tuple[str | None, bool], list[Delivery]] = {}
    for each in deliveries:
        text = texts[id(each)]
        if text.send_at is not None or frequent[text] >= MOST_OF_BULK:
            alone.setdefault(text, []).append(each)
        else:
            mixed.setdefault((text.sender, text.size.needs_unicode), []).append(each)
    calls = [call for of_text in alone.values() for call in _cut(of_text, MOST_NUMBERS)]
    for others in mixed.values():
        is_one = len({texts[id(each)] for each in others}) == 1
        calls += _cut(others, MOST_NUMBERS if is_one else MOST_OF_BULK)
    return calls


def _cut(deliveries: Iterable[Delivery], size: int) -> list[Sequence[Delivery]]:
    """Cut into calls of one size, none of which has a number twice."""
    rounds: list[list[Delivery]] = []
    seen: Counter[str] = Counter()
    for each in deliveries:
        number = each.payload["number"]
        if seen[number] == len(rounds):
            rounds.append([])
        rounds[seen[number]].append(each)
        seen[number] += 1
    return [each[place : place + size] for each in rounds for place in range(0, len(each), size)]
