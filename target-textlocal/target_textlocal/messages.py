"""The action `messages`: one text for each record, once ever, whatever becomes of the call or of the record."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Action, Delivery, Doubt
from singer_delivery.outcomes import UNKNOWN, Verdict, accepted, already, rejected
from target_textlocal.batches import Batches
from target_textlocal.message_planning import MessagePlanner, bundles, text_of
from target_textlocal.opt_outs import OptOuts
from target_textlocal.replies import OPTED_OUT
from target_textlocal.sending import MOST_NUMBERS, Sending
from target_textlocal.sent_texts import SentTexts
from target_textlocal.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.memory import Memory
    from singer_delivery.people import Person
    from target_textlocal.account import Account
    from target_textlocal.client import TextlocalClient
    from target_textlocal.credits import Credits
    from target_textlocal.replies import Reply
    from target_textlocal.sending import Text
    from target_textlocal.settings import TextlocalSettings

SPELLINGS: Mapping[str, str] = {
    "message": "message",
    "text": "message",
    "template": "template",
    "sender": "sender",
    "send_at": "send_at",
    "schedule_time": "send_at",
    "campaign_id": "campaign_id",
}
"""Columns that a text is made of, and Textlocal's own names for some of them."""
_SENT_BEFORE = already("sent_before")
_PAST = rejected(
    "send_time_past", "The time to send at (`send_at`) has passed. Give a later one, or none, and replay the record."
)


class Messages(Action):
    """Texts people, each record once.

    Args:
        client: Who calls.
        account: Has templates and sender names.
        settings: What may be sent, and how.
        scope: What the ledger keeps its deliveries under.
        dry_run: Whether only reading calls are made.
        credits_: What the run may spend.
    """

    name: ClassVar[str] = "messages"
    needs_ledger: ClassVar[bool] = True
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        client: TextlocalClient,
        account: Account,
        settings: TextlocalSettings,
        scope: str,
        *,
        dry_run: bool,
        credits_: Credits,
    ) -> None:
        super().__init__(scope)
        self.repeatable = settings.test_mode  # a test texts nobody
        self.batch_size = MOST_NUMBERS
        self._dry_run = dry_run
        self._wording = Wording(client, account, settings)
        self._sending = Sending(client, settings, credits_, Batches())
        self._opt_outs = OptOuts(client, settings)
        self._sent_texts = SentTexts(client)
        self._of_thread = threading.local()

    def recall(self, memory: Memory) -> None:
        """Take where batches are remembered."""
        self._sending.batches.recall(memory)

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that there is a text, a key to know a record again by, and a sender.

        Raises:
            SetupError: There is not.
        """
        planner = MessagePlanner(columns, self._wording)

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            payload = planner.payload(record)
            if isinstance(payload, Verdict):
                return payload
            number = str(person.phone).removeprefix("+")
            return Delivery(self, planner.key(record, number), {"number": number, **payload})

        return plan

    def again(self, delivery: Delivery) -> Verdict | None:
        """Leave a text alone that was sent: it was changed since, and they have read the first one."""
        del delivery
        return _SENT_BEFORE

    def bundles(self, deliveries: Sequence[Delivery]) -> Sequence[Sequence[Delivery]]:
        """Share texts out to calls. In a dry run each is a call of its own: its record's plan shows its own text."""
        return [[each] for each in deliveries] if self._dry_run else bundles(deliveries)

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Send what `bundles` put together, in one call; who opted out, and what is past its time, is left out."""
        verdicts: dict[str, Verdict] = {}
        now = time.time()
        for each in deliveries:
            number, send_at = each.payload["number"], each.payload.get("send_at")
            if send_at is not None and send_at <= now:
                verdicts[number] = _PAST
            elif number in self._opt_outs:
                verdicts[number] = OPTED_OUT
        texts = [(each.payload["number"], text_of(each)) for each in deliveries]
        to_send = [(number, text) for number, text in texts if number not in verdicts]
        if to_send:
            self._of_thread.began, self._of_thread.left_out = now, {**verdicts}
            reply = self._reply(to_send)
            verdicts.update(reply.verdicts)
            self._sent_texts.answered(reply.message_ids | {batch_id for batch_id, _ in reply.batches})
        return [verdicts.get(number, UNKNOWN) for number, _ in texts]

    def resolve(self, delivery: Delivery) -> Verdict | Doubt:
        """Look for a text among what was sent and what is scheduled. What is not found there stays in doubt."""
        text, since, number = text_of(delivery), delivery.in_doubt_since, delivery.payload["number"]
        if since is None and number in self._of_thread.left_out:
            verdict: Verdict = self._of_thread.left_out[number]  # it was in no call
            return verdict
        began = self._of_thread.began if since is None else since
        if not self._sent_texts.has(number, text, began, just_now=since is None):
            return Doubt.REMAINS
        is_later = text.send_at is not None and text.send_at > time.time()
        return accepted("scheduled" if is_later else "sent")

    def notes(self) -> Iterator[str]:
        """Say what was spent."""
        return self._sending.credits.notes()

    def _reply(self, texts: Sequence[tuple[str, Text]]) -> Reply:
        numbers, first = [number for number, _ in texts], texts[0][1]
        if all(text == first for _, text in texts):
            return self._sending.to_numbers(first, numbers)
        return self._sending.each(texts)
