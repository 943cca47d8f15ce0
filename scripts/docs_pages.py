"""Pages of the documentation site that are written elsewhere in the repository, and links between all of them.

A page keeps its place: `target-attentive/README.md` is `target-attentive/` on the site, and what lies in `docs/` is at
its root. So links are written as they work in the repository, and are put right for the site when it is built.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
HOME = "docs/index.md"
_OUTSIDE = (
    "*/README.md",
    "target-*/docs/*.md",
    "singer-delivery/*.md",
    "vendor-sandbox/*.md",
    "benchmarks/*.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)
# The README is what a repository is entered by; the site has a home page of its own.
_SAME = {"README.md": HOME}
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)")
_ELSEWHERE = re.compile(r"[a-z]+:|#")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"(#+) +(.+)")
_SECTION = re.compile(r"<!-- section: (?P<page>[^#\s]+)#(?P<slug>\S+) -->")

log = logging.getLogger("mkdocs.plugins.singer_docs")
"""Below MkDocs' own, so that a warning fails a strict build."""


def pages_outside() -> list[str]:
    """Return the pages that do not lie in `docs/`, by their paths in the repository."""
    found = {path.relative_to(ROOT).as_posix() for pattern in _OUTSIDE for path in ROOT.glob(pattern)}
    return sorted(found)


def in_repository(site_path: str) -> str:
    """Return where a page of the site lies in the repository."""
    return site_path if (ROOT / site_path).is_file() and not _is_in_docs(site_path) else f"docs/{site_path}"


def on_site(path: str) -> str:
    """Return where a page of the repository is on the site."""
    return path.removeprefix("docs/")


def with_sections(text: str, page: str, pages: Iterable[str], source: str) -> str:
    """Put sections of other pages in the place of the comments that ask for them.

    `<!-- section: target-attentive/README.md#side-by-side -->` becomes what stands below that heading, with what is
    linked there. `page`, `pages` and `source` are those of `with_links`.
    """

    def section(found: re.Match[str]) -> str:
        path, slug = found["page"], found["slug"]
        body = section_of((ROOT / path).read_text(encoding="utf-8"), slug)
        if body is None:
            log.warning("%s asks for the section %s of %s, which is not there", page, slug, path)
            return ""
        return with_links(body, page, pages, source, origin=path)

    return _SECTION.sub(section, text)


def section_of(text: str, slug: str) -> str | None:
    """Return what stands below a heading, up to the next of its rank; None if there is no such heading."""
    level, lines = 0, []
    for line, is_code in _lines(text):
        heading = None if is_code else _HEADING.match(line)
        if level and heading and len(heading[1]) <= level:
            break
        if level:
            lines.append(line)
        elif heading and slug_of(heading[2]) == slug:
            level = len(heading[1])
    return "\n".join(lines).strip() + "\n" if level else None


def slug_of(heading: str) -> str:
    """Return how GitHub names a heading in a link."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def with_links(text: str, page: str, pages: Iterable[str], source: str, origin: str | None = None) -> str:
    """Put links right for the site.

    Args:
        text: Markdown, with links as they work in the repository.
        page: The page that it is shown on, by its path in the repository.
        pages: All pages of the site, by their paths in the repository.
        source: Where the repository can be browsed; empty if nowhere. Then what is no page is named, not linked.
        origin: The page that the text was written for, if it is another.
    """
    known = frozenset(pages)

    def link(found: re.Match[str]) -> str:
        target = found["target"]
        if _ELSEWHERE.match(target) and not (origin and target.startswith("#")):
            return found[0]
        path, _, section = target.partition("#")
        whole = _whole(path, origin or page)
        if whole in known or whole.startswith("docs/"):
            there = posixpath.relpath(on_site(whole), posixpath.dirname(on_site(page)) or ".")
            return f"{found['image']}[{found['text']}]({there}{'#' if section else ''}{section})"
        if not (ROOT / whole).exists():
            log.warning("%s links to %s, which is not there", origin or page, target)
        return f"[{found['text']}]({source.rstrip('/')}/{whole})" if source else found["text"]

    return "\n".join(line if is_code else _LINK.sub(link, line) for line, is_code in _lines(text)) + "\n"


def _whole(path: str, page: str) -> str:
    """Return the path in the repository of what a page links to."""
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    if (ROOT / whole / "README.md").is_file():
        whole = posixpath.join(whole, "README.md")
    return _SAME.get(whole, whole)


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield lines, and whether each is code."""
    fence = ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        if fence:
            yield line, True
            fence = "" if found and found[1].startswith(fence) and line.strip() == found[1] else fence
        else:
            fence = found[1] if found else ""
            yield line, bool(found)


def _is_in_docs(site_path: str) -> bool:
    return (ROOT / "docs" / site_path).is_file()
