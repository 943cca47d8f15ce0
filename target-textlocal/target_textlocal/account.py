"""What an account has, read when it is first needed, and once: groups, sender names, templates, the balance.

Fields are those of the vendor's clients, which read ids as numbers and as texts; here they are texts. Of an upgraded
account (Webex Interact) none of this can be read: the calls end the run then, with a line that says what still works.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from singer_delivery.errors import RefusedError, SetupError
from target_textlocal.groups import Group, MasterGroup, groups_of
from target_textlocal.members import Members

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_textlocal.client import TextlocalClient
    from target_textlocal.settings import TextlocalSettings

    T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Template:
    """A template: a text with variables, as it is kept in the account."""

    id: str
    title: str
    body: str
    sender: str | None


@dataclass(frozen=True, slots=True)
class Senders:
    """The names that texts may come from."""

    names: tuple[str, ...]
    default: str | None


class Account:
    """The account of the settings. Safe to use from several threads. Making it calls nothing.

    Args:
        client: Who calls.
        settings: Which group is meant.

    Attributes:
        group: The group of `group_name` or `group_id`.
        members: Who is in it.
    """

    def __init__(self, client: TextlocalClient, settings: TextlocalSettings) -> None:
        self._client = client
        self._lock = threading.RLock()
        self._known: dict[str, Any] = {}
        self.group = MasterGroup(client, settings, self)
        self.members = Members(client)

    def groups(self, *, anew: bool = False) -> Sequence[Group]:
        """Return all groups but the built-in ones (5 and 6), which Textlocal does not list.

        Args:
            anew: Ask again: some were made or deleted.

        Raises:
            SetupError: They cannot be read, here as below.
        """
        return self._read("get_groups", groups_of, anew=anew)

    def templates(self) -> Sequence[Template]:
        """Return all templates; none where the account has none."""
        # Of an account that has none, clients expect an empty list; nobody knows that it is no failure.
        return self._read("get_templates", _templates, refused=())

    def senders(self) -> Senders:
        """Return the sender names that the account may use."""
        return self._read("get_sender_names", _senders)

    def balance(self, *, anew: bool = False) -> float:
        """Return the credits that are left; money, where the account counts in that.

        Args:
            anew: Ask again: some were spent.
        """
        return self._read("balance", _balance, anew=anew)

    def _read(
        self,
        command: str,
        meaning: Callable[[Mapping[str, Any]], T | None],
        *,
        anew: bool = False,
        refused: T | None = None,
    ) -> T:
        with self._lock:
            if anew or command not in self._known:
                try:
                    found = meaning(self._client.read(command))
                except RefusedError as refusal:
                    found = refused
                    if found is None:
                        raise SetupError(
                            f"Textlocal refused {command} ({refusal.code}). {refusal.rule.cause} "
                            f"{refusal.rule.next_step}"
                        ) from refusal
                if found is None:
                    raise SetupError(f"What answers {command} is not Textlocal. Check `api_url`.")
                self._known[command] = found
            return cast("T", self._known[command])


def _templates(body: Mapping[str, Any]) -> Sequence[Template] | None:
    rows = body.get("templates")
    if not isinstance(rows, list):
        return None
    return [
        Template(str(row.get("id", "")), _text(row, "title"), _text(row, "body"), _text(row, "senderName") or None)
        for row in rows
        if isinstance(row, dict)
    ]


def _senders(body: Mapping[str, Any]) -> Senders | None:
    names = body.get("sender_names")
    if not isinstance(names, list):
        return None
    return Senders(tuple(str(name) for name in names if name), _text(body, "default_sender_name") or None)


def _balance(body: Mapping[str, Any]) -> float | None:
    balance = body.get("balance")
    credits_ = balance.get("sms") if isinstance(balance, dict) else balance
    try:
        return None if credits_ is None or isinstance(credits_, bool) else float(credits_)
    except (TypeError, ValueError):
        return None


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)
