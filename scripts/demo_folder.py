"""The folder that the demo keeps its data and logs in, of which each run begins parts anew: one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_processes import DemoError
from meltano_project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = ROOT / ".demo"
MARKER = ".singer-demo"
_WORDS = "This folder is the demo's: each run removes what the one before it left here.\n"


def claim(folder: Path) -> None:
    """Make a folder the demo's own, which is then free to remove what is in it.

    Args:
        folder: One that is new, or empty, or marked by an earlier run; or the default one, which demos of older
            releases have left without a mark.

    Raises:
        DemoError: There is something of others in it, or it cannot be made.
    """
    marker = folder / MARKER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not marker.exists() and folder != DEFAULT.resolve() and any(folder.iterdir()):
            raise DemoError(
                f"{folder} is not empty, and no folder of the demo, which would remove things there. Name another "
                f"one, which need not exist, by --folder. If an older demo made this one, put an empty file "
                f"{MARKER} there."
            )
        marker.write_text(_WORDS, encoding="utf-8")
    except OSError as error:
        raise DemoError(f"{folder} cannot be the demo's folder: {error.strerror}. Name another one.") from None
