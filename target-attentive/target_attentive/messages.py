"""The action `messages`: one text for one record, by a legacy call that is not in today's public API.

The call is known from one integration's page alone, has a token of its own, and nothing can be asked about a text
afterwards. So it is made once for each record, and never again, whatever becomes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Delivery
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict, accepted, already, rejected
from target_attentive.event_mapping import event_id
from target_attentive.single_calls import SingleCalls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_delivery.actions import Action, Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_attentive.client import AttentiveClient
    from target_attentive.settings import AttentiveSettings

_SENT_BEFORE = already("sent_before")
_NO_KEY = rejected(
    "missing_key",
    "A column of the stream's key is null, so it could not be told later whether the text was sent. Correct it at its "
    "source.",
)
_NO_TEXT = rejected("missing_message", "The record has no text to send.")


class Messages(SingleCalls):
    """Texts people, each record once. Not in today's public API of Attentive, and off unless `legacy_token` is set.

    Args:
        client: Who calls, with the legacy token.
        settings: Whether there is such a token.
        scope: What the ledger keeps its deliveries under.
        unsubscribe: Whom it takes off gets no text.
        dry_run: Whether only reading calls are made.
    """

    name: ClassVar[str] = "messages"
    needs_ledger: ClassVar[bool] = True
    spellings: ClassVar[Mapping[str, str]] = {"to": "phone", "body": "message"}
    repeatable = False

    def __init__(
        self, client: AttentiveClient, settings: AttentiveSettings, scope: str, unsubscribe: Action, *, dry_run: bool
    ) -> None:
        super().__init__(client, settings, scope, dry_run=dry_run)
        self._unsubscribe = unsubscribe

    def yields_to(self) -> Sequence[str]:
        """Text nobody whom this target unsubscribed, from whatever: which type a text counts for is not known."""
        return (self._unsubscribe.scope,)

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that there is a token, a text, and a key to know a record again by.

        Raises:
            SetupError: There is not.
        """
        if self._settings.legacy_token is None:
            raise SetupError(
                "`messages` needs `legacy_token`, which Attentive gives out on request: the call is not in today's "
                "public API. A custom event (`events`) that starts a journey replaces it."
            )
        if "message" not in columns.known:
            raise SetupError(f"Stream `{columns.stream}` has no column `message`, which `messages` sends as the text.")
        if not columns.keys:
            raise SetupError(
                f"Stream `{columns.stream}` has no key, so `messages` would not know a record again, and text people "
                "twice. Let the tap name its key, or set it by `__key_properties__` in `stream_maps`."
            )

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            text = columns.value(record, "message")
            if text is not None and not isinstance(text, str):
                return rejected("wrong_type", f"Column `{columns.known['message']}`: expected a text.")
            if not text or not text.strip():
                return _NO_TEXT
            if any(record[name] is None for name in columns.keys):
                return _NO_KEY
            phone = str(person.phone)
            return Delivery(self, f"{phone} {event_id(record, columns)}", {"to": phone, "body": text}, (phone,))

        return plan

    def again(self, delivery: Delivery) -> Verdict | None:
        """Leave a text alone that was sent: it was corrected since, and they have read the first one."""
        del delivery
        return _SENT_BEFORE

    def _send(self, delivery: Delivery) -> Verdict:
        path = "/v1/subscriptions/messages"
        self._client.call("Message", "POST", path, json=delivery.payload, quota="messages", repeatable=False)
        return accepted("sent")
