"""Stream maps, record by record: what an expression fails on is that record's fault, and no more than that."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import MapExpressionError
from singer_sdk.mapper import CustomStreamMap

from singer_delivery.outcomes import rejected

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from singer_sdk.mapper import StreamMap

    from singer_delivery.outcomes import Verdict

_OF_EXPRESSIONS = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What an expression can raise on a record that it was not made for; for a moment that is in no calendar, OSError."""
_KINDS = (str, int, Decimal, list, dict)
"""What JSON's values are here."""


class _Sparse(dict[str, Any]):
    """A record that lacks columns of its stream: an expression that names one of them finds null.

    Nothing else sees them: what is made of the record has them as little as it has.
    """

    __slots__ = ("_columns",)

    def __init__(self, record: Mapping[str, Any], columns: AbstractSet[str]) -> None:
        super().__init__(record)
        self._columns = columns

    def __missing__(self, name: str) -> None:
        # `self` is the value of the column that an expression stands for, and set where the record has that.
        if name not in self._columns and name != "self":
            raise KeyError(name)

    def copy(self) -> _Sparse:
        """Return what an expression finds its names in, and what the new record is made of."""
        return _Sparse(self, self._columns)


def mapped(
    stream_map: StreamMap, record: Mapping[str, Any], columns: AbstractSet[str]
) -> tuple[dict[str, Any] | None, Verdict | None]:
    """Send a record through a stream map.

    Args:
        stream_map: The map.
        record: The record as the tap sent it. It stays as it is.
        columns: The columns of its stream's schema, before stream maps.

    Returns:
        The record after the map, None where the map leaves it out; and its verdict, where an expression fails on it.

    Raises:
        MapExpressionError: An expression can be evaluated for no record.
    """
    is_sparse = isinstance(stream_map, CustomStreamMap) and not columns <= record.keys()
    try:
        found = stream_map.transform(_Sparse(record, columns) if is_sparse else dict(record))
    except MapExpressionError as error:
        if not _is_of_values(error.__cause__, record, columns):
            raise
        return {}, _not_mapped(error.__cause__)
    except _OF_EXPRESSIONS as error:
        return {}, _not_mapped(error)
    return (_plain(found) if is_sparse and found is not None else found), None


def _is_of_values(error: BaseException | None, record: Mapping[str, Any], columns: AbstractSet[str]) -> bool:
    """Say whether the evaluator failed on a value: `phone.strip()` of null, `address.zip` of an address without one.

    What no value could have had, and nothing in the record explains, is a mistake in the expression.
    """
    if type(error).__name__ != "AttributeDoesNotExist":
        return False
    return (
        any(hasattr(kind, getattr(error, "attr", "")) for kind in _KINDS)
        or not columns <= record.keys()
        or any(value is None or isinstance(value, dict) for value in record.values())
    )


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record of the usual kind; an expression may have put the whole record into a column."""
    return {name: dict(value) if isinstance(value, _Sparse) else value for name, value in record.items()}


def _not_mapped(error: BaseException | None) -> Verdict:
    return rejected(
        "stream_map_failed",
        f"An expression of `stream_maps` fails on this record ({type(error).__name__}). Correct the record, or the "
        "expression.",
    )
