"""Plain text for people: aligned columns, one line each, nothing that a terminal would take as a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_command.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

__all__ = ["GAP", "printable", "table"]

GAP = "  "


def table(rows: Iterable[Sequence[str | int]], *, numbers: Collection[int] = ()) -> Iterator[str]:
    """Lay out rows in columns.

    Args:
        rows: The rows, each of the same length; counts get separators of thousands.
        numbers: Which columns stand to the right.

    Yields:
        A line for each row, without a line break.
    """
    cells = [[f"{cell:,}" if isinstance(cell, int) else printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        aligned = (
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield GAP.join(aligned).rstrip()
