"""What the console shows of the account: its lists, its messages and what became of each, and a person by e-mail.

Nothing here is kept anywhere: as the account grows by functions, only the rows of the page asked for are made. Times
are the account's own, US Eastern.
"""

from __future__ import annotations

import html
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from vendor_sandbox.exhibits import Column, Exhibit, Figure, Kind, Rows, Section, View
from vendor_sandbox.listrak_soap import dates
from vendor_sandbox.listrak_soap.account import EVER
from vendor_sandbox.listrak_soap.activity import list_name, subject
from vendor_sandbox.listrak_soap.people import contact_id, person_with
from vendor_sandbox.listrak_soap.reports import size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_sandbox.exhibits import Asked
    from vendor_sandbox.listrak_soap.account import Account, Message
    from vendor_sandbox.listrak_soap.subscriptions import Unsubscribed

_SEARCHED = 100_000
"""Messages that a search looks at; each takes a few microseconds to be made."""
_LAST_MESSAGES = 5
_SECONDS = len("2026-11-21T12:00:00")
_COUNTERS = {
    "sent": ("message_sends", "Sent"),
    "opens": ("message_opens", "Opens"),
    "reads": ("message_reads", "Reads"),
    "clicks": ("message_clicks", "Clicks"),
    "bounces": ("message_bounces", "Bounces"),
    "unsubs": ("message_unsubs", "Unsubscribed"),
}
"""By column, what a Singer tap calls the report that is counted, and words for people."""
_NESTED = (("clicked", "message_clicks"), ("read", "message_reads"), ("opened", "message_opens"))
"""Whoever did one of these did those that follow, too."""
_MESSAGE = (
    Column("list", "List id"),
    Column("id", "Message id"),
    Column("subject", "Subject"),
    Column("at", "Sent at", Kind.TIME),
)


