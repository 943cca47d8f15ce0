"""The nine streams."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from tap_listrak import columns
from tap_listrak.account import COUNTERS, Message
from tap_listrak.client import Answer, Call
from tap_listrak.errors import EndlessReportError, ReportError
from tap_listrak.rows import RowLayout, RowReader
from tap_listrak.stream import ListrakStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_command.reading import StreamProgress

    from tap_listrak.mapping import Record

Subject = TypeVar("Subject")

MOST_BROKEN_IN_A_ROW = 5
"""Broken reports of neighbouring messages after which `skip` gives up: that is no longer one message's trouble."""
MOST_ALIKE_IN_A_ROW = 3
"""Pages of one report that are the same to the byte, after which the service is taken to ignore their number."""


class Lists(ListrakStream):
    """The contact lists that the user may see."""

    name = "lists"
    primary_keys = ("ListID",)
    columns = columns.LISTS
    unit = "lists"

    def pages(self, progress: StreamProgress) -> Iterator[list[Record]]:
        """Yield all lists as one page: the service has no pages for them."""
        lists = [record.copy() for record in self.account.lists()]
        self.findings.update(self.account.list_findings)
        progress.expect(len(lists))
        yield self.drop_unwanted(lists, [column.name for column in self.columns])


class Messages(ListrakStream):
    """The messages sent to these lists, with their counters as of now."""

    name = "messages"
    primary_keys = ("MsgID",)
    columns = columns.MESSAGES
    unit = "list years"

    def pages(self, progress: StreamProgress) -> Iterator[list[Record]]:
        """Yield the messages, and leave their index behind for the reports."""
        windows = self.account.windows()
        progress.expect(len(windows))
        for page in self.account.message_pages(windows, self.wanted, self.findings, progress.unit_done):
            yield self.drop_unwanted(page, ("ListID", "MsgID", *COUNTERS))


@dataclass(frozen=True)
class _Broken:
    """Stands in the place of a page whose call failed in every attempt."""

    error: ReportError


class Report(ListrakStream, Generic[Subject]):
    """A stream of which every message, or every list, is asked page by page until a page is empty."""

    operation: ClassVar[str]
    row: ClassVar[str]
    subject_column: ClassVar[str]
    """The request's element that names what is asked about; a column of every record."""
    dated: ClassVar[bool] = True
    """Whether the operation takes a range of dates."""

    @cached_property
    def reader(self) -> RowReader:
        """What reads the rows, but for columns that nobody wants."""
        layout = RowLayout(self.row, self.columns, self.primary_keys, self.subject_column)
        return RowReader(layout, self.settings.zone, self.wanted, compact=self.only_writes)

    @abc.abstractmethod
    def subjects(self) -> tuple[int, Iterable[Subject]]:
        """Return how many subjects there are to ask a report of, and these in order."""

    @abc.abstractmethod
    def identity(self, subject: Subject) -> tuple[int, str]:
        """Return the subject's id, and the subject in words."""

    def pages(self, progress: StreamProgress) -> Iterator[list[Record]]:
        """Yield the reports of all subjects, page by page.

        Raises:
            EndlessReportError: A report gives the same page again and again.
        """
        total, subjects = self.subjects()
        progress.expect(total)
        broken_in_a_row = alike_in_a_row = mark = 0
        for subject, page in self.account.fetch_ahead.pages(subjects, self._fetch, _is_last):
            if isinstance(page, _Broken):
                broken_in_a_row += 1
                self.leave_out(subject, page.error, broken_in_a_row)
            else:
                alike_in_a_row = alike_in_a_row + 1 if page.mark == mark else 1
                mark = page.mark
                if alike_in_a_row == MOST_ALIKE_IN_A_ROW:
                    raise EndlessReportError(
                        f"A page of {self.operation} ({self.identity(subject)[1]})", alike_in_a_row
                    )
                self.findings.update(page.findings)
                yield from page.rows.chunks()
            if _is_last(page):
                alike_in_a_row = 0
                progress.unit_done()
                broken_in_a_row *= isinstance(page, _Broken)

    def _fetch(self, subject: Subject, page: int) -> Answer | _Broken:
        number, words = self.identity(subject)
        arguments: dict[str, Any] = {self.subject_column: number, "Page": page}
        if self.dated:
            arguments |= {"StartDate": self.settings.start, "EndDate": self.settings.end}
        try:
            call = Call(self.operation, arguments, f"{words}, page {page}")
            return self.account.client.fetch(call, self.reader, number)
        except ReportError as error:
            return _Broken(error)

    @abc.abstractmethod
    def leave_out(self, subject: Subject, error: ReportError, broken_in_a_row: int) -> None:
        """Go on without a subject's report, or do not.

        Raises:
            ReportError: The settings, or the number of broken reports in a row, say that the run ends here.
        """


