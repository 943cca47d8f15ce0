"""Commands of tests that are run in a terminal of their own, and what a person would see there in the end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ESCAPE = "\x1b"
_SIGN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|(\r)|(\n)|([^\x1b])")
# What would change what rich thinks of a terminal, and is none of the test's business.
_SILENT = ("CI", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES")


@dataclass(frozen=True)
class Shown:
    """What a command in a terminal left.

    Attributes:
        code: Its exit code.
        terminal: All that was written to the terminal, escape codes among it.
        stdout: What went to standard output, where that was a pipe.
    """

    code: int
    terminal: str
    stdout: bytes

    @property
    def screen(self) -> str:
        """What stands on the terminal in the end: lines that were drawn over are gone."""
        lines: dict[int, list[str]] = {}
        row = column = 0
        for sign in _SIGN.finditer(self.terminal):
            number, kind, back, feed, letter = sign.groups()
            if kind == "A":
                row -= int(number or 1)
            elif kind == "K":
                lines[row] = []
            elif back:
                column = 0
            elif feed:
                row += 1
            elif letter:
                line = lines.setdefault(row, [])
                line += " " * (column - len(line))
                line[column : column + 1] = letter
                column += 1
        return "\n".join("".join(lines.get(each, [])).rstrip() for each in range(max(lines, default=0) + 1))


def run_in_terminal(
    command: Sequence[str | Path],
    folder: Path,
    *,
    pipe: bool = False,
    columns: int = 100,
    environment: dict[str, str] | None = None,
) -> Shown:
    """Run a command whose stderr is a terminal.

    Args:
        command: The command.
        folder: Where it runs.
        pipe: Whether stdout is a pipe, as before a loader; else it is the same terminal.
        columns: How wide the terminal is.
        environment: More variables.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in _SILENT}
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if pipe else theirs,
        stderr=theirs,
        env={**inherited, "TERM": "xterm-256color", **(environment or {})},
    )
    os.close(theirs)
    pieces: list[bytes] = []
    reader = threading.Thread(target=_read, args=(ours, pieces))
    reader.start()
    stdout = process.communicate(timeout=120)[0]
    reader.join()
    os.close(ours)
    return Shown(process.returncode, b"".join(pieces).decode(), stdout or b"")


def _read(terminal: int, pieces: list[bytes]) -> None:
    """Read until the other end is closed."""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            return
        if not piece:
            return
        pieces.append(piece)
