"""What became of what was sent: the status of a message, and the figures of a batch."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal import delivery
from vendor_sandbox.textlocal.batches import SCHEDULED, SENT
from vendor_sandbox.textlocal.dates import mysql
from vendor_sandbox.textlocal.desk import batch_id
from vendor_sandbox.textlocal.errors import ApiError
from vendor_sandbox.textlocal.scheduling import zone_of

if TYPE_CHECKING:
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.asked import Asked
    from vendor_sandbox.textlocal.batches import Batch, Batches


class Fates:
    """What has become of messages by now.

    A message of a test, of a cancelled send, or of one that nobody was left for has no status.
    """

    def __init__(self, seed: int, clock: Clock) -> None:
        self._seed = seed
        self._clock = clock

    def status(self, batch: Batch, message: int) -> str:
        """The letter: P, D, U, E, ? or I."""
        if batch.state == SCHEDULED:
            return delivery.PENDING
        passed = self._clock.now() - batch.due
        return delivery.fate(self._seed, message, batch.valid).at(passed)

    def count(self, batch: Batch, messages: range | tuple[int, ...]) -> dict[str, int]:
        """How many of a batch's messages have which status."""
        if batch.state == SCHEDULED:
            return {delivery.PENDING: len(messages)}
        return delivery.count(self._seed, messages, batch.valid, self._clock.now() - batch.due)

    def ended(self, batch: Batch, message: int) -> float | None:
        """When it came to its end (seconds since 1970); None if it has not yet."""
        if self.status(batch, message) == delivery.PENDING:
            return None
        return batch.due + delivery.fate(self._seed, message, batch.valid).after


class Reports:
    """The commands."""

    def __init__(self, batches: Batches, fates: Fates, switches: Switchboard) -> None:
        self._batches = batches
        self._fates = fates
        self._switches = switches

    def message(self, asked: Asked) -> dict[str, Any]:
        """One message.

        Raises:
            ApiError: There is none of that id; those of tests are none.
        """
        number = asked.number("message_id", 0)
        found = self._batches.message(asked.account.name, number)
        if found is None or not self._known(found[0]):
            raise ApiError.unlisted("No message with this ID")
        batch, phone = found
        at = self._fates.ended(batch, number) or batch.due
        return {
            "message": {
                "id": str(number) if self._switches["message-ids"] == "text" else number,
                "recipient": int(phone),
                "type": "sms",
                "status": self._fates.status(batch, number),
                "date": mysql(at, zone_of(asked.account, self._switches)),
            }
        }

    def batch(self, asked: Asked) -> dict[str, Any]:
        """The figures of a batch, and each of its messages. There is no figure of those on their way.

        Raises:
            ApiError: There is none of that id; those of tests are none.
        """
        batch = self._batches.find(asked.account.name, asked.number("batch_id", 0))
        if batch is None or not self._known(batch):
            raise ApiError.unlisted("No batch with this ID")
        messages = [
            {"recipient": int(phone), "status": self._fates.status(batch, number)}
            for number, phone in self._batches.messages(batch.id)
        ]
        count = Counter(str(each["status"]) for each in messages)
        expired, unknown = count[delivery.EXPIRED], count[delivery.UNKNOWN]
        apart = self._switches["num-expired"] == "present"
        return {
            "batch_id": batch_id(self._switches, batch.id),
            "num_messages": len(messages),
            "num_delivered": count[delivery.DELIVERED],
            "num_undelivered": count[delivery.UNDELIVERED],
            **({"num_expired": expired} if apart else {}),
            "num_unknown": unknown if apart else unknown + expired,
            "num_invalid": count[delivery.INVALID],
            "messages": messages,
        }

    def _known(self, batch: Batch) -> bool:
        return batch.state == SENT or (batch.state == SCHEDULED and self._switches["before-due"] == "pending")
