"""What texts may say and whom they may come from, as the account has it: its templates and its sender names."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict, rejected
from target_textlocal.texts import Template, size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_textlocal.account import Account
    from target_textlocal.client import TextlocalClient
    from target_textlocal.settings import TextlocalSettings

_MOST_NAMES = 20
_TOO_LONG = rejected(
    "too_long",
    "The text is longer than Textlocal takes: five parts, which are 765 characters, and 335 with an emoji or another "
    "letter beyond the GSM alphabet. Shorten it, or let Textlocal cut it off (`too_long`).",
)
_NEEDS_UNICODE = rejected(
    "needs_unicode",
    "The text has an emoji or another letter beyond the GSM alphabet, and `unicode` is `never`. Leave it out, or set "
    "`unicode` to `auto`; the account must have Unicode enabled.",
)


class Wording:
    """Templates and senders of an account. Threads may share it; what it needs is read when it is first asked.

    Args:
        client: Knows whether the account tells its sender names at all.
        account: Has them.
        settings: `sender`, `unicode` and `too_long` of them.
    """

    def __init__(self, client: TextlocalClient, account: Account, settings: TextlocalSettings) -> None:
        self._client = client
        self._account = account
        self._settings = settings
        self._lock = threading.Lock()
        self._found: dict[str, tuple[str, Template] | Verdict] = {}

    def template(self, named: str) -> tuple[str, Template] | Verdict:
        """Look for a template.

        Args:
            named: Its title, in which case and blanks around it do not count; else its id.

        Returns:
            Its title, and what it says; or a rejection: `unknown_template`, `ambiguous_template`.

        Raises:
            SetupError: The account's templates cannot be read.
        """
        with self._lock:
            if named not in self._found:
                self._found[named] = self._template(named)
            return self._found[named]

    def sender(self, named: str | None) -> str | Verdict | None:
        """Return the sender of a text.

        Args:
            named: As the record has it; without one, that of the settings.

        Returns:
            It, as the account writes it; None for the account's default; or a rejection, `wrong_sender`.

        Raises:
            SetupError: That of the settings is none of the account's, or they cannot be read.
        """
        wanted = named or self._settings.sender
        names = None if wanted is None else self._names()
        if wanted is None or names is None:
            return wanted
        found = next((each for each in names if each.casefold() == wanted.casefold()), None)
        if found is not None:
            return found
        there_are = f"The account's senders are: {_listed(names)}."
        if named is None:
            raise SetupError(f"`sender` is none that the account may use. {there_are}")
        return rejected(
            "wrong_sender",
            f"The record's sender is none that the account may use. {there_are} Correct it, or register it in "
            "Textlocal, and replay the record.",
        )

    def problem_of(self, text: str) -> Verdict | None:
        """Return why a text is not sent: `too_long` or `needs_unicode`, unless the settings have it sent."""
        size = size_of(text)
        if size.needs_unicode and self._settings.unicode == "never":
            return _NEEDS_UNICODE
        return _TOO_LONG if size.too_long and self._settings.too_long != "send" else None

    def _names(self) -> Sequence[str] | None:
        """Return the account's sender names; None of an upgraded account, which does not tell them."""
        try:
            return None if self._client.upgraded else self._account.senders().names
        except SetupError:
            if self._client.upgraded:
                return None
            raise

    def _template(self, named: str) -> tuple[str, Template] | Verdict:
        there = self._account.templates()
        exact = [each for each in there if each.title == named]
        same = exact or [each for each in there if _folded(each.title) == _folded(named)]
        found = same or [each for each in there if each.id == named.strip()]
        if len(found) == 1:
            return found[0].title, Template.of(found[0].body)
        if found:
            return rejected(
                "ambiguous_template",
                f"The account has several templates of that title: {_listed([each.id for each in found])} are their "
                "ids. Name one by its id.",
            )
        return rejected(
            "unknown_template",
            "The account has no template of that title or id. Its templates are: "
            f"{_listed([each.title for each in there])}. Correct it, and replay the record.",
        )


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_MOST_NAMES]) or "none"
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES} more"
