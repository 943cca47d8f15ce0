"""The README's word: each code of the error table, each page and section that is linked, each test that is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from target_textlocal.errors import TEXTLOCAL_ERRORS
from target_textlocal.settings import ACTIONS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "docs").glob("*.md"))
ERRORS = README.split("## When something goes wrong")[1].split("## Not proven")[0]


@pytest.mark.parametrize("code", [each.code for each in TEXTLOCAL_ERRORS.rules if each.code.isdecimal()])
def test_every_code_of_textlocals_has_a_row(code: Any) -> None:
    rows = [line.split("|")[1] for line in ERRORS.splitlines() if line.startswith("| ")]
    assert sum(code in re.findall(r"\d+", codes) for codes in rows if "HTTP" not in codes) == 1


def test_every_action_has_a_row_and_a_page() -> None:
    table = README.split("## Actions")[1].split("## ")[0]
    for action in ACTIONS:
        (row,) = [line for line in table.splitlines() if line.startswith(f"| `{action}` ")]
        assert "](docs/" in row


def test_every_job_is_told_of() -> None:
    jobs = yaml.safe_load((ROOT.parent / "meltano.yml").read_text(encoding="utf-8"))["jobs"]
    told = re.findall(r"^\| `(textlocal-[\w-]+)`", README, re.MULTILINE)
    assert sorted(told) == sorted(each["name"] for each in jobs if " target-textlocal--" in each["tasks"][0])


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_what_is_linked_is_there_and_has_the_section(page: Any) -> None:
    text = page.read_text(encoding="utf-8")
    for file, section in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)", text):
        linked = (page.parent / file).resolve() if file else page
        assert linked.exists(), file
        if section:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert section in slugs, (file, section)


def test_every_page_is_linked() -> None:
    assert not [page.name for page in PAGES if f"](docs/{page.name}" not in README]
