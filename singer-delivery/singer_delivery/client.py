"""A vendor's transport: who calls, at what rate, what is tried again, and what each answer means."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from singer_delivery.answers import TOO_MANY, UNAVAILABLE, broken, check_redirect, code_in, failure, stopped
from singer_delivery.authorization import Authorization
from singer_delivery.dialect import Dialect
from singer_delivery.error_table import Then
from singer_delivery.errors import AbandonedError, OutcomeUnknownError, RefusedError, SetupError, UnavailableError
from singer_delivery.limiter import Limits
from singer_delivery.planned_calls import OfThread, PlannedCall
from singer_delivery.rate_headers import retry_after
from singer_delivery.retrying import Retries
from singer_delivery.transport import FORM, JSON, Answer, Call, Transport, TransportSettings, encoded, encoded_form
from singer_delivery.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.error_table import ErrorRule
    from singer_delivery.limiter import Limiter
    from singer_delivery.pace import Turn
    from singer_delivery.traffic import Traffic

__all__ = ["Answer", "Client", "PlannedCall", "TransportSettings"]

LARGEST_FILE = 64 << 20
"""Bytes at most of what is fetched: it is held in memory."""
_SERVER_ERRORS = range(500, 600)
_PORTS = {"http": 80, "https": 443}


class Client(Dialect):
    """Calls a vendor, from any number of threads. A vendor's own is a subclass: it says what `Dialect` asks.

    Args:
        settings: How to call.
        traffic: Counts what goes out.
    """

    def __init__(self, settings: TransportSettings, traffic: Traffic) -> None:
        self._base = settings.base_url.rstrip("/")
        self._origin = _origin(self._base)
        self._dry_run = settings.dry_run
        self._traffic = traffic
        self._address_setting = settings.address_setting
        self._transport = Transport(settings.concurrency, settings.request_timeout, self._address_setting)
        self._limits = Limits(settings.requests_per_second, self.quotas)
        self._logger = logging.getLogger("singer-delivery.client")
        self._retries = Retries(settings.attempts, settings.backoff, traffic, self._logger, self._address_setting)
        self._authorization = Authorization(self.authorize, self.renew)
        self._of_thread = OfThread()

    def call(  # noqa: PLR0913 - what a call is; all but the first three have a usual value
        self,
        operation: str,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        quota: str = "default",
        repeatable: bool = True,
        changes: bool = True,
        may_be_empty: bool = False,
    ) -> Answer:
        """Make a call until it succeeds, or it is clear that it does not.

        Args:
            operation: The vendor's name for it, for counts and messages.
            method: HTTP method.
            path: Below the base URL, quoted.
            json: The request's body; None for none.
            form: The request's body as fields of a form, in place of `json`; `credentials` come to them when it is
                sent, and are in no plan.
            params: Of the query.
            quota: Which of the vendor's quotas it counts for.
            repeatable: Whether making it twice does no harm.
            changes: Whether it changes anything at the vendor; a dry run does not make it then.
            may_be_empty: Whether a success may have no body. Otherwise an empty one counts as broken.

        Returns:
            The answer of a success.

        Raises:
            RefusedError: The vendor refused it, by a rule that ends records.
            OutcomeUnknownError: It must not be repeated, and may have taken effect or not.
            AbandonedError: The client was stopped.
            SetupError: The vendor's answer means that every call would fail.
            UnavailableError: It stayed broken in every attempt, or the vendor asks for too long a pause.
        """
        if self._dry_run and changes:
            self._of_thread.planned.append(PlannedCall(operation, method, path, json, form))
            return Answer(HTTPStatus.OK, None, {}, pretended=True)
        body = None if json is None else encoded(json)
        if form is not None:
            body = encoded_form({**form, **self.credentials()})
        call = Call(
            operation,
            method,
            self._base + path,
            body,
            JSON if form is None else FORM,
            params=params,
            repeatable=repeatable,
            may_be_empty=may_be_empty,
        )
        limiter = self._limits.limiter(quota)
        if repeatable:
            return self._retries.run(call, lambda: self._attempt(call, limiter))
        self._of_thread.lasting, before = True, self._of_thread.lasting
        try:
            return self._retries.run(call, lambda: self._attempt(call, limiter))
        except (RefusedError, AbandonedError, SetupError, UnavailableError):
            self._of_thread.lasting = before  # it certainly had no effect: all else is OutcomeUnknownError
            raise

    def fetch(self, operation: str, url: str, *, quota: str = "default") -> bytes:
        """Read a file whose address the vendor gave. It changes nothing, so a dry run does it, too.

        Who calls is told only at the scheme, host and port of the base URL; elsewhere the address has to be enough.

        Args:
            operation: The vendor's name for it, for counts and messages.
            url: The whole address.
            quota: Which of the vendor's quotas it counts for.

        Returns:
            The file; empty if that is what it is.

        Raises:
            RefusedError: It was refused.
            AbandonedError: The client was stopped.
            SetupError: The answer means that every call would fail.
            UnavailableError: It stayed broken in every attempt, is larger than 64 MiB, or the address is none.
        """
        if _origin(url) is None:
            raise UnavailableError(f"The vendor gave no whole address for {operation}. Run again later, or ask it.")
        call = Call(operation, "GET", url, largest_file=LARGEST_FILE, authorized=_origin(url) == self._origin)
        limiter = self._limits.limiter(quota)
        content: bytes = self._retries.run(call, lambda: self._attempt(call, limiter)).body
        return content

    def pause(self, seconds: float) -> None:
        """Wait, for something at the vendor that takes its time.

        Raises:
            AbandonedError: The client was stopped.
        """
        self._retries.pause(seconds)

    def exchange(self, operation: str, url: str, form: Mapping[str, str], address_setting: str = "") -> Answer:
        """Post a form to an address of its own, as for a token: without authorization, quota or error table.

        Broken connections, 429 and errors of the server are tried again.

        Args:
            operation: A name for it, for counts and messages.
            url: The whole address.
            form: The fields.
            address_setting: What users know the address by; that of the base URL if not given.

        Returns:
            Any other answer, whatever its status.

        Raises:
            AbandonedError: The client was stopped.
            UnavailableError: It stayed broken in every attempt.
        """
        call = Call(
            operation,
            "POST",
            url,
            encoded_form(form),
            FORM,
            may_be_empty=True,
            authorized=False,
            address_setting=address_setting,
        )
        return self._retries.run(call, lambda: self._exchanged(call))

    def take_planned(self) -> list[PlannedCall]:
        """Return the calls that this thread would have made since it last asked. Of dry runs."""
        return self._of_thread.take_planned()

    def take_lasting(self) -> bool:
        """Say whether a call of this thread's that must not be repeated may have had effect since it last asked."""
        return self._of_thread.take_lasting()

    def stop(self) -> None:
        """Let no further call begin: whoever waits or comes later meets AbandonedError. Calls under way finish."""
        self._retries.stop()
        self._limits.close()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def _attempt(self, call: Call, limiter: Limiter) -> Answer:
        # Before the turn is taken: who waits for a token would miss it, and then all would go at once.
        used = self._authorization.headers() if call.authorized else {}
        turn = limiter.acquire()
        self._traffic.timeline.allow(limiter.quota, limiter.per_second)
        try:
            answer = self._send(call, used)
            if call.authorized:
                limiter.learn(answer.headers, self.rate_window)
            rule, code = self._rule(call, answer)
            if rule is None:
                return answer
            if rule.then is Then.REAUTHENTICATE and call.authorized:
                return self._again_as_somebody_else(call, limiter, used, rule)
            self._heed(answer, limiter, turn)
            error = failure(call, answer, rule, code)
            raise self._authorization.refuse(error) if isinstance(error, SetupError) else error
        except Trouble as error:
            if call.repeatable or error.harmless:
                raise
            raise OutcomeUnknownError(f"{call.operation} met {error}, and must not be repeated.") from None

    def _send(self, call: Call, authorization: Mapping[str, str]) -> Answer:
        if self._retries.stopped:
            raise AbandonedError("The run is ending.")
        self._traffic.request(call.operation)
        headers = dict(authorization)
        if call.authorized:
            self.sign(headers, call.body)
        began = time.monotonic()
        try:
            answer = self._transport.send(call, headers)
        finally:
            self._traffic.took(call.operation, time.monotonic() - began)
        check_redirect(call, answer, call.address_setting or self._address_setting)
        return answer

    def _rule(self, call: Call, answer: Answer) -> tuple[ErrorRule | None, str | None]:
        """Return the rule of an answer, and its code; no rule for a success."""
        is_file = call.largest_file is not None and answer.ok
        said = self.error_code(answer) if answer.readable and not is_file else None
        code = code_in(said)
        if not (answer.ok and said is None):
            return self.error_rule(call.operation, answer.status, code), code
        if not answer.readable:
            raise broken(answer)
        return None, None

    def _again_as_somebody_else(
        self, call: Call, limiter: Limiter, used: Mapping[str, str], rule: ErrorRule
    ) -> Answer:
        if call.renewed or not self._authorization.renewed(used):
            raise self._authorization.refuse(stopped(rule))
        call.renewed = True
        self._traffic.retry()
        return self._attempt(call, limiter)

    def _heed(self, answer: Answer, limiter: Limiter, turn: Turn) -> None:
        """Tell the limiter what a refusal says of the rate."""
        pause = retry_after(answer.headers)
        if answer.status == TOO_MANY:
            self._traffic.rate_limit()
            limiter.throttled(pause, turn)
        elif answer.status == UNAVAILABLE and pause:
            limiter.pause(pause)

    def _exchanged(self, call: Call) -> Answer:
        answer = self._send(call, {})
        if answer.status == TOO_MANY or answer.status in _SERVER_ERRORS:
            raise Trouble(f"HTTP {answer.status}", wait=retry_after(answer.headers) or 0)
        if answer.ok and answer.body is None:
            raise broken(answer)
        return answer


def _origin(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of a whole address of the web; None if it is none."""
    try:
        found = urlsplit(url)
        port = found.port or _PORTS[found.scheme]
    except (ValueError, KeyError):
        return None
    return (found.scheme, found.hostname, port) if found.hostname else None
