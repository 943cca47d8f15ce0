"""What is remembered of campaigns from run to run: which were cancelled, which variables their templates had.

It stands in the ledger's memory of `campaigns`, beside its batches (`batches.py`): the name is `campaign:` and the
campaign's id, the value a JSON. Names of variables are the template's own; nothing of a person::

    {"cancelled": true, "variables": {"Spring sale": [["first_name", 20]]}}
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from target_textlocal.texts import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_delivery.memory import Memory

_PREFIX = "campaign:"
_DAY = 86_400


@dataclass(slots=True)
class _Facts:
    cancelled: bool = False
    variables: dict[str, Sequence[Variable]] = field(default_factory=dict)

    def written(self) -> str:
        variables = {name: [[each.name, each.longest] for each in found] for name, found in self.variables.items()}
        return json.dumps({"cancelled": self.cancelled, "variables": variables}, separators=(",", ":"))

    @classmethod
    def read(cls, value: str) -> _Facts:
        found = json.loads(value)
        variables = found["variables"].items()
        return cls(found["cancelled"], {name: [Variable(*each) for each in of_one] for name, of_one in variables})


class CampaignFacts:
    """What is remembered of campaigns. Threads may share it: what one of them learns, it learns before the others."""

    def __init__(self) -> None:
        self._memory: Memory | None = None
        self._known: dict[str, _Facts] = {}

    def recall(self, memory: Memory) -> None:
        """Take what earlier runs learned, and where it is remembered; without that, this run alone knows it."""
        self._memory = memory
        for name, value in memory.known().items():
            if name.startswith(_PREFIX):
                self._known[name.removeprefix(_PREFIX)] = _Facts.read(value)

    def cancelled(self, campaign: str) -> bool:
        """Say whether a campaign was cancelled, by this target."""
        return campaign in self._known and self._known[campaign].cancelled

    def cancel(self, campaign: str) -> None:
        """Remember that a campaign was cancelled, for ever."""
        self._of(campaign).cancelled = True
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

    def groups_before(self, now: float, days: int) -> Iterator[tuple[str, str]]:
        """Yield group and batch of what went out more than so many days ago, where the group was not deleted."""
        for batch_id, batch in self._batches():
            group, deleted = batch.get("group_id"), batch.get("group_deleted")
            went_out = datetime.fromisoformat(batch.get("send_at") or batch["sent_at"]).timestamp()
            if group and not deleted and went_out + days * _DAY < now:
                yield str(group), batch_id

    def keep_deleted(self, batch_id: str) -> None:
        """Remember that a batch's group is no more."""
        if self._memory is not None:
            batch = {**json.loads(self._memory.known()[batch_id]), "group_deleted": True}
            self._memory.learn(batch_id, json.dumps(batch, separators=(",", ":")))

    def _batches(self) -> Iterator[tuple[str, dict[str, Any]]]:
        known = self._memory.known() if self._memory is not None else {}
        return ((name, json.loads(value)) for name, value in known.items() if not name.startswith(_PREFIX))

    def _of(self, campaign: str) -> _Facts:
        return self._known.setdefault(campaign, _Facts())

    def _learn(self, campaign: str) -> None:
        if self._memory is not None:
            self._memory.learn(f"{_PREFIX}{campaign}", self._known[campaign].written())
