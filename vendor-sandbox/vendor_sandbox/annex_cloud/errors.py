"""What goes wrong: Annex Cloud shows one error, and not when it comes."""

from __future__ import annotations

OOPS = "Oops! Something went wrong."


class AnnexError(Exception):
    """A call that is refused.

    Attributes:
        status: HTTP status, where the sandbox is to show one.
        why: What the caller is not told: the control API shows it.
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
