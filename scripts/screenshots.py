"""The pictures in docs/images, of what the last demo left: `make screenshots`.

The demo runs first if there was none. The sandbox opens a copy of its state, so that the same state gives the same
pictures, whoever looks through it or changes it with `make sandbox` afterwards.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chromium import NoBrowserError, chromium
from demo_ending import CONSOLE, texted_by_most
from demo_pipeline import LEFT, listening_sandbox
from demo_processes import DemoError, Stopped, stop_on_signals
from meltano_project import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

IMAGES = ROOT / "docs" / "images"
DEMO = ROOT / ".demo"
REPORT = DEMO / "texts" / "texts.html"
"""Of a run that has accepted, skipped and rejected rows."""
WIDTH = 1280
LARGEST = 300_000
"""Bytes of a picture, so that a clone stays small and a page loads quickly."""
_PORT = int(CONSOLE.rpartition(":")[2])


class Picture(NamedTuple):
    """What is taken.

    Attributes:
        name: Of the file.
        address: Of the page.
        height: How much of it is shown, in CSS pixels.
        scheme: Of its colours.
        scale: Pixels of the picture for a CSS pixel; the longest pages get fewer, to stay small.
    """

    name: str
    address: str
    height: int
    scheme: str
    scale: float = 1.5


def pictures(sandbox: str, report: Path) -> Iterator[Picture]:
    """Yield what is taken of a sandbox, and of a run's report."""
    yield Picture("overview", f"{sandbox}/", 1000, "light")
    yield Picture("outbox", f"{sandbox}/outbox", 900, "light")
    yield Picture("person", f"{sandbox}/people/{texted_by_most(sandbox)}", 1650, "dark", 1)
    yield Picture("report", report.as_uri(), 1000, "light")


def take(browser: Browser, picture: Picture) -> Path:
    """Take a picture, and return its file.

    Raises:
        DemoError: The page is not there, or the picture is larger than it may be.
    """
    file = IMAGES / f"{picture.name}.png"
    with browser.new_context(
        viewport={"width": WIDTH, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
        java_script_enabled=False,  # which would refresh what is live, and nothing else
    ) as context:
        page = context.new_page()
        answer = page.goto(picture.address)
        if answer and not answer.ok:
            raise DemoError(f"{picture.address} answered {answer.status}.")
        page.screenshot(path=file, animations="disabled")
    if file.stat().st_size > LARGEST:
        raise DemoError(f"{file} has {file.stat().st_size:,} bytes, and may have {LARGEST:,}: show less of the page.")
    return file


def run_demo() -> None:
    """Run the demo if it has left nothing to look at.

    Raises:
        DemoError: It failed.
    """
    if not (DEMO / LEFT).is_dir() or not REPORT.exists():
        done = subprocess.run([sys.executable, ROOT / "scripts" / "demo.py"], check=False)
        if done.returncode:
            raise DemoError("The demo failed: there is nothing to take pictures of.")


def check_port() -> None:
    """Check that nobody listens where `make sandbox` does: pages show the address that they are at.

    Raises:
        DemoError: Somebody does.
    """
    with socket.socket() as asked:
        if asked.connect_ex(("127.0.0.1", _PORT)) == 0:
            raise DemoError(f"Port {_PORT} is taken: end `make sandbox` first.")


def main() -> int:
    """Take all pictures; the exit code."""
    stop_on_signals()
    try:
        run_demo()
        check_port()
        IMAGES.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as copied, chromium() as browser:
            shutil.copytree(DEMO / LEFT, Path(copied) / LEFT)
            report = Path(copied) / REPORT.name
            # Whoever looks at the picture is in another folder.
            report.write_text(REPORT.read_text(encoding="utf-8").replace(f"{ROOT}/", ""), encoding="utf-8")
            with listening_sandbox(Path(copied), port=_PORT) as sandbox:
                for picture in pictures(sandbox, report):
                    file = take(browser, picture)
                    print(f"{file.relative_to(ROOT)}  {file.stat().st_size:,} bytes")
    except (DemoError, NoBrowserError) as error:
        print(error, file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 128 + stopped.signal
    return 0


if __name__ == "__main__":
    sys.exit(main())
