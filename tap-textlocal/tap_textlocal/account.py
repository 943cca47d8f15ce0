"""What several streams need of an account: its groups, its batches, and reports on them. Each is read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError, UnavailableError
from tap_textlocal.batches import known_batches
from tap_textlocal.client import TextlocalClient
from tap_textlocal.mapping import identifier, rows_of, text, whole
from tap_textlocal.reports import Reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_textlocal.batches import Batch
    from tap_textlocal.settings import Settings

BUILT_IN = ("5", "6")
"""Groups that Textlocal does not list: its contacts, and who opted out."""
OPT_OUTS = BUILT_IN[1]
MOST_NAMES = 50
MOST_NAMED = 10
"""Batches that are named in a message."""


FEWEST_REFUSED = 2
"""Batches, refused one and all, of which it is no longer likely that each has a reason of its own."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group: its id, its name, and how many contacts it has; None where that is not known."""

    id: str
    name: str | None = None
    size: int | None = None


class Account:
    """An account. Making it calls nothing.

    Args:
        settings: Whose, and what of it is wanted.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = TextlocalClient(settings)
        self.groups_without_id = 0
        """How many of `groups` had none when they were read: their contacts cannot be asked for."""
        self.all_refused: Sequence[str] = ()
        """Batches, with codes, where no batch that was asked about was told of."""

    @cached_property
    def groups(self) -> list[Group]:
        """The groups that Textlocal lists.

        Raises:
            RefusedError, DeliveryError: As of the client.
            UnavailableError: The answer has no groups in it.
        """
        rows = rows_of(self.client.read("get_groups"), "groups")
        if rows is None:
            raise UnavailableError(
                "Textlocal answered get_groups without `groups`. Run again later, or ask its support."
            )
        told = (row for row in rows if isinstance(row, dict))
        found = [
            Group(group_id, text(row.get("name")), whole(row.get("size")))
            for row in told
            if (group_id := identifier(row.get("id")))
        ]
        self.groups_without_id = len(rows) - len(found)
        return found

    @cached_property
    def chosen_groups(self) -> list[Group]:
        """The groups whose contacts are wanted.

        Raises:
            SetupError: A setting names a group that is not there.
        """
        names, ids = self.settings.group_names, self.settings.group_ids
        if not names and not ids:
            return self.groups
        there = {group.id for group in self.groups}
        called = {(group.name or "").strip().casefold() for group in self.groups}
        missing = [each for each in ids if each not in there and each not in BUILT_IN]
        missing += [repr(each) for each in names if each not in called]
        if missing:
            raise SetupError(
                f"`group_names` or `group_ids` names groups that are not there: {', '.join(missing)}. There are: "
                f"{self.names_of_groups() or 'none'}."
            )
        chosen = [each for each in self.groups if each.id in ids or (each.name or "").strip().casefold() in names]
        return chosen + [Group(each) for each in ids if each not in there]

    def names_of_groups(self) -> str:
        """Return the groups as people tell them apart."""
        names = ", ".join(f"{group.id} {group.name!r}" for group in self.groups[:MOST_NAMES])
        more = len(self.groups) - MOST_NAMES
        return f"{names} and {more:,} more" if more > 0 else names

    @cached_property
    def batches(self) -> list[Batch]:
        """The batches that are known, in order.

        Raises:
            LedgerError: The ledger cannot be read.
        """
        return known_batches(self.settings)

    @cached_property
    def reports(self) -> Reports:
        """Reports on them."""
        return Reports(self.client)

    def unread(self) -> str:
        """Return what could not be read in this run though all streams came to their end; nothing if all was."""
        said = []
        if broken := self.reports.broken:
            said.append(
                f"Of {len(broken):,} batches nothing could be read: {named(broken)}. All else was. Run again later; "
                "if it stays, ask Textlocal's support about them. They keep no other batch back, and are not asked "
                "about any more when their days are over."
            )
        if len(self.all_refused) >= FEWEST_REFUSED:
            said.append(
                f"Textlocal refused all {len(self.all_refused):,} batches that it was asked about, and nobody has "
                f"published why it would: {named(self.all_refused)}. Run again later. If these are tests, sendings "
                "that were cancelled, or another account's, take them out of `batch_ids`, or set a later `start_date`."
            )
        return " ".join(said)


def named(batches: Iterable[str]) -> str:
    """Return batches as a message names them: the first of them, and how many more there are."""
    ids = list(batches)
    more = len(ids) - MOST_NAMED
    return ", ".join(ids[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
