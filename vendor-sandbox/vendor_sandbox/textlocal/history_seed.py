"""What the accounts sent before anybody called: by the web tool, by e-mail, and by somebody's program.

It lies behind the time at which the sandbox was started or reset, so that a report of the last six months has some of
it, and some lies before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sandbox.textlocal import parts
from vendor_sandbox.textlocal.account import ACCOUNTS, IN, UK
from vendor_sandbox.textlocal.batches import API, EMAIL, GROUP, SENT, SINGLE, Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sandbox.textlocal.batches import Batches
    from vendor_sandbox.textlocal.store import Store

_DAY = 86_400
_NOON = 12 * 3600
_BATCHES_FROM, _MESSAGES_FROM = 690_000_001, 890_000_001
"""Below the ids of what is sent by calls, so that these do not depend on the history."""
_NEWSLETTER = (400, 90, 30, 8, 2)
"""Days ago that the newsletter went to its group; the first is more than six months."""
_OTHERS = ((EMAIL, 45, 1), (SINGLE, 20, 3), (API, 10, 2), (SINGLE, 6, 1), (EMAIL, 5, 2), (API, 3, 3))
"""Where it came from, how many days ago, and to how many people."""
_TEXTS = {
    UK: ("Our news of this month: https://example.com/news", "Your table is booked for 7 pm."),
    IN: ("Hi Asha, 20% off this week. ACMEIN", "Hi Ravi, your order A1 is on its way. ACMEIN"),
}


def plant(batches: Batches, store: Store, now: float) -> None:
    """Write the history into empty tables.

    Args:
        batches: Where to.
        store: Has the groups.
        now: What time it is, seconds since 1970.
    """
    today = now - now % _DAY
    for account in ACCOUNTS.values():
        groups = {name: group for group, name, _ in store.groups(account.name)}
        if account.profile not in _TEXTS or "Newsletter" not in groups:
            continue
        news, note = _TEXTS[account.profile]
        group = groups["Newsletter"]
        phones = [row.contact.number for row in store.contacts(account.name, group)]
        for days in _NEWSLETTER:
            at = today - days * _DAY + _NOON
            _add(batches, (account.name, GROUP, at, news, account.default_sender), phones, group, "Newsletter")
        for place, (origin, days, count) in enumerate(_OTHERS):
            at = today - days * _DAY + _NOON
            _add(batches, (account.name, origin, at, note, account.default_sender), phones[place : place + count])


def _add(
    batches: Batches, sent: tuple[str, str, float, str, str], phones: Sequence[str], group: int = 0, name: str = ""
) -> None:
    account, origin, at, text, sender = sent
    count = parts.parts(text, parts.GSM)
    batch = Batch(
        id=batches.new_id(_BATCHES_FROM),
        account=account,
        operation="",
        origin=origin,
        state=SENT,
        made=at,
        due=at,
        sender=sender,
        text=text,
        parts=count,
        cost=count * len(phones),
        group_id=group,
        group_name=name,
    )
    batches.add(batch, phones, _MESSAGES_FROM)
