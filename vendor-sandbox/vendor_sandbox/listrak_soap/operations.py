"""The nine operations: from a request to a complete response."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from vendor_sandbox.answers import Answer
from vendor_sandbox.hashing import mix
from vendor_sandbox.listrak_soap.activity import list_rows, message_rows
from vendor_sandbox.listrak_soap.asked import Asked, read_fields
from vendor_sandbox.listrak_soap.contract import OPERATIONS
from vendor_sandbox.listrak_soap.envelopes import SHAPES, closing, nil_row, nothing, opening
from vendor_sandbox.listrak_soap.pages import Pages
from vendor_sandbox.listrak_soap.rows import REPORT_ROWS, subscribers
from vendor_sandbox.listrak_soap.soap import IIS_HEADERS, SoapError
from vendor_sandbox.listrak_soap.style import Style, style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vendor_sandbox.listrak_soap.account import Account
    from vendor_sandbox.listrak_soap.contract import Operation
    from vendor_sandbox.listrak_soap.logins import Logins, User
    from vendor_sandbox.listrak_soap.reports import Report
    from vendor_sandbox.listrak_soap.soap import Dialect, Request
    from vendor_sandbox.listrak_soap.subscriptions import Unsubscribed
    from vendor_sandbox.switches import Switchboard

_STREAMED = 2000  # messages in one answer from which it is sent in pieces
_PIECE = 500  # messages in a piece
_NIL_PAGES = 4  # one page in so many that are not full has a nil row


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page is made of."""

    dialect: Dialect
    operation: Operation
    place: tuple[int, int]
    rows: range
    page: int

    @property
    def key(self) -> tuple[object, ...]:
        """Enough to tell it from every other page."""
        return (self.dialect.name, self.operation.name, self.place, self.rows, self.page)

    @property
    def luck(self) -> int:
        """The same page's luck is the same for ever."""
        name = sum(self.operation.name.encode())
        return mix(name, *self.place, self.rows.start, self.rows.stop, self.page)


class Operations:
    """What the service does."""

    def __init__(
        self,
        account: Account,
        page_size: int,
        logins: Logins,
        unsubscribed: Unsubscribed,
        switches: Switchboard,
    ) -> None:
        self._account = account
        self._page_size = page_size
        self._logins = logins
        self._unsubscribed = unsubscribed
        self._switches = switches
        self._pages = Pages()
        self._style = style(switches)
        self._handlers: dict[str, Callable[[Dialect, Operation, User, Asked], Answer]] = {
            "GetContactListCollection": self._lists,
            "ReportListMessageActivity": self._messages,
            "ReportRangeSubscribedContacts": self._subscribers,
        }

    def forget(self) -> None:
        """Read the switches anew and forget what was made: something has changed."""
        self._style = style(self._switches)
        self._pages.clear()

    def respond(self, dialect: Dialect, request: Request) -> Answer:
        """Answer a request.

        Raises:
            SoapError: The login is refused, a value is none, or a list or message is not there for this user.
        """
        operation = OPERATIONS[request.operation]
        asked = read_fields(operation, request.fields)
        user = self._logins.check(request.user, request.password)
        return self._handlers.get(operation.name, self._report)(dialect, operation, user, asked)

    def _lists(self, dialect: Dialect, operation: Operation, user: User, _asked: Asked) -> Answer:
        layout = self._account.layout
        rows = list_rows(layout, range(len(layout.lists))[: user.lists])
        return self._complete(dialect, operation, b"".join(rows))

    def _messages(self, dialect: Dialect, operation: Operation, user: User, asked: Asked) -> Answer:
        account, inclusive = self._account, self._style.inclusive
        index = self._list(user, asked.list_id)
        real = account.messages(index, asked.start, asked.end, inclusive=inclusive)
        tests = account.tests(index, asked.start, asked.end, inclusive=inclusive) if asked.tests else []

        def rows() -> Iterator[bytes]:
            return message_rows(account, index, chain(real, tests), self._style)

        def pieces() -> Iterator[bytes]:
            return _streamed(opening(dialect, operation), rows(), closing(operation))

        if len(real) > _STREAMED:
            return Answer(200, dialect.media_type, stream=pieces, headers=IIS_HEADERS)
        page = _Page(dialect, operation, (index, len(tests)), real, 1)
        return dialect.answer(self._envelope(page, list(rows())))

    def _subscribers(self, dialect: Dialect, operation: Operation, user: User, asked: Asked) -> Answer:
        index = self._list(user, asked.list_id)
        positions = self._account.subscribed(index, asked.start, asked.end, inclusive=self._style.inclusive)
        page = _Page(dialect, operation, (index, 0), positions, asked.page)

        def make() -> bytes:
            start = (asked.page - 1) * self._page_size
            stayed = self._unsubscribed.page(index, positions, start, self._page_size)
            return self._envelope(page, list(subscribers(self._account, index, stayed)))

        return Answer(200, dialect.media_type, self._pages.get(page.key, make), headers=IIS_HEADERS)

    def _report(self, dialect: Dialect, operation: Operation, user: User, asked: Asked) -> Answer:
        place = self._account.layout.message_at(asked.msg_id)
        if place is None or not self._granted(user, place[0]):
            raise SoapError.refused(f"[MessageAccessDenied] Message {asked.msg_id} does not exist or is not granted.")
        report = self._account.report(*place, operation.stream)
        rows = self._window(operation, report, asked)
        page = _Page(dialect, operation, place, rows, asked.page)

        def make() -> bytes:
            start = (asked.page - 1) * self._page_size
            wanted = rows[start : start + self._page_size]
            return self._envelope(
                page, list(REPORT_ROWS[operation.stream](self._account, report, wanted, self._style))
            )

        return Answer(200, dialect.media_type, self._pages.get(page.key, make), headers=IIS_HEADERS)

    def _window(self, operation: Operation, report: Report, asked: Asked) -> range:
        if not operation.ranged:
            return range(report.rows)
        return report.within(asked.start, asked.end, inclusive=self._style.inclusive)

    def _list(self, user: User, list_id: int) -> int:
        index = self._account.layout.list_index(list_id)
        if index is None or not self._granted(user, index):
            raise SoapError.refused(f"[ListAccessDenied] List {list_id} does not exist or is not granted.")
        return index

    def _granted(self, user: User, index: int) -> bool:
        return user.lists is None or index < user.lists

    def _envelope(self, page: _Page, rows: list[bytes]) -> bytes:
        """A complete response: rows, now and then with a nil one among them, or one of the shapes of nothing."""
        style, luck = self._style, page.luck
        if not rows:
            shape = SHAPES[luck % len(SHAPES)] if style.empty == "varied" else style.empty
            return nothing(page.dialect, page.operation, shape)
        if page.operation.paged and len(rows) < self._page_size and self._has_nil(style, luck):
            rows.insert(luck // _NIL_PAGES % (len(rows) + 1), nil_row(page.operation))
        return b"".join((opening(page.dialect, page.operation), *rows, closing(page.operation)))

    def _has_nil(self, style: Style, luck: int) -> bool:
        return style.nil_rows and not self._account.layout.plain and luck % _NIL_PAGES == 0

    def _complete(self, dialect: Dialect, operation: Operation, rows: bytes) -> Answer:
        return dialect.answer(opening(dialect, operation) + rows + closing(operation))


def _streamed(head: bytes, rows: Iterator[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    while piece := b"".join(islice(rows, _PIECE)):
        yield piece
    yield tail
