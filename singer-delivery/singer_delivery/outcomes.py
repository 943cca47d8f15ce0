"""How a record's way ends: in one of five outcomes, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(str, Enum):
    """Where a record ends. Every record that was read ends in exactly one."""

    ACCEPTED = "accepted"
    """The vendor took it."""
    UNCHANGED = "unchanged"
    """Equal to what the vendor took last time; nothing was sent."""
    ALREADY = "already"
    """The vendor says that it was so already."""
    SKIPPED = "skipped"
    """Left alone on purpose: no consent, suppressed, opted out, superseded, a dry run."""
    REJECTED = "rejected"
    """Not deliverable; written to the rejects file, from which it can be replayed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a record.

    Attributes:
        outcome: Where it ended.
        reason: Why, as a code that a program can count by: `created`, `invalid_phone`.
        message: For people: plain words and the next step. Never holds a value of the record.
        vendor_code: The vendor's own error code, if it gave one.
        lasting: Whether it will be the same tomorrow: the ledger remembers it for some days, and the vendor is not
            asked again. Only of what is skipped.
        still_wanted: Whether the ledger keeps what was asked for as if it were under way, so that what yields to it
            (`Action.yields_to`) does: of an opt-out that could not be done yet.
    """

    outcome: Outcome
    reason: str
    message: str = ""
    vendor_code: str | None = None
    lasting: bool = False
    still_wanted: bool = False

    def would_be(self) -> Verdict:
        """Return the outcome of a dry run, in which nothing happens, for what would happen."""
        if self.outcome is not Outcome.ACCEPTED:
            return self
        return skipped(f"would_be_{self.reason}", "A dry run: nothing was sent.")


def accepted(reason: str) -> Verdict:
    """The vendor took it."""
    return Verdict(Outcome.ACCEPTED, reason)


def already(reason: str) -> Verdict:
    """It was so already."""
    return Verdict(Outcome.ALREADY, reason)


def skipped(reason: str, message: str = "", *, lasting: bool = False, still_wanted: bool = False) -> Verdict:
    """Left alone on purpose.

    Args:
        reason: Code of the reason.
        message: Why, and what can be done, without the record's values.
        lasting: As of `Verdict`: it will be the same tomorrow.
        still_wanted: As of `Verdict`: an opt-out that could not be done yet.
    """
    return Verdict(Outcome.SKIPPED, reason, message, lasting=lasting, still_wanted=still_wanted)


def rejected(reason: str, message: str, vendor_code: str | None = None, *, still_wanted: bool = False) -> Verdict:
    """Not deliverable.

    Args:
        reason: Code of the reason.
        message: What is wrong and what to do, without the record's values.
        vendor_code: The vendor's own error code, if it gave one.
        still_wanted: As of `Verdict`.
    """
    return Verdict(Outcome.REJECTED, reason, message, vendor_code, still_wanted=still_wanted)


UNCHANGED = Verdict(Outcome.UNCHANGED, "same_as_last_accepted")
SUPERSEDED = skipped("superseded", "A later record of the same person took its place.")
NO_CONSENT = skipped("no_consent", "The consent field does not say yes.")
SUPPRESSED = skipped("suppressed", "The phone number or e-mail address is in the suppression file.")
OPTED_OUT = skipped(
    "opted_out",
    "This target took the person off before, or was asked to, and that stands. Only the setting that subscribes again "
    "who opted out brings them back.",
)
UNKNOWN = skipped(
    "unknown",
    "Its call broke off, in this run or an earlier one, and the vendor cannot say whether it arrived. It is not sent "
    "again.",
)
VENDOR_BREAKS = rejected(
    "vendor_error",
    "The vendor answers this record, and only this one, with an error of its own. Replay it later; if it fails again, "
    "ask the vendor's support.",
)
BEYOND_MAX_RECORDS = skipped("max_records", "Beyond `max_records`.")
DELETED_ROW = skipped("deleted_row", "The row was deleted at its source, and this action has no counterpart for that.")
