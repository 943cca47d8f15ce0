"""Whom a send goes to: numbers, or a group's; and who of them is passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal import errors
from vendor_sandbox.textlocal.account import BUILT_IN_NAMES, IN, INTERACT, OPTOUT_GROUP
from vendor_sandbox.textlocal.asked import whole_number
from vendor_sandbox.textlocal.errors import ApiError, skipped, warning
from vendor_sandbox.textlocal.phones import normalised, split_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.account import Account
    from vendor_sandbox.textlocal.asked import Asked
    from vendor_sandbox.textlocal.store import Store

MOST = 10_000
"""Numbers of a send."""
_DND = re.compile(r"91\d*13", re.ASCII)
_IN_DND = "Number is in DND"


@dataclass(slots=True)
class Recipients:
    """Whom a send goes to.

    Attributes:
        phones: Digits with country code.
        warnings: About those who are passed over.
        group_id: The group, or 0.
        group_name: Its name.
    """

    phones: list[str]
    warnings: list[dict[str, Any]] = field(default_factory=list)
    group_id: int = 0
    group_name: str = ""


def on_dnd(phone: str) -> bool:
    """Whether a number is on India's list of those who do not want to be disturbed: here those that end in 13."""
    return bool(_DND.fullmatch(phone))


class Addressing:
    """Finds the recipients of sends."""

    def __init__(self, store: Store, switches: Switchboard) -> None:
        self._store = store
        self._switches = switches

    def asked_for(self, asked: Asked) -> Recipients:
        """The recipients that a send names, good or bad, before any is passed over.

        Raises:
            ApiError: 4, 10, 11, 33 or 34.
        """
        group, numbers = asked.text("group_id"), split_numbers(asked.text("numbers"))
        if group and numbers:
            raise ApiError(errors.GROUP_AND_NUMBERS)
        if group:
            return self._group(asked.account, group)
        if not numbers:
            raise ApiError(errors.NO_RECIPIENTS)
        if len(numbers) > MOST:
            raise ApiError(errors.TOO_MANY_NUMBERS)
        return Recipients(numbers)

    def _group(self, account: Account, given: str) -> Recipients:
        group = whole_number(given, 0)
        upgraded = account.profile == INTERACT and self._switches["upgraded-groups"] == "refused"
        if upgraded or not self._store.has_group(account.name, group):
            raise ApiError(errors.BAD_GROUP)
        phones = self.members(account.name, group)
        if not phones:
            raise ApiError(errors.EMPTY_GROUP)
        name = self._store.group_name(account.name, group) or BUILT_IN_NAMES[group]
        return Recipients(phones, [], group, name)

    def members(self, account: str, group: int) -> list[str]:
        """The numbers of a group; none if it is gone."""
        return [row.contact.number for row in self._store.contacts(account, group)]

    def narrow(self, account: Account, found: Recipients, *, optouts: bool) -> None:
        """Leave out who cannot be texted.

        Args:
            account: Who sends.
            found: Is changed.
            optouts: Whether those who opted out are left out, too; without a warning.

        Raises:
            ApiError: 32, or 51 with the warnings, because nobody is left.
        """
        if not found.group_id:
            self._check_numbers(account, found)
        if account.profile == IN:
            off = [phone for phone in found.phones if on_dnd(phone)]
            found.phones = [phone for phone in found.phones if not on_dnd(phone)]
            found.warnings += self._warnings(len(off), self.dnd())
        found.phones = self.without_optouts(account.name, found.phones, group=bool(found.group_id), asked=optouts)
        if not found.phones:
            raise ApiError(errors.NO_VALID_NUMBERS, warnings=found.warnings)

    def _check_numbers(self, account: Account, found: Recipients) -> None:
        read = [normalised(each, account.country, self._switches) for each in found.phones]
        good = [phone for phone in read if phone]
        bad = len(read) - len(good)
        if bad and good and self._switches["bad-number"] == "refuse":
            raise ApiError(errors.BAD_NUMBER)
        found.phones = list(dict.fromkeys(good)) if self._switches["repeated-number"] == "once" else good
        found.warnings += self._warnings(bad, skipped())

    def dnd(self) -> dict[str, Any]:
        """The warning, or the error, that a number is on India's list."""
        return warning(int(self._switches["dnd-code"]), _IN_DND)

    def _warnings(self, count: int, each: dict[str, Any]) -> list[dict[str, Any]]:
        return [each] * (min(count, 1) if self._switches["number-warnings"] == "once" else count)

    def without_optouts(self, account: str, phones: Iterable[str], *, group: bool, asked: bool) -> list[str]:
        """The numbers without those who opted out, if the send leaves them out."""
        if not asked and not (group and self._switches["group-optouts"] == "always"):
            return list(phones)
        out = set(self.members(account, OPTOUT_GROUP))
        return [phone for phone in phones if phone not in out]