def _is_last(page: Answer | _Broken) -> bool:
    return isinstance(page, _Broken) or page.empty


class MessageReport(Report[Message]):
    """A report on each message."""

    primary_keys = ("MsgID", "EmailAddress")
    subject_column = "MsgID"
    unit = "messages"
    counter: ClassVar[str] = ""
    """The message's counter that tells whether the report can hold anything, where there is one."""

    def subjects(self) -> tuple[int, Iterable[Message]]:
        """Return the messages; without those that their counter calls empty, if the settings say so."""
        messages = self.account.messages()
        if not (self.settings.skip_empty_reports and self.counter):
            return len(messages), messages
        at = COUNTERS.index(self.counter)
        return sum(1 for each in messages if each.counters[at]), (each for each in messages if each.counters[at])

    def identity(self, subject: Message) -> tuple[int, str]:
        """Name the message."""
        return subject.message_id, f"list {subject.list_id}, message {subject.message_id}"

    def leave_out(self, subject: Message, error: ReportError, broken_in_a_row: int) -> None:
        """Leave the message out, if the settings say so and it is not one of many."""
        if not self.settings.skip_broken_reports or broken_in_a_row >= MOST_BROKEN_IN_A_ROW:
            raise error
        self.logger.warning("%s: message %d is left out: %s", self.name, subject.message_id, error)
        self.left_out.append(subject.message_id)


class MessageSends(MessageReport):
    """Who each message was sent to."""

    name = "message_sends"
    columns = columns.SENDS
    operation = "ReportMessageContactSent"
    row = "WSMessageRecipient"
    dated = False


class MessageOpens(MessageReport):
    """Who opened each message."""

    name = "message_opens"
    columns = columns.OPENS
    operation = "ReportRangeMessageContactOpen"
    row = "WSContactOpen"
    counter = "OpenCount"


class MessageReads(MessageReport):
    """Who read each message."""

    name = "message_reads"
    columns = columns.READS
    operation = "ReportRangeMessageContactRead"
    row = "WSContactRead"
    counter = "ReadCount"


class MessageClicks(MessageReport):
    """Every click in each message: a contact who clicked twice is there twice."""

    name = "message_clicks"
    columns = columns.CLICKS
    operation = "ReportRangeMessageContactClick"
    row = "WSContactClick"
    counter = "ClickCount"


class MessageBounces(MessageReport):
    """Whose copy of each message bounced. Messages have no counter of bounces."""

    name = "message_bounces"
    columns = columns.BOUNCES
    operation = "ReportRangeMessageContactBounces"
    row = "WSContactBounce"


class MessageUnsubs(MessageReport):
    """Who unsubscribed by way of each message."""

    name = "message_unsubs"
    columns = columns.UNSUBS
    operation = "ReportRangeMessageContactRemoval"
    row = "WSContactRemovalInfo"
    counter = "RemoveCount"


class SubscribedContacts(Report["Record"]):
    """Who is subscribed to each list now: a contact who unsubscribes leaves this stream."""

    name = "subscribed_contacts"
    primary_keys = ("ContactID", "ListID")
    subject_column = "ListID"
    columns = columns.SUBSCRIBERS
    unit = "lists"
    operation = "ReportRangeSubscribedContacts"
    row = "WSContactSubscriptionInfo"

    def subjects(self) -> tuple[int, Iterable[Record]]:
        """Return the lists."""
        lists = self.account.lists()
        return len(lists), lists

    def identity(self, subject: Record) -> tuple[int, str]:
        """Name the list."""
        return subject["ListID"], f"list {subject['ListID']}"

    def leave_out(self, subject: Record, error: ReportError, broken_in_a_row: int) -> None:  # noqa: ARG002 - as of a message
        """End the run: a list is no detail."""
        raise error


STREAMS: tuple[type[ListrakStream], ...] = (
    Lists,
    Messages,
    MessageSends,
    MessageOpens,
    MessageReads,
    MessageClicks,
    MessageBounces,
    MessageUnsubs,
    SubscribedContacts,
)
"""In the order in which they are synced: what others stand on first."""
