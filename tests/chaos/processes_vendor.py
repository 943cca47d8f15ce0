"""The sandbox of a worker process: it keeps what it holds over a restart, at the same address."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import sandboxes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

_LONGEST = 30.0
_LOOK_SECONDS = 0.01


class Vendor:
    """A sandbox that can be restarted. Its SOAP account is small: two lists of five messages to twelve contacts."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chaos-vendor-")
        self._options: dict[str, Any] = {
            "data": str(Path(self._folder.name) / "data"),
            "lists": 2,
            "messages": 5,
            "contacts": 12,
            "page_size": 5,
        }
        self.sandbox: Sandbox = sandboxes.start(**self._options)
        self._options["port"] = urlsplit(self.sandbox.url).port

    def restart(self, *, kill: bool) -> None:
        """End the sandbox, in order or at once, and start it again: it holds what it held, and no faults any more."""
        self.clear_faults()
        if kill:
            self.sandbox.process.kill()
        self.sandbox.stop()
        self.sandbox = sandboxes.start(**self._options)

    def clear_faults(self) -> None:
        """Drop every fault; calls that one holds are held to its end."""
        requests.delete(f"{self.sandbox.url}/_sandbox/faults", timeout=30).raise_for_status()

    def hits(self) -> int:
        """Count the calls that faults have hit."""
        return sum(each["hits"] for each in self.sandbox.get("/_sandbox/faults")["faults"])

    def close(self) -> None:
        """End the sandbox."""
        self.sandbox.stop()
        self._folder.cleanup()


def wait_for(something: Callable[[], bool]) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: It does not come.
    """
    deadline = time.monotonic() + _LONGEST
    while not something():
        if time.monotonic() > deadline:
            raise TimeoutError("what a trial waits for does not come")
        time.sleep(_LOOK_SECONDS)
