"""What is measured: which account, which streams, which taps, how often. Nothing here runs anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sandbox import AccountSize
from taps import STREAMS

DEFAULT: Final = 10
"""Our tap's default concurrency."""
OURS: Final = f"ours, {DEFAULT} at a time"
"""Our tap at its default, by name."""


@dataclass(frozen=True)
class Contender:
    """A tap in a scenario.

    Attributes:
        name: How tables call it.
        concurrency: Of our tap; None is the peer.
        most_runs: It is not run more often than this, however many runs are asked for.
    """

    name: str
    concurrency: int | None
    most_runs: int = 99


def _peer(most_runs: int = 99) -> Contender:
    return Contender("peer", None, most_runs)


def _ours(concurrency: int, most_runs: int = 99) -> Contender:
    return Contender(f"ours, {concurrency} at a time", concurrency, most_runs)


@dataclass(frozen=True)
class Scenario:
    """Taps that read the same from the same sandbox, in turns.

    Attributes:
        name: What it is called in the saved results.
        part: The part of the report it belongs to.
        title: What tables call it.
        account: What the sandbox holds.
        contenders: Who reads it, in the order of a round.
        streams: What they read.
        latency: Seconds by which each answer is late.
    """

    name: str
    part: str
    title: str
    account: AccountSize
    contenders: tuple[Contender, ...]
    streams: tuple[str, ...] = STREAMS
    latency: float = 0


_INDEX = ("lists", "messages")
_MAILS = AccountSize(lists=2, messages=30, contacts=6500, page_size=1000)
_MANY_MAILS = replace(_MAILS, contacts=13_000)
"""Of a size at which start-up, which the table has for itself, is no tenth of a run of ours."""
_WAITING = AccountSize(lists=1, messages=200, contacts=200, page_size=1000)
_NOTHING = AccountSize(lists=1, messages=0, contacts=0, page_size=1000)
_TEN_MILLION = AccountSize(lists=1, messages=10, contacts=1_000_000, page_size=2500)
_MANY_MESSAGES = AccountSize(lists=1, messages=200_000, contacts=1, page_size=2500)
_BOTH = (_peer(), _ours(DEFAULT))


def _kind(stream: str) -> Scenario:
    return Scenario(f"cpu-{stream}", "cpu", stream, _MAILS, _BOTH, streams=(*_INDEX, stream))


_CPU = (
    Scenario("start-up", "cpu", "start-up: an account of one empty list", _NOTHING, _BOTH),
    Scenario("cpu-1000", "cpu", "nine streams, 1,000-row pages", _MANY_MAILS, (_peer(), _ours(1, 3), _ours(DEFAULT))),
    Scenario(
        "cpu-2500",
        "cpu",
        "nine streams, 2,500-row pages",
        replace(_MANY_MAILS, page_size=2500),
        (_peer(), _ours(1, 3), _ours(DEFAULT)),
    ),
    *map(_kind, ("message_sends", "message_opens", "message_clicks")),
)
_LATENCY = (
    Scenario("latency-start", "latency", "start-up: an account of one empty list", _NOTHING, _BOTH, latency=0.1),
    Scenario(
        "latency-one",
        "latency",
        "lists, messages, message_sends",
        _WAITING,
        (_peer(), _ours(1, 1), _ours(DEFAULT), _ours(32)),
        streams=(*_INDEX, "message_sends"),
        latency=0.1,
    ),
    Scenario(
        "latency-all",
        "latency",
        "all nine streams",
        _WAITING,
        (_peer(3), _ours(DEFAULT, 3), _ours(32, 3)),
        latency=0.1,
    ),
)
_SENDS = (*_INDEX, "message_sends")
_MEMORY = (
    Scenario(
        "memory-1m",
        "memory",
        "message_sends, 1 message of 1,000,000 rows",
        replace(_TEN_MILLION, messages=1),
        (_peer(1), _ours(DEFAULT, 1)),
        streams=_SENDS,
    ),
    Scenario(
        "memory-10m",
        "memory",
        "message_sends, 10 messages of 1,000,000 rows",
        _TEN_MILLION,
        (_ours(DEFAULT, 1),),
        streams=_SENDS,
    ),
    Scenario(
        "memory-mix-1x",
        "memory",
        "all nine streams, 10 messages to 60,000",
        replace(_TEN_MILLION, contacts=60_000),
        (_ours(DEFAULT, 1),),
    ),
    Scenario(
        "memory-mix-4x",
        "memory",
        "all nine streams, 40 messages to 60,000",
        replace(_TEN_MILLION, messages=40, contacts=60_000),
        (_ours(DEFAULT, 1),),
    ),
    Scenario(
        "memory-messages-20k",
        "memory",
        "messages, one list of 20,000",
        replace(_MANY_MESSAGES, messages=20_000),
        (_peer(1), _ours(DEFAULT, 1)),
        streams=_INDEX,
    ),
    Scenario(
        "memory-messages",
        "memory",
        "messages, one list of 200,000",
        _MANY_MESSAGES,
        (_peer(1), _ours(DEFAULT, 1)),
        streams=_INDEX,
    ),
    Scenario(
        "memory-messages-unsubs",
        "memory",
        "the same and message_unsubs of each",
        _MANY_MESSAGES,
        (_ours(DEFAULT, 1),),
        streams=(*_INDEX, "message_unsubs"),
    ),
)
SCENARIOS: Final = (*_CPU, *_LATENCY, *_MEMORY)
PIPE_ACCOUNT: Final = AccountSize(lists=1, messages=20, contacts=5000, page_size=2500)


def small(account: AccountSize) -> AccountSize:
    """Return an account that is read in a second, for a look whether everything works."""
    return AccountSize(
        min(account.lists, 2), min(account.messages, 3), min(account.contacts, 120), min(account.page_size, 50)
    )


def chosen(part: str | None, *, quick: bool) -> list[Scenario]:
    """Return the scenarios of a part, or all; the small ones for a quick look."""
    scenarios = [each for each in SCENARIOS if part in (None, each.part)]
    if quick:
        return [replace(each, account=small(each.account), latency=each.latency / 10) for each in scenarios]
    return scenarios
