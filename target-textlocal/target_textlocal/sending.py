"""The two calls that text people: `send`, one text to many, and `bulk_json`, a text for each.

Neither knows a text again: whatever is sent twice arrives twice (section "idempotency": the vendor's pages warn of
loops). So both are made once, unless they only test.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import RefusedError, SetupError
from singer_delivery.outcomes import UNKNOWN, Outcome, Verdict, accepted
from target_textlocal.batches import Batch
from target_textlocal.encoding import encoded, json_text
from target_textlocal.errors import UNKNOWN_COMMAND, rule_of
from target_textlocal.replies import Reply, reply_to_bulk, reply_to_send
from target_textlocal.texts import MOST_PARTS, Size, size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_textlocal.batches import Batches
    from target_textlocal.client import TextlocalClient
    from target_textlocal.credits import Credits, Purse
    from target_textlocal.settings import TextlocalSettings

MOST_NUMBERS = 10_000
"""Numbers of a `send`: one more is error 33 (three clients' tables)."""
MOST_OF_BULK = 500
"""Texts of a `bulk_json` that the vendor's page recommends at most."""
_OF_ONE = frozenset({"32", "33", "HTTP 413"})
"""Errors of a `send` that smaller calls may not meet: a wrong number among them, too many. All else is about the text,
and to send it in halves would change nothing, twenty thousand times."""
_OF_ALL_TEXTS = frozenset({"4", "43", "44", "51", "191"})
"""Errors of a `bulk_json` that each of its texts would meet alone, too."""


@dataclass(frozen=True)
class Text:
    """A text as it goes out.

    Attributes:
        content: What it says.
        sender: Whom it comes from; None for the account's default.
        send_at: When it is to go out, in seconds since 1970; None for at once.
        campaign: Id of its campaign: Textlocal gives it back in receipts (`custom`).
        template: Title of its template.
    """

    content: str
    sender: str | None = None
    send_at: int | None = None
    campaign: str | None = None
    template: str | None = None

    @cached_property
    def size(self) -> Size:
        """How large it is."""
        return size_of(self.content)

    @property
    def credits(self) -> int:
        """What it takes for one local number; what is beyond the longest text is cut off by Textlocal."""
        return min(self.size.parts, MOST_PARTS)


class Sending:
    """Sends texts. Safe to use from several threads.

    Args:
        client: Who calls.
        settings: `optouts` and `test_mode` of them.
        credits_: What the run may spend.
        batches: Where batches are remembered.

    Attributes:
        batches: The same.
        credits: The same.
    """

    def __init__(
        self, client: TextlocalClient, settings: TextlocalSettings, credits_: Credits, batches: Batches
    ) -> None:
        self.batches = batches
        self.credits = credits_
        self._client = client
        self._optouts = settings.optouts
        self._test = settings.test_mode
        self._lock = threading.Lock()
        self._stopped: SetupError | None = None

    def to_numbers(self, text: Text, numbers: Sequence[str]) -> Reply:
        """Send one text to many.

        Args:
            text: The text.
            numbers: Up to 10,000, each once: digits, country code first.

        Returns:
            A verdict for each number: `sent`, `scheduled` or `tested`, a rejection, `opted_out`, `UNKNOWN`.

        Raises:
            RefusedError: The call was refused for what may be the fault of one number, or of one text of several.
            OutcomeUnknownError: It broke off.
            LimitError: It would cost more than the run may spend.
            DeliveryError: Ends the run for another reason.
        """
        return self._send(text, {"numbers": ",".join(numbers)}, numbers, None)

    def to_group(self, text: Text, group_id: str, numbers: Sequence[str], purse: Purse | None = None) -> Reply:
        """Send one text to a group.

        Args:
            text: The text.
            group_id: The group.
            numbers: Who is in it, each once.
            purse: What was set aside for it; None where nothing was.

        Returns:
            As of `to_numbers`, and it raises the same.
        """
        return self._send(text, {"group_id": group_id}, numbers, group_id, purse)

    def each(self, texts: Sequence[tuple[str, Text]]) -> Reply:
        """Send a text for each number, at once: `bulk_json` has no time that is known to work.

        Args:
            texts: Up to 500 numbers, each once, and their texts; all of one sender, and all or none of them Unicode.

        Returns:
            A verdict for each number. Raises what `to_numbers` does; and a RefusedError, without a call, once it is
            clear that the account is an upgraded one: the engine shares the texts out until each is a `send`.
        """
        if self._client.upgraded:
            raise RefusedError(UNKNOWN_COMMAND, rule_of("bulk_json", HTTPStatus.OK, UNKNOWN_COMMAND), HTTPStatus.OK)
        first = texts[0][1]
        data: dict[str, Any] = {
            "messages": [{"number": int(number), "text": encoded(text.content)} for number, text in texts],
            **({"sender": first.sender} if first.sender else {}),
            **({"unicode": True} if first.size.needs_unicode else {}),
            **({"test": True} if self._test else {}),
        }
        return self._counted("bulk_json", {"data": json_text(data)}, [number for number, _ in texts], dict(texts))

    def _send(
        self,
        text: Text,
        whom: dict[str, str],
        numbers: Sequence[str],
        group_id: str | None,
        purse: Purse | None = None,
    ) -> Reply:
        form = {
            **whom,
            "message": text.content,
            **({"sender": text.sender} if text.sender else {}),
            **({"schedule_time": str(text.send_at)} if text.send_at is not None else {}),
            **({"custom": text.campaign} if text.campaign else {}),
            **({"optouts": "true"} if self._optouts else {}),
            **({"unicode": "true"} if text.size.needs_unicode else {}),
            **({"test": "true"} if self._test else {}),
        }
        return self._counted("send", form, numbers, dict.fromkeys(numbers, text), group_id, purse)

    def _counted(  # noqa: PLR0913, PLR0917 - what a call is, and what it is about
        self,
        command: str,
        form: dict[str, str],
        numbers: Sequence[str],
        texts: dict[str, Text],
        group_id: str | None = None,
        purse: Purse | None = None,
    ) -> Reply:
        """Make a call within what the run may spend, and remember its batches."""
        if self._stopped is not None:
            raise self._stopped
        some = texts[numbers[0]]
        expected = 0 if self._test else sum(text.credits for text in texts.values())
        purse = self.credits if purse is None else purse
        purse.take(expected)
        try:
            reply = self._made(command, form, numbers, self._taken(some))
        except RefusedError:
            purse.settle(expected, 0)
            raise
        spent = sum(texts[number].credits for number, each in reply.verdicts.items() if _may_have_gone_out(each))
        purse.settle(expected, 0 if self._test else reply.cost or spent)
        self._remember(reply, texts, group_id)
        return reply

    def _remember(self, reply: Reply, texts: dict[str, Text], group_id: str | None) -> None:
        some = next(iter(texts.values()))
        of_batches = (
            (batch_id, numbers, texts.get(next(iter(numbers), ""), some)) for batch_id, numbers in reply.batches
        )
        self.batches.remember(
            (
                batch_id,
                Batch(len(numbers), text.campaign, text.template, group_id, text.send_at, test=self._test),
            )
            for batch_id, numbers, text in of_batches
        )

    def _made(self, command: str, form: dict[str, str], numbers: Sequence[str], taken: Verdict) -> Reply:
        try:
            answer = self._client.change(command, repeatable=self._test, **form)
        except RefusedError as refusal:
            if refusal.code in _OF_ONE if command == "send" else refusal.code not in _OF_ALL_TEXTS:
                raise
            return Reply(dict.fromkeys(numbers, refusal.rule.verdict(refusal.code)))
        if answer.pretended:
            return Reply(dict.fromkeys(numbers, taken))
        if command == "send":
            return reply_to_send(answer.body, numbers, taken, optouts=self._optouts)
        reply = reply_to_bulk(answer.body, numbers, taken)
        if reply.stops is not None:  # the next call would be refused for the same reason
            with self._lock:
                self._stopped = SetupError(f"{reply.stops.cause} {reply.stops.next_step}")
        return reply

    def _taken(self, text: Text) -> Verdict:
        return accepted("tested" if self._test else "sent" if text.send_at is None else "scheduled")


def _may_have_gone_out(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.ACCEPTED or verdict is UNKNOWN
