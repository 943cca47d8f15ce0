"""What the outbox comes to: how many texts to how many people, and who got the same twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vendor_sandbox.outbox import Text
    from vendor_sandbox.vendors import House

# Made when somebody first looks: calls that send texts are not to pay for it where nobody does.
_INDEX = "CREATE INDEX IF NOT EXISTS outbox_by_person ON outbox (phone, vendor, kind, text)"
_TWICE = """
SELECT phone FROM outbox GROUP BY phone, vendor, kind, text HAVING COUNT(*) > 1
UNION
SELECT phone FROM outbox WHERE kind IN ('welcome', 'double-opt-in') GROUP BY phone, vendor, kind HAVING COUNT(*) > 1
"""
_SEVERAL = "SELECT COUNT(*) FROM (SELECT 1 FROM outbox GROUP BY phone HAVING COUNT(*) > 1)"


class Sum(NamedTuple):
    """What the whole outbox comes to.

    Attributes:
        texts: How many texts there are.
        people: How many phones got them.
        several: How many phones got more than one, whatever they say.
        twice: The phones that got the same from one vendor more than once, or more than one welcome or request to
            confirm a subscription.
        kinds: The kinds of texts there are.
    """

    texts: int
    people: int
    several: int
    twice: frozenset[str]
    kinds: Sequence[str]


class Texts:
    """Reads the outbox for the console."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: tuple[int, Sum] | None = None

    def sum(self) -> Sum:
        """What the whole outbox comes to; worked out anew only when it has changed."""
        self._prepare()
        version = self._house.outbox.version
        if self._known is None or self._known[0] != version:
            self._known = version, self._work_out()
        return self._known[1]

    def page(
        self, wanted: Mapping[str, str], *, phones: Sequence[str] | None, twice: bool, offset: int, limit: int
    ) -> tuple[list[Text], int]:
        """Some texts, newest first, and how many there are in all.

        Args:
            wanted: Only those with these values of the outbox's filters.
            phones: Only those to one of these; None for all.
            twice: Only those of people who are texted twice.
            offset: How many to pass over.
            limit: How many at most.
        """
        self._prepare()
        condition = f"AND phone IN ({_TWICE})" if twice else ""
        if phones is not None:
            condition += f" AND phone IN ({_marks(phones)})"
        to = phones or ()
        total = self._house.outbox.count(wanted, condition, to)
        clauses = f"{condition} ORDER BY id DESC LIMIT ? OFFSET ?"
        return self._house.outbox.find(wanted, clauses, (*to, limit, offset)), total

    def of_ids(self, ids: Sequence[int]) -> list[Text]:
        """Texts by their numbers, newest first."""
        return self._house.outbox.find({}, f"AND id IN ({_marks(ids)}) ORDER BY id DESC", ids)

    def of_people(self, phones: Sequence[str], limit: int) -> list[Text]:
        """The last texts to some phones, newest first."""
        self._prepare()
        return self._house.outbox.find(
            {}, f"AND phone IN ({_marks(phones)}) ORDER BY id DESC LIMIT ?", [*phones, limit]
        )

    def _prepare(self) -> None:
        self._house.outbox.let_happen()
        self._house.state.execute(_INDEX)

    def _work_out(self) -> Sum:
        run = self._house.state.execute
        texts, people = run("SELECT COUNT(*), COUNT(DISTINCT phone) FROM outbox").fetchone()
        twice = frozenset(phone for (phone,) in run(_TWICE))
        kinds = [kind for (kind,) in run("SELECT DISTINCT kind FROM outbox ORDER BY 1")]
        return Sum(texts, people, run(_SEVERAL).fetchone()[0], twice, kinds)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
