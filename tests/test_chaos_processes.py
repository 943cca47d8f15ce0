"""A few of the trials with processes of which `make chaos` runs hundreds, others for each commit; what they find.

A failure names its seed, and the command that brings it back.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from chaos.processes import Processes
from chaos.processes_scene import First
from chaos.processes_subjects import Subject
from chaos.processes_targets import SUBJECTS
from chaos.processes_told import Told
from chaos.table import replay
from chaos.taps import Taps
from chaos.taps_loader import Loader, last_state, messages, until_last_state
from chaos.told import IN_DOUBT, OUTCOMES, REJECTED, listening, person, told_of

from singer_delivery.testing.programs import Program
from singer_delivery.testing.runs import TargetRun

if TYPE_CHECKING:
    from pathlib import Path

SHORT = (
    *("kill -9", "SIGTERM", "SIGINT", "SIGINT, then SIGTERM", "dropped before effect", "dropped after effect"),
    *("truncated answer", "429", "503", "full disk for rejects", "full disk in mid-run", "full disk for state"),
    *("half a line", "nobody takes state", "dropped connection", "full disk for output", "loader goes away"),
)
"""Faults that are over soon."""
ANA = "+447700900300"
FORGETFUL = """
from singer_delivery.ledger import Ledger
Ledger.mark_sending = lambda *given: None
"""


def drawn(names: list[str], count: int) -> list[int]:
    short = [seed for seed, name in enumerate(names) if name.partition(": ")[2] in SHORT]
    return Random(os.environ["SLOW_SEED"]).sample(short, count)


@pytest.mark.parametrize(("name", "trials", "count"), [("processes", Processes, 3), ("taps", Taps, 2)])
def test_processes_that_are_disturbed_and_run_again_lose_nothing_and_text_nobody_twice(
    name: str, trials: type[Processes | Taps], count: int
) -> None:
    with closing(trials()) as opened:
        verdicts = [opened.run(seed) for seed in drawn(opened.names(), count)]
    bad = [f"{each}\n{replay(name, each)}" for each in verdicts if not each.is_well]
    assert not bad, "\n".join(bad)


@pytest.mark.slow
def test_a_target_that_does_not_note_what_it_is_about_to_send_is_found_out() -> None:
    texting = next(each for each in SUBJECTS if "texts" in each.name)
    program = replace(texting.program, imports=texting.program.imports + FORGETFUL)
    with closing(Processes()) as processes:
        verdicts = [processes.trial(replace(texting, program=program), "kill -9", seed) for seed in range(4)]
    assert sum(each.texted_twice for each in verdicts) > 0, verdicts


def told(folder: Path, code: int = 0, stderr: str = "", stdout: str = "") -> list[Any]:
    """A trial's account, and a run that it is to be told of."""
    subject = Subject("a target", "a vendor", Program("", ""), lambda _: {}, [{"phone": ANA}])
    return [Told(subject), First(TargetRun(code, stdout, stderr, folder), (0, 1))]


@pytest.mark.parametrize(
    ("run", "problem"),
    [
        ({"code": 3}, "exit code 3, not 0 or 1"),
        ({"code": 1, "stderr": "Traceback (most recent call last):\nOSError: no"}, "Traceback: OSError: no"),
        ({"stderr": "447700900300 was rejected"}, "somebody's phone in stderr"),
        ({"stdout": '{"bookmark": 1}\n{"book'}, "half a line of state"),
        ({}, "no report"),
    ],
)
def test_what_a_run_may_not_tell_is_a_problem(run: dict[str, Any], problem: str, tmp_path: Path) -> None:
    found, first = told(tmp_path, **run)
    found.add_first(first)
    assert problem in found.problems


def test_a_report_that_does_not_add_up_is_counted(tmp_path: Path) -> None:
    found, first = told(tmp_path)
    (tmp_path / "report.json").write_text('{"read": 5, "outcomes": {"accepted": 3}, "unsettled": 1, "reasons": {}}')
    found.add_first(first)
    assert found.unaccounted == 1
    assert found.problems == ["exit code 0, and not everything is settled"]


def test_what_runs_tell_is_heard_and_of_a_record_the_last_of_it_counts(tmp_path: Path) -> None:
    with listening(tmp_path / OUTCOMES) as heard, (tmp_path / OUTCOMES).open("a") as run:
        for record, phone, what in ((1, ANA, IN_DOUBT), (2, ANA, IN_DOUBT), (3, "12", REJECTED), (1, ANA, None)):
            print(json.dumps({"id": record, "phone": phone, "told": what}), file=run, flush=True)
        assert told_of(heard(), IN_DOUBT) == {person(ANA): 1}
        assert told_of(heard()) == {person(ANA): 1, person("12"): 1}


SCHEMA = '{"type": "SCHEMA", "stream": "lists", "schema": {}, "key_properties": ["id"]}\n'
ONE = '{"type": "RECORD", "stream": "lists", "record": {"id": 1}, "version": 7}\n'
KEYLESS = '{"type": "RECORD", "stream": "lists", "record": {"id": null}, "version": 7}\n'
ACTIVATE = '{"type": "ACTIVATE_VERSION", "stream": "lists", "version": 7}\n'
STATE = '{"type": "STATE", "value": {"at": 1}}\n'


def test_the_loader_drops_what_is_older_than_an_activated_version_and_counts_rows_without_a_key() -> None:
    loader = Loader()
    loader.haunt(["lists"])
    loader.take(messages(SCHEMA + ONE + KEYLESS)[0])
    assert (loader.wrong, loader.ghosts(), len(loader.rows)) == (1, {"lists"}, 2)
    loader.take(messages(ACTIVATE)[0])
    assert loader.rows == {("lists", (1,)): {"id": 1}}


def test_what_comes_behind_the_last_state_need_not_be_in_a_warehouse() -> None:
    found, is_whole = messages(SCHEMA + STATE + ONE + ONE[:20])
    assert not is_whole
    assert [each["type"] for each in until_last_state(found)] == ["SCHEMA", "STATE"]
    assert last_state(found) == {"at": 1}
