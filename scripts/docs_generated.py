"""Write the pages in docs/ that are made from the code: vendors' codes, reasons of outcomes, and settings.

`python scripts/docs_generated.py` writes, `python scripts/docs_generated.py --check` only compares (exit code 1 where
a page is out of date). They are kept in the repository so that links to them lead somewhere in it, too.
"""

from __future__ import annotations

import sys

import docs_errors
import docs_pages
import docs_settings


def main() -> int:
    """Write, or with `--check` compare, every page."""
    pages = {docs_pages.ROOT / path: text for path, text in {**docs_settings.pages(), **docs_errors.pages()}.items()}
    stale = {path: text for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text}
    if "--check" in sys.argv:
        for path in stale:
            print(f"Out of date: {path.relative_to(docs_pages.ROOT)}. Run: make format")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
