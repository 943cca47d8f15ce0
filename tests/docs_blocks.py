"""The code that stands in README files and in the documentation, block by block."""

from __future__ import annotations

import re
import subprocess
from typing import NamedTuple

from meltano_project import ROOT

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
_MARKED = re.compile(r"`([\w.-]+\.meltano\.yml)`")
SHELL = {"sh", "bash", "console"}


class Block(NamedTuple):
    """A block of code.

    Attributes:
        page: The page's path in the repository.
        line: Where in it the block begins.
        language: What stands behind its opening fence.
        text: What is in it.
        before: The page up to it.
    """

    page: str
    line: int
    language: str
    text: str
    before: str

    @property
    def commands(self) -> list[str]:
        """What a reader types: what stands behind prompts in a console, all lines elsewhere; each command whole."""
        prompt = "$ " if self.language == "console" else ""
        typed: list[str] = []
        for line in self.text.splitlines():
            if typed and _goes_on(typed[-1]):
                typed[-1] += f"\n{line}"
            elif line.startswith(prompt) and line.strip() and not line.lstrip().startswith("#"):
                typed.append(line.removeprefix(prompt))
        return typed

    @property
    def file(self) -> str:
        """The file that the reader is told to save it as."""
        return str(_MARKED.findall(self.before)[-1])

    def __str__(self) -> str:
        """Where it is."""
        return f"{self.page}:{self.line}"


def _goes_on(command: str) -> bool:
    """Return whether a command has no end yet: a quote is open, or its line says that it goes on."""
    return command.endswith("\\") or command.partition(" # ")[0].count("'") % 2 == 1


def pages() -> list[str]:
    """Return the Markdown files of the repository."""
    told = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True)
    return told.stdout.split()


def blocks_of(page: str) -> list[Block]:
    """Return the blocks of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["language"], found["text"], text[: found.start()])
        for found in _BLOCK.finditer(text)
    ]
