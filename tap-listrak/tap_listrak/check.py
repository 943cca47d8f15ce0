"""The connection check behind `--test`: one line each for what works; of the account only its lists are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_listrak.errors import (
    AddressRefusedError,
    ListrakError,
    LoginLockedError,
    LoginRefusedError,
    SetupError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_listrak.account import Account

MOST_NAMES = 10


def check(account: Account) -> Iterator[tuple[str, bool, str]]:
    """Try the service step by step, up to the first step that fails.

    Yields:
        Each step's name, whether it works, and what was seen or what to do.
    """
    try:
        account.client.load()
    except ListrakError as error:
        yield "service", False, str(error)
        return
    yield "service", True, "Listrak's service description was read"
    try:
        lists = account.lists()
    except AddressRefusedError as error:
        yield "address", False, str(error)
    except (LoginRefusedError, LoginLockedError) as error:
        yield "login", False, str(error)
    except SetupError as error:
        yield from _ACCEPTED
        yield "lists", False, str(error)
    except ListrakError as error:
        yield "call", False, str(error)
    else:
        yield from _ACCEPTED
        names = ", ".join(f"{record['ListID']} {record['ListName']!r}" for record in lists[:MOST_NAMES])
        more = f" and {len(lists) - MOST_NAMES} more" if len(lists) > MOST_NAMES else ""
        yield "lists", True, f"{len(lists)} seen: {names}{more}"


_ACCEPTED = (
    ("login", True, "the user and its password are accepted"),
    ("address", True, "this machine's IP address is authorised"),
)
