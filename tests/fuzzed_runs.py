"""Runs of targets in this process on lines that are broken: behind a line that ends a run, another one goes on."""

from __future__ import annotations

import io
import json
import logging
import re
import signal
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from accounts import attentive_account, listrak_sms_account, textlocal_account
from fuzzed_lines import schema

from singer_delivery.errors import DeliveryError
from singer_delivery.reader import LineReader
from target_attentive.target import TargetAttentive
from target_listrak_sms.target import TargetListrakSms
from target_textlocal.target import TargetTextlocal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sandboxes import Sandbox

    from singer_delivery.target import DeliveryTarget

SOMEBODY = re.compile(r"canary|917\D{0,3}555", re.IGNORECASE)
PREFIX = [json.dumps(schema(name)).encode() + b"\n" for name in ("audience", "others")]


@dataclass(frozen=True)
class Fuzzed:
    """A target.

    Attributes:
        kind: Its class.
        actions: What its two streams are bound to, in one run or another.
        settings: Its settings, by a sandbox.
    """

    kind: type[DeliveryTarget]
    actions: Sequence[tuple[str, str]]
    settings: Any

    def __str__(self) -> str:
        """Name it."""
        return self.kind.name


@dataclass
class Outcome:
    """What came of lines.

    Attributes:
        errors: What ended runs, each by a line.
        report: Of the run on all other lines.
        good: Those lines.
        said: All that was said in all runs, on stderr and to loggers.
    """

    errors: list[DeliveryError] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    good: list[bytes] = field(default_factory=list)
    said: str = ""


def run_all(
    fuzzed: Fuzzed, sandbox: Sandbox, folder: Path, lines: Sequence[bytes], number: int = 0, **config: Any
) -> Outcome:
    """Run a target on lines: behind each that ends a run with another one, and then on all that did not, at once.

    Args:
        fuzzed: The target.
        sandbox: Its vendor.
        folder: Of its files.
        lines: The lines; SCHEMA messages come before them in each run.
        number: Chooses the actions.
        config: Further settings.
    """
    first, second = fuzzed.actions[number % len(fuzzed.actions)]
    settings = {
        **fuzzed.settings(sandbox),
        "streams": {"audience": first, "others": second},
        "rejects_path": str(folder / "rejects.jsonl"),
        "plan_path": str(folder / "plan.jsonl"),
        "report_path": str(folder / "report.json"),
        "ledger_url": f"sqlite:///{folder / 'ledger.db'}",
        "max_rejected_percent": 100,
        "requests_per_second": 5000,
        **config,
    }
    outcome = Outcome()
    rest = list(lines)
    while rest:
        error, taken = _run(fuzzed, settings, rest, outcome)
        if error is None:
            outcome.good += rest
            break
        assert taken > 0, error
        outcome.errors.append(error)
        outcome.good += rest[: taken - 1]
        rest = rest[taken:]
    error, _ = _run(fuzzed, settings, outcome.good, outcome)
    if error is not None:  # a SCHEMA whose records are too few in one run for it to matter
        outcome.errors.append(error)
        outcome.good = [line for line in outcome.good if b'"SCHEMA"' not in line]
        error, _ = _run(fuzzed, settings, outcome.good, outcome)
    assert error is None, error
    outcome.report = _report(folder)
    return outcome


def _run(
    fuzzed: Fuzzed, settings: dict[str, Any], lines: Sequence[bytes], outcome: Outcome
) -> tuple[DeliveryError | None, int]:
    """Run it once; what ended it before the end, and the number of the line that did."""
    error = None
    reader = LineReader()
    with _listened_to() as said:
        target = fuzzed.kind(config=settings, validate_config=False)
        target.message_reader = reader
        try:
            target.listen(io.TextIOWrapper(io.BytesIO(b"".join([*PREFIX, *lines]))))
        except DeliveryError as caught:
            error = caught
    outcome.said += said.getvalue()
    return error, reader.line - len(PREFIX)


def _report(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "report.json").read_text(encoding="utf-8")))


@contextmanager
def _listened_to() -> Iterator[io.StringIO]:
    """Keep all that is said, and leave signals to whoever has them."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    root.addHandler(handler)
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(said):
            yield said
    finally:
        root.removeHandler(handler)
        for number, each in handlers.items():
            signal.signal(number, each)


def _attentive(sandbox: Sandbox) -> dict[str, Any]:
    annex = {"url": f"{sandbox.url}/annex-cloud", "site_id": "1001", "token": "sandbox-annex-secret"}
    return {**attentive_account(sandbox), "allow_privacy_delete": True, "annex_cloud": annex}


def _textlocal(sandbox: Sandbox) -> dict[str, Any]:
    return {**textlocal_account(sandbox), "default_country": "US", "sender": "ACME"}


TARGETS = (
    Fuzzed(TargetListrakSms, (("subscribe", "unsubscribe"), ("update", "opt_out")), listrak_sms_account),
    Fuzzed(
        TargetAttentive,
        (
            ("subscribe", "unsubscribe"),
            ("attributes", "events"),
            ("ecommerce", "identities"),
            ("privacy_delete", "annex_segment"),
        ),
        _attentive,
    ),
    Fuzzed(
        TargetTextlocal,
        (("contacts", "remove"), ("messages", "campaigns"), ("cancel_campaigns", "contacts")),
        _textlocal,
    ),
)
