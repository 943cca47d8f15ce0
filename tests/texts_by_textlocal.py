"""Made-up people who get texts by target-textlocal, and runs that end in the middle of them."""

from __future__ import annotations

import signal
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from singer_delivery.testing.audience import record, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

VENDOR = "textlocal"
PEOPLE = 12
_LONGEST = 60.0


def phone(number: int) -> str:
    """Return the number of a made-up person, in E.164."""
    return f"+447700900{300 + number}"


def row(number: int, **columns: Any) -> dict[str, Any]:
    """Return what somebody is to get."""
    return {"id": number, "phone": phone(number), **columns}


def messages(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as Singer messages."""
    columns = sorted({name for each in rows for name in each} - {"id"})
    return [schema("texts", *columns), *(record(dict(each), "texts") for each in rows)]


def texts(sandbox: Sandbox) -> Counter[str]:
    """Count the texts that each of these people got, by number in E.164."""
    mine = {phone(number) for number in range(PEOPLE)}
    return Counter(each for text in sandbox.texts(kind="message") if (each := f"+{text['phone'].lstrip('+')}") in mine)


EVERYBODY_ONCE = Counter({phone(number): 1 for number in range(PEOPLE)})


def kill_while(
    sandbox: Sandbox, runner: TargetRunner, lines: list[dict[str, Any]], fault: str, command: str, **settings: Any
) -> None:
    """Kill a run, as `kill -9` does, while a call of a command waits for its answer.

    Args:
        sandbox: The vendor.
        runner: The target.
        lines: What it reads.
        fault: `latency`, where the call takes effect first; `hang`, where it never does.
        command: The command.
        settings: For this run.
    """
    before = sandbox.calls(VENDOR).get(command, 0)
    rule = sandbox.faults(fault, command, vendor=VENDOR, seconds=8.0, times=1)
    process = runner.start(lines, **settings)
    wait_for(lambda: sandbox.calls(VENDOR).get(command, 0) > before)
    process.send_signal(signal.SIGKILL)
    run = runner.finish(process)
    assert (run.code, run.stdout) == (-signal.SIGKILL, ""), rule  # no state went out


def wait_for(something: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + _LONGEST
    while not something():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.02)
