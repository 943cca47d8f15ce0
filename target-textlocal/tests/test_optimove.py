"""The page on Optimove's channel names tests that are there, and leaves no row without one or a reason."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent
PAGE = (FOLDER.parent / "docs" / "optimove.md").read_text(encoding="utf-8")
TESTS = {
    each.name: each.read_text(encoding="utf-8")
    for folder in (FOLDER, FOLDER.parents[1] / "tap-textlocal" / "tests")
    for each in folder.glob("test_*.py")
}


def rows() -> list[str]:
    return [line for line in PAGE.splitlines() if line.startswith("| ")][2:]


def test_every_feature_has_a_test_that_is_there_or_a_reason() -> None:
    assert len(rows()) == 12
    for row in rows():
        shown = row.split("|")[3]
        files = re.findall(r"`(test_\w+\.py)", shown)
        assert files or "no test: " in shown, row
        assert set(files) <= TESTS.keys(), row
        for name in re.findall(r"::(test_\w+)`", shown):
            assert any(f"def {name}(" in TESTS[file] for file in files), name
