"""Groups of campaigns that have served: deleted some days after their texts went out, if the settings say so.

Deleting a group cannot be undone, and takes its contacts along. So it is done only to groups that this target made and
sent to, by what the ledger remembers, and never by a name.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from singer_delivery.errors import CallError, DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_textlocal.campaign_facts import CampaignFacts
    from target_textlocal.campaign_groups import CampaignGroups

_DAY = 86_400


def clean_up(groups: CampaignGroups, facts: CampaignFacts, days: int) -> Iterator[str]:
    """Delete the groups of what went out more than so many days ago; yield what the report should say."""
    deleted = 0
    try:
        for campaign, group_id in facts.groups_before(time.time() - days * _DAY):
            groups.delete(group_id)
            facts.keep_deleted(campaign, group_id)
            deleted += 1
    except (CallError, DeliveryError):
        yield "Not all groups of campaigns that are old enough could be deleted. The next run tries again."
    if deleted:
        yield f"{deleted} groups of campaigns were deleted (`delete_groups_after_days`)."
