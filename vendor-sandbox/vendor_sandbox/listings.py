"""Rows of a vendor's tables, a page at a time: what most views of the console read.

A page is made of statements that an index answers, so that a million rows can be looked through. Only a search reads
every row, once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from vendor_sandbox.exhibits import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vendor_sandbox.exhibits import Asked
    from vendor_sandbox.state import State

_PHONE = re.compile(r"\+?[\s().-]*(?:\d[\s().-]*){7,}", re.ASCII)
_NO_DIGIT = re.compile(r"\D", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listing:
    r"""A table to be read by pages.

    Attributes:
        table: What follows `FROM`.
        columns: What is selected of a row.
        order: By what the rows are ordered: something that no two rows share.
        filters: By the name of a filter, the condition that its value must meet; a question mark takes the value.
        search: The condition of a row that has what is searched for; each question mark takes a pattern for
            `LIKE ? ESCAPE '\'`.
        where: A condition that all rows meet.
    """

    table: str
    columns: str
    order: str
    filters: Mapping[str, str] = field(default_factory=dict)
    search: str = "0"
    where: str = "1"

    def reader(self, state: State, show: Callable[[Sequence[Any]], Mapping[str, Any]]) -> Callable[[Asked], Rows]:
        """What a view reads with.

        Args:
            state: Where the table is.
            show: Makes the view's row of a row of the table.
        """

        def read(asked: Asked) -> Rows:
            rows, total = self.page(state, asked)
            return Rows([show(row) for row in rows], total)

        return read

    def page(self, state: State, asked: Asked) -> tuple[list[Sequence[Any]], int]:
        """The rows that are asked for, and how many there are in all."""
        conditions, values = [self.where], []
        for name, value in asked.filters.items():
            if condition := self.filters.get(name):
                conditions.append(condition)
                values += [value] * condition.count("?")
        if asked.search:
            conditions.append(f"({self.search})")
            values += [pattern(asked.search)] * self.search.count("?")
        source = f"FROM {self.table} WHERE {' AND '.join(conditions)}"
        select = f"SELECT {self.columns} {source} ORDER BY {self.order}"
        if asked.search:
            # No index helps: what is looked through once is not looked through again to be counted.
            found = state.execute(select, values)
            before = sum(1 for _ in islice(found, asked.offset))
            rows = list(islice(found, asked.limit))
            return rows, before + len(rows) + sum(1 for _ in found)
        total = int(state.execute(f"SELECT COUNT(*) {source}", values).fetchone()[0])
        if asked.offset >= total:
            return [], total
        return state.execute(f"{select} LIMIT ? OFFSET ?", (*values, asked.limit, asked.offset)).fetchall(), total


def contains(*expressions: str) -> str:
    r"""A condition for `Listing.search`: one of some expressions contains what is searched for."""
    return " OR ".join(rf"{each} LIKE ? ESCAPE '\'" for each in expressions)


def pattern(text: str) -> str:
    """The pattern of whatever contains a text, for LIKE with a backslash as its escape.

    A phone number is searched for by its digits, however it is written.
    """
    if _PHONE.fullmatch(text):
        text = _NO_DIGIT.sub("", text)
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


def numbered(count: int) -> str:
    """So many question marks, with commas between them."""
    return ", ".join("?" * count)
