"""The documentation site: it is built strictly, needs nothing from elsewhere, and holds what the code has."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

import docs_errors
import docs_pages
import docs_reasons
import docs_settings
import pytest
import readme_settings
from lxml import html
from meltano_project import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PACKAGES = (
    "singer-delivery",
    "tap-listrak",
    "tap-textlocal",
    "target-attentive",
    "target-listrak-sms",
    "target-textlocal",
)
FETCHED = ("//script[@src]/@src", "//link[@rel!='canonical']/@href", "//img/@src", "//iframe/@src", "//source/@src")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does, where nothing outside can be reached."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "HTTPS_PROXY": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def pages(site: Path) -> dict[Path, Any]:
    return {path: html.parse(path) for path in sorted(site.rglob("*.html"))}


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for path, page in pages(site).items():
        for query in FETCHED:
            assert not [each for each in page.xpath(query) if urlparse(each).netloc], path
    for path in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", path.read_text(encoding="utf-8")), path


def test_every_page_can_be_found_by_its_menu(site: Path) -> None:
    menu = set(html.parse(site / "index.html").xpath("//nav//a[@class and @href]/@href"))
    for path in sorted(site.rglob("index.html")):
        where = path.parent.relative_to(site).as_posix() + "/"
        assert path.parent == site or where in menu, where


@pytest.mark.parametrize("plugin", readme_settings.PLUGINS)
def test_no_setting_is_missing(site: Path, plugin: str) -> None:
    page = html.parse(site / "settings" / plugin / "index.html")
    told = [each.text_content() for each in page.xpath("//h3/code")]
    about = docs_settings.properties_of(plugin)
    assert told == [name for name, _ in readme_settings.flat(about)]


@pytest.mark.parametrize("vendor", docs_errors.vendors(), ids=lambda vendor: vendor.title)
def test_every_code_of_a_vendor_is_told_with_its_next_step(site: Path, vendor: docs_errors.Vendor) -> None:
    text = html.parse(site / "troubleshooting" / "codes" / "index.html").getroot().text_content()
    plain = " ".join(text.split())
    for rule in vendor.rules:
        assert rule.code in plain
        assert " ".join(rule.next_step.replace("`", "").split()) in plain


def test_every_reason_that_a_readme_tells_of_is_known() -> None:
    known = {reason for by_reason in docs_reasons.reasons().values() for reason in by_reason}
    known |= {rule.reason for vendor in docs_errors.vendors() for rule in vendor.rules}
    row = re.compile(r"^\| (?:`(?:accepted|already|skipped|rejected)`[^|]*)?\| ([^|]+)\|", re.MULTILINE)
    for page in (each for each in docs_pages.pages_outside() if "/docs/" in each):
        for cell in row.findall((ROOT / page).read_text(encoding="utf-8")):
            assert not set(re.findall(r"`([a-z]+_[a-z_]+)`", cell)) - known, page


def test_messages_are_quoted_as_the_program_says_them() -> None:
    said = list(texts_of_the_code())
    for quoted in re.findall(r"^> (.+)$", (ROOT / "docs/troubleshooting/index.md").read_text(), re.MULTILINE):
        parts = [part for part in quoted.split("…") if part.strip(" .`():%")]
        assert any(in_order(parts, each) for each in said), quoted


def texts_of_the_code() -> Iterator[str]:
    for package in PACKAGES:
        for path in (ROOT / package / package.replace("-", "_")).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr):
                    yield "".join(str(each.value) if isinstance(each, ast.Constant) else "…" for each in node.values)


def in_order(parts: Sequence[str], text: str) -> bool:
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def test_what_is_no_page_is_linked_where_the_repository_can_be_seen_and_named_elsewhere() -> None:
    text, pages = "See [actions](actions.py) and [it](../b/README.md#x).", ["b/README.md"]

    def shown(source: str) -> str:
        return docs_pages.with_links(text, "singer-delivery/singer_delivery/x.md", pages, source)

    assert "See actions and" in shown("")
    assert "[actions](https://example.com/tree/singer-delivery/singer_delivery/actions.py)" in shown(
        "https://example.com/tree/"
    )


def test_a_section_is_what_stands_below_its_heading_code_included() -> None:
    text = "# A\n## Not proven, yet\none\n```\n## no heading\n```\n### two\n## B\nthree\n"

    assert docs_pages.section_of(text, "not-proven-yet") == "one\n```\n## no heading\n```\n### two\n"
    assert docs_pages.section_of(text, "c") is None
