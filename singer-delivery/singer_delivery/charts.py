"""The geometry of the report page's charts. Numbers in, numbers out; the template draws them as SVG.

Charts are as wide as 1,000 or as many as there are steps, and 100 high; they are stretched to the place they have, so
no text is inside of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from singer_delivery.words import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OPEN = "open"
"""The kind of records without an outcome."""
WIDE = 1000
HIGH = 100
LEAST_SEGMENT = 6
"""Width of the narrowest segment: what is there is seen."""
_GAP = 0.12
_FEW = 120
_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_OUT_OF_SIGHT = 2.5
"""An allowed rate that is so many times higher than what was used would leave nothing to see of the latter."""


@dataclass(frozen=True)
class Segment:
    """A part of a stacked bar."""

    kind: str
    n: int
    start: float
    width: float

    @property
    def label(self) -> str:
        """The kind in words."""
        return "without an outcome" if self.kind == OPEN else self.kind


def segments(counts: Mapping[str, int]) -> list[Segment]:
    """Return the parts of a bar over its whole width; each is as wide as its share, but for the narrowest.

    Args:
        counts: How many of each kind.
    """
    there = {kind: n for kind, n in counts.items() if n > 0}
    total = sum(there.values())
    widths = {kind: max(n / total * WIDE, LEAST_SEGMENT) for kind, n in there.items()}
    scale = WIDE / sum(widths.values()) if widths else 1
    start = 0.0
    parts = []
    for kind, width in widths.items():
        parts.append(Segment(kind, there[kind], round(start * scale, 2), round(width * scale, 2)))
        start += width
    return parts


@dataclass(frozen=True)
class Layer:
    """One kind of a chart over time: all of its columns as one path, or a line."""

    kind: str
    path: str


@dataclass(frozen=True)
class Chart:
    """A chart over time.

    Attributes:
        steps: How many columns there may be: the width of the drawing.
        layers: What is drawn, the lowest first.
        lines: Lines over the columns.
        beyond: Lines that are too high to be drawn, with the lowest value of each.
        marks: Steps at which something is marked, as a path at the upper edge; empty for none.
        ticks: Labels of the vertical axis, from the top to 0.
        times: Labels of the horizontal axis: start, middle, end.
    """

    steps: int
    layers: list[Layer]
    lines: list[Layer]
    beyond: dict[str, float]
    marks: str
    ticks: list[str]
    times: list[str]


def chart(
    counts: Mapping[str, Sequence[int]],
    seconds: int,
    lines: Mapping[str, Sequence[float | None]],
    marks: Sequence[int] = (),
) -> Chart:
    """Lay out columns over time, stacked, as averages per second.

    Args:
        counts: How many of each kind in each step, the lowest layer first.
        seconds: Length of a step.
        lines: Values per second, drawn over the columns; None where the last one holds on.
        marks: Marks the steps in which it is not 0.
    """
    rates = {kind: [n / seconds for n in numbers] for kind, numbers in counts.items()}
    steps = max((len(each) for each in rates.values()), default=0)
    highest = max((sum(column) for column in zip(*rates.values(), strict=True)), default=0.0)
    peaks = {name: max(filter(None, values), default=0.0) for name, values in lines.items()}
    drawn = {name: peak for name, peak in peaks.items() if peak <= highest * _OUT_OF_SIGHT}
    top = round_top(max(highest, *drawn.values(), 0.0))
    beyond = {name: min(filter(None, lines[name]), default=0.0) for name in lines if name not in drawn}
    return Chart(
        steps=steps,
        layers=list(_layers(rates, steps, top)),
        lines=[Layer(name, _line(lines[name], top)) for name in drawn],
        beyond=beyond,
        marks=_path((step, 0.0, 5.0) for step, n in enumerate(marks) if n),
        ticks=[f"{part * top:,.3g}" if part * top < WIDE else f"{part * top:,.0f}" for part in (1, 0.5, 0)],
        times=[short_time(part * steps * seconds) for part in (0, 0.5, 1)],
    )


def round_top(highest: float) -> float:
    """Return the end of an axis: the next round number."""
    if highest <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(highest))
    return unit * next(each for each in _ROUND if each * unit >= highest * 0.999)


def short_time(seconds: float) -> str:
    """Return a time of a run for an axis."""
    return f"{seconds:g} s" if seconds < 60 else duration(seconds)  # noqa: PLR2004 - a minute


def _layers(rates: Mapping[str, Sequence[float]], steps: int, top: float) -> Iterable[Layer]:
    heights = [0.0] * steps
    for kind, values in rates.items():
        columns = []
        for step, value in enumerate(values):
            if value:
                height = value / top * HIGH
                columns.append((step, HIGH - heights[step] - height, height))
                heights[step] += height
        if columns:
            yield Layer(kind, _path(columns, gap=_GAP if steps <= _FEW else 0))


def _path(columns: Iterable[tuple[int, float, float]], gap: float = 0.0) -> str:
    """Return columns (step, upper edge, height) as one path."""
    width = f"{1 - gap:g}"
    return "".join(f"M{step + gap / 2:g} {top:.2f}h{width}v{height:.2f}h-{width}z" for step, top, height in columns)


def _line(values: Sequence[float | None], top: float) -> str:
    """Return a line with a level for each step; before the first value it has that one."""
    first = next(filter(None, values), 0.0)
    level, path = first, f"M0 {HIGH - first / top * HIGH:.2f}"
    for step, value in enumerate(values):
        if value is not None and value != level:
            level = value
            path += f"H{step}V{HIGH - level / top * HIGH:.2f}"
    return f"{path}H{len(values)}"
