"""Ten thousand broken Singer lines through every target: an outcome for each record, or one clear error; no traceback.

All are made by seeds: `lines(seed, count)` are the same lines again.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from fuzzed_lines import COLUMNS, lines, schema
from fuzzed_runs import SOMEBODY, TARGETS, run_all
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_share import in_turn

from singer_delivery.errors import InputError, SetupError

if TYPE_CHECKING:
    from pathlib import Path

    from fuzzed_runs import Fuzzed, Outcome
    from sandboxes import Sandbox

SEEDS = range(18)
LINES = 600
"""Of a seed, shared out to the targets: more than ten thousand in all."""
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def records(good: list[bytes]) -> int:
    """How many records there are among lines that ended no run; by another reader than the target's."""
    read = [json.loads(line) for line in good if line.strip()]
    return sum(each["type"] == "RECORD" for each in read)


def assert_clear(outcome: Outcome) -> None:
    """Every error says what is wrong in which line, every other record has an outcome, and nobody is named."""
    for error in outcome.errors:
        assert isinstance(error, (InputError, SetupError)), error
        assert re.match(r"Line \d+ of the input|(The schema of )?[sS]tream `\w+`", str(error)), error
    assert "Traceback" not in outcome.said
    found = SOMEBODY.search(outcome.said)
    assert not found, outcome.said[max(found.start() - 300, 0) : found.end() + 100]
    report = outcome.report
    assert report["read"] == records(outcome.good)
    assert sum(report["outcomes"].values()) == sum(report["reasons"].values()) == report["read"]
    assert report["unsettled"] == 0


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("seed", in_turn(SEEDS))
def test_every_line_comes_to_an_outcome_or_a_clear_error(
    seed: int, target: Fuzzed, clean_sandbox: Sandbox, tmp_path: Path
) -> None:
    share = list(lines(seed, LINES))[TARGETS.index(target) :: len(TARGETS)]
    outcome = run_all(target, clean_sandbox, tmp_path, share, seed, dry_run=seed % 2 == 0)
    assert_clear(outcome)
    assert outcome.report["outcomes"]["rejected"] > 10
    assert len(outcome.errors) > 5


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["listrak_sms", "attentive", "textlocal"])
def test_a_process_ends_in_order_whatever_comes_down_the_pipe(
    runner: str, clean_sandbox: Sandbox, request: pytest.FixtureRequest
) -> None:
    target = request.getfixturevalue(runner)(clean_sandbox, max_rejected_percent=100, dry_run=True)
    for seed in range(100, 116):
        broken = b"".join(lines(seed, 40)).decode("utf-8", "replace")
        run = target([schema(), schema("others"), broken], streams={"others": target.config["default_action"]})
        assert run.code in {0, 1}
        assert "Traceback" not in run.stderr
        assert "A mistake in this program" not in run.stderr
        assert not SOMEBODY.search(run.stderr)
        report = run.report
        assert sum(report["outcomes"].values()) + report["unsettled"] == report["read"]
        assert (run.code == 0) == (report["finished"] == "completed")
        assert (report["error"] is not None) == (run.code == 1)


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_a_line_of_ten_megabytes_is_one_record_like_others(
    target: Fuzzed, clean_sandbox: Sandbox, tmp_path: Path
) -> None:
    large = {"id": 1, "phone": "+12135550100", "email": "somebody@example.com", "Favorite Color": "x" * 10_000_000}
    line = json.dumps({"type": "RECORD", "stream": "audience", "record": large}).encode() + b"\n"
    outcome = run_all(target, clean_sandbox, tmp_path, [line, line[:-20] + b"\n", line], dry_run=True)
    assert len(outcome.errors) == 1
    assert_clear(outcome)
    assert len(outcome.said) < 100_000


@settings(max_examples=15)
@given(data=st.data())
def test_whatever_hypothesis_makes_of_messages_comes_to_an_outcome_or_a_clear_error(
    data: st.DataObject, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = data.draw(st.sampled_from(TARGETS))
    rows = data.draw(st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "id"]), ANYTHING, max_size=6), max_size=8))
    made = [json.dumps({"type": "RECORD", "stream": "audience", "record": row}).encode() + b"\n" for row in rows]
    others = data.draw(st.lists(st.binary(max_size=60).map(lambda line: line.replace(b"\n", b"") + b"\n"), max_size=1))
    outcome = run_all(target, sandbox, tmp_path_factory.mktemp("run"), made + others, len(rows), dry_run=True)
    assert_clear(outcome)
