"""The command line of a target, in this process: a run, its report, and the check of its connection."""

from __future__ import annotations

import gc
import json
import logging
import signal
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from click.testing import CliRunner
from made_up_target import MadeUpTarget, Vendor, person, schema, state

from singer_delivery.checking import checked
from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]


class Checked(MadeUpTarget):
    """The target, with a check of two steps."""

    vendor: ClassVar[Vendor]
    checks: ClassVar[Sequence[str]] = ("config", "key", "list")

    def check(self) -> Iterator[tuple[str, bool, str]]:
        return checked({"key": lambda: "It is known.", "list": self._list})

    def _list(self) -> str:
        self.vendor.on_call("list")
        return "It is there."


@pytest.fixture(autouse=True)
def _process() -> Iterator[None]:
    """What a command changes of its process."""
    signals = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    threshold, handlers, level = gc.get_threshold(), [*logging.getLogger().handlers], logging.getLogger().level
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    for number, handler in signals.items():
        signal.signal(number, handler)


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def command(vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in a folder: `command("--test", report_path="report.json")`."""
    monkeypatch.chdir(tmp_path)
    kind: type[Checked] = type("TheTarget", (Checked,), {"vendor": vendor})

    def run(*arguments: str, lines: Iterable[dict[str, Any]] = (), **config: Any) -> Result:
        settings = {"report_path": "report.json", "ledger_url": "sqlite:///ledger.db", **config}
        (tmp_path / "config.json").write_text(json.dumps(settings), encoding="utf-8")
        text = "".join(json.dumps(line) + "\n" for line in lines)
        return CliRunner().invoke(kind.cli, ["--config", "config.json", *arguments], input=text)

    return run


def test_a_run_writes_state_and_a_report_that_can_be_shown_afterwards(command: Run) -> None:
    ran = command(lines=[schema("join"), person(1), state(1)])
    assert ran.exit_code == 0, ran.output
    assert '{"at": 1}' in ran.stdout
    shown = command("--report")
    assert shown.exit_code == 0
    assert "report.json" in shown.stdout
    assert "target-made-up" in shown.stdout
    assert "accepted" in shown.stdout


def test_no_report_yet_is_told(command: Run) -> None:
    shown = command("--report")
    assert shown.exit_code == 1
    assert shown.stdout == ""


def test_a_connection_that_works_is_a_checklist(command: Run, vendor: Vendor) -> None:
    shown = command("--test")
    assert shown.exit_code == 0
    assert "It is known." in shown.stdout
    assert "It is there." in shown.stdout
    assert "Nothing was written" in shown.stdout
    assert vendor.calls == []


def test_a_connection_that_does_not_work_names_the_step_and_what_to_do(command: Run, vendor: Vendor) -> None:
    def missing(step: str) -> None:
        raise SetupError(f"There is no such {step}. Name another one.")

    vendor.on_call = missing
    shown = command("--test")
    assert shown.exit_code == 1
    assert "It is known." in shown.stdout
    assert "There is no such list. Name another one." in shown.stdout


def test_settings_that_contradict_each_other_are_told_before_anything_is_read(
    command: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Checked, "config_problems", classmethod(lambda cls, config: ["`api_key` is another vendor's"]))
    ran = command(lines=[schema("join"), person(1)])
    assert ran.exit_code == 1
    assert "another vendor's" in caplog.text


def test_about_tells_of_actions(command: Run) -> None:
    told = command("--about")
    assert told.exit_code == 0
    assert "Actions" in told.stdout
