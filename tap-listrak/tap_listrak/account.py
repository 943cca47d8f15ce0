"""What the account holds that reports can be asked for: its lists and its messages, read once for all streams."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from tap_listrak.client import Call
from tap_listrak.columns import LISTS, MESSAGES
from tap_listrak.errors import SetupError
from tap_listrak.mapping import Findings
from tap_listrak.rows import RowLayout, RowReader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from tap_listrak.client import Answer, ListrakClient
    from tap_listrak.fetch import FetchAhead
    from tap_listrak.mapping import Record
    from tap_listrak.settings import Settings

# The service documents no longest range; the public clients of it have asked year by year since 2017.
WINDOW = timedelta(days=365)
COUNTERS = ("OpenCount", "ReadCount", "ClickCount", "RemoveCount")
"""Counters of a message that tell whether a report on it can hold anything."""
_INDEXED = ("ListID", "MsgID", *COUNTERS)


class Window(NamedTuple):
    """A list's messages of a year."""

    list_id: int
    start: datetime
    end: datetime


class Message(NamedTuple):
    """What reports need to know of a message."""

    list_id: int
    message_id: int
    counters: tuple[int, ...]


class MessageIndex:
    """All messages, in the order they were read, at 48 bytes each: there can be hundreds of thousands."""

    def __init__(self) -> None:
        self._values = array("q")
        self._seen: set[int] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def __iter__(self) -> Iterator[Message]:
        width = len(_INDEXED)
        for at in range(0, len(self._values), width):
            list_id, message_id, *counters = self._values[at : at + width]
            yield Message(list_id, message_id, tuple(counters))

    def add(self, record: Record) -> bool:
        """Take a message in; return False if it was there already.

        Neighbouring windows can both hold the message at their common end, and old clients met repeated ids.
        """
        if record["MsgID"] in self._seen:
            return False
        self._seen.add(record["MsgID"])
        # A counter that is missing does not say that there is nothing.
        self._values.extend(1 if record[name] is None else record[name] for name in _INDEXED)
        return True


@dataclass
class Account:
    """The lists and messages within the settings; each is read when it is first needed.

    Args:
        client: Makes the calls.
        settings: Which lists, from when on.
        fetch_ahead: Makes several calls at once.
    """

    client: ListrakClient
    settings: Settings
    fetch_ahead: FetchAhead

    def __post_init__(self) -> None:
        self._lists: list[Record] | None = None
        self._messages: MessageIndex | None = None
        self.list_findings = Findings()

    def lists(self) -> list[Record]:
        """Return the lists with all columns, in the order of the service.

        Raises:
            SetupError: The user sees no list at all, or not all of `list_ids`.
        """
        if self._lists is None:
            reader = RowReader(RowLayout("WSContactList", LISTS, ("ListID",)), self.settings.zone)
            answer = self.client.fetch(Call("GetContactListCollection"), reader)
            self.list_findings = answer.findings
            self._lists = self._chosen([record for chunk in answer.rows.chunks() for record in chunk])
        return self._lists

    def _chosen(self, lists: list[Record]) -> list[Record]:
        wanted = self.settings.list_ids
        seen = {record["ListID"] for record in lists}
        if not lists:
            # An empty account and a withdrawn permission look alike; going on would empty every table downstream.
            raise SetupError(
                "Listrak shows this user no list. Give the user the lists to read in Listrak (Manage > Users)."
            )
        if missing := [each for each in wanted if each not in seen]:
            raise SetupError(
                f"`list_ids` names lists that this user does not see: {', '.join(map(str, missing))}. Seen are: "
                f"{', '.join(map(str, sorted(seen)))}."
            )
        return [record for record in lists if not wanted or record["ListID"] in wanted]

    def windows(self) -> list[Window]:
        """Return the calls by which all messages are read: each list's years from `start_date` on, oldest first."""
        windows = []
        for record in self.lists():
            start = self.settings.start
            while start < self.settings.end:
                end = min(start + WINDOW, self.settings.end)
                windows.append(Window(record["ListID"], start, end))
                start = end
        return windows

    def message_pages(
        self,
        windows: Collection[Window],
        wanted: Collection[str],
        findings: Findings,
        on_window: Callable[[], None] = lambda: None,
    ) -> Iterator[list[Record]]:
        """Read all messages, each once, and remember them for the reports.

        Args:
            windows: From `windows()`.
            wanted: The columns to read, beside those that reports need.
            findings: Where to count what had to be put right.
            on_window: Called after each window.

        Yields:
            Records by the hundred, in the order of windows and answers.
        """
        layout = RowLayout("WSMessageActivity", MESSAGES, ("MsgID",))
        reader = RowReader(layout, self.settings.zone, {*wanted, *_INDEXED})
        index = MessageIndex()

        def fetch(window: Window, _page: int) -> Answer:
            arguments = {
                "ListID": window.list_id,
                "StartDate": window.start,
                "EndDate": window.end,
                "IncludeTestMessages": self.settings.include_test_messages,
            }
            subject = f"list {window.list_id}, {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}"
            call = Call("ReportListMessageActivity", arguments, subject)
            return self.client.fetch(call, reader)

        for window, answer in self.fetch_ahead.pages(windows, fetch, lambda _answer: True):
            findings.update(answer.findings)
            for chunk in answer.rows.chunks():
                for record in chunk:
                    if record["ListID"] is None:
                        record["ListID"] = window.list_id
                yield [record for record in chunk if index.add(record)]
            on_window()
        self._messages = index

    def messages(self) -> MessageIndex:
        """Return the messages; they are read now if the stream `messages` was not."""
        if self._messages is None:
            for _ in self.message_pages(self.windows(), (), Findings()):
                pass
        return self._messages or MessageIndex()
