"""Without a browser the tests that need one are left out and say so; where there must be one, that is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ONE = "tests/browser/test_overview.py::test_its_colours_are_those_that_the_reader_prefers"


def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "REQUIRE_BROWSER"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, "CHROMIUM": "/nowhere/chromium", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "code", "outcome"), [({}, 0, "2 skipped"), ({"REQUIRE_BROWSER": "1"}, 1, "2 errors")]
)
def test_tests_are_left_out_unless_a_browser_must_be_there(variables: dict[str, str], code: int, outcome: str) -> None:
    done = run("-m", "pytest", "-p", "no:cacheprovider", ONE, **variables)
    assert done.returncode == code, done.stdout
    assert outcome in done.stdout
    assert "doesn't exist at /nowhere/chromium" in done.stdout
    assert ("`make browser` sets one up" in done.stdout) == (code == 0)


def test_what_to_do_is_said_where_a_browser_cannot_be_had() -> None:
    done = run("scripts/chromium.py")  # where CHROMIUM names one, no other is installed
    assert done.returncode == 1
    assert "doesn't exist at /nowhere/chromium" in done.stderr
    assert "apt-get install chromium" in done.stderr
