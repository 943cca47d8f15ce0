"""What a vendor can be asked to do with a record: the part of a target that a vendor declares.

A new action is a short class: its name, who it is about, what may be repeated, and three functions: plan a record
(pure), send a delivery, and, where the vendor can tell, find out what became of one that was interrupted. What the
vendor works on after the call is a `Job`, which is looked at until it ends.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.deliveries import Delivery, Gathered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from singer_delivery.columns import Columns
    from singer_delivery.memory import Memory
    from singer_delivery.outcomes import Verdict
    from singer_delivery.people import Person

__all__ = ["Action", "Delivery", "Doubt", "Gathered", "Job", "Planner", "Record"]

Record = Mapping[str, Any]
Planner = Callable[[Record, "Person"], "Delivery | Verdict"]
"""Turns a record and the person it is about into what would be sent, or says why nothing is. Pure."""


class Doubt(Enum):
    """What `Action.resolve` says where it has no verdict."""

    REMAINS = "remains"
    """The vendor cannot tell: the record is `unknown`, and not sent again."""
    NOT_DONE = "not_done"
    """It certainly was not done, and will not be any more: it is sent. Believed only of what an earlier run left
    behind (`Delivery.in_doubt_since`); of what broke off just now it counts as `REMAINS`, for it may still be done."""


class Job(ABC):
    """What the vendor works on after the call. Only of what is repeatable: a run that ends drops its jobs."""

    first_look: float = 1.0
    """Seconds from the call to the first look."""
    longest_wait: float = 30.0
    """Seconds between two looks at most. Each wait is one and a half times the one before."""

    @abstractmethod
    def look(self) -> Sequence[Verdict] | None:
        """Ask how far it is. Called by any worker thread, one at a time.

        Returns:
            None as long as it is under way; else a verdict for each of its deliveries, in their order.

        Raises:
            RefusedError, UnavailableError: As of `Action.send`: its deliveries are sent again in halves, until the
                culprit stands alone.
            DeliveryError: Ends the run: it takes too long.
        """


class Action(ABC):
    """Something that a vendor can be asked to do. One object serves a run, and all worker threads.

    Args:
        scope: What the ledger keeps this action's deliveries under, from the general to the special, with slashes:
            `subscribe/50123/Master List`. By settings only, so that a run that has nothing to send makes no call.
    """

    name: ClassVar[str]
    """What users bind streams to, in `streams` and `default_action`."""
    identity: ClassVar[tuple[str, ...]] = ("phone",)
    """The columns that can say who a record is about. A stream that has none of them is a mistake, told at once."""
    needs_consent: ClassVar[bool] = True
    """Whether records without consent are skipped. Not for what takes people off."""
    needs_ledger: ClassVar[bool] = False
    """Whether a run that would remember nothing is refused: one that texts people would text them in each run."""
    needs_mobile: ClassVar[bool] = True
    """Whether a phone must be one that takes texts. Not where it only tells who somebody is, and never of what takes
    people off: nobody's opt-out is lost over what kind of number it is for."""
    removes: ClassVar[bool] = False
    """Whether it takes people off something: counted by `max_removal_percent`."""
    renewed_by_record: ClassVar[bool] = True
    """Of what removes and is repeatable: whether a record that looks different asks for it anew. Who came back at the
    vendor, where no target sees it, may leave again. False where the payload itself tells one request from the next.
    """
    spellings: ClassVar[Mapping[str, str]] = {}
    """Other spellings of columns, for streams that are bound to this action: `spelling: our name`. Beside those of the
    target; also the place for names of ours that only this action knows."""
    gathers: ClassVar[bool] = False
    """Whether all records of a run with the same `Delivery.key` go out as one delivery, which `together` makes when
    the input has ended. They share its outcome, unless `send` says `Gathered`, and state does not pass them before."""
    takes_notes: bool = False
    """Whether it uses `Delivery.noted`: then the ledger is asked for it. An object may set it in `__init__`."""
    repeatable: bool = True
    """Whether doing it twice does no harm. If not, it is done at most once: the ledger is written before the call. An
    object may set it in `__init__`, by its settings."""
    batch_size: int = 1
    """How many deliveries one call of `send` takes at most. An object may set it in `__init__`."""
    most_unsettled: int | None = None
    """How many deliveries of it may be sent and not settled: they wait in memory, those of jobs too. None: 2,000 where
    a call takes one, else 20,000."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def route(self, record: Record, columns: Columns) -> Action | Verdict:
        """Say which action a record is really for: `subscribe` of someone whose `opted_out` is true is an opt-out.

        Called before anything else is asked of the record. The default is this one.
        """
        del record, columns
        return self

    def on_deleted_row(self) -> Action | None:
        """Return the action for a record whose row was deleted at its source (`_sdc_deleted_at`), if there is one."""
        return None

    def again(self, delivery: Delivery) -> Verdict | None:
        """Say what becomes of a delivery whose key was accepted before, with another payload. Pure.

        What is done once for each key, whatever changes later, says so here. Nothing is written about it then: the
        ledger keeps what was accepted, however the run ends.

        Returns:
            Its verdict; None if it is to be sent. That is the default.
        """
        del delivery
        return None

    def undoes(self) -> Sequence[str]:
        """Return scopes, or the beginnings of scopes, that an accepted delivery makes untrue for its keys.

        An unsubscribe makes an earlier subscribe untrue, so that a later one is sent again. What removes is doubted
        before the call of what adds: whatever becomes of that (unless it is refused), a later one is sent again.
        """
        return ()

    def yields_to(self) -> Sequence[str]:
        """Return scopes, or the beginnings of scopes, in which an accepted delivery of the same key forbids this one.

        The record is then skipped as `opted_out`. So an unsubscribe that was sent stops a later subscribe. One that is
        in doubt does, too.
        """
        return ()

    def yields_to_wanted(self) -> Sequence[str]:
        """Return scopes, or the beginnings of scopes, that forbid this one as long as a delivery of them is wanted.

        As `yields_to`, but only for one that could not be done yet (`Verdict.still_wanted`) or is in doubt: of one
        that was done, the vendor is asked.
        """
        return ()

    def yields(self, delivery: Delivery) -> bool:
        """Say whether a delivery that is forbidden for some of its keys (`opted_out`) is left alone as a whole. Pure.

        That is the default. If not, it is sent, and `send` and `resolve` leave out what those keys are about.
        """
        del delivery
        return True

    def recall(self, memory: Memory) -> None:
        """Take what earlier runs learned for this scope. Called once, before the first record is planned."""
        del memory

    def together(self, deliveries: Sequence[Delivery]) -> Delivery:
        """Make one delivery of all that have its key, in the order of their records. Only where `gathers`. Pure.

        Args:
            deliveries: What the planner made of the records. At least one.
        """
        raise NotImplementedError

    def bundles(self, deliveries: Sequence[Delivery]) -> Sequence[Sequence[Delivery]]:
        """Share deliveries out to calls of `send`. Pure. By default `batch_size` of them each, in their order.

        For where a vendor's calls take together only what has something in common, such as one text. Each `send` then
        makes one call, and what fails in one says nothing of the others.

        Args:
            deliveries: What was planned of one chunk, each with a key of its own.

        Returns:
            Each delivery in exactly one call.
        """
        size = self.batch_size
        return [deliveries[place : place + size] for place in range(0, len(deliveries), size)]

    @abstractmethod
    def planner(self, columns: Columns) -> Planner:
        """Return the planner for a stream. The first to be called may make calls that read (lists, custom fields).

        Raises:
            SetupError: The stream cannot be delivered by this action.
        """

    @abstractmethod
    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Gathered | Job:
        """Do it. Called by worker threads.

        Args:
            deliveries: One to `batch_size` of them, each with a key of its own; as `bundles` shared them out.

        Returns:
            A verdict for each, in their order; or the job that the vendor has begun. In a dry run nobody looks at a
            job: its deliveries would be `submitted`. Of one delivery that was gathered it may be `Gathered`: a
            verdict for each of its records.

        Raises:
            RefusedError: The call failed as a whole. One delivery ends by the error's rule; several are split and sent
                again in halves, until the culprit stands alone.
            OutcomeUnknownError: A call that is not repeatable broke off.
            DeliveryError: Ends the run.
        """

    def resolve(self, delivery: Delivery) -> Verdict | Gathered | Doubt:
        """Ask the vendor what became of a delivery that was interrupted. Only for what is not repeatable.

        Args:
            delivery: One that broke off just now, or, with `in_doubt_since`, in an earlier run.

        Returns:
            Its verdict, those of its records where it was gathered, or why there is none.

        Raises:
            RefusedError, OutcomeUnknownError: The same as `Doubt.REMAINS`.
            DeliveryError: Ends the run; it stays in doubt.
        """
        del delivery
        return Doubt.REMAINS

    def vendor_works(self) -> bool:
        """Ask the vendor something that needs no record, to tell a record that breaks it from a vendor that is broken.

        Returns:
            Whether it answers. By default False, with which the run stops.
        """
        return False

    def notes(self) -> Iterator[str]:
        """Yield what the report should say at the end: what the vendor does not tell, what was not checked."""
        return iter(())
