"""What a send must keep to: its sender, its text, its time; and what it costs. Each profile has rules of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sandbox.textlocal import errors, parts
from vendor_sandbox.textlocal.account import IN, INTERACT
from vendor_sandbox.textlocal.errors import ApiError
from vendor_sandbox.textlocal.india import approved, at_night

if TYPE_CHECKING:
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.account import Account

REPLY_NUMBER = "447700900999"
"""The number that texts of the reply service come from."""
_NAME = re.compile(r"[A-Za-z0-9]{3,11}", re.ASCII)
_DIGITS = re.compile(r"\d{3,13}", re.ASCII)
_INDIAN = re.compile(r"[A-Za-z]{6}", re.ASCII)
_LINK = re.compile(r"https?://\S+")
_SHORT_LINK = "https://txl.example.com/{:06x}"
_MONEY = 0.04
"""What a part costs after the upgrade to Webex Interact, where balances are money: made up."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it goes out: what it says, and how many parts that has."""

    content: str
    parts: int


class Rules:
    """The rules as they stand."""

    def __init__(self, switches: Switchboard, clock: Clock) -> None:
        self._switches = switches
        self._clock = clock

    def sender(self, account: Account, given: str, *, simple_reply: bool = False) -> str:
        """Who a text comes from.

        Raises:
            ApiError: 43 or 44.
        """
        if simple_reply:
            return REPLY_NUMBER
        if not given:
            if not account.default_sender:
                raise ApiError(errors.NO_SENDER)
            return account.default_sender
        if not self._may_use(account, given):
            raise ApiError(errors.BAD_SENDER)
        return given

    def _may_use(self, account: Account, given: str) -> bool:
        known = given in account.senders
        if account.profile == IN:
            return known and bool(_INDIAN.fullmatch(given)) and self._switches["indian-sender"] == "chosen"
        formed = bool(_NAME.fullmatch(given) or _DIGITS.fullmatch(given))
        return formed and (known or self._switches["uk-sender"] == "any")

    def text(self, account: Account, given: str, *, unicode: bool, links: bool = False) -> Text:
        """A text as it goes out.

        Args:
            account: Whose.
            given: What it shall say.
            unicode: Whether the caller says that it has Unicode.
            links: Whether its links become short ones.

        Raises:
            ApiError: 5, 6 or 80.
        """
        if not given.strip():
            raise ApiError(errors.NO_MESSAGE)
        wide = unicode if self._switches["unicode"] == "flag" else not parts.fits_gsm(given)
        alphabet = parts.UNICODE if wide and account.unicode else parts.GSM
        said = given if alphabet is parts.UNICODE else parts.gsm_only(given)
        if links:
            said = _LINK.sub(lambda found: _SHORT_LINK.format(hash_of(found.group())), said)
        longest = int(self._switches["longest-unicode"]) if alphabet is parts.UNICODE else alphabet.longest
        if parts.units(said, alphabet) > longest:
            if self._switches["too-long"] == "refuse":
                raise ApiError(errors.MESSAGE_TOO_LONG)
            said = parts.cut(said, alphabet, longest)
        if account.profile == IN and not approved(said, (each.body for each in account.templates)):
            raise ApiError(errors.NO_TEMPLATE_MATCH)
        return Text(said, parts.parts(said, alphabet))

    def due(self, account: Account, given: str) -> float | None:
        """When to send (seconds since 1970, UTC); None for at once.

        Raises:
            ApiError: 8, 9 or 191.
        """
        if not given:
            return None
        if not (given.isascii() and given.isdigit() and len(given) <= 10):  # noqa: PLR2004 - until the year 2286
            raise ApiError(errors.BAD_SCHEDULE)
        moment = float(given)
        if moment <= self._clock.now():
            raise ApiError(errors.SCHEDULE_PAST)
        if self._asleep(account, moment):
            raise ApiError(errors.SCHEDULE_HOURS)
        return moment

    def asleep(self, account: Account) -> bool:
        """Whether nothing may be sent at this hour."""
        return self._asleep(account, self._clock.now())

    def _asleep(self, account: Account, moment: float) -> bool:
        return account.profile == IN and self._switches["night"] == "on" and at_night(moment)

    def cost(self, account: Account, phone: str, count: int) -> float:
        """What a message of so many parts costs: credits, or money after the upgrade."""
        abroad = 1 if phone.startswith(account.country) else int(self._switches["foreign-credits"])
        return round(count * abroad * (_MONEY if account.profile == INTERACT else 1), 4)


def hash_of(link: str) -> int:
    """Six hexadecimal digits of a link, the same on every machine."""
    value = 0
    for sign in link:
        value = (value * 31 + ord(sign)) & 0xFFFFFF
    return value


def shown(account: Account, amount: float) -> float:
    """Credits or a cost as the account's profile shows them: whole credits, or money."""
    return round(float(amount), 4) if account.profile == INTERACT else int(amount)
