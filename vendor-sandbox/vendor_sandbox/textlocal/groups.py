"""The commands on groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal.account import BUILT_IN, OPTOUT_GROUP
from vendor_sandbox.textlocal.errors import (
    BAD_GROUP,
    GROUP_EXISTS,
    GROUP_NAME_TOO_LONG,
    GROUP_PROTECTED,
    NO_GROUP,
    NO_GROUP_NAME,
    ApiError,
)

if TYPE_CHECKING:
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.asked import Asked
    from vendor_sandbox.textlocal.endpoint import Command
    from vendor_sandbox.textlocal.store import Store


def identifier(switches: Switchboard, value: int) -> int | str:
    """An id as answers show it."""
    return str(value) if switches["ids"] == "string" else value


def name_of_sent(state: State, switches: Switchboard, group: int, name: str) -> str:
    """The name of a group that something was sent to, as answers show it, which by a switch goes with the group."""
    if switches["deleted-group-name"] == "kept":
        return name
    gone = state.execute("SELECT 1 FROM textlocal_groups WHERE id = ? AND deleted", (group,)).fetchone()
    return "" if gone else name


class Groups:
    """Making, listing and deleting groups, and finding the one that a call names."""

    def __init__(self, store: Store, switches: Switchboard) -> None:
        self._store = store
        self._switches = switches

    def commands(self) -> dict[str, Command]:
        """Name to function."""
        return {"create_group": self.create, "get_groups": self.list, "delete_group": self.delete}

    def create(self, asked: Asked) -> dict[str, Any]:
        """Make a group, of a name that no other has.

        Raises:
            ApiError: The name is missing, too long, or taken.
        """
        name = asked.text("name")
        if not name:
            raise ApiError(NO_GROUP_NAME)
        if len(name) > int(self._switches["group-name-limit"]):
            raise ApiError(GROUP_NAME_TOO_LONG)
        if any(known.casefold() == name.casefold() for _, known, _ in self._store.groups(asked.account.name)):
            raise ApiError(GROUP_EXISTS)
        made = self._store.add_group(asked.account.name, name)
        return {"group": {"id": identifier(self._switches, made), "name": name}}

    def list(self, asked: Asked) -> dict[str, Any]:
        """Every group but the built-in ones."""
        groups = [
            {"id": identifier(self._switches, number), "name": name, "size": size}
            for number, name, size in self._store.groups(asked.account.name)
        ]
        return {"num_groups": len(groups), "groups": groups}

    def delete(self, asked: Asked) -> dict[str, Any]:
        """Delete a group and its contacts.

        Raises:
            ApiError: There is none of that id, or it is a built-in one.
        """
        group = self.named(asked)
        if group in BUILT_IN:
            raise ApiError(GROUP_PROTECTED)
        self._store.drop_group(asked.account.name, group)
        return {}

    def named(self, asked: Asked, default: int | None = None, *, writes: bool = False) -> int:
        """The group of a call.

        Args:
            asked: The call.
            default: The group that is meant if the call names none; None if it must name one.
            writes: Whether its contacts are about to change.

        Raises:
            ApiError: It is missing, or there is none of that id, or it cannot be written to.
        """
        text = asked.text("group_id")
        if not text:
            if default is None:
                raise ApiError(NO_GROUP)
            return default
        group = asked.number("group_id", 0)
        if not self._store.has_group(asked.account.name, group):
            raise ApiError(BAD_GROUP)
        if writes and group == OPTOUT_GROUP and self._switches["optout-group-writable"] == "no":
            raise ApiError(BAD_GROUP)
        return group
