"""The browser that tests and screenshots look with: a Chromium of the system, or else Playwright's own.

As a program (`make browser`): sees to it that there is one, and says what to do where that fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # which root, in a container, cannot have; the pages are all our own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Whatever a page or the browser itself asks for outside of this machine is not found.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_APT = ("apt-get", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-qq")
_HELP = """\
There is no browser that tests and screenshots can look with. Either
  install Chromium or Chrome by your system's own means (Debian, Ubuntu: apt-get install chromium), or
  put the path of one that you have into CHROMIUM, as in: export CHROMIUM=/opt/chromium/chrome
and try `make browser` again. Without one, `make test` leaves the tests that need it out, and says so."""


class NoBrowserError(Exception):
    """There is no Chromium, or it does not start; the message says why."""


def system_chromium() -> str | None:
    """Return the path that CHROMIUM names, or else that of the first Chromium on PATH, if there is one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser without a window.

    Raises:
        NoBrowserError: There is none, or it does not start.
    """
    with sync_playwright() as playwright:
        path = system_chromium()
        try:
            browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        except Error as error:
            # The first line says what is wrong; what follows is Chromium's own log, or a picture of a box.
            why = (
                f"{path}: {error.message.splitlines()[0]}"
                if path
                else "neither the system nor Playwright has a Chromium"
            )
            raise NoBrowserError(why) from error
        with browser:
            yield browser


def version() -> str | None:
    """Return the version of the browser that there is, or None after saying why there is none."""
    try:
        with chromium() as browser:
            return browser.version
    except NoBrowserError as error:
        print(error, file=sys.stderr)
        return None


def install() -> None:
    """Install Chromium: for root by Debian's or Ubuntu's packages, else, or if that fails, Playwright's own.

    Whether that worked, `version` tells.
    """
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run([*_APT, *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if version():
            return
    subprocess.run([Path(sys.executable).with_name("playwright"), "install", "chromium"], check=False)


def main() -> int:
    """Install a browser if there is none; the exit code, which is 1 if there still is none."""
    found = version()
    if found is None and "CHROMIUM" not in os.environ:
        install()
        found = version()
    print(f"Chromium {found}" if found else _HELP, file=sys.stdout if found else sys.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