class Showcase:
    """The views of the account, its figures, and people."""

    def __init__(self, account: Account, unsubscribed: Unsubscribed) -> None:
        self._account = account
        self._layout = account.layout
        self._unsubscribed = unsubscribed

    def exhibit(self) -> Exhibit:
        """All of it."""
        # No list has phone numbers, so nobody is known by another address.
        return Exhibit((self._lists(), self._messages()), self._figures, person=self._person)

    def _figures(self) -> list[Figure]:
        lists = self._layout.lists
        subscribed = sum(self._subscribed(index) for index in range(len(lists)))
        return [
            Figure("Lists", len(lists), "lists"),
            Figure("Messages sent", sum(size.messages for size in lists), "messages"),
            Figure("Contacts of lists", sum(size.contacts for size in lists), "lists"),
            Figure("Subscribed", subscribed, "lists"),
        ]

    def _subscribed(self, index: int) -> int:
        positions = self._account.subscribed(index, *EVER)
        return len(positions) - len(self._unsubscribed.among(index, positions))

    def _lists(self) -> View:
        return View(
            "lists",
            "Lists",
            (
                Column("id", "List id", leads_to="messages?list"),
                Column("name", "Name"),
                Column("messages", "Messages", Kind.NUMBER),
                Column("tests", "Test messages", Kind.NUMBER),
                Column("contacts", "Contacts ever", Kind.NUMBER),
                Column("subscribed", "Subscribed", Kind.NUMBER),
            ),
            self._read_lists,
        )

    def _read_lists(self, asked: Asked) -> Rows:
        wanted = asked.search.casefold()
        found = [
            index
            for index in range(len(self._layout.lists))
            if not wanted or wanted in f"{self._layout.list_id(index)} {_list_name(index)}".casefold()
        ]
        return Rows([self._list(index) for index in found[asked.offset : asked.offset + asked.limit]], len(found))

    def _list(self, index: int) -> dict[str, Any]:
        return {
            "id": self._layout.list_id(index),
            "name": _list_name(index),
            "messages": self._layout.lists[index].messages,
            "tests": len(self._layout.tests(index)),
            "contacts": self._layout.lists[index].contacts,
            "subscribed": self._subscribed(index),
        }

    def _messages(self) -> View:
        return View(
            "messages",
            "Messages",
            (
                *_MESSAGE,
                *(Column(name, words, Kind.NUMBER) for name, (_, words) in _COUNTERS.items()),
                Column("recipients", "Of its recipients", Kind.PARTS),
            ),
            self._read_messages,
            {"list": "List id"},
            f"By list, the newest first, after its test messages. Search looks at ids and subjects of {_SEARCHED:,} "
            "messages at most. Times are US Eastern.",
        )

    def _read_messages(self, asked: Asked) -> Rows:
        places = _Places(self._account, asked.filters.get("list"))
        if not asked.search:
            shown = range(len(places))[asked.offset : asked.offset + asked.limit]
            return Rows([self._message(places.message(place)) for place in shown], len(places))
        wanted = asked.search.casefold()
        looked_at = (places.message(place) for place in range(min(len(places), _SEARCHED)))
        found = [each for each in looked_at if wanted in f"{each.msg_id} {_subject(each) or ''}".casefold()]
        return Rows([self._message(each) for each in found[asked.offset : asked.offset + asked.limit]], len(found))

    def _message(self, message: Message) -> dict[str, Any]:
        return {
            **self._head(message),
            **{name: size(message, stream).rows for name, (stream, _) in _COUNTERS.items()},
            "recipients": _recipients(message),
        }

    def _head(self, message: Message) -> dict[str, Any]:
        return {
            "list": self._layout.list_id(message.list_index),
            "id": message.msg_id,
            "subject": _subject(message),
            "at": _time(message.sent),
        }

    def _person(self, addresses: frozenset[str]) -> list[Section]:
        people = [person for address in sorted(addresses) if (person := person_with(address)) is not None]
        places = [place for person in people for place in self._places(person)]
        if not places:
            return []
        lists = Section(
            "Lists",
            (
                Column("list", "List id", leads_to="messages?list"),
                Column("name", "Name"),
                Column("contact", "ContactID"),
                Column("state", "State", Kind.STATE),
                Column("joined", "Joined", Kind.TIME),
            ),
            [self._on_list(index, position) for index, position in places],
        )
        sent = [row for index, position in places for row in self._sent_to(index, position)]
        messages = Section(
            "Last messages of each list", (*_MESSAGE, Column("did", "What became of it", Kind.STATE)), sent
        )
        return [lists, messages] if sent else [lists]

    def _places(self, person: int) -> Iterator[tuple[int, int]]:
        """Index of each list that somebody was ever on, and the position in it."""
        for index, each in enumerate(self._layout.lists):
            position = person - self._account.people[index]
            if 0 <= position < each.contacts:
                yield index, position

    def _on_list(self, index: int, position: int) -> dict[str, Any]:
        positions = self._account.subscribed(index, *EVER)
        stays = position in positions and position not in self._unsubscribed.among(index, positions)
        return {
            "list": self._layout.list_id(index),
            "name": _list_name(index),
            "contact": contact_id(self._account.people[index] + position).decode(),
            "state": "subscribed" if stays else "unsubscribed",
            "joined": _time(self._account.joined(index, position)),
        }

    def _sent_to(self, index: int, position: int) -> list[dict[str, Any]]:
        """The last messages to somebody on a list: those before the first that came after leaving it."""
        numbers = range(self._layout.lists[index].messages)
        after = bisect_right(numbers, position, key=lambda number: self._account.message(index, number).first)
        last = (self._account.message(index, number) for number in numbers[max(0, after - _LAST_MESSAGES) : after])
        got = [each for each in last if position < each.first + each.recipients]
        return [{**self._head(each), "did": self._did(each, position)} for each in reversed(got)]

    def _did(self, message: Message, position: int) -> str:
        ways = (("unsubscribed", "message_unsubs"), ("bounced", "message_bounces"), *_NESTED)
        place = (message.list_index, message.number)
        return next((word for word, stream in ways if self._account.report(*place, stream).has(position)), "sent")


class _Places:
    """The messages of the account, or of one list, in the order in which they are shown."""

    def __init__(self, account: Account, list_id: str | None) -> None:
        self._account = account
        layout = account.layout
        self._indexes: Sequence[int] = range(len(layout.lists))
        if list_id is not None:
            index = layout.list_index(int(list_id)) if list_id.isascii() and list_id.isdigit() else None
            self._indexes = () if index is None else (index,)
        self._ends = list(
            accumulate(layout.lists[index].messages + len(layout.tests(index)) for index in self._indexes)
        )

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def message(self, place: int) -> Message:
        """The message at a place."""
        which = bisect_right(self._ends, place)
        return self._account.message(self._indexes[which], self._ends[which] - 1 - place)


def _recipients(message: Message) -> dict[str, int]:
    """What a message's recipients did: each is counted once, by the most that was done.

    Always the same parts, so that they have the same colours in all rows.
    """
    parts: dict[str, int] = {}
    for word, stream in _NESTED:
        parts[word] = size(message, stream).people - sum(parts.values())
    bounced = size(message, "message_bounces").people
    return {**parts, "not opened": message.recipients - sum(parts.values()) - bounced, "bounced": bounced}


def _time(moment: int) -> str:
    """A time of the account, as people read it, to the second."""
    return dates.iso(moment).decode()[:_SECONDS].replace("T", " ")


def _list_name(index: int) -> str:
    return html.unescape(list_name(index))


def _subject(message: Message) -> str | None:
    text = subject(message)
    return None if text is None else html.unescape(text)
