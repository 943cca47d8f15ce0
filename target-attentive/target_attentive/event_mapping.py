"""From a record to a custom event: pure, no I/O.

The body of `POST /v1/events/custom`, and what it must not hold, are those of Attentive's OpenAPI description::

    {"type": "Points Earned", "properties": {"points": 120}, "externalEventId": "0b0f…", "user": {"phone": "+1…"},
     "occurredAt": "2026-11-21T10:00:00.000Z"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import msgspec.json

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict, rejected
from target_attentive.values import WrongValueError, json_object, moment, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from singer_delivery.actions import Record
    from singer_delivery.columns import Columns
    from target_attentive.user_forms import EventUser

IDENTIFIERS = ("phone", "email", "client_user_id", "custom_identifiers")
"""The columns that can say whom an event is about."""
_NO_PROPERTIES = frozenset({*IDENTIFIERS, "shopify_id", "klaviyo_id", "type", "properties", "occurred_at"})
_NOT_IN_TYPES = "\"'(){}[]\\|,"
_NOT_IN_NAMES = '"{}[]\\|'
# Never to be changed, nor what is encoded below: with another id, every event would be another one, and sent again.
_OUR_EVENTS = UUID("5f6b1f5c-0a53-4c0e-9a0b-5b7d3a3f8c11")
_encode = msgspec.json.Encoder(order="deterministic", decimal_format="number", enc_hook=str).encode


def event_id(record: Record, columns: Columns) -> str:
    """Return the id of the event that a record is: the same in every run, and another one for every other record.

    It is made of the stream's name and the values of its key. Without a key, or where one of its values is null, of
    all values that are not null, so that a new column that is empty makes no new events.
    """
    keys = [record.get(name) for name in columns.keys]
    has_key = bool(keys) and None not in keys
    identity = keys if has_key else {name: value for name, value in record.items() if value is not None}
    return str(uuid5(_OUR_EVENTS, _encode([columns.stream, identity]).decode()))


def require(columns: Columns, *names: str) -> None:
    """Make sure that a stream has columns without which none of its records is an event.

    Raises:
        SetupError: It has not.
    """
    if missing := [name for name in names if name not in columns.known]:
        there_are = ", ".join(sorted([*columns.known.values(), *columns.others]))
        raise SetupError(
            f"Stream `{columns.stream}` has no column `{'`, `'.join(missing)}`, without which no record of it is an "
            f"event. It has {there_are}. Name it by `stream_maps`."
        )


def wrong_column(column: str, error: WrongValueError) -> Verdict:
    """Reject a record for what one of its columns holds."""
    return rejected(error.reason, f"Column `{column}`: {error} Correct it at its source and replay the record.")


def occurred_at(record: Record, columns: Columns) -> str | None:
    """Return when an event was, as Attentive takes it; None if the record does not say: then it is now.

    Raises:
        WrongValueError: The column holds no time, or one without an offset.
    """
    time = moment(columns.value(record, "occurred_at"))
    return None if time is None else rfc3339(time)


class EventMapper:
    """Turns the records of one stream into custom events.

    Args:
        columns: The stream's columns.

    Raises:
        SetupError: It has no column `type`, or one that cannot be the name of a property.
    """

    def __init__(self, columns: Columns) -> None:
        require(columns, "type")
        self._columns = columns
        named = [name for ours, name in columns.known.items() if ours not in _NO_PROPERTIES]
        self._properties = [*named, *columns.others]
        if wrong := _with(self._properties, _NOT_IN_NAMES):
            raise SetupError(
                f"Stream `{columns.stream}`: Attentive takes none of {' '.join(_NOT_IN_NAMES)} in the name of an "
                f"event's property, and these columns have one: {', '.join(f'`{name}`' for name in wrong)}. Rename "
                "or remove them by `stream_maps`."
            )

    def event(self, record: Record, user: EventUser) -> dict[str, Any] | Verdict:
        """Return the call's body for a record.

        Args:
            record: The record.
            user: Whom it is about.

        Returns:
            The body; or a rejection: `missing_type`, `wrong_name`, `no_offset`, `wrong_type`.
        """
        column, known = "", self._columns.known
        body: dict[str, Any] = {}
        try:
            column = known["type"]
            body["type"] = _type_of(record.get(column))
            column = known.get("properties", "")
            if properties := self._properties_of(record, json_object(record.get(column))):
                body["properties"] = properties
            column = known.get("occurred_at", "")
            if (time := occurred_at(record, self._columns)) is not None:
                body["occurredAt"] = time
        except WrongValueError as error:
            return wrong_column(column, error)
        return {**body, "externalEventId": event_id(record, self._columns), "user": user}

    def _properties_of(self, record: Record, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the properties: what the object says, and over it the columns. Nulls are left out."""
        if _with(given, _NOT_IN_NAMES):
            raise WrongValueError(
                f"a name in it has one of the characters {' '.join(_NOT_IN_NAMES)}, which Attentive does not take.",
                "wrong_name",
            )
        columns = ((name, record.get(name)) for name in self._properties)
        properties = {name: value for name, value in given.items() if value is not None}
        properties.update({name: value for name, value in columns if value is not None})
        return properties


def _type_of(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise WrongValueError("expected a text, the event's type.")
    if value is None or not (kind := value.strip()):
        raise WrongValueError("there is no value, and so no event's type.", "missing_type")
    if _with([kind], _NOT_IN_TYPES):
        raise WrongValueError(
            f"it has one of the characters {' '.join(_NOT_IN_TYPES)}, which Attentive does not take in an event's "
            "type.",
            "wrong_name",
        )
    return kind


def _with(names: Iterable[str], characters: str) -> list[str]:
    """Return the names that hold one of the characters."""
    return [name for name in names if not frozenset(characters).isdisjoint(name)]
