"""The action `cancel_campaigns`: a campaign is stopped while its texts wait for their time.

It is what `campaigns` does with a record that says `cancel`, and a stream of campaigns can be bound to it, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Action, Delivery
from singer_delivery.errors import RefusedError
from singer_delivery.outcomes import Verdict, accepted, already
from target_textlocal.campaign_mapping import SPELLINGS, campaign_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.memory import Memory
    from singer_delivery.people import Person
    from target_textlocal.campaign_facts import CampaignFacts
    from target_textlocal.campaign_groups import CampaignGroups

_NOT_SCHEDULED = already("not_scheduled")
_NUMBER = re.compile(r"\d{10}")
_BETWEEN_DIGITS = re.compile(r"[\s().-]")


class Cancelling(Action):
    """Cancels campaigns. It takes nobody off anything, so `max_removal_percent` does not count it.

    A campaign that was cancelled stays so: what a later record says of it is not sent, whichever stream comes first.

    Args:
        groups: Finds what waits.
        facts: Keeps what was cancelled.
        scope: What the ledger keeps its deliveries under.
        test: Whether Textlocal only tests texts: then nothing that waits is touched.
    """

    name: ClassVar[str] = "cancel_campaigns"
    identity: ClassVar[tuple[str, ...]] = ("campaign_id",)
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS
    needs_consent: ClassVar[bool] = False

    def __init__(self, groups: CampaignGroups, facts: CampaignFacts, scope: str, *, test: bool) -> None:
        super().__init__(scope)
        self._groups = groups
        self._facts = facts
        self._test = test
        self._gone_out: list[str] = []

    def recall(self, memory: Memory) -> None:
        """Take what earlier runs learned of campaigns."""
        self._facts.recall(memory)

    def planner(self, columns: Columns) -> Planner:
        """Return a planner: all that counts of a record is its campaign."""

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            del person
            campaign = campaign_of(record, columns)
            return campaign if isinstance(campaign, Verdict) else Delivery(self, campaign, {"campaign": campaign})

        return plan

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Cancel campaigns. Doing it twice does no harm: what does not wait any more is left alone."""
        return [self._send(each.key) for each in deliveries]

    def notes(self) -> Iterator[str]:
        """Name the campaigns of which nothing waited: it may have gone out, or come after this run."""
        if self._gone_out:
            yield (
                f"Nothing of these campaigns waited for its time, so nothing was cancelled: {_some(self._gone_out)}. "
                "What they had sent, they had sent; nothing of them is sent from now on."
            )

    def _send(self, campaign: str) -> Verdict:
        self._facts.cancel(campaign)  # before the calls: whatever comes of them, nothing more is to go out
        waiting = self._groups.waiting(campaign)
        if self._test:
            return accepted("tested") if waiting else _NOT_SCHEDULED
        cancelled = [self._cancelled(campaign, each) for each in waiting]
        if not any(cancelled):
            self._gone_out.append(campaign)
            return _NOT_SCHEDULED
        return accepted("cancelled")

    def _cancelled(self, campaign: str, scheduled_id: str) -> bool:
        """Cancel one send; say whether it was this run that did it, as far as that can be told."""
        try:
            self._groups.cancel(scheduled_id)
        except RefusedError:
            if scheduled_id in self._groups.waiting(campaign):
                raise
            # It went out meanwhile, or this is the second attempt at a call whose answer got lost.
            return not self._groups.went_out(campaign)
        return True


def _some(campaigns: Sequence[str], most: int = 10) -> str:
    """Name some. What may be somebody's number or address, in a wrong column, is only counted."""
    named = [each for each in campaigns if "@" not in each and not _NUMBER.search(_BETWEEN_DIGITS.sub("", each))]
    left = len(campaigns) - len(named[:most])
    return ", ".join([*named[:most], *([f"{left} more"] if left else [])])
