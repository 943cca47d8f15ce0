"""Where the gates stand: the few functions of the engine through which it touches the outside world.

Only ever put into a forked process, so nothing is put back.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chaos.broken import BROKEN
from chaos.places import put
from singer_delivery import actions, checkpoints, dispatch, rejects, report_files, settling, transport
from singer_delivery.ledger import opening
from target_attentive import attributes, jobs, segment_members, subscribe, unsubscribe
from target_attentive import client as attentive_client
from target_attentive.annex import client as annex_client
from target_listrak_sms import bulk
from target_listrak_sms import client as listrak_client
from target_textlocal import campaign_groups, contacts, message_planning, messages, sent_texts
from target_textlocal import client as textlocal_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from chaos.gates import Gates

_SHORT = 0.002
_TICK = 0.05
_FEW = 3
_MANY = 5_000.0


def install(gates: Gates, broken: str = "") -> None:
    """Put the gates in their places, and shorten what a run waits for.

    Args:
        gates: The gates.
        broken: What is broken on purpose, of `BROKEN`.
    """
    if broken:
        BROKEN[broken]()
    _shorten()
    _gate_calls(gates)
    _gate_ledger(gates)
    _gate_rejects(gates)
    _gate_state(gates)
    _gate_report(gates)
    clock = time.time
    put(time, time=lambda: clock() + gates.offset)


def _shorten() -> None:
    """Take the waits out; state goes out, and outcomes are written, as soon as they can be."""
    for client in (listrak_client, attentive_client, annex_client, textlocal_client):
        put(client, BACKOFF=_SHORT)
    put(attentive_client.AttentiveClient, quotas=dict.fromkeys(attentive_client.QUOTAS, _MANY))
    put(annex_client, MOST_PER_SECOND=_MANY)
    put(subscribe, LOOKS=(_SHORT, _SHORT))
    put(unsubscribe, LOOKS=(_SHORT, _SHORT))
    put(sent_texts, LOOKS=(_SHORT, _SHORT))
    for job in (actions.Job, jobs.BulkJob, bulk._Imports):
        put(job, first_look=_SHORT, longest_wait=_SHORT)
    put(checkpoints, INTERVAL=0.0)
    put(settling, _GATHERING=0.0, _GATHERING_OF_MANY=0.0, _PAUSE=0.0, _TICK=_TICK)
    put(dispatch, _TICK=_TICK)
    # Calls that take thousands take three, so that few people are several calls, with states between them.
    put(bulk, FEWEST=2)
    put(attributes, MOST_USERS=_FEW)
    put(segment_members, MOST_MEMBERS=_FEW)
    put(contacts, MOST_CONTACTS=_FEW)
    put(campaign_groups, MOST_CONTACTS=_FEW)
    put(messages, MOST_NUMBERS=_FEW)
    put(message_planning, MOST_NUMBERS=_FEW, MOST_OF_BULK=_FEW)


def _gate_calls(gates: Gates) -> None:
    send = transport.Transport.send

    def gated(self: transport.Transport, *given: Any) -> transport.Answer:
        gates.at("request")
        try:
            return send(self, *given)
        finally:
            gates.at("answer")

    put(transport.Transport, send=gated)


def _gate_ledger(gates: Gates) -> None:
    writing = opening.writing

    @contextmanager
    def gated(engine: Engine) -> Iterator[Connection]:
        with writing(engine) as connection:
            yield connection
            gates.at("ledger")
        gates.at("ledger written")

    put(opening, writing=gated)


class _Disk:
    """The system's functions, for the rejects file."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def write(self, file: int, data: bytes) -> int:
        half = bytes(data[: len(data) // 2])
        self._gates.at("rejects", lambda: os.write(file, half))
        return os.write(file, data)

    def fsync(self, file: int) -> None:
        self._gates.at("rejects written")
        os.fsync(file)


def _gate_rejects(gates: Gates) -> None:
    put(rejects, os=_Disk(gates))


def _gate_state(gates: Gates) -> None:
    write = checkpoints.Checkpoints._write

    def gated(self: checkpoints.Checkpoints, state: dict[str, Any]) -> None:
        def half() -> None:
            self._output.write('{"bookm')
            self._output.flush()

        gates.at("state", half)
        write(self, state)
        gates.at("state written")

    put(checkpoints.Checkpoints, _write=gated)


def _gate_report(gates: Gates) -> None:
    replace = report_files._replace

    def gated(path: Path, text: str) -> None:
        gates.at("report")
        replace(path, text)

    def moved(self: Path, target: Any) -> Path:
        gates.at("report drafted")
        return move(self, target)

    move = Path.replace
    put(Path, replace=moved)
    put(report_files, _replace=gated)
