"""What ends a run, and what ends one call.

::

    DeliveryError                 ends the run with exit code 1; one message: what, where, what to do
    ├── SetupError                a setting, a credential, a permission, a list: would fail every record
    ├── UnavailableError          the vendor could not be reached, or stayed broken after all attempts
    ├── InputError                the tap's messages cannot be understood
    ├── OutputError               the runner does not take state any more
    ├── LedgerError               the ledger cannot be opened, read or written
    ├── RejectsError              the rejects file cannot be written
    ├── LimitError                too many rejects or too many removals
    └── InternalError             a mistake in this program

    CallError                     ends one call; an action may know what it means
    ├── RefusedError              the vendor said no, with a code of its error table
    ├── OutcomeUnknownError       a call that must not be repeated, whose effect nobody knows
    └── AbandonedError            the run ends: the call was not made, its record stays unsettled

No message holds a value of a record, a token or the vendor's own prose (which may quote what was sent).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_command.words import mistake

if TYPE_CHECKING:
    from singer_delivery.error_table import ErrorRule


class DeliveryError(Exception):
    """Ends the run. State stays where everything before it is settled."""


class SetupError(DeliveryError):
    """Would fail every record: a setting, a credential, a permission, a list."""


class UnavailableError(DeliveryError):
    """The vendor could not be reached or stayed broken after all attempts.

    Attributes:
        answered: Whether it answered, with an error that is not "later": it may be this one record that it breaks on.
        code: The vendor's error code, or `HTTP 503`, of an answer that its error table knows.
    """

    def __init__(self, message: str, *, answered: bool = False, code: str | None = None) -> None:
        super().__init__(message)
        self.answered = answered
        self.code = code


class InputError(DeliveryError):
    """The tap's messages cannot be understood."""


class OutputError(DeliveryError):
    """The runner does not take state any more."""


class LedgerError(DeliveryError):
    """The ledger cannot be opened, read or written."""


class RejectsError(DeliveryError):
    """The rejects file cannot be written."""


class LimitError(DeliveryError):
    """More rejects or removals than the settings allow."""


class CallError(Exception):
    """Ends one call."""


class RefusedError(CallError):
    """The vendor refused a call.

    Attributes:
        code: The vendor's error code, or `HTTP 404` where the answer holds none.
        rule: What the vendor's error table says of it.
        status: HTTP status.
    """

    def __init__(self, code: str, rule: ErrorRule, status: int) -> None:
        super().__init__(f"{code}: {rule.cause}")
        self.code = code
        self.rule = rule
        self.status = status


class OutcomeUnknownError(CallError):
    """A call that must not be repeated broke off: it may have taken effect or not."""


class AbandonedError(CallError):
    """The run is ending: the call was not made, and its record stays unsettled."""


class InternalError(DeliveryError):
    """A mistake in this program."""


def internal_error(error: Exception) -> InternalError:
    """Name a mistake in this program by its type and place; its own words may hold a record's values."""
    return InternalError(
        f"{mistake(error)} Nothing unsettled is acknowledged: run again, and please report this line."
    )
