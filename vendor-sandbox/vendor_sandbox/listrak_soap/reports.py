"""A message's six reports: how many rows each has, who stands in row i and when it happened, all without counting.

Everything follows from the message's recipients, who are positions in the list. One shuffle of them serves all of a
message's reports, so the people who clicked are among those who read, those among those who opened, and nobody who
bounced did any of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vendor_sandbox.hashing import mix, multiplier
from vendor_sandbox.listrak_soap import dates

if TYPE_CHECKING:
    from vendor_sandbox.listrak_soap.account import Message


@dataclass(frozen=True, slots=True)
class Rate:
    """How common an event is.

    Attributes:
        people: Least and most people it happens to, per thousand recipients.
        repeats: Least and most further rows, per thousand of those people.
        days: How long after the send it can happen.
        last: Whether it happens to the last of the shuffled recipients instead of the first.
    """

    people: tuple[int, int]
    repeats: tuple[int, int]
    days: int
    last: bool = False


RATES: dict[str, Rate] = {
    "message_opens": Rate((250, 450), (200, 700), 14),
    "message_reads": Rate((130, 240), (100, 300), 14),
    "message_clicks": Rate((30, 90), (500, 1800), 10),
    "message_bounces": Rate((6, 26), (0, 200), 3, last=True),
}
_CODES = {stream: place for place, stream in enumerate(("message_sends", "message_unsubs", *RATES), start=101)}
_FRACTIONS = 4  # one message in so many has fractions of a second in its event dates
_KEYLESS = 4  # one report in so many has a person without an e-mail address


@dataclass(frozen=True, slots=True)
class Report:
    """One report of one message.

    Row i belongs to person `i % people`: everyone once, then those who came again, in the same order.

    Attributes:
        message: The message.
        people: How many different people.
        rows: How many rows, at least one for everyone.
        keyless: The person who has no e-mail address in this report, or -1.
        start: First person's place among the shuffled recipients.
        factor: Shuffles the recipients, with `offset`; 0 keeps them in order.
        offset: See `factor`.
        horizon: Milliseconds from the send to the last row.
        unit: Milliseconds a time is rounded to.
        salt: This report's own randomness.
    """

    message: Message
    people: int
    rows: int
    keyless: int
    start: int
    factor: int
    offset: int
    horizon: int
    unit: int
    salt: int

    def position(self, person: int) -> int:
        """A person's position in the list."""
        message = self.message
        if not self.factor:
            return message.first + self.start + person
        return message.first + ((self.start + person) * self.factor + self.offset) % message.recipients

    def has(self, position: int) -> bool:
        """Whether the person at a position of the list is in the report."""
        message = self.message
        place = position - message.first
        if not 0 <= place < message.recipients:
            return False
        if self.factor:
            place = (place - self.offset) * pow(self.factor, -1, message.recipients) % message.recipients
        return 0 <= place - self.start < self.people

    def moment(self, row: int) -> int:
        """When row i happened: many soon after the send, fewer later; never before the row above."""
        late = self.horizon * row * row // (self.rows * self.rows)
        return self.message.sent + late // self.unit * self.unit

    def within(self, start: int, end: int, *, inclusive: bool = True) -> range:
        """The rows that happened from `start` to `end`."""
        rows = range(self.rows)
        bisect = bisect_right if inclusive else bisect_left
        return range(bisect_left(rows, start, key=self.moment), bisect(rows, end, key=self.moment))

    @property
    def keyless_rows(self) -> int:
        """How many rows have no e-mail address."""
        if self.keyless < 0:
            return 0
        full, rest = divmod(self.rows, self.people)
        return full + (self.keyless < rest)

    @property
    def keys(self) -> int:
        """How many different e-mail addresses the rows have."""
        return self.people - (self.keyless >= 0)


def report(message: Message, stream: str) -> Report:
    """Make one of a message's reports.

    Args:
        message: The message.
        stream: What a Singer tap calls the report.
    """
    people, rows, start, days, salt = size(message, stream)
    shuffled = stream in RATES
    # A send has no other field: a row without an address would be nothing at all.
    keyless = people and not message.plain and stream != "message_sends" and salt % _KEYLESS == 0
    return Report(
        message=message,
        people=people,
        rows=rows,
        keyless=salt // 7 % people if keyless else -1,
        start=start,
        # The same shuffle for all reports of a message: that is what nests clickers in readers in openers.
        factor=multiplier(mix(message.seed, message.msg_id), message.recipients) if shuffled else 0,
        offset=mix(message.msg_id, message.seed) % max(1, message.recipients) if shuffled else 0,
        horizon=days * dates.DAY,
        unit=1 if mix(message.seed, message.msg_id, 3) % _FRACTIONS == 0 else dates.SECOND,
        salt=salt,
    )


class Size(NamedTuple):
    """How large a report is.

    Attributes:
        people: Different people.
        rows: Rows.
        start: The first person's place among the shuffled recipients.
        days: How long after the send the last row can be.
        salt: The report's own randomness.
    """

    people: int
    rows: int
    start: int
    days: int
    salt: int


def size(message: Message, stream: str) -> Size:
    """How large a report is: the cheap part of `report`, and all that a message's counters need."""
    salt = mix(message.seed, message.msg_id, _CODES[stream])
    if stream == "message_sends":
        return Size(message.recipients, message.recipients, 0, 0, salt)
    if stream == "message_unsubs":
        return Size(message.leavers, message.leavers, message.first_leaver - message.first, 7, salt)
    rate = RATES[stream]
    if message.quiet and not rate.last:
        return Size(0, 0, 0, rate.days, salt)
    people = message.recipients * _between(rate.people, salt) // 1000
    repeats = people * _between(rate.repeats, salt // 1009) // 1000
    return Size(people, people + repeats, message.recipients - people if rate.last else 0, rate.days, salt)


def _between(bounds: tuple[int, int], salt: int) -> int:
    low, high = bounds
    return low + salt % (high - low + 1)
