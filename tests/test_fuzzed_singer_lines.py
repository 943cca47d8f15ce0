"""Ten thousand broken Singer lines through every target: an outcome for each record, or one clear error; no traceback.

All are made by seeds: `lines(seed, count)` are the same lines again.
"""

from __future__ import annotations

import json
import re

import pytest
from fuzzed_lines import lines
from fuzzed_runs import SOMEBODY, TARGETS, run_all

from singer_delivery.errors import InputError, SetupError

SEEDS = range(9)
LINES = 1_200
"""Of a seed, shared out to the targets: more than ten thousand in all."""


def records(good: list[bytes]) -> int:
    """How many records there are among lines that ended no run; by another reader than the target's."""
    read = [json.loads(line) for line in good if line.strip()]
    return sum(each["type"] == "RECORD" for each in read)


def assert_clear(outcome) -> None:
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
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[1:])])
def test_every_line_comes_to_an_outcome_or_a_clear_error(seed, target, clean_sandbox, tmp_path):
    share = list(lines(seed, LINES))[TARGETS.index(target) :: len(TARGETS)]
    outcome = run_all(target, clean_sandbox, tmp_path, share, seed, dry_run=seed % 2 == 0)
    assert_clear(outcome)
    assert outcome.report["outcomes"]["rejected"] > 20
    assert len(outcome.errors) > 10
