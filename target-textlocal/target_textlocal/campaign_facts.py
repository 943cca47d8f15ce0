"""What is remembered of campaigns from run to run: which were cancelled, which variables their templates had.

It stands in the ledger's memory of `cancel_campaigns`, apart from batches, which tap-textlocal reads: the campaign's
id is the name, a JSON the value. Names of variables are the template's own; nothing of a person::

    {"cancelled": false, "closed": true, "sent": {"9df0f2": ["300007", 1796126400]},
     "variables": {"Spring sale": [["first_name", 20]]}}

`sent` are the parts that Textlocal took, by their marks (`campaign_mapping.part_mark`): the group, null once it is
deleted, and when it goes out, in seconds since 1970. `closed` says that no more follow.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_textlocal.campaign_mapping import part_mark
from target_textlocal.texts import Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from singer_delivery.memory import Memory
    from target_textlocal.campaign_mapping import Part


@dataclass(slots=True)
class _Facts:
    cancelled: bool = False
    closed: bool = False
    sent: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    variables: dict[str, Sequence[Variable]] = field(default_factory=dict)

    def written(self) -> str:
        variables = {name: [[each.name, each.longest] for each in found] for name, found in self.variables.items()}
        facts = {"cancelled": self.cancelled, "closed": self.closed, "sent": self.sent, "variables": variables}
        return json.dumps(facts, separators=(",", ":"))

    @classmethod
    def read(cls, value: str) -> _Facts:
        found = json.loads(value)
        variables = {name: [Variable(*each) for each in of_one] for name, of_one in found["variables"].items()}
        sent = {mark: (group_id, went_out) for mark, (group_id, went_out) in found["sent"].items()}
        return cls(found["cancelled"], found["closed"], sent, dict(variables))


class CampaignFacts:
    """What is remembered of campaigns. Threads may share it: what one of them learns, it learns before the others."""

    def __init__(self) -> None:
        self._memory: Memory | None = None
        self._known: dict[str, _Facts] = {}

    def recall(self, memory: Memory) -> None:
        """Take what earlier runs learned, and where it is remembered; without that, this run alone knows it."""
        self._memory = memory
        self._known.update({name: _Facts.read(value) for name, value in memory.known().items()})

    def cancelled(self, campaign: str) -> bool:
        """Say whether a campaign was cancelled, by this target."""
        return campaign in self._known and self._known[campaign].cancelled

    def cancel(self, campaign: str) -> None:
        """Remember that a campaign was cancelled, for ever."""
        self._of(campaign).cancelled = True
        self._learn(campaign)

    def closed(self, campaign: str) -> bool:
        """Say whether a campaign has gone out with all that it had then: nothing more of it is sent."""
        return campaign in self._known and self._known[campaign].closed

    def close(self, campaign: str) -> None:
        """Remember that a campaign has gone out."""
        if not self.closed(campaign):
            self._of(campaign).closed = True
            self._learn(campaign)

    def was_sent(self, campaign: str, part: Part) -> bool:
        """Say whether Textlocal took a part of a campaign, in an earlier run or in this one."""
        return campaign in self._known and part_mark(part) in self._known[campaign].sent

    def keep_sent(self, campaign: str, part: Part, group_id: str) -> None:
        """Remember that Textlocal took a part: whatever becomes of its group, it is not sent again."""
        if not self.was_sent(campaign, part):
            went_out = int(time.time()) if part.send_at is None else part.send_at
            self._of(campaign).sent[part_mark(part)] = (group_id, went_out)
            self._learn(campaign)

    def has_others(self, campaign: str, parts: Iterable[Part]) -> bool:
        """Say whether Textlocal took a part of a campaign that is none of these."""
        sent = self._known[campaign].sent if campaign in self._known else {}
        return not sent.keys() <= set(map(part_mark, parts))

    def groups_of(self, campaign: str) -> frozenset[str]:
        """Return the ids of the groups that a campaign's texts are known to have gone to, less the deleted ones."""
        sent = self._known[campaign].sent if campaign in self._known else {}
        return frozenset(group_id for group_id, _ in sent.values() if group_id is not None)

    def groups_before(self, moment: float) -> list[tuple[str, str]]:
        """Return campaign and id of the groups whose texts went out before a moment, less those that were deleted."""
        return [
            (campaign, group_id)
            for campaign, facts in self._known.items()
            for group_id, went_out in facts.sent.values()
            if group_id is not None and went_out < moment
        ]

    def keep_deleted(self, campaign: str, group_id: str) -> None:
        """Remember that a campaign's group is no more."""
        sent = self._of(campaign).sent
        sent.update({mark: (None, went_out) for mark, (its, went_out) in sent.items() if its == group_id})
        self._learn(campaign)

    def variables(self, campaign: str, template: str) -> Sequence[Variable] | None:
        """Return the variables that a campaign's template had when it was sent; None where it was not."""
        return self._known[campaign].variables.get(template) if campaign in self._known else None

    def keep_variables(self, campaign: str, variables: Mapping[str, Sequence[Variable]]) -> None:
        """Remember the variables of a campaign's templates, by title or id as its records have them.

        A later run tells by them whether a record is as it was, without a call, and whatever the template is then.
        """
        found = self._of(campaign)
        if any(found.variables.get(name) != each for name, each in variables.items()):
            found.variables.update(variables)
            self._learn(campaign)

    def _of(self, campaign: str) -> _Facts:
        return self._known.setdefault(campaign, _Facts())

    def _learn(self, campaign: str) -> None:
        if self._memory is not None:
            self._memory.learn(campaign, self._known[campaign].written())
