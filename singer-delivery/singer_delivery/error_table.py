"""Errors as data: what each of a vendor's error codes means for a record, a call or the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from singer_delivery.outcomes import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Then(Enum):
    """What to do about an error."""

    ALREADY = "already"
    """It is so already: the record's outcome is `already`."""
    REJECT = "reject"
    """The record's own fault."""
    RETRY = "retry"
    """It may pass: try again, if the call may be repeated."""
    REAUTHENTICATE = "reauthenticate"
    """Get a new token and try once more; then stop."""
    STOP = "stop"
    """Would fail every record: the run stops at once."""


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """What one error code means.

    Attributes:
        code: The vendor's code.
        then: What to do.
        reason: Reason code of the outcome, for records that end by it.
        cause: What it means, in plain words.
        next_step: What the user can do.
    """

    code: str
    then: Then
    reason: str
    cause: str
    next_step: str

    def verdict(self, code: str | None = None) -> Verdict:
        """Return the outcome of a record that ends by this error.

        Args:
            code: The code as the vendor gave it, where the rule stands for several.
        """
        outcome = Outcome.ALREADY if self.then is Then.ALREADY else Outcome.REJECTED
        return Verdict(outcome, self.reason, f"{self.cause} {self.next_step}", code or self.code)


@dataclass(frozen=True)
class ErrorTable:
    """All of a vendor's errors.

    Args:
        rules: One for each documented code.
        by_status: For answers without a known code: HTTP status to rule. `0` is the rule for every other status.
    """

    rules: Iterable[ErrorRule]
    by_status: Mapping[int, ErrorRule]
    _by_code: dict[str, ErrorRule] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_code.update({rule.code: rule for rule in self.rules})

    def rule(self, status: int, code: str | None) -> ErrorRule:
        """Return the rule for an answer, by its code, or by its status where the code is not known."""
        known = self._by_code.get(code) if code else None
        return known or self.by_status.get(status) or self.by_status[0]
