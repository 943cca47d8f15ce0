"""The made-up accounts: keys, profiles, senders and templates. The same for ever."""

from __future__ import annotations

from dataclasses import dataclass

NAME = "textlocal"
CONTACTS_GROUP = 5
"""The built-in group of all accounts, which `get_groups` does not list."""
OPTOUT_GROUP = 6
"""The built-in group of those who opted out, which `get_groups` does not list."""
BUILT_IN = (CONTACTS_GROUP, OPTOUT_GROUP)
BUILT_IN_NAMES = {CONTACTS_GROUP: "Contacts", OPTOUT_GROUP: "Opt-outs"}
UK, IN, INTERACT = "uk", "in", "interact"


@dataclass(frozen=True, slots=True)
class Template:
    """A text that was made in the UI."""

    id: int
    title: str
    body: str
    sender: str
    dnd: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes:
        name: Its name in the control API.
        profile: Whose rules it follows: `uk`, `in`, or `interact` (a UK account after its upgrade).
        about: What it is there for.
        country: The country code that national numbers get.
        username: The e-mail address of the legacy login.
        default_sender: Who texts without a sender come from; empty if the account has none.
        senders: The names that it may use.
        templates: Its texts.
        credits: Credits at first; money for `interact`.
        unicode: Whether it may send texts that GSM-7 cannot hold.
    """

    name: str
    profile: str
    about: str
    country: str
    username: str
    default_sender: str = ""
    senders: tuple[str, ...] = ()
    templates: tuple[Template, ...] = ()
    credits: float = 1000
    unicode: bool = True


@dataclass(frozen=True, slots=True)
class Key:
    """An API key.

    Attributes:
        account: The account's name.
        locked: Whether the caller's address is not on its list.
    """

    account: str
    locked: bool = False


HASH = "sandbox-hash"
"""The secret hash of every account's legacy login, and its password."""
_VARIABLE = '%%|{}^{{"inputtype":"text","maxlength":"{}"}}%%'
_UK_TEMPLATES = (
    Template(101, "Spring sale", "Hi %%first_name%%, 20% off everything until Sunday.", "ACME"),
    Template(102, "Soldes de printemps", "Bonjour %%first_name%%, -20 % sur tout jusqu'à dimanche.", "ACME"),
    Template(
        103, "Order ready", "Your order %%custom2%% is ready: https://example.com/o?id=%%custom2%%&s=sms", "ACMEShop"
    ),
    Template(104, "Opening hours", "We are open 9 to 5, Monday to Saturday.", "ACME"),
    Template(105, "Night of lights", "Tonight: ✨ lights & music ✨", "ACME"),
    # One text for everybody, in two languages: campaigns by customer id have no names to fill in.
    Template(106, "Late night", "Today we are open until 10 pm, with 10% off everything.", "ACME"),
    Template(107, "Nocturne", "Aujourd'hui, nous sommes ouverts jusqu'à 22 h, avec 10 % de remise sur tout.", "ACME"),
)
_IN_TEMPLATES = (
    Template(
        201,
        "Order update",
        f"Hi {_VARIABLE.format('name', 20)}, your order {_VARIABLE.format('order', 12)} is on its way. ACMEIN",
        "ACMEIN",
        dnd=True,
    ),
    Template(202, "Festival offer", f"Hi {_VARIABLE.format('name', 20)}, 20% off this week. ACMEIN", "ACMEIN"),
    Template(203, "त्योहार", f"नमस्ते {_VARIABLE.format('name', 20)}, इस सप्ताह 20% की छूट. ACMEIN", "ACMEIN"),
)
ACCOUNTS: dict[str, Account] = {
    each.name: each
    for each in (
        Account(
            "uk",
            UK,
            "everything",
            "44",
            "uk@example.com",
            "ACME",
            ("ACME", "ACMEShop", "447700900900"),
            _UK_TEMPLATES,
        ),
        Account(
            "in", IN, "everything, with India's rules", "91", "in@example.com", "ACMEIN", ("ACMEIN",), _IN_TEMPLATES
        ),
        Account(
            "interact",
            INTERACT,
            "a UK account after its upgrade: send, and nothing else",
            "44",
            "interact@example.com",
            "ACME",
            ("ACME",),
            credits=50.0,
        ),
        Account("fresh", UK, "a UK account with nothing in it", "44", "fresh@example.com", credits=25, unicode=False),
    )
}
KEYS: dict[str, Key] = {
    "sandbox-textlocal": Key("uk"),
    "sandbox-textlocal-in": Key("in"),
    "sandbox-textlocal-interact": Key("interact"),
    "sandbox-textlocal-fresh": Key("fresh"),
    "sandbox-textlocal-locked": Key("uk", locked=True),
}
