"""Trying again: how often, after how long, and what is said when it does not help."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from singer_delivery.errors import AbandonedError, UnavailableError
from singer_delivery.limiter import LONGEST_PAUSE, too_long
from singer_delivery.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_delivery.traffic import Traffic
    from singer_delivery.transport import Answer, Call

_LONGEST_BACKOFF = 16


class Retries:
    """Makes attempts until one works.

    Args:
        attempts: How many at most.
        backoff: Seconds before the second one; twice as many before each further one, and up to as many at random.
        traffic: Counts them.
        logger: Is told of each failed one.
        address_setting: The setting that holds the vendor's address.
    """

    def __init__(
        self, attempts: int, backoff: float, traffic: Traffic, logger: logging.Logger, address_setting: str
    ) -> None:
        self._attempts = attempts
        self._address_setting = address_setting
        self._traffic = traffic
        self._logger = logger
        self._stop = threading.Event()
        self._backoff = wait_exponential_jitter(
            multiplier=backoff, exp_base=2, max=backoff * _LONGEST_BACKOFF, jitter=backoff
        )

    @property
    def stopped(self) -> bool:
        """Whether nothing is to be begun any more."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Wake all who wait for their next attempt; they meet AbandonedError."""
        self._stop.set()

    def pause(self, seconds: float) -> None:
        """Wait.

        Raises:
            AbandonedError: The run is ending.
        """
        if self._stop.wait(seconds):
            raise AbandonedError("The run is ending.")

    def run(self, call: Call, attempt: Callable[[], Answer]) -> Answer:
        """Make a call.

        Args:
            call: What is called.
            attempt: Makes one attempt; raises Trouble if another one may help.

        Raises:
            AbandonedError: The run is ending.
            UnavailableError: No attempt worked.
        """
        try:
            return attempt()  # nearly always enough, and a tenth of a millisecond less than by the way below
        except Trouble as first:
            return self._again(call, first, attempt)

    def _again(self, call: Call, first: Trouble, attempt: Callable[[], Answer]) -> Answer:
        met = iter([first])

        def attempts() -> Answer:
            for trouble in met:
                raise trouble
            self._traffic.retry()
            return attempt()

        retrying = Retrying(
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            retry=retry_if_exception(_may_pass),
            before_sleep=lambda state: self._log(call, state),
            sleep=self.pause,
            reraise=True,
        )
        address_setting = call.address_setting or self._address_setting
        try:
            return retrying(attempts)
        except Trouble as error:
            usual = (
                "Run again later; what was delivered is not sent again. If it fails again, check "
                f"`{address_setting}` and the network, or ask the vendor."
            )
            how = "met" if error.lasting else f"failed {self._attempts} times, at last with:"
            raise UnavailableError(
                f"{call.operation} {how} {error}. {error.advice or usual}",
                # Who says "later" means every call, not what this one is about.
                answered=error.answered and not error.harmless,
                code=error.code,
            ) from None

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, Trouble) else 0
        if asked > LONGEST_PAUSE:
            raise too_long(asked)
        return max(self._backoff(state), asked)

    def _log(self, call: Call, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0
        # The limiter tells of calls that came too fast, once and not for each.
        limited = isinstance(error, Trouble) and error.limited
        self._logger.log(
            logging.DEBUG if limited else logging.WARNING,
            "%s: attempt %d of %d met %s; next one in %.1f s",
            call.operation,
            state.attempt_number,
            self._attempts,
            error,
            wait,
        )


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Trouble) and not error.lasting
