"""The connection check behind `--test`: one line each for what works. Nothing is changed at Textlocal, or sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.checking import checked
from singer_delivery.errors import RefusedError, SetupError
from target_textlocal.errors import UPGRADED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_textlocal.account import Account
    from target_textlocal.client import TextlocalClient
    from target_textlocal.settings import TextlocalSettings

_EMPTY = frozenset({"4", "5"})
"""What `send` says to a good key, and to nobody and nothing else: no recipients, no text."""
_NOT_TOLD = "not checked: an upgraded account does not tell its sender names"


def check(client: TextlocalClient, account: Account, settings: TextlocalSettings) -> Iterator[tuple[str, bool, str]]:
    """Try Textlocal step by step, up to the first step that fails.

    Returns:
        Each step's name, whether it works, and what was seen or what to do.
    """
    steps: dict[str, Callable[[], str]] = {
        "key": lambda: _key(client, account, settings),
        "account": lambda: _account(client, settings),
        "group": lambda: _group(account, settings),
        "sender": lambda: _NOT_TOLD if client.upgraded else _sender(account, settings),
    }
    return checked(steps)


def _key(client: TextlocalClient, account: Account, settings: TextlocalSettings) -> str:
    try:
        return f"taken by {settings.host}; {account.balance():,g} credits for texts"
    except SetupError:
        if not client.upgraded:
            raise
    # All that is left to ask is a send: of nothing, to nobody, as a test.
    try:
        client.call("send", "POST", "/send/", form={"test": "true"}, changes=False)
    except RefusedError as refusal:
        if refusal.code not in _EMPTY:
            raise
    return f"taken by {settings.host}, which does not tell the balance"


def _account(client: TextlocalClient, settings: TextlocalSettings) -> str:
    if client.upgraded:
        return UPGRADED
    if settings.in_india:
        return "in India: texts have to fit approved templates, and promotional ones go out in daytime only"
    return "all commands are known"


def _group(account: Account, settings: TextlocalSettings) -> str:
    if settings.group_id is None and settings.group_name is None:
        return "none is set, so `contacts`, `remove` and customer ids in `campaigns` cannot be used"
    found = account.group.find()
    if found is not None:
        return f"group {found}" + ("" if found.size is None else f" with {found.size:,} contacts")
    others = "; ".join(map(str, account.groups())) or "none"
    return f"'{settings.group_name}' is not there yet: the first run of `contacts` makes it. There are: {others}"


def _sender(account: Account, settings: TextlocalSettings) -> str:
    senders = account.senders()
    if settings.sender is None:
        if senders.default is None:
            return "the account has no default, so each text has to name its sender; or set `sender`"
        return f"the account's default, '{senders.default}'"
    wanted = settings.sender.casefold()  # as texts find it
    found = next((each for each in senders.names if each.casefold() == wanted), None)
    if found is None:
        raise SetupError(
            f"The account has no sender '{settings.sender}'. It has: {', '.join(senders.names) or 'none'}."
        )
    return f"'{found}'"
