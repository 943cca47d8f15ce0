"""What stands in for a temporary folder on a disk that is full."""

from __future__ import annotations

import errno
import io
from typing import Any


class FullDisk(io.BytesIO):
    """Takes what is written, and cannot put it down."""

    def flush(self) -> None:
        """Fail, as a file does whose folder is full."""
        no_folder()


def no_folder(**_: Any) -> None:
    """Fail, as a file does that there is no room to make."""
    raise OSError(errno.ENOSPC, "No space left on device")
