"""Which column of a stream holds what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PERSON = (
    "phone",
    "email",
    "first_name",
    "last_name",
    "birthday",
    "postal_code",
    "city",
    "state",
    "country",
)
"""The columns that mean the same at every vendor."""


@dataclass(frozen=True)
class Columns:
    """The columns of one stream.

    Attributes:
        stream: Name of the stream.
        known: Our name of a column to the stream's: `{"phone": "PHONE", "first_name": "firstName"}`.
        others: The rest, as the stream names them: custom fields, or nothing the vendor knows.
        keys: The stream's key: nobody wonders if the vendor knows nothing of it.
    """

    stream: str
    known: Mapping[str, str]
    others: tuple[str, ...]
    keys: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        stream: str,
        names: Iterable[str],
        spellings: Mapping[str, str],
        reserved: Iterable[str] = (),
        keys: Iterable[str] = (),
    ) -> Columns:
        """Sort the columns of a stream.

        Args:
            stream: Name of the stream.
            names: Its columns.
            spellings: The vendor's own spellings, and our names beyond those above: `{"phoneNumber": "phone"}`.
            reserved: Columns that are neither: the consent field, `_sdc_` columns.
            keys: The stream's key.
        """
        ours = {name.casefold(): name for name in PERSON}
        ours.update({spelling.casefold(): name for spelling, name in spellings.items()})
        ours.update({name.casefold(): name for name in spellings.values()})
        left_out = {name.casefold() for name in reserved}
        known: dict[str, str] = {}
        others = []
        for name in names:
            meaning = ours.get(name.casefold())
            if name.casefold() in left_out:
                continue
            if meaning is None:
                others.append(name)
            elif meaning not in known or name == meaning:  # of two spellings, our own name counts
                known[meaning] = name
        return cls(stream, known, tuple(others), tuple(keys))

    def value(self, record: Mapping[str, Any], name: str) -> Any:
        """Return the value of one of our columns, None where the stream or the record lacks it."""
        column = self.known.get(name)
        return None if column is None else record.get(column)
