"""The connection check behind `--test`: one line each for what works. Nothing is changed at Listrak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.checking import checked
from target_listrak_sms.account import MOST_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_listrak_sms.client import ListrakClient
    from target_listrak_sms.listrak import Listrak


def check(client: ListrakClient, listrak: Listrak) -> Iterator[tuple[str, bool, str]]:
    """Try Listrak step by step, up to the first step that fails.

    Returns:
        Each step's name, whether it works, and what was seen or what to do.
    """
    steps: dict[str, Callable[[], str]] = {
        "token": lambda: _token(client),
        "sender": lambda: f"sender code {listrak.account.sender()}",
        "list": lambda: _list(listrak),
        "fields": lambda: _fields(listrak),
    }
    return checked(steps)


def _token(client: ListrakClient) -> str:
    client.tokens.current()
    return "the credentials are accepted"


def _list(listrak: Listrak) -> str:
    settings = listrak.settings
    if settings.list_id is None and settings.list_name is None:
        names = "; ".join(map(str, listrak.account.lists()[:MOST_NAMES]))
        return f"none is set, so only `update` and `opt_out` can be used; there are {names or 'none'}"
    found = listrak.account.phone_list()
    kind = f", {found.kind}" if found.kind else ""
    confirms = ", people confirm a subscription before it counts" if found.confirms else ""
    return f"list {found}{kind}, active{confirms}"


def _fields(listrak: Listrak) -> str:
    usable = [each for each in listrak.account.fields() if each.usable]
    names = ", ".join(f"'{each.name}' ({each.data_type})" for each in usable[:MOST_NAMES])
    more = f" and {len(usable) - MOST_NAMES} more" if len(usable) > MOST_NAMES else ""
    return f"{len(usable)} custom fields: {names}{more}" if usable else "no custom fields"
