"""The group that the settings mean: found by its name or its id, or made.

Nothing is asked before it is needed. That a name may be there once only is in the vendor's page of `create_group`
(error 14); whether names that differ in case are the same to it is not said, so here they are.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import RefusedError, SetupError
from target_textlocal.paging import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_textlocal.account import Account
    from target_textlocal.client import TextlocalClient
    from target_textlocal.settings import TextlocalSettings

BUILT_IN, OPTED_OUT = "5", "6"
"""Ids of the groups that every account has, and Textlocal does not list: its contacts, and who opted out."""
_EXISTS = "14"
_NOT_SET = "`group_name` or `group_id` is missing: people are added to one group, and looked up and removed in one."


@dataclass(frozen=True, slots=True)
class Group:
    """A group of contacts.

    Attributes:
        size: How many contacts Textlocal says it has; None where it does not say.
        new: Whether this run made it, or would make it: nobody is in it then.
    """

    id: str
    name: str
    size: int | None = None
    new: bool = False

    def __str__(self) -> str:
        """Say it in words."""
        return f"'{self.name}' ({self.id})"


def groups_of(body: Mapping[str, Any]) -> Sequence[Group] | None:
    """Read the answer to `get_groups`; None if it is none. Ids come as numbers and as texts."""
    rows = body.get("groups")
    if not isinstance(rows, list):
        return None
    known = [row for row in rows if isinstance(row, dict) and row.get("id") is not None]
    return [Group(str(row["id"]), str(row.get("name") or ""), whole(row.get("size"))) for row in known]


def folded(name: str) -> str:
    """Return a group's name as it is compared: case and blanks around it do not count."""
    return name.strip().casefold()


class MasterGroup:
    """The group of `group_name` or `group_id`. Safe to use from several threads.

    Args:
        client: Who calls.
        settings: Which group.
        account: Has the groups.
    """

    def __init__(self, client: TextlocalClient, settings: TextlocalSettings, account: Account) -> None:
        self._client = client
        self._account = account
        self._name = settings.group_name
        self._id = settings.group_id
        self._lock = threading.RLock()
        self._group: Group | None = None
        self._looked = False
        self._was_made = False

    def find(self) -> Group | None:
        """Look for the group.

        Returns:
            It; None where it is not there, and has a name by which it can be made.

        Raises:
            SetupError: None or several are meant, or none has the id.
        """
        with self._lock:
            if not self._looked:
                self._group = self._look()
                self._looked = True
            return self._group

    def there(self) -> Group:
        """Return the group, which has to be there.

        Raises:
            SetupError: As of `find`; or it is not there. Then all names in use are told.
        """
        found = self.find()
        if found is None:
            raise SetupError(f"Textlocal has no group '{self._name}'. Check `group_name`. {self._in_use()}")
        return found

    def made(self) -> Group:
        """Return the group; make it, if it is not there. In a dry run nothing is made, and its id is not known.

        Raises:
            SetupError: As of `find`; or Textlocal refuses to make it.
        """
        with self._lock:
            found = self.find()
            if found is None:
                found = self._group = self._make(self._name or "")
            return found

    def notes(self) -> Iterator[str]:
        """Say that the group was made: a mistake in its name looks the same, and so does one that was deleted."""
        if self._was_made:
            yield (
                f"Textlocal had no group '{self._name}', so it was made: {self._group}. {self._in_use()} If there was "
                "one of this name before, those who were in it are `unchanged` and not in the new one: run once with "
                "`resend`."
            )

    def _look(self) -> Group | None:
        if self._id:
            return self._by_id(self._id)
        if self._name is None:
            raise SetupError(_NOT_SET)
        same = [each for each in self._account.groups() if folded(each.name) == folded(self._name)]
        exact = [each for each in same if each.name.strip() == self._name.strip()]
        found = exact or same
        if len(found) > 1:
            raise SetupError(
                f"`group_name` means several groups: {_named(found)}. Give the id of one of them as `group_id`."
            )
        return found[0] if found else None

    def _by_id(self, wanted: str) -> Group:
        if wanted == OPTED_OUT:
            raise SetupError("Group 6 is Textlocal's own list of who opted out. Choose another `group_id`.")
        if wanted == BUILT_IN:
            return Group(BUILT_IN, "the account's built-in group")
        for each in self._account.groups():
            if each.id == wanted:
                return each
        raise SetupError(f"Textlocal has no group of the id {wanted}. Check `group_id`. {self._in_use()}")

    def _make(self, name: str) -> Group:
        try:
            answer = self._client.change("create_group", name=name)
        except RefusedError as refusal:
            if refusal.code != _EXISTS:
                raise _refused(refusal) from refusal
            # Somebody made it just now: another run, or this one by a call whose answer got lost.
            self._account.groups(anew=True)
            self._group = None
            found = self._look()
            if found is None:
                raise _refused(refusal) from refusal
            return found
        if answer.pretended:
            return Group("(given by Textlocal)", name, 0, new=True)
        group = answer.body.get("group")
        number = group.get("id") if isinstance(group, dict) else None
        if number is None:
            raise SetupError("What answers create_group is not Textlocal. Check `api_url`.")
        self._was_made = True
        return Group(str(number), name, 0, new=True)

    def _in_use(self) -> str:
        """Name every group there is: the right one is among them, and nobody has to look it up."""
        groups = [each for each in self._account.groups() if each.id not in {BUILT_IN, OPTED_OUT}]
        return f"Groups that are there: {_named(groups)}." if groups else "The account has no groups."


def _refused(refusal: RefusedError) -> SetupError:
    return SetupError(
        f"Textlocal refused create_group ({refusal.code}). {refusal.rule.cause} {refusal.rule.next_step}"
    )


def _named(groups: Sequence[Group]) -> str:
    return "; ".join(map(str, groups))
