"""What a value says: yes, no, or neither."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_YES = frozenset({"true", "t", "yes", "y", "1", "1.0", "on"})
_NO = frozenset({"false", "f", "no", "n", "0", "0.0", "off"})
_AGREED = _YES | {"optedin", "optin", "subscribed", "granted", "given", "agreed", "accepted", "consented"}
_OUT = _YES | {"optedout", "optout", "unsubscribed"}
_NOT_OUT = _NO | {"optedin", "optin", "subscribed", ""}
# "Opted in", "opted_in" and "opted-in" are one word.
_BETWEEN_WORDS = str.maketrans("", "", " _-")


def truthy(value: Any) -> bool:
    """Say whether a value is a yes.

    Only what is known to mean yes is one: true, 1, and in any case and spacing `true`, `t`, `yes`, `y`, `on`, `1`,
    `opted in`, `opt in`, `subscribed`, `granted`, `given`, `agreed`, `accepted`, `consented`. All else is a no:
    nothing, an empty text, another number, a date, and words such as `unknown` or `pending`.
    """
    return value is True or _word(value) in _AGREED


def opted_out(value: Any) -> bool | None:
    """Say whether an `opted_out` column tells of an opt-out.

    Args:
        value: What the record holds. Nothing, or an empty text, is no opt-out.

    Returns:
        True or False; None where it says neither, and then the record should be rejected rather than guessed at.
    """
    if value is None or value is False:
        return False
    if value is True:
        return True
    word = _word(value)
    if word in _OUT:
        return True
    return False if word in _NOT_OUT else None


def _word(value: Any) -> str | None:
    if isinstance(value, str):
        return value.casefold().translate(_BETWEEN_WORDS).strip()
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and value in (0, 1):
        return str(int(value))
    return None


class Consent:
    """The consent column.

    Args:
        field: The setting `consent_field`. Without it every record counts as consented.
    """

    def __init__(self, field: str | None) -> None:
        self.field = field

    def require(self, stream: str, names: Iterable[str]) -> None:
        """Make sure that a stream has the consent column, in any case.

        Args:
            stream: Name of the stream.
            names: Its columns.

        Raises:
            SetupError: It has not: all of its records would count as not consented.
        """
        if self.field is not None and _spelling(self.field, names) is None:
            raise SetupError(
                f"The stream `{stream}` has no column `{self.field}`, which the setting `consent_field` names: nobody "
                "in it would count as having agreed. Add the column, or rename one of the stream's by `stream_maps`."
            )

    def given(self, record: Mapping[str, Any]) -> bool:
        """Say whether a record tells of consent. A missing or empty value does not."""
        if self.field is None:
            return True
        if self.field in record:
            return truthy(record[self.field])
        spelling = _spelling(self.field, record)
        return spelling is not None and truthy(record[spelling])


def _spelling(field: str, names: Iterable[str]) -> str | None:
    wanted = field.casefold()
    return next((name for name in names if name.casefold() == wanted), None)
