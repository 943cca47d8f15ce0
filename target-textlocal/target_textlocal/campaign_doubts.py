"""Whether a campaign that broke off may have gone out after all, where no group of it tells.

`get_scheduled` and `get_history_group` are asked by a campaign's groups. But whether the second one has what the API
sent to a group, or `get_history_api` instead, no page says, nor whether both go on naming a group that was deleted. So
before a campaign counts as not sent, its people must not be in the other histories either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_textlocal.campaign_mapping import group_name
from target_textlocal.groups import BUILT_IN, OPTED_OUT, folded
from target_textlocal.histories import OF_GROUPS, any_texted, rows_of
from target_textlocal.paging import contacts_of, forms_of, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_textlocal.account import Account
    from target_textlocal.campaign_facts import CampaignFacts
    from target_textlocal.campaign_groups import CampaignGroups
    from target_textlocal.campaign_mapping import Part
    from target_textlocal.client import TextlocalClient


@dataclass(frozen=True, slots=True)
class CampaignDoubts:
    """Looks for what no group of a campaign tells. Threads may share it.

    Args:
        client: Who calls.
        account: Has the groups.
        groups: Those of campaigns.
        facts: What is known to be sent.
        country: Of numbers that Textlocal shows without a country code.
    """

    client: TextlocalClient
    account: Account
    groups: CampaignGroups
    facts: CampaignFacts
    country: str | None

    def may_have_gone_out(self, campaign: str, wanted: Mapping[Part, Sequence[str]], since: float) -> bool:
        """Say whether something of a campaign may have gone out of which its groups do not tell.

        That is so where anybody of it is in a history of numbers since then, for whatever text: rows have none. And
        where a group is gone, and something was sent to a group, or waits, whose name is gone with it.

        Args:
            campaign: Its id.
            wanted: Its parts, each with the numbers that it goes to: digits, country code first.
            since: When the call that broke off may have been made at the earliest, in seconds since 1970.

        Raises:
            RefusedError: Textlocal does not tell.
            DeliveryError: Ends the run.
        """
        there = self.groups.of(campaign)
        gone = [
            part
            for part in wanted
            if folded(group_name(campaign, part)) not in there and not self.facts.was_sent(campaign, part)
        ]
        if gone and self._has_nameless(since):
            return True
        known = self.facts.groups_of(campaign)
        silent = [each.id for each in there.values() if each.id not in known and not self.groups.fate(each.id)]
        numbers = {int(number) for part in gone for number in wanted[part]}
        for group_id in silent:
            for page in contacts_of(self.client, group_id):
                numbers.update(*(forms_of(row, self.country) for row in page))
        return any_texted(self.client, numbers, since, self.country)

    def _has_nameless(self, since: float) -> bool:
        """Say whether something waits, or went out, whose group is gone and has no name any more."""
        there = {BUILT_IN, OPTED_OUT, *(each.id for each in self.account.groups(anew=True))}
        waiting = ((row.get("groupid"), row.get("groupName")) for row in self.groups.scheduled())
        if any(not name and whole(group) and str(whole(group)) not in there for group, name in waiting):
            return True  # what waits for numbers has neither id nor name
        rows = rows_of(self.client, OF_GROUPS, since=since)
        return any(not row.get("group_name") and str(whole(row.get("group_id"))) not in there for row in rows)
