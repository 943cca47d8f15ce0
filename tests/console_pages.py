"""The sandbox's console as a fixture: its pages over HTTP, read as HTML without running anything in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import html

if TYPE_CHECKING:
    from sandboxes import Sandbox


@dataclass
class Page:
    """A page.

    Attributes:
        answer: The HTTP answer.
        tree: Its elements.
    """

    answer: requests.Response
    tree: Any

    def texts(self, path: str) -> list[str]:
        """The texts of the elements at an XPath, blanks put together."""
        return [" ".join(found.text_content().split()) for found in self.tree.xpath(path)]

    def text(self, path: str = "//main") -> str:
        """The text of the one element at an XPath."""
        (found,) = self.texts(path)
        return found


@dataclass
class Console:
    """The console of one sandbox.

    Attributes:
        sandbox: The sandbox.
    """

    sandbox: Sandbox

    def get(self, path: str, expect: int = 200, **query: str) -> Page:
        """GET a page."""
        return self._page(requests.get(self.sandbox.url + path, params=query, timeout=30), expect)

    def post(self, path: str, expect: int = 200, headers: dict[str, str] | None = None, **form: str) -> Page:
        """POST a form, and follow where it leads."""
        return self._page(requests.post(self.sandbox.url + path, form, headers=headers, timeout=30), expect)

    def _page(self, answer: requests.Response, expect: int) -> Page:
        assert answer.status_code == expect, answer.text
        return Page(answer, html.fromstring(answer.content))


@pytest.fixture
def console(clean_sandbox: Sandbox) -> Console:
    """The console of the shared sandbox, which is reset before and after."""
    return Console(clean_sandbox)
