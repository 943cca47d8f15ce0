"""What goes wrong, in the words of the sandbox: Attentive publishes hardly any."""

from __future__ import annotations


class ApiError(Exception):
    """A call that is refused.

    Attributes:
        status: HTTP status.
        message: Prose, for the `message` of Spring's body.
    """

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    @classmethod
    def bad(cls, message: str) -> ApiError:
        """A query or a body that cannot be."""
        return cls(400, message)


class PrivacyError(Exception):
    """A privacy request that cannot be: its body has a form of its own.

    Attributes:
        message: Prose.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
