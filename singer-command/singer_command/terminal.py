"""What is special about a terminal. All else that text goes to is plain: no escape code ever reaches a pipe or a file.

On a terminal, `NO_COLOR`, `TERM=dumb` and the like mean what they mean to rich. Where `CI` is set, nothing moves.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from typing import TextIO

PLAIN_WIDTH = 110
"""Characters in a line where there is no terminal that has a width."""


def console(stream: TextIO) -> Console:
    """Return a console that writes in colours to a terminal, and plainly to all else.

    Args:
        stream: Where it writes. `FORCE_COLOR` makes no terminal of what is none: a runner's log reads it.
    """
    if stream.isatty():
        return Console(file=stream, highlight=False, markup=False, emoji=False)
    return Console(
        file=stream,
        force_terminal=False,
        color_system=None,
        width=PLAIN_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )


def can_move(stream: TextIO) -> bool:
    """Say whether something can be shown that moves: on a terminal that knows how, with somebody before it."""
    return stream.isatty() and not os.environ.get("CI") and console(stream).is_interactive


def printable(text: str) -> str:
    """Make one printable line of a text: white space becomes a blank, and what cannot be shown a question mark."""
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "?" for sign in line)
