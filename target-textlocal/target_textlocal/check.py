"""The connection check behind `--test`: one line each for what works. Nothing is changed at Textlocal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_delivery.errors import CallError, DeliveryError, SetupError
from target_textlocal.errors import UPGRADED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_textlocal.client import TextlocalClient
    from target_textlocal.settings import TextlocalSettings

_NOT_TOLD = "not checked: the account does not say"


def check(client: TextlocalClient, settings: TextlocalSettings) -> Iterator[tuple[str, bool, str]]:
    """Try Textlocal step by step, up to the first step that fails.

    Yields:
        Each step's name, whether it works, and what was seen or what to do.
    """
    steps: dict[str, Callable[[], str]] = {
        "key": lambda: _balance(client, settings),
        "group": lambda: _group(client, settings),
        "sender": lambda: _sender(client, settings),
        "profile": lambda: _profile(client, settings),
    }
    for name, step in steps.items():
        try:
            seen = step()
        except (CallError, DeliveryError) as error:
            yield name, False, str(error)
            return
        yield name, True, seen


def _balance(client: TextlocalClient, settings: TextlocalSettings) -> str:
    body = client.read_if_known("balance")
    if body is None:
        return f"accepted by {settings.host}; the account does not tell its balance"
    balance = body.get("balance")
    credit = balance.get("sms") if isinstance(balance, dict) else balance
    if not isinstance(credit, (int, float)):
        raise SetupError("What answers says nothing of a balance. Check `api_url`.")
    return f"accepted by {settings.host}; {credit} credits for texts"


def _group(client: TextlocalClient, settings: TextlocalSettings) -> str:
    if settings.group_id is None and settings.group_name is None:
        return "none is set, so `contacts`, `remove` and customer ids in `campaigns` cannot be used"
    if settings.group_id in {"5", "6"}:
        return f"group {settings.group_id}, which is built in"
    body = client.read_if_known("get_groups")
    if body is None:
        raise SetupError(UPGRADED)
    groups = [each for each in body.get("groups") or [] if isinstance(each, dict)]
    found = next((each for each in groups if _is(each, settings)), None)
    if found is not None:
        return f"group {found.get('id')} '{found.get('name')}' with {found.get('size')} contacts"
    in_use = ", ".join(f"'{each.get('name')}' ({each.get('id')})" for each in groups) or "none"
    if settings.group_id is not None:
        raise SetupError(f"There is no group with the id of `group_id`. There are: {in_use}.")
    return f"'{settings.group_name}' is not there yet: the first run of `contacts` makes it. There are: {in_use}"


def _is(group: dict[str, Any], settings: TextlocalSettings) -> bool:
    if settings.group_id is not None:
        return str(group.get("id")) == settings.group_id
    return str(group.get("name", "")).strip().casefold() == (settings.group_name or "").casefold()


def _sender(client: TextlocalClient, settings: TextlocalSettings) -> str:
    body = client.read_if_known("get_sender_names")
    if body is None:
        return _NOT_TOLD
    names = [str(each) for each in body.get("sender_names") or []]
    if settings.sender is None:
        return f"the account's default, '{body.get('default_sender_name')}'"
    if settings.sender.casefold() in {each.casefold() for each in names}:
        return f"'{settings.sender}'"
    raise SetupError(f"The account has no sender '{settings.sender}'. It has: {', '.join(names) or 'none'}.")


def _profile(client: TextlocalClient, settings: TextlocalSettings) -> str:
    if client.upgraded:
        return UPGRADED
    if settings.in_india:
        return "an account in India: texts have to fit approved templates, and promotional ones go out in daytime only"
    return "all commands are known"
