"""From a record to the profile that Listrak takes: pure, no I/O.

A profile is the SMSContact of Listrak's description without its phone number, which is the delivery's key::

    {"firstName": "Ana", "birthday": "1990-04-01T00:00:00",
     "segmentationFieldValues": [{"segmentationFieldId": 9002, "value": "120"}]}

Only what the record has is in it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_delivery.outcomes import Verdict, rejected
from target_listrak_sms.values import CUSTOM, WrongValueError, birthday, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from singer_delivery.actions import Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_listrak_sms.settings import MappingSettings

CUSTOM_VALUES = "segmentationFieldValues"
PLACES = ("city", "state", "country")
"""Columns that every target knows, for which Listrak has no field of its own: custom fields, if there are such."""
_SYSTEM = {
    "email": "emailAddress",
    "first_name": "firstName",
    "last_name": "lastName",
    "postal_code": "postalCode",
    "birthday": "birthday",
}
_GONE = frozenset({"disabled", "purged", "inactive", "deleted"})


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A custom profile field.

    Attributes:
        id: Listrak's id of it.
        name: Its name.
        data_type: `Text`, `Number`, `Checkbox` or `Date`.
        max_length: Characters that a text may have, None if any number.
        status: Listrak's word for its state; the words are not published.
    """

    id: int
    name: str
    data_type: str
    max_length: int | None = None
    status: str = "Active"

    @property
    def usable(self) -> bool:
        """Whether values can be written to it. A word that is not known is taken for a good one."""
        return self.status.casefold() not in _GONE


@dataclass(frozen=True, slots=True)
class Matched:
    """The columns of a stream, and the custom fields they are.

    Attributes:
        fields: Column to field.
        unknown: Columns that are no field that can be written to.
        ambiguous: What is named twice, in words; nothing can be sent before that is put right.
    """

    fields: Mapping[str, ProfileField]
    unknown: Sequence[str]
    ambiguous: Sequence[str]


def match(columns: Columns, fields: Iterable[ProfileField]) -> Matched:
    """Find the custom fields that a stream's columns are, by name in any case."""
    by_name: dict[str, list[ProfileField]] = {}
    for field in fields:
        if field.usable:
            by_name.setdefault(folded(field.name), []).append(field)
    places = [columns.known[each] for each in PLACES if each in columns.known]
    matched: dict[str, ProfileField] = {}
    unknown, ambiguous, taken = [], [], dict[int, str]()
    for column in (*columns.others, *places):
        found = by_name.get(folded(column), [])
        if not found:
            unknown += [column] if column not in {*places, *columns.keys} else []
        elif len(found) > 1:
            ids = ", ".join(str(each.id) for each in found)
            ambiguous.append(f"column `{column}` could be each of the profile fields {ids}, which have the same name")
        elif found[0].id in taken:
            ambiguous.append(f"columns `{taken[found[0].id]}` and `{column}` are the same profile field")
        else:
            taken[found[0].id] = column
            matched[column] = found[0]
    return Matched(matched, unknown, ambiguous)


def folded(name: str) -> str:
    """Return what names of fields and lists are compared by: neither case nor spaces around them count."""
    return unicodedata.normalize("NFC", name).strip().casefold()


class Mapper:
    """Turns the records of one stream into profiles.

    Args:
        columns: The stream's columns.
        fields: Column to custom field.
        settings: What to do with nulls, dates and texts that are too long.
    """

    def __init__(self, columns: Columns, fields: Mapping[str, ProfileField], settings: MappingSettings) -> None:
        self._settings = settings
        known = columns.known
        # Without a writer: the e-mail address, which the engine has read already.
        writers: dict[str, Callable[[Any], str] | None] = {
            "email": None,
            **dict.fromkeys(("first_name", "last_name", "postal_code"), plain_text),
            "birthday": birthday,
        }
        self._system = [(known[ours], _SYSTEM[ours], write) for ours, write in writers.items() if ours in known]
        # In the order of ids, so that a profile does not depend on the order of columns.
        self._custom = sorted(fields.items(), key=lambda item: item[1].id)

    def profile(self, record: Record, person: Person) -> dict[str, Any] | Verdict:
        """Return what is to be written of a record; a rejection that names the column if a value cannot be."""
        profile: dict[str, Any] = {}
        column = ""
        try:
            for column, name, write in self._system:
                if column in record:
                    self._put(profile, name, record[column], write or (lambda _: _email_of(person)))
            values = []
            for column, field in self._custom:
                if (value := self._custom_value(record, column, field)) is not None:
                    values.append({"segmentationFieldId": field.id, "value": value})
        except WrongValueError as error:
            return rejected(
                error.reason, f"Column `{column}`: {error} Correct it at its source and replay the record."
            )
        if values:
            profile[CUSTOM_VALUES] = values
        return profile

    def _put(self, profile: dict[str, Any], name: str, value: Any, write: Callable[[Any], str]) -> None:
        """Write a system field. What is blank is null on the wire: Listrak refuses "" for a birthday."""
        if not is_blank(value):
            profile[name] = write(value)
        elif self._settings.clear_nulls:
            profile[name] = None

    def _custom_value(self, record: Record, column: str, field: ProfileField) -> str | None:
        """Return a custom value as it is written, "" to clear it, None to leave it alone."""
        if column not in record:
            return None
        value = record[column]
        if is_blank(value):
            return "" if self._settings.clear_nulls else None
        return CUSTOM.get(field.data_type.casefold(), CUSTOM["text"])(value, field, self._settings)


def is_blank(value: object) -> bool:
    """Whether a value is null or a text of nothing but spaces: what an empty cell of a file becomes."""
    return value is None or (isinstance(value, str) and not value.strip())


def _email_of(person: Person) -> str:
    if person.email is None:
        raise WrongValueError("expected an e-mail address.", "invalid_email")
    return person.email
