"""What stands in a report of the benchmarks: its tables, all of them or those of a section."""

from __future__ import annotations


def tables(report: str) -> list[list[list[str]]]:
    """The tables of a report as lists of rows of cells, each cut off its head."""
    blocks = [block.splitlines() for block in report.split("\n\n") if block.startswith("|")]
    return [[line.strip("| ").split(" | ") for line in block[2:]] for block in blocks]


def targets_of(report: str) -> list[list[str]]:
    """The rows of both tables of targets, those that are not met first."""
    return [row for block in tables(report) for row in block if len(row) > 3 and row[3].startswith("**")]


def section(report: str, heading: str) -> list[list[list[str]]]:
    """The tables below a heading."""
    return tables(report.partition(f" {heading}\n\n")[2])
