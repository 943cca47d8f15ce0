"""The commands that read what was set up in the UI, and small ones that stand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vendor_sandbox.hashing import mix
from vendor_sandbox.textlocal.account import UK
from vendor_sandbox.textlocal.errors import BAD_URL, NO_URL, ApiError
from vendor_sandbox.textlocal.groups import identifier

if TYPE_CHECKING:
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.asked import Asked
    from vendor_sandbox.textlocal.endpoint import Command
    from vendor_sandbox.textlocal.store import Store

_INBOXES = {10: "447700900901", 11: "447700900902"}
_RECEIVED: tuple[dict[str, Any], ...] = (
    {"id": 4001, "number": 447700900003, "message": "Is the sale on?", "date": "2024-03-02 09:15:00", "isNew": True},
    {"id": 4002, "number": 447700900004, "message": "Thanks 👍", "date": "2024-03-02 10:40:12", "isNew": False},
)
_FULL_INBOX = 10
_SURVEYS = {51: "How was your order?"}


class Lists:
    """Templates, senders, the balance, inboxes, surveys, keywords and short links."""

    def __init__(self, store: Store, switches: Switchboard) -> None:
        self._store = store
        self._switches = switches

    def commands(self) -> dict[str, Command]:
        """Name to function."""
        return {
            "get_templates": self.templates,
            "get_sender_names": self.senders,
            "balance": self.balance,
            "check_keyword": self.keyword,
            "create_shorturl": self.short_url,
            "get_inboxes": self.inboxes,
            "get_messages": self.received,
            "get_surveys": self.surveys,
            "get_survey_details": self.survey,
            "get_survey_results": self.survey_results,
        }

    def templates(self, asked: Asked) -> dict[str, Any]:
        """The account's templates.

        Raises:
            ApiError: There is none, and the switch `no-templates` takes that for a failure.
        """
        shown = [
            {
                "id": identifier(self._switches, each.id),
                "title": each.title,
                "body": each.body,
                "senderName": each.sender,
                "isMyDND": each.dnd,
            }
            for each in asked.account.templates
        ]
        if not shown and self._switches["no-templates"] == "failure":
            raise ApiError.unlisted("No templates found")
        return {"templates": shown}

    def senders(self, asked: Asked) -> dict[str, Any]:
        """The names that texts can come from."""
        account = asked.account
        return {"default_sender_name": account.default_sender, "sender_names": list(account.senders)}

    def balance(self, asked: Asked) -> dict[str, Any]:
        """What can still be spent."""
        sms, mms = self._store.credits(asked.account.name)
        return {"balance": {"sms": int(sms), "mms": int(mms)}}

    def keyword(self, asked: Asked) -> dict[str, Any]:
        """Whether a keyword can be had: every one can, but those that stop texts.

        Raises:
            ApiError: None is named.
        """
        keyword = asked.text("keyword")
        if not keyword:
            raise ApiError.unlisted("No keyword specified")
        return {"keyword": keyword, "available": keyword.upper() not in {"STOP", "START", "HELP"}}

    def short_url(self, asked: Asked) -> dict[str, Any]:
        """A short link to an address; the same for the same.

        Raises:
            ApiError: There is no address, or it is none of the web.
        """
        url = asked.text("url")
        if not url:
            raise ApiError(NO_URL)
        try:
            parts = urlsplit(url)
        except ValueError:
            raise ApiError(BAD_URL) from None
        if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or ""):
            raise ApiError(BAD_URL)
        return {"shorturl": f"https://tl.example.com/{mix(*url.encode()):x}"[:34]}

    def inboxes(self, asked: Asked) -> dict[str, Any]:
        """Two on a UK account that is set up: one with messages, one empty."""
        inboxes = self._inboxes(asked)
        shown = [{"id": identifier(self._switches, each), "number": number} for each, number in inboxes.items()]
        return {"num_inboxes": len(shown), "inboxes": shown}

    def received(self, asked: Asked) -> dict[str, Any]:
        """A page of an inbox; an empty inbox is a failure.

        Raises:
            ApiError: There is no such inbox, or nothing in it.
        """
        inbox = asked.number("inbox_id", 0)
        if inbox not in self._inboxes(asked):
            raise ApiError.unlisted("Invalid inbox ID")
        start = asked.number("start", 0)
        rows = _RECEIVED[start : start + asked.number("limit", 1000)] if inbox == _FULL_INBOX else ()
        if not rows:
            raise ApiError.unlisted("No messages in this inbox")
        shown = [{**row, "id": identifier(self._switches, row["id"])} for row in rows]
        return {"inbox_id": identifier(self._switches, inbox), "num_messages": len(_RECEIVED), "messages": shown}

    def surveys(self, asked: Asked) -> dict[str, Any]:
        """The surveys of a UK account that is set up: one."""
        shown = [{"id": identifier(self._switches, number)} for number in self._surveys(asked)]
        return {"survey_ids": shown}

    def survey(self, asked: Asked) -> dict[str, Any]:
        """A survey's title."""
        number, title = self._survey(asked)
        return {"survey": {"id": identifier(self._switches, number), "title": title}}

    def survey_results(self, asked: Asked) -> dict[str, Any]:
        """A failure: nobody has answered.

        Raises:
            ApiError: Always.
        """
        self._survey(asked)
        raise ApiError.unlisted("No results found for this survey")

    def _survey(self, asked: Asked) -> tuple[int, str]:
        number = asked.number("survey_id", 0)
        surveys = self._surveys(asked)
        if number not in surveys:
            raise ApiError.unlisted("Invalid survey ID")
        return number, surveys[number]

    @staticmethod
    def _inboxes(asked: Asked) -> dict[int, str]:
        return _INBOXES if _set_up(asked) else {}

    @staticmethod
    def _surveys(asked: Asked) -> dict[int, str]:
        return _SURVEYS if _set_up(asked) else {}


def _set_up(asked: Asked) -> bool:
    return asked.account.profile == UK and bool(asked.account.templates)
