"""One run of a target at a time."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from filelock import UnixFileLock

_HOLD = """
import sys
from singer_delivery.ledger import Ledger
ledger = Ledger.open(sys.argv[1], "target-a")
ledger.claim()
print("claimed", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def elsewhere(url: str, open_ledger: Callable[..., Ledger]) -> Iterator[subprocess.Popen[str]]:
    """Another program that has claimed the ledger."""
    open_ledger().close()
    program = subprocess.Popen(
        [sys.executable, "-c", _HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == "claimed\n"
        yield program
        program.kill()


def test_second_run_of_a_target_is_told_to_wait_for_the_first(
    open_ledger: Callable[..., Ledger], elsewhere: subprocess.Popen[str]
) -> None:
    second = open_ledger(owner="target-a")
    with pytest.raises(LedgerError, match=r"is in use by another run of target-a.*start one after the other"):
        second.claim()


@pytest.mark.parametrize("ends", ["in order", "killed"])
def test_next_run_may_begin_when_the_first_has_ended_in_any_way(
    open_ledger: Callable[..., Ledger], elsewhere: subprocess.Popen[str], ends: str
) -> None:
    if ends == "in order":
        assert elsewhere.stdin is not None
        elsewhere.stdin.close()
    else:
        elsewhere.kill()
    elsewhere.wait()
    open_ledger(owner="target-a").claim()


def test_another_target_and_a_dry_run_are_not_kept_off(
    open_ledger: Callable[..., Ledger], elsewhere: subprocess.Popen[str]
) -> None:
    open_ledger(owner="target-b").claim()
    open_ledger(owner="target-a", dry_run=True).claim()


def test_closing_a_ledger_gives_it_up(open_ledger: Callable[..., Ledger]) -> None:
    first = open_ledger(owner="target-a")
    first.claim()
    first.close()
    open_ledger(owner="target-a").claim()


def test_a_link_to_a_ledger_is_the_same_ledger(tmp_path: Path) -> None:
    first = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", "target-a")
    first.claim()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "ledger.db").symlink_to(tmp_path / "ledger.db")
    second = Ledger.open(f"sqlite:///{tmp_path / 'project' / 'ledger.db'}", "target-a")
    with pytest.raises(LedgerError, match="is in use by another run"):
        second.claim()
    second.close()
    first.close()


def test_ledgers_in_memory_are_nobody_elses() -> None:
    ledgers = [Ledger.open("sqlite://", "target-a") for _ in range(2)]
    for each in ledgers:
        each.claim()
        each.close()


def test_place_that_cannot_be_locked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: UnixFileLock, **_named: Any) -> None:
        raise OSError(38, "Function not implemented")

    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", "target-a")
    monkeypatch.setattr(FileLock, "acquire", refuse)
    with pytest.raises(LedgerError, match=r"one run at a time: Function not implemented.*disk of this machine"):
        ledger.claim()
    ledger.close()
