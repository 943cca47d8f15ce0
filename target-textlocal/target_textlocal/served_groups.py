"""Groups of campaigns that have served: deleted some days after their texts went out, if the settings say so.

Deleting a group cannot be undone, and takes its contacts along. So it is done only to groups that this target made and
sent to, by what the ledger remembers of its batches, and never by a name. What was deleted is remembered, too.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING

from singer_delivery.errors import CallError, DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_delivery.memory import Memory
    from target_textlocal.campaign_groups import CampaignGroups

_DAY = 86_400


class ServedGroups:
    """The groups of earlier campaigns.

    Args:
        groups: Deletes groups.
        days: After how many days; None for never.
    """

    def __init__(self, groups: CampaignGroups, days: int | None) -> None:
        self._groups = groups
        self._days = days
        self._memory: Memory | None = None

    def recall(self, memory: Memory) -> None:
        """Take where batches are remembered."""
        self._memory = memory

    def clean_up(self) -> Iterator[str]:
        """Delete what is old enough; yield what the report should say."""
        deleted = 0
        try:
            for batch_id, group_id in self._old():
                self._groups.delete(group_id)
                self._keep(batch_id)
                deleted += 1
        except (CallError, DeliveryError):
            yield "Not all groups of campaigns that are old enough could be deleted. The next run tries again."
        if deleted:
            yield f"{deleted} groups of campaigns were deleted (`delete_groups_after_days`)."

    def _old(self) -> list[tuple[str, str]]:
        """Return batch and group of what went out so long ago."""
        if self._memory is None or self._days is None:
            return []
        before, found = time.time() - self._days * _DAY, []
        for batch_id, fact in self._memory.known().items():
            batch = json.loads(fact)
            went_out = datetime.fromisoformat(batch["send_at"] or batch["sent_at"]).timestamp()
            if batch["group_id"] and not batch.get("group_deleted") and went_out < before:
                found.append((batch_id, batch["group_id"]))
        return found

    def _keep(self, batch_id: str) -> None:
        """Remember that a batch's group is no more."""
        if self._memory is not None:
            batch = {**json.loads(self._memory.known()[batch_id]), "group_deleted": True}
            self._memory.learn(batch_id, json.dumps(batch, separators=(",", ":")))
