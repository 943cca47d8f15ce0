"""The README's word: each feature names the tests that show it, and they are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMED = re.findall(r"\[`(test_\w+)`\]\((tests/\w+\.py)\)", README)


def test_every_test_that_the_feature_table_names_is_there() -> None:
    assert len(NAMED) > 20
    missing = [name for name, file in NAMED if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert not missing


def test_every_feature_of_the_table_names_a_test() -> None:
    table = README.split("## Side by side")[1].split("## Settings")[0]
    rows = [
        line for line in table.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| feature"))
    ]
    assert rows
    assert not [row for row in rows if "](tests/" not in row]


def test_every_page_that_is_linked_is_there_and_has_the_section() -> None:
    for page, section in re.findall(r"\]\((docs/[\w-]+\.md)(?:#([\w-]+))?\)", README):
        headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not section or section in slugs, (page, section)
