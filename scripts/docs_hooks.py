"""What MkDocs calls while it builds the site (`make docs`): pages from all over the repository, and their links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docs_errors
import docs_pages
import docs_settings
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that do not lie in `docs/`, and those that are made from the code."""
    for path in docs_pages.pages_outside():
        files.append(File.generated(config, path, abs_src_path=str(docs_pages.ROOT / path)))
    for path, text in {**docs_settings.pages(), **docs_errors.pages()}.items():
        files.append(File.generated(config, docs_pages.on_site(path), content=text))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put links right, and sections of other pages where they are asked for."""
    pages = [docs_pages.in_repository(file.src_uri) for file in files.documentation_pages()]
    here, source = docs_pages.in_repository(page.file.src_uri), config.extra["source"]
    linked = docs_pages.with_links(markdown, here, pages, source)
    return docs_pages.with_sections(linked, here, pages, source)
