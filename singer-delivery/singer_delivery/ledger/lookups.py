"""What is looked up for every chunk of records: many digests at once, in one query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from singer_delivery.ledger.many import digests, pairs, parameters
from singer_delivery.ledger.schema import deliveries, left_alone

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lookups:
    """The queries; the digests are given to them by `wanted`.

    Args:
        dialect: `sqlite` or `postgresql`.
    """

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        wanted = select(digests(dialect, "digest").c.digest)
        self.by_source = pairs(dialect, deliveries.c.source, deliveries.c.key).where(
            deliveries.c.scope == bindparam("its_scope"), deliveries.c.source.in_(wanted)
        )
        self.by_key = select(deliveries.c.key, deliveries.c.payload, deliveries.c.state, deliveries.c.at).where(
            deliveries.c.scope == bindparam("its_scope"), deliveries.c.key.in_(wanted)
        )
        self.left_alone = select(left_alone.c.source, left_alone.c.key, left_alone.c.reason).where(
            left_alone.c.scope == bindparam("its_scope"),
            left_alone.c.at.between(bindparam("since"), bindparam("now")),
            left_alone.c.source.in_(wanted),
        )

    def wanted(self, found: Sequence[bytes]) -> dict[str, Any]:
        """Return the digests that a query looks for, as its parameters."""
        return parameters(self._dialect, ("digest",), [(each,) for each in found])
