"""The groups that campaigns are sent to: made, filled and read back, and looked for where a text may have gone out.

A group is made for one text of one campaign and for nothing else. So whether that text went out can be asked by the
group's id: a send that waits for its time names it in `get_scheduled` (the vendor's page of that command has
`groupid`), one that went out in `get_history_group` (by a client's model of its rows). Both name the group, too, and
where that outlives it, a group that somebody has deleted does not let its text go out twice. Whether there is more to
be asked, is not known: see `campaign_doubts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from singer_delivery.error_table import Then
from singer_delivery.errors import RefusedError, SetupError
from target_textlocal.campaign_mapping import is_of
from target_textlocal.encoding import json_text
from target_textlocal.groups import Group, folded
from target_textlocal.histories import OF_GROUPS, rows_of
from target_textlocal.paging import contacts_of, number_of, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from target_textlocal.account import Account
    from target_textlocal.client import TextlocalClient

MOST_CONTACTS = 1500
"""Contacts that one call of `create_contacts_bulk` takes (the vendor's page of it)."""
PRETENDED = "(given by Textlocal)"
"""In the place of an id, of what a dry run would have made."""
_EXISTS, _NO_GROUP = "14", frozenset({"10", "25"})
SCHEDULED, SENT = "scheduled", "sent"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the text of a group.

    Attributes:
        state: `scheduled` or `sent`.
        batch_id: Of a send that waits, its id in `get_scheduled`: taken for its batch's, which no page says.
    """

    state: str
    batch_id: str | None


class CampaignGroups:
    """The account's groups, as campaigns use them. Making it calls nothing.

    Args:
        client: Who calls.
        account: Has the groups.
    """

    def __init__(self, client: TextlocalClient, account: Account) -> None:
        self._client = client
        self._account = account

    def of(self, campaign: str) -> dict[str, Group]:
        """Return the groups that a campaign has by now, by their folded names; asked anew."""
        found = self._account.groups(anew=True)
        return {folded(each.name): each for each in found if is_of(campaign, each.name)}

    def make(self, name: str) -> str:
        """Make a group; return its id.

        A call that broke off is made again, and meets the group that it made: nobody else has such a name.

        Raises:
            RefusedError: Textlocal refuses it.
            SetupError: What answers is not Textlocal.
        """
        try:
            answer = self._client.change("create_group", name=name)
        except RefusedError as refusal:
            groups = self._account.groups(anew=True) if refusal.code == _EXISTS else ()
            for each in groups:
                if folded(each.name) == folded(name):
                    return each.id
            raise
        if answer.pretended:
            return PRETENDED
        group = answer.body.get("group")
        found = group.get("id") if isinstance(group, dict) else None
        if found is None:
            raise SetupError("What answers create_group is not Textlocal. Check `api_url`.")
        return str(found)

    def fill(self, group_id: str, numbers: Sequence[str]) -> set[str]:
        """Put numbers into a group, 1,500 at a time.

        What Textlocal answers to it is not relied on: a number that is there already, by a call that broke off, is
        an error at some accounts and none at others. So the group is read afterwards.

        Returns:
            Those who are in it then.
        """
        for start in range(0, len(numbers), MOST_CONTACTS):
            self._put(group_id, numbers[start : start + MOST_CONTACTS])
        return set(numbers) if group_id == PRETENDED else self.members(group_id)

    def _put(self, group_id: str, numbers: Sequence[str]) -> None:
        """Put numbers into a group; where one of them spoils the call, the others go without it."""
        contacts = json_text([{"number": number} for number in numbers])
        try:
            self._client.change("create_contacts_bulk", group_id=group_id, contacts=contacts)
        except RefusedError as refusal:
            if refusal.code in _NO_GROUP:
                raise
            half = len(numbers) // 2
            if half:
                self._put(group_id, numbers[:half])
                self._put(group_id, numbers[half:])

    def members(self, group_id: str) -> set[str]:
        """Return the numbers that are in a group.

        Raises:
            SetupError: The group is not there any more.
        """
        return {str(number_of(each)) for page in contacts_of(self._client, group_id) for each in page}

    def delete(self, group_id: str) -> None:
        """Delete a group, if it is still there.

        Raises:
            RefusedError: Textlocal refuses it.
        """
        try:
            self._client.change("delete_group", group_id=group_id)
        except RefusedError as refusal:
            if refusal.rule.then is not Then.ALREADY:
                raise

    def fate(self, group_id: str) -> Fate | None:
        """Ask what became of the text of a group; None where nothing was sent to it, and nothing waits.

        Raises:
            RefusedError: Textlocal does not say.
        """
        for row in self.scheduled():
            if str(whole(row.get("groupid"))) == group_id:
                return Fate(SCHEDULED, _id(row.get("id")))
        for row in self._history():
            if str(whole(row.get("group_id"))) == group_id:
                return Fate(SENT, _id(row.get("batch_id")))
        return None

    def fates_of_gone(self, campaign: str, there: Collection[str]) -> dict[str, tuple[str, Fate]]:
        """Ask what became of texts whose groups somebody has deleted since: both lists keep the groups' names.

        Args:
            campaign: Its id.
            there: Folded names of its groups that are there.

        Returns:
            By a group's folded name, its id and what became of its text.
        """
        found: dict[str, tuple[str, Fate]] = {}
        waiting = ((row, "groupName", "groupid", SCHEDULED, "id") for row in self.scheduled())
        sent = ((row, "group_name", "group_id", SENT, "batch_id") for row in self._history())
        for row, name_at, group_at, state, batch_at in chain(waiting, sent):
            name = str(row.get(name_at) or "")
            if is_of(campaign, name) and folded(name) not in there:
                found.setdefault(folded(name), (str(whole(row.get(group_at))), Fate(state, _id(row.get(batch_at)))))
        return found

    def scheduled(self) -> Sequence[Mapping[str, Any]]:
        """Return what waits for its time, `[{"id": "700000001", "groupid": "123", "groupName": ...}, ...]`."""
        rows = self._client.read("get_scheduled").get("scheduled")
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def waiting(self, campaign: str) -> list[str]:
        """Return the ids of what waits of a campaign, as `get_scheduled` has them."""
        rows = self.scheduled()
        groups = {each.id for each in self.of(campaign).values()} if rows else set()
        return [
            str(row.get("id"))
            for row in rows
            if str(whole(row.get("groupid"))) in groups or is_of(campaign, str(row.get("groupName") or ""))
        ]

    def went_out(self, campaign: str) -> bool:
        """Say whether a campaign's texts went out, any of them."""
        groups = {each.id for each in self.of(campaign).values()}
        return any(
            str(whole(row.get("group_id"))) in groups or is_of(campaign, str(row.get("group_name") or ""))
            for row in self._history()
        )

    def cancel(self, scheduled_id: str) -> None:
        """Cancel what waits, by its id in the list.

        Raises:
            RefusedError: Textlocal refuses it: it may have gone out meanwhile.
        """
        self._client.change("cancel_scheduled", sent_id=scheduled_id)

    def _history(self) -> Iterator[Mapping[str, Any]]:
        """Yield what was sent to groups in the last six months, the newest first."""
        return rows_of(self._client, OF_GROUPS, newest_first=True)


def _id(value: object) -> str | None:
    return None if value in (None, "") else str(value)
