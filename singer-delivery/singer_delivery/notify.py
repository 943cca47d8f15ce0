"""The webhook: the end of a run told to an address of the user's. It never fails a run, and hardly holds one up."""

from __future__ import annotations

import threading
import time
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import SetupError
from singer_delivery.summary import headline
from singer_delivery.tables import printable
from singer_delivery.tallies import rejected_of_tried
from singer_delivery.transport import Call, Transport, encoded
from singer_delivery.troubles import Trouble

if TYPE_CHECKING:
    import logging
    from pathlib import Path

    from singer_delivery.report_content import Content

TIMEOUT = 5.0
"""Seconds that an attempt may take."""
TIMEOUT_OF_SIGNAL = 2.0
"""The same where a signal ended the run: whoever sent it soon sends another one, which cannot be deferred."""
ATTEMPTS = 2
_PAUSE = 0.5
_SERVER_ERRORS = range(500, 600)
_LONGEST_ERROR = 300


class Webhook:
    """Tells an address how runs end.

    Args:
        url: The address. It may hold a token, so it is never logged.
        when: `failed` or `always`.
        rejected_percent: A run that rejects more than this share of the records it tried is told of, too; None for no
            share.
        logger: Is told if the address does not take it.
    """

    def __init__(self, url: str, when: str, rejected_percent: int | None, logger: logging.Logger) -> None:
        self._url = url
        self._when = when
        self._rejected_percent = rejected_percent
        self._logger = logger

    def tell(self, content: Content, report: Path | None) -> None:
        """Tell of a run that has ended, if it is one to be told of.

        Args:
            content: Its report.
            report: Where that is.
        """
        if not self._is_wanted(content):
            return
        in_a_hurry = content.finished == "interrupted"
        timeout, attempts = (TIMEOUT_OF_SIGNAL, 1) if in_a_hurry else (TIMEOUT, ATTEMPTS)
        problem = _Post(self._url, encoded(message(content, report)), timeout, attempts).problem()
        if problem is not None:
            self._logger.warning("The webhook (`notify_url`) was not told of this run: %s.", problem)

    def _is_wanted(self, content: Content) -> bool:
        if self._when == "always":
            return True
        if content.dry_run:
            return False
        (rejected, tried), percent = rejected_of_tried(content), self._rejected_percent
        beyond = percent is not None and rejected * 100 > tried * percent
        return beyond or content.finished != "completed"


class _Post:
    """One message on its way, on a thread of its own.

    For no time-out of a library bounds the look-up of a name, or an answer that comes byte by byte.

    Args:
        url: Where it goes.
        body: The message.
        timeout: Seconds that an attempt may take.
        attempts: How many there are.
    """

    def __init__(self, url: str, body: bytes, timeout: float, attempts: int) -> None:
        self._call = Call("notify", "POST", url, body, may_be_empty=True)
        self._timeout = timeout
        self._attempts = attempts
        self._problem: str | None = "no answer in time"
        self._thread = threading.Thread(target=self._work, name="webhook", daemon=True)
        self._thread.start()

    def problem(self) -> str | None:
        """Wait for the end, not longer than all attempts may take; what went wrong, None for nothing."""
        self._thread.join(self._timeout * self._attempts)
        return self._problem

    def _work(self) -> None:
        transport = Transport(1, self._timeout, "notify_url")
        try:
            problem, passing = self._attempt(transport)
            for _ in range(1, self._attempts):
                if passing:
                    time.sleep(_PAUSE)
                    problem, passing = self._attempt(transport)
            self._problem = problem
        finally:
            transport.close()

    def _attempt(self, transport: Transport) -> tuple[str | None, bool]:
        """Send it once; what went wrong, in words that hold nothing of the address, and whether that may pass."""
        try:
            status = transport.send(self._call, {}).status
        except Trouble:
            return "its host could not be reached, or gave no answer in time", True
        except SetupError:
            return "its address is wrong, or its host's certificate cannot be verified", False
        if status in range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES):
            return None, False
        return f"it answered HTTP {status}", status in _SERVER_ERRORS


def message(content: Content, report: Path | None) -> dict[str, Any]:
    """Return what is posted, in texts that UTF-8 can hold. Nothing in it is a record's.

    Args:
        content: The run's report.
        report: Where that is.
    """
    told = {
        "event": "run_finished",
        "text": _text(content),
        "target": content.target,
        "finished": content.finished,
        "dry_run": content.dry_run,
        "error": content.error,
        "started_at": content.started_at,
        "seconds": content.seconds,
        "read": content.read,
        "outcomes": content.outcomes,
        "reasons": content.reasons,
        "unsettled": content.unsettled,
        "requests": content.requests,
        "spent": content.spent,
        "rejects_path": content.rejects_path,
        "open_rejects": content.open_rejects,
        "report": None if report is None else str(report),
    }
    return {name: _encodable(value) for name, value in told.items()}


def _encodable(value: Any) -> Any:
    """Let a question mark stand for half a character: a path that is not UTF-8 has one, and so may a name."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_encodable(name): _encodable(each) for name, each in value.items()}
    return value


def _text(content: Content) -> str:
    """Return it in a line, as chats show it: a name such as `<!channel>` calls nobody.

    Slack's rule: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    counts = ", ".join(f"{n:,} {outcome}" for outcome, n in content.outcomes.items() if n)
    error = printable(content.error or "")
    if len(error) > _LONGEST_ERROR:
        error = f"{error[:_LONGEST_ERROR]}..."
    told = f"{headline(content)}. {content.read:,} records read{': ' + counts if counts else ''}."
    return escape(f"{told} {error}".strip(), quote=False)
