"""The action `segment_members`: people are added to one segment, or taken out of it where a record says so.

Members are sent up to 10,000 a call, as bulk jobs (Attentive's description of its API v2). Nothing reads them back, so
nobody is ever taken out because they are absent: the ledger knows people by keyed hashes only, and cannot name them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.actions import Action, Delivery
from singer_delivery.errors import CallError, DeliveryError, SetupError
from singer_delivery.outcomes import Verdict, accepted, already, rejected, skipped
from target_attentive.identifiers import reader
from target_attentive.jobs import BulkCall, Jobs
from target_attentive.results import ResultRules
from target_attentive.segments import Segments, segment_scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_delivery.actions import Job, Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_attentive.client import AttentiveClient
    from target_attentive.segments import Segment
    from target_attentive.settings import AttentiveSettings

MOST_MEMBERS = 10_000
"""Members of a call, by Attentive's description."""
MOST_UNSETTLED = 50_000
"""Members that wait for jobs: five full calls, as a job may take its time."""
_PATH = "/v2/bulk/segments/members"
_COLUMN = "remove"
_WORDS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "1.0", "on"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0", "0.0", "off", ""), False),
}
_NOBODY = rejected(
    "missing_identity", "The record has neither a phone number nor an e-mail address nor a `client_user_id`."
)
_NO_SEGMENT = already("no_segment")
_NOT_SUBSCRIBER = skipped(
    "not_subscriber",
    "Attentive puts only subscribers into segments. Subscribe the person first; the next run tries again.",
)
_NO_LINE = skipped(
    "no_result",
    "The results of the bulk job say nothing of this person. Attentive leaves out who is no subscriber; the next run "
    "tries again.",
)
_GONE = rejected("unknown_segment", "The segment is not there any more.", "404")
# Of one member it says that nobody like that is subscribed; of a whole job it may mean the segment.
_NOT_FOUND = replace(_NOT_SUBSCRIBER, vendor_code="404")
_LINE_WORDS = (
    (re.compile(r"\bsegment\b.*\b(?:not found|unknown|archived|not exist)"), _GONE),
    (re.compile(r"\bskipped\b|\b(?:not an?|not|non|no)[ -](?:active )?subscribe[rd]\b"), _NOT_SUBSCRIBER),
)
_LINE_STATUSES = {404: _NOT_FOUND}


class MemberAction(Action):
    """What adding and taking out share: the segment, who a record is about, the bulk job.

    Args:
        segments: The segment.
        jobs: Submits bulk jobs and follows them.
        scope: What the ledger keeps its deliveries under.
        dry_run: Whether nothing is sent: then each record is a call of its own in the plan.
    """

    name: ClassVar[str] = "segment_members"
    identity: ClassVar[tuple[str, ...]] = ("phone", "email", "client_user_id")
    spellings: ClassVar[Mapping[str, str]] = {_COLUMN: _COLUMN}
    most_unsettled = MOST_UNSETTLED
    operation: ClassVar[str]
    method: ClassVar[str]
    rules: ClassVar[ResultRules]

    def __init__(self, segments: Segments, jobs: Jobs, scope: str, *, dry_run: bool) -> None:
        super().__init__(scope)
        self._segments = segments
        self._jobs = jobs
        self.batch_size = 1 if dry_run else MOST_MEMBERS

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear which segment is meant. One that is to be made is not made yet.

        Raises:
            SetupError: None or several are meant.
        """
        self._segments.find()
        read = reader(columns)

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            who = read(record, person)
            if isinstance(who, Verdict):
                return who
            member = who.member()
            return Delivery(self, who.key(), member) if member else _NOBODY

        return plan

    def vendor_works(self) -> bool:
        """Ask whose key it is: if that works, what failed was the records' fault."""
        try:
            self._jobs.client.call("Me", "GET", "/v1/me", changes=False)
        except (CallError, DeliveryError):
            return False
        return True

    def _submitted(self, segment: Segment, deliveries: Sequence[Delivery]) -> Job | Sequence[Verdict]:
        body = {"externalId": segment.external_id, "members": [each.payload for each in deliveries]}
        call = BulkCall(self.operation, self.method, _PATH, "members", body)
        return self._jobs.submit(call, deliveries, self.rules, self._check_segment)

    def _check_segment(self, verdicts: Sequence[Verdict]) -> None:
        """End the run where a job did not find the segment: no later one will.

        Where nobody of a job was found, and no word tells whether that is meant of the segment, Attentive is asked.
        """
        is_gone = any(verdict is _GONE for verdict in verdicts)
        if is_gone or (all(verdict is _NOT_FOUND for verdict in verdicts) and not self._segments.is_there()):
            raise SetupError(
                "The segment went away while the run was under way: it was archived, or is known no more. Restore it "
                "in Attentive, or choose another by `segment` or `segment_external_id`, and run again."
            )


