"""The connection check behind `--test`: one line each for what works; nothing of a person is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.errors import DeliveryError, RefusedError
from tap_textlocal.mapping import decimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_textlocal.account import Account


def check(account: Account) -> Iterator[tuple[str, bool, str]]:
    """Try the account step by step, up to the first step that fails.

    Yields:
        Each step's name, whether it works, and what was seen or what to do.
    """
    for name, step in (("key", _key), ("groups", _groups), ("batches", _batches)):
        try:
            seen = step(account)
        except RefusedError as refusal:
            yield name, False, f"{refusal.rule.cause} {refusal.rule.next_step} (code {refusal.code})"
            return
        except DeliveryError as error:
            yield name, False, str(error)
            return
        yield name, True, seen


def _key(account: Account) -> str:
    """A command that upgraded accounts do not know, either: they have nothing to read."""
    body = account.client.read("balance")
    balance = body.get("balance")
    credits_left = decimal(balance.get("sms") if isinstance(balance, dict) else balance)
    left = "" if credits_left is None else f"; {credits_left:,.10g} credits are left"
    return f"the key is accepted{left}"


def _groups(account: Account) -> str:
    chosen = account.chosen_groups
    if chosen is account.groups:
        return f"{len(chosen):,} seen: {account.names_of_groups()}" if chosen else "none seen"
    return f"{len(chosen):,} of {len(account.groups):,}: {', '.join(f'{each.id} {each.name!r}' for each in chosen)}"


def _batches(account: Account) -> str:
    known = account.batches
    if not known:
        where = "the ledger holds none" if account.settings.ledger_url else "set `ledger_url` or `batch_ids`"
        return f"none known ({where}): no figures are fetched"
    waiting = sum(1 for batch in known if batch.sent_at and batch.sent_at > account.settings.now)
    return f"{len(known):,} known" + (f", of which {waiting:,} have yet to go out" if waiting else "")
