"""What the vendor took so far, without anybody's name: digests under a salt that never leaves the ledger.

It answers four questions. Has this very record been delivered (`by_source`)? Did the vendor say to leave its person
alone (`left_alone`)? What was the last thing delivered about this person (`by_key`)? And did an earlier run break off
in the middle of something that must not be repeated (`EntryState.SENDING`)?
"""

from singer_delivery.ledger.rows import (
    NOT_KNOWN,
    Accepted,
    Entry,
    EntryState,
    Forget,
    LeftAlone,
    also_below,
    noted_below,
)
from singer_delivery.ledger.store import Ledger

__all__ = [
    "NOT_KNOWN",
    "Accepted",
    "Entry",
    "EntryState",
    "Forget",
    "Ledger",
    "LeftAlone",
    "also_below",
    "noted_below",
]