class RemoveMembers(MemberAction):
    """Takes people out of the segment. Nothing is bound to it: `segment_members` hands over whom a record says so of.

    Args:
        segments: The segment.
        jobs: Submits bulk jobs and follows them.
        scope: What the ledger keeps its deliveries under.
        added: The scope of those who are added.
        dry_run: Whether nothing is sent.
    """

    needs_consent: ClassVar[bool] = False
    removes: ClassVar[bool] = True
    operation: ClassVar[str] = "RemoveMembers"
    method: ClassVar[str] = "DELETE"
    rules: ClassVar[ResultRules] = ResultRules(accepted("removed"), _NO_LINE, _LINE_WORDS, _LINE_STATUSES)

    def __init__(self, segments: Segments, jobs: Jobs, scope: str, added: str, *, dry_run: bool) -> None:
        super().__init__(segments, jobs, scope, dry_run=dry_run)
        self._added = added

    def undoes(self) -> Sequence[str]:
        """That they were added."""
        return (self._added,)

    def send(self, deliveries: Sequence[Delivery]) -> Job | Sequence[Verdict]:
        """Take people out. No segment is made for that."""
        segment = self._segments.find()
        return [_NO_SEGMENT] * len(deliveries) if segment is None else self._submitted(segment, deliveries)


class SegmentMembers(MemberAction):
    """Adds people to the segment; hands over whose record says that they are to be taken out, or whose row is gone.

    Args:
        segments: The segment.
        jobs: Submits bulk jobs and follows them.
        scope: What the ledger keeps its deliveries under.
        remove: Takes people out.
        dry_run: Whether nothing is sent.
    """

    operation: ClassVar[str] = "AddMembers"
    method: ClassVar[str] = "POST"
    rules: ClassVar[ResultRules] = ResultRules(accepted("added"), _NO_LINE, _LINE_WORDS, _LINE_STATUSES)

    def __init__(self, segments: Segments, jobs: Jobs, scope: str, remove: RemoveMembers, *, dry_run: bool) -> None:
        super().__init__(segments, jobs, scope, dry_run=dry_run)
        self._remove = remove

    def route(self, record: Record, columns: Columns) -> Action | Verdict:
        """Take out whose `remove` says yes; nothing in that column says no."""
        said = _says_remove(columns.value(record, _COLUMN))
        if said is None:
            return rejected(
                "wrong_type",
                f"Column `{columns.known[_COLUMN]}`: expected true or false. Whether the person is to be in the "
                "segment or not is not clear. Correct it at its source and replay the record.",
            )
        return self._remove if said else self

    def on_deleted_row(self) -> Action:
        """Take people out whose row was deleted."""
        return self._remove

    def undoes(self) -> Sequence[str]:
        """That they were taken out."""
        return (self._remove.scope,)

    def send(self, deliveries: Sequence[Delivery]) -> Job | Sequence[Verdict]:
        """Add people, to a segment that is made if need be."""
        return self._submitted(self._segments.made(), deliveries)

    def notes(self) -> Iterator[str]:
        """Say what nobody knows of the jobs, and whether the segment was made; also for who takes people out."""
        yield from self._segments.notes()
        yield from self._jobs.notes()


def segment_members(client: AttentiveClient, settings: AttentiveSettings, *, dry_run: bool) -> SegmentMembers:
    """Make the action, with the one that takes people out behind it. Makes no call."""
    segments, jobs = Segments(client, settings), Jobs(client, settings)
    segment = segment_scope(settings)
    scope = f"segment_members/{segment}"
    remove = RemoveMembers(segments, jobs, f"segment_removals/{segment}", scope, dry_run=dry_run)
    return SegmentMembers(segments, jobs, scope, remove, dry_run=dry_run)


def _says_remove(value: Any) -> bool | None:
    """Read the column `remove`; None where it says neither yes nor no."""
    if value is None or isinstance(value, bool):
        return bool(value)
    return _WORDS.get(str(value).strip().casefold())
