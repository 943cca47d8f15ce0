"""What becomes of a group of deliveries: it is sent, looked at, split, resolved, and gets its outcomes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from singer_delivery.actions import Doubt, Gathered, Job
from singer_delivery.errors import (
    AbandonedError,
    DeliveryError,
    InternalError,
    OutcomeUnknownError,
    RefusedError,
    UnavailableError,
)
from singer_delivery.outcomes import UNKNOWN, VENDOR_BREAKS, Verdict, accepted
from singer_delivery.rows import Settled
from singer_delivery.vendor_health import VendorHealth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from singer_delivery.actions import Action
    from singer_delivery.clients import Calls
    from singer_delivery.planned_calls import PlannedCall
    from singer_delivery.rows import Item

SLOWER = 1.5
"""By how much each wait for a job is longer than the one before."""


@dataclass(slots=True, eq=False)
class Group:
    """Deliveries of one action that go out in one call.

    Attributes:
        action: What is done.
        items: The deliveries.
        job: What the vendor has begun, once it has.
        wait: Seconds until the job is looked at.
    """

    action: Action
    items: Sequence[Item]
    job: Job | None = None
    wait: float = 0.0


class Sender:
    """Hands groups to their actions. All workers share it.

    Args:
        client: The vendor's transport.
        settle: Takes outcomes that are known before those of their whole group.
        park: Takes groups with a job.
        mark: Writes into the ledger that deliveries are being sent, as of now.
        give_back: Takes what was certainly not delivered when the run ends: the next one may try again, even what
            must not be repeated.
        dry_run: The client makes no call that changes anything; outcomes are what would happen.
    """

    def __init__(  # noqa: PLR0913 - whom it works with
        self,
        client: Calls,
        settle: Callable[[Sequence[Settled]], None],
        park: Callable[[Group], None],
        mark: Callable[[Sequence[Item]], None],
        give_back: Callable[[Group], None],
        *,
        dry_run: bool = False,
    ) -> None:
        self._client = client
        self._settle = settle
        self._park = park
        self._mark = mark
        self._give_back = give_back
        self._dry_run = dry_run
        self._health = VendorHealth()
        self._broke_off: set[tuple[int, bytes]] = set()

    def deliver(self, group: Group) -> Sequence[Settled]:
        """Send a group, or look at its job.

        Returns:
            Outcomes. None of what was parked: that comes again.

        Raises:
            AbandonedError: The run ends; what is not settled was given back, or is marked as in doubt.
            DeliveryError: The run is to end; the same.
        """
        settled: list[Settled] = []
        if any(item.uncertain for item in group.items):
            try:
                settled, group = self._resolved(group)
            except (AbandonedError, DeliveryError):
                self._give_back(group)
                raise
        return [*settled, *self._tried(group)] if group.items else settled

    def _resolved(self, group: Group) -> tuple[list[Settled], Group]:
        """Find out what became of deliveries that an earlier run left in doubt; give back what is to be sent."""
        found = [(item, self._left_behind(item) if item.uncertain else Doubt.NOT_DONE) for item in group.items]
        settled = [_told(item, what) for item, what in found if what is not Doubt.NOT_DONE]
        to_send = [item for item, what in found if what is Doubt.NOT_DONE]
        if anew := [item for item in to_send if item.uncertain]:
            self._mark(anew)
            for item in anew:
                item.uncertain = False
                item.delivery.in_doubt_since = None
        return settled, Group(group.action, to_send)

    def _tried(self, group: Group, *, touched: bool = False) -> list[Settled]:
        """Send a group, or look at its job; what fails as a whole is split until the culprit stands alone.

        Args:
            group: What goes out.
            touched: Whether a call for the whole that it is a part of may have had effect.
        """
        action, items = group.action, group.items
        self._client.take_lasting()
        started = time.monotonic()
        try:
            found = self._attempt(group)
        except UnavailableError as error:
            touched = self._client.take_lasting() or touched
            certain = action.repeatable or not touched
            if not (certain and self._health.is_the_records_fault(error, action, len(items), started)):
                self._ended(group, touched=touched)
                raise
            found = self._breaks_the_vendor(items, error)
        except (AbandonedError, DeliveryError):
            self._ended(group, touched=self._client.take_lasting() or touched)
            raise
        if found is not None:
            return found
        half = len(items) // 2
        touched = self._client.take_lasting() or touched
        return self._halves(Group(action, items[:half]), Group(action, items[half:]), touched=touched)

    def _attempt(self, group: Group) -> list[Settled] | None:
        """Send a group as it is, or look at its job; None where it is to be split."""
        action, items = group.action, group.items
        try:
            answer = group.job.look() if group.job else action.send([item.delivery for item in items])
        except RefusedError as refusal:
            verdict = refusal.rule.verdict(refusal.code)
        except OutcomeUnknownError:
            return self._broken_off(items)
        else:
            self._health.reached()
            return self._answered(group, answer)
        return self._outcome(items, [verdict]) if len(items) == 1 else None

    def _breaks_the_vendor(self, items: Sequence[Item], error: UnavailableError) -> list[Settled] | None:
        """Reject a record that the vendor cannot answer; None where there are more, which are to be split."""
        if len(items) > 1:
            return None
        items[0].undoing = ()  # one of the attempts may have had effect: what it undoes stays in doubt
        return self._outcome(items, [replace(VENDOR_BREAKS, vendor_code=error.code)])

    def _ended(self, group: Group, *, touched: bool) -> None:
        """Give a group back whose calls, if there were any, certainly had no effect."""
        if not touched:
            self._give_back(group)

    def _answered(self, group: Group, answer: Sequence[Verdict] | Gathered | Job | None) -> list[Settled]:
        """Make outcomes of what an action says, or park what has none yet."""
        if isinstance(answer, Job):
            self._begun(group, answer)
        elif answer is None and group.job is not None:
            group.wait = min(SLOWER * group.wait, group.job.longest_wait)
        else:
            self._health.succeeded()
            return self._outcome(group.items, [answer] if isinstance(answer, Gathered) else answer or ())
        if self._dry_run:  # there is no job: what would have begun it was not called
            return self._outcome(group.items, [_SUBMITTED] * len(group.items))
        self._park(group)
        return []

    def _begun(self, group: Group, job: Job) -> None:
        if not group.action.repeatable:
            _keep_in_doubt(group.items)
            raise InternalError(
                f"A mistake in this program: `{group.action.name}` must not be repeated, and a job may have to be. "
                "What it was about stays in doubt; please report this line."
            )
        group.job, group.wait = job, job.first_look

    def _halves(self, *halves: Group, touched: bool) -> list[Settled]:
        """Send parts of a group one after the other.

        Where one of them ends the run, what was settled before it is kept, and those after it, of which no call was
        made, are given back.
        """
        settled: list[Settled] = []
        for place, half in enumerate(halves, 1):
            try:
                settled += self._tried(half, touched=touched)
            except (AbandonedError, DeliveryError):  # noqa: PERF203 - two halves
                if settled:
                    self._settle(settled)
                for later in halves[place:]:
                    self._ended(later, touched=touched)
                raise
        return settled

    def _broken_off(self, items: Sequence[Item]) -> list[Settled]:
        """Ask what became of deliveries whose call has just broken off.

        Raises:
            UnavailableError: Too many calls stay unknown: whoever comes next would, too.
        """
        _keep_in_doubt(items)
        found = [self._found(item) for item in items]
        # There are few: behind some in a row the run ends.
        self._broke_off.update(
            (item.scope, item.key) for item, what in zip(items, found, strict=True) if isinstance(what, Doubt)
        )
        self._health.broke_off(in_the_dark=all(isinstance(each, Doubt) for each in found))
        return [_told(item, what) for item, what in zip(items, found, strict=True)]

    def _left_behind(self, item: Item) -> Verdict | Gathered | Doubt:
        """Find out what became of a delivery that was in doubt before it came here.

        It may have broken off in this run, for an earlier record of its key: then it may still be done.
        """
        if (item.scope, item.key) not in self._broke_off:
            return self._found(item)
        item.delivery.in_doubt_since = None
        found = self._found(item)
        return Doubt.REMAINS if found is Doubt.NOT_DONE else found

    def _found(self, item: Item) -> Verdict | Gathered | Doubt:
        if self._dry_run:
            return Doubt.REMAINS
        action, started = item.delivery.action, time.monotonic()
        try:
            return action.resolve(item.delivery)
        except (RefusedError, OutcomeUnknownError):
            return Doubt.REMAINS
        except UnavailableError as error:
            if self._health.is_the_records_fault(error, action, 1, started):
                return Doubt.REMAINS
            raise

    def _outcome(self, items: Sequence[Item], verdicts: Sequence[Verdict | Gathered]) -> list[Settled]:
        calls: Sequence[PlannedCall] = ()
        if self._dry_run:
            calls = self._client.take_planned()
            verdicts = [verdict.would_be() for verdict in verdicts]
        return [_settled(item, verdict, calls) for item, verdict in zip(items, verdicts, strict=True)]


_SUBMITTED = accepted("submitted")


def _keep_in_doubt(items: Sequence[Item]) -> None:
    """Let the ledger's `sending` stand, however the run ends: the calls may have had effect."""
    for item in items:
        item.uncertain = True


def _told(item: Item, found: Verdict | Gathered | Doubt) -> Settled:
    return _settled(item, UNKNOWN if isinstance(found, Doubt) else found)


def _settled(item: Item, found: Verdict | Gathered, calls: Sequence[PlannedCall] = ()) -> Settled:
    action = item.delivery.action
    if not isinstance(found, Gathered):
        return Settled(item.row, found, action, item, calls)
    if len(found.verdicts) != 1 + len(item.others):
        _keep_in_doubt([item])
        raise InternalError(
            f"A mistake in this program: `{action.name}` has not one verdict for each record of a delivery. Nothing "
            "unsettled is acknowledged: please report this line."
        )
    return Settled(item.row, found.verdicts[0], action, item, calls, found)
