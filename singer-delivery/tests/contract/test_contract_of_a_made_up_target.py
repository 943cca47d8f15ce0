"""The contract, for a made-up target and vendor: README.md's small target keeps it, and broken ones do not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from singer_delivery.testing import Command, TargetRunner

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SOME = ("every_record_that_was_read", "dry_run_changes_nothing", "only_a_yes")
CALL = 'self._client.call("Subscribe", "POST", "/people", json={"phone": each.key, **each.payload})'
END_WELL = """pass

_cli = TargetExample.cli

def end_well():
    try:
        _cli()
    except SystemExit:
        raise SystemExit(0)

TargetExample.cli = end_well
"""
CALL_AT_ONCE = """    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        __import__("requests").get(self.config["api_url"] + "/account", timeout=5)

"""
CHECK = 'client.call("Account", "GET", "/account", changes=False)'


def block(page: Path, holding: str) -> str:
    """The block of Python on a page that holds a text."""
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    found: str = next(each for each in blocks if holding in each)
    return found


@pytest.fixture
def outcomes(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Run the contract as CONTRIBUTING.md shows it, over a changed target: what failed, by the names of its tests."""
    shutil.copy(HERE / "example_vendor.py", tmp_path)
    target = block(ROOT / "singer-delivery/README.md", "class TargetExample")
    contract = block(ROOT / "CONTRIBUTING.md", "DeliveryContract")

    def run(*names: str, old: str = "", new: str = "", vendor: str = "ExampleVendor()") -> dict[str, str]:
        assert old in target
        (tmp_path / "target_example.py").write_text(target.replace(old, new, 1), encoding="utf-8")
        (tmp_path / "test_contract.py").write_text(contract.replace("ExampleVendor()", vendor), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=told.xml"]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}  # as if the target was installed
        chosen = ["-k", " or ".join(names)] if names else []
        done = subprocess.run(
            [*command, *chosen], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode in {0, 1}, done.stdout
        cases = ET.parse(tmp_path / "told.xml").iter("testcase")  # noqa: S314 - pytest's own
        return {case.attrib["name"]: "".join(each.text or "" for each in case) for case in cases}

    return run


def test_a_target_turns_the_contract_on_with_one_class(outcomes: Callable[..., dict[str, str]]) -> None:
    told = outcomes(*SOME)
    assert len(told) == len(SOME)
    assert not any(told.values()), "\n".join(told.values())


@pytest.mark.slow
def test_the_small_target_of_the_readme_keeps_the_whole_contract(outcomes: Callable[..., dict[str, str]]) -> None:
    told = outcomes()
    assert len(told) >= 25
    assert not any(told.values()), "\n".join(told.values())


# What is changed in the small target, and which tests notice.
BROKEN = {
    "delivers_nothing": (CALL, "pass", ["every_record_that_was_read", "rejects_that_are_replayed"]),
    "swallows_errors": (
        CALL,
        f"try:\n                {CALL}\n            except Exception:\n                pass",
        ["state_is_never_ahead"],
    ),
    "delivers_again": (
        'super().__init__("subscribe/example")',
        "super().__init__(f\"subscribe/{__import__('time').time()}\")",
        ["delivered_is_not_delivered_again", "beyond_the_most", "missing_from_a_new_version"],
    ),
    "calls_in_a_dry_run": (
        CALL,
        CALL.replace("json=", "changes=False, json="),
        ["dry_run_changes_nothing"],
    ),
    "ends_well_whatever_happens": (
        "TargetExample.cli()",
        END_WELL,
        ["asked_to_end", "dies_in_the_middle", "at_the_same_time", "column_that_is_not_there", "test_stream"],
    ),
    "checks_nothing": (CHECK, "pass", ["a_check_changes_nothing"]),
    "writes_in_a_check": (
        CHECK,
        f"{CHECK}; client.call('Try', 'POST', '/people', json={{'phone': '+12135550199'}})",
        ["a_check_changes_nothing", "test_stream"],
    ),
    "asks_for_no_consent": ('name = "subscribe"', 'name = "subscribe"\n    needs_consent = False', ["only_a_yes"]),
    "tells_numbers": (
        CALL,
        f"__import__('logging').getLogger('target-example').info('To %s', each.key); {CALL}",
        ["nothing_of_anybody"],
    ),
    "tells_its_key": ('"key", False, str(error)', '"key", False, str(error) + self.config["api_key"]', ["no_secret"]),
    "calls_without_a_reason": ("    def check(self):", f"{CALL_AT_ONCE}    def check(self):", ["no_input"]),
    "takes_off_whom_a_row_says_was_deleted": (
        "    def send(self",
        "    def on_deleted_row(self):\n        return self\n\n    def send(self",
        ["missing_from_a_new_version"],
    ),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "swallows_errors" else pytest.mark.slow) for name in BROKEN]
)
def test_a_target_that_breaks_the_contract_fails(outcomes: Callable[..., dict[str, str]], name: str) -> None:
    old, new, noticed = BROKEN[name]
    told = outcomes(*noticed, old=old, new=new)
    for each in noticed:
        assert any(failed for test, failed in told.items() if each in test), f"{each} notices nothing"


@pytest.mark.slow
def test_a_target_that_repeats_what_texts_people_fails(outcomes: Callable[..., dict[str, str]]) -> None:
    told = outcomes("was_killed", vendor="ExampleVendor(texts_again=True)")
    assert any(told.values())


def test_a_command_is_run_as_it_stands(tmp_path: Path) -> None:
    echo = Command(sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read()); sys.exit(3)")
    run = TargetRunner(echo, tmp_path / "run", {})([{"bookmark": 1}])
    assert (run.code, run.states) == (3, [{"bookmark": 1}])
