"""The groups and contacts of a fresh sandbox, grown from the seed; no real person's number.

UK: 07700 900000 to 900999, which Ofcom keeps for drama. India: 5550100000 and up, which no operator has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sandbox.hashing import mix
from vendor_sandbox.textlocal.account import ACCOUNTS, CONTACTS_GROUP, OPTOUT_GROUP
from vendor_sandbox.textlocal.people import Contact

if TYPE_CHECKING:
    from vendor_sandbox.textlocal.store import Store

_JOINED = 1_709_285_400.0  # 1 March 2024
_BEFORE_GROUPS = 300_000
CUSTOMERS, NEWS = "Customers", "Newsletter"
_FIRST = ("Amelia", "Olivia", "Noah", "George", "Zoë", "Seán", "Priya", "Mohammed", "Anaïs", "Łukasz")
_LAST = ("Smith", "O'Neill", "Patel", "Brontë", "Jones", "Nowak", "Singh", "Wright", "Ng", "Évora")
_TIERS = ("gold", "silver", "bronze", "")
_COUNTRY_PREFIX = {"uk": "447700900", "in": "915550100", "interact": "447700900"}
_CUSTOMERS, _NEWS_EVERY, _OPTED_OUT = 120, 3, (7, 19, 31)


def plant(store: Store, seed: int) -> None:
    """Write credits, groups and contacts into empty tables."""
    store.state.execute(
        "INSERT INTO textlocal_groups (id, account, name, deleted) VALUES (?, '', '', 1)", (_BEFORE_GROUPS,)
    )
    for name, account in ACCOUNTS.items():
        store.set_credits(name, account.credits, 10)
        if name in _COUNTRY_PREFIX:
            _people(store, name, seed)


def _people(store: Store, account: str, seed: int) -> None:
    everybody = [_contact(_COUNTRY_PREFIX[account], number, seed) for number in range(_CUSTOMERS)]
    for name, members in ((CUSTOMERS, everybody), (NEWS, everybody[::_NEWS_EVERY])):
        store.put_contacts(account, store.add_group(account, name), members, _JOINED)
    store.put_contacts(account, CONTACTS_GROUP, everybody[:5], _JOINED)
    store.put_contacts(account, OPTOUT_GROUP, [everybody[each] for each in _OPTED_OUT], _JOINED)


def _contact(prefix: str, number: int, seed: int) -> Contact:
    luck = mix(seed, number)
    return Contact(
        f"{prefix}{number:03d}",
        _FIRST[luck % len(_FIRST)],
        _LAST[luck // 16 % len(_LAST)],
        f"C{1000 + number}",
        _TIERS[luck // 256 % len(_TIERS)],
    )
