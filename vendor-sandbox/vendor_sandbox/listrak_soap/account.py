"""The made-up account: which messages its lists got, to whom, and who is still subscribed.

A list is ordered by joining. Those who joined first leave first, a few with each message, so the people a message
went to are one run of positions, and every count is a subtraction. Messages were sent from 2023 to the middle of
December 2025, and whatever happened to them happened in those years.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from vendor_sandbox.hashing import mix
from vendor_sandbox.listrak_soap import dates
from vendor_sandbox.listrak_soap.reports import Report, report

if TYPE_CHECKING:
    from vendor_sandbox.listrak_soap.layout import Layout

JOINING_STARTS = dates.at(2020)
MAILING_STARTS = dates.at(2023)
MAILING_ENDS = dates.at(2025, 12, 15)
EVER = (-(2**62), 2**62)
"""A window around everything."""
_EARLY = 70  # percent of a list's contacts who joined before the first message
_LEAVERS = 15  # percent of a list's contacts who leave by the last message
_QUIET = 10  # one message in so many is opened by nobody ...
_QUIET_REST = 7  # ... the one whose number leaves this rest
_TEST_RECIPIENTS = 3
_TEST_LEAD = 1800 * dates.SECOND
_REPORTS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        seed: The account's.
        plain: Whether the account is plain.
        list_index: Its list.
        people: The account-wide number of the list's first contact.
        number: Its number in the list, by time; test messages have the last numbers.
        msg_id: MsgID.
        sent: SendDate.
        first: Position of the first recipient in the list.
        recipients: How many there are.
        first_leaver: Position of the first contact who unsubscribed by this message.
        leavers: How many did.
        quiet: Whether nobody opened it.
        test: Whether it is a test message.
    """

    seed: int
    plain: bool
    list_index: int
    people: int
    number: int
    msg_id: int
    sent: int
    first: int
    recipients: int
    first_leaver: int
    leavers: int
    quiet: bool
    test: bool


class Account:
    """What one layout grows into: pure functions of the layout.

    Attributes:
        layout: The layout.
        people: By list, the account-wide number of its first contact.
        report: Makes one of a message's reports.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.people = [layout.first_person(index) for index in range(len(layout.lists))]
        self.report = lru_cache(maxsize=_REPORTS_KEPT)(self._report)

    def joined(self, index: int, position: int) -> int:
        """When the contact at a position of a list joined; never before the one above."""
        contacts = self.layout.lists[index].contacts
        early = contacts * _EARLY // 100
        if position < early:
            return JOINING_STARTS + (MAILING_STARTS - JOINING_STARTS) * position // early
        return MAILING_STARTS + (MAILING_ENDS - MAILING_STARTS) * (position - early) // (contacts - early)

    def leavers_before(self, index: int, number: int) -> int:
        """How many contacts of a list left by the messages before a number."""
        size = self.layout.lists[index]
        if not size.messages:
            return 0
        return size.contacts * _LEAVERS * _loud_before(number) // (100 * max(1, _loud_before(size.messages)))

    def subscribed(self, index: int, start: int, end: int, *, inclusive: bool = True) -> range:
        """Positions of a list's contacts who are subscribed and joined from `start` to `end`."""

        def joined(position: int) -> int:
            return self.joined(index, position)

        positions = range(self.layout.lists[index].contacts)
        stayed = self.leavers_before(index, self.layout.lists[index].messages)
        bisect = bisect_right if inclusive else bisect_left
        return range(max(stayed, bisect_left(positions, start, key=joined)), bisect(positions, end, key=joined))

    def nameless(self, index: int) -> int:
        """The position of the one contact of a list who has no ContactID, or -1."""
        contacts = self.layout.lists[index].contacts
        return contacts - 2 if contacts > 1 and not self.layout.plain else -1

    def sent(self, index: int, number: int) -> int:
        """When a list's message was sent; later than the one before."""
        messages = self.layout.lists[index].messages
        slot = (MAILING_ENDS - MAILING_STARTS) // messages
        # A second at the slot's start stays free, so that rounding down cannot pass the message before.
        luck = mix(self.layout.seed, index, number, 1) % (slot - dates.SECOND)
        moment = MAILING_STARTS + slot * number + dates.SECOND + luck
        return moment if number % 3 == 0 else moment // dates.SECOND * dates.SECOND

    def messages(self, index: int, start: int, end: int, *, inclusive: bool = True) -> range:
        """Numbers of a list's messages sent from `start` to `end`."""

        def sent(number: int) -> int:
            return self.sent(index, number)

        numbers = range(self.layout.lists[index].messages)
        bisect = bisect_right if inclusive else bisect_left
        return range(bisect_left(numbers, start, key=sent), bisect(numbers, end, key=sent))

    def tests(self, index: int, start: int, end: int, *, inclusive: bool = True) -> list[int]:
        """Numbers of a list's test messages sent from `start` to `end`."""
        sent = ((number, self.message(index, number).sent) for number in self.layout.tests(index))
        return [
            number for number, moment in sent if start <= moment and (moment <= end if inclusive else moment < end)
        ]

    def message(self, index: int, number: int) -> Message:
        """A list's message by its number."""
        size = self.layout.lists[index]
        test = number >= size.messages
        sent = self._test_sent(index, number) if test else self.sent(index, number)
        gone, left = (0, 0) if test else (self.leavers_before(index, number), self.leavers_before(index, number + 1))
        first, after = (0, min(_TEST_RECIPIENTS, size.contacts)) if test else self._recipients(index, sent, gone)
        return Message(
            seed=self.layout.seed,
            plain=self.layout.plain,
            list_index=index,
            people=self.people[index],
            number=number,
            msg_id=self.layout.msg_id(index, number),
            sent=sent,
            first=first,
            recipients=after - first,
            first_leaver=gone,
            leavers=left - gone,
            quiet=number % _QUIET == _QUIET_REST,
            test=test,
        )

    def _test_sent(self, index: int, number: int) -> int:
        """A test message goes out a while before the real message of the same rank."""
        messages = self.layout.lists[index].messages
        return self.sent(index, (number - messages) % messages) - _TEST_LEAD

    def _recipients(self, index: int, sent: int, gone: int) -> tuple[int, int]:
        """The positions a message sent at a time goes to, from the first to before the second."""
        positions = range(self.layout.lists[index].contacts)
        if self.layout.plain:
            return 0, len(positions)
        return gone, bisect_right(positions, sent, key=lambda position: self.joined(index, position))

    def _report(self, index: int, number: int, stream: str) -> Report:
        return report(self.message(index, number), stream)


def _loud_before(number: int) -> int:
    """How many of the messages 0..number-1 are not quiet."""
    return number - (number + _QUIET - 1 - _QUIET_REST) // _QUIET
