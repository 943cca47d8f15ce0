"""What holds the figures back, in words: told beside a target that is not met. From profiles of the code as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Yardstick:
    """What the public tap did on a machine that earlier reports are of, to read absolute figures by.

    Attributes:
        machine: Which one.
        scenario: What it read.
        rows: How many rows of that it wrote in a CPU second.
    """

    machine: str
    scenario: str
    rows: int


YARDSTICK: Final = Yardstick("the AMD EPYC of the reports up to 22 November 2026, 02:00 UTC", "cpu-1000", 28_113)
ROWS: Final = (
    "start-up is an eighth of the run, making calls a quarter, reading rows a quarter, writing them a tenth: nothing "
    "is left that stands out"
)
LATENCY: Final = (
    "start-up and the calls that must come first (description, lists, messages) run one by one, before the pool has "
    "anything to do; without them see the table of the part"
)
MEMORY: Final = (
    "with one message a single call is under way; with several, pages wait for their turn, up to twice the "
    "concurrency: it grows with the pool, not with the rows"
)
PAUSES: Final = (
    "likely: what a pause of the machine held back is made up for within a fiftieth of a second only, for the vendor "
    "counts: one whose neighbours take a part of it has longer ones"
)
ARRIVALS: Final = (
    "likely: calls that leave as far apart as they may arrive closer together where the machine pauses in between; "
    "one that is refused is made again, and texts nobody twice"
)
ENCODED: Final = (
    "one core, of which see above how fast it is: it reads, plans, encodes and settles for as long as the calls take"
)
WORKERS: Final = "start-up, and the CPU of 64 threads of one interpreter beside a sandbox on the same cores"
CALL: Final = "where calls come one by one, threads sleep and wake for each, and the ledger settles few at a time"
CHANGED: Final = "each changed record costs a call of its own, whose CPU is that of more than a hundred unchanged ones"
UNCHANGED: Final = (
    "one core, of which see above how fast it is: each row is decoded, its digest made, and looked up in the ledger"
)
DELIVERED: Final = (
    "one core, of which see above how fast it is: it makes the call by requests, plans it, and writes it into the "
    "ledger before and after"
)
KNOWN: Final = (
    "SQLite keeps up to 8 MiB of the ledger for who reads, and as much for who writes: the small ledger, and its few "
    "changes, do not fill that"
)
CORE: Final = "one core: each record is read, planned, encoded and settled, and waits for its job's results"
VENDOR: Final = (
    "the plain target comes as far as the vendor's 150 calls a second allow, ours as far as one core does, for "
    "reading, planning, encoding and settling each record"
)
ALLOCATED: Final = (
    "seen with target-attentive: what is alive stays the same, by Python's count of its blocks and by malloc's of what"
    " it has given out; the free space between it grows"
)
