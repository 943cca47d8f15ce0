"""What MkDocs calls while it builds the site (`make docs`): pages from all over the repository, and their links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docs_pages
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that do not lie in `docs/`."""
    for path in docs_pages.pages_outside():
        files.append(File.generated(config, path, abs_src_path=str(docs_pages.ROOT / path)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put links right, and sections of other pages where they are asked for."""
    pages = [docs_pages.in_repository(file.src_uri) for file in files.documentation_pages()]
    here, source = docs_pages.in_repository(page.file.src_uri), config.extra["source"]
    linked = docs_pages.with_links(markdown, here, pages, source)
    return docs_pages.with_sections(linked, here, pages, source)
