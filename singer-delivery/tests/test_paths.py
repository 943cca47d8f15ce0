"""Paths in settings: one way for all of them, and what a report path may name that is no file."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery import report_files
from singer_delivery.errors import SetupError
from singer_delivery.report import Report
from singer_delivery.report_command import show_report
from singer_delivery.report_files import data_of, files_of, write_report
from singer_delivery.settings import DeliverySettings, problems, target_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

PATHS = ("plan_path", "rejects_path", "report_path", "suppression_file")
STATE = '{"at": 4}\n'
DEFAULTS = {name: setting.get("default") for name, setting in target_schema("target-x")["properties"].items()}


def denied(*_: object) -> Any:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("setting", PATHS)
def test_a_home_folder_may_be_written_as_a_tilde(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    config = {**DEFAULTS, setting: "~/sms/file"}
    assert not list(problems(config))
    assert getattr(DeliverySettings.from_config(config), setting) == tmp_path / "sms" / "file"


@pytest.mark.parametrize("setting", PATHS)
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("~nobody-of-that-name/file", "begins with a home folder that this machine does not know"),
        ("a\0b", "holds a sign that no path can hold"),
        ("half \ud83d", "holds a sign that no path can hold"),
    ],
)
def test_what_can_be_no_path_is_told_with_its_setting(setting: str, path: str, words: str) -> None:
    (problem,) = problems({setting: path})
    assert problem.startswith(f"`{setting}` {words}")


def test_a_report_in_a_folder_that_may_not_be_entered_is_told_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "report.json")
    monkeypatch.setattr(Path, "exists", denied)
    assert list(problems({"report_path": path})) == [f"`report_path` ({path}) cannot be used: Permission denied."]
    with pytest.raises(SetupError, match="cannot be used: Permission denied"):
        show_report("target-x", path)
    assert data_of(path) == Path(path)  # for the webhook, which never fails a run


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[int]:
    """A file that is open, as standard output is when it goes to one: there is a state in it."""
    file = os.open(tmp_path / "state.jsonl", os.O_WRONLY | os.O_CREAT)
    os.write(file, STATE.encode())
    yield file
    os.close(file)


def report_to(path: str | Path) -> None:
    report = Report("target-sms", dry_run=False)
    report.finish("completed")
    report.write(path)


@pytest.mark.parametrize("where", ["/dev/fd/{}", "/proc/self/fd/{}", "/proc/{pid}/fd/{}", "link"])
def test_a_report_goes_behind_what_is_in_an_open_file_and_has_no_page(
    tmp_path: Path, opened: int, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(report_files._STANDARD, "/dev/stdout", opened)
    path = Path(where.format(opened, pid=os.getpid()))
    if where == "link":
        path = tmp_path / "to-output"
        path.symlink_to("/dev/stdout")
    before = {*tmp_path.iterdir()}
    assert files_of(path) == (path, None)
    report_to(path)
    os.write(opened, STATE.encode())  # whatever comes later does not go over it
    text = (tmp_path / "state.jsonl").read_text()
    assert text.startswith(STATE)
    if "{pid}" not in where:
        assert json.loads(text.removeprefix(STATE).removesuffix(STATE))["finished"] == "completed"
    assert {*tmp_path.iterdir()} == before


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/stderr", "/dev/fd/1", "/proc/self/fd/2"])
def test_beside_the_standard_streams_is_no_page(path: str) -> None:
    assert files_of(path) == (Path(path), None)


def test_a_report_to_what_is_not_open_is_told() -> None:
    with pytest.raises(SetupError, match=r"/fd/987654 \(`report_path`\): Bad file descriptor"):
        report_to("/proc/self/fd/987654")


def test_a_link_to_a_file_stays_one_and_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "report.json").symlink_to("elsewhere.json")
    report_to(tmp_path / "report.json")
    assert (tmp_path / "report.json").is_symlink()
    assert json.loads((tmp_path / "elsewhere.json").read_text())["finished"] == "completed"
    (tmp_path / "a.json").symlink_to("b.json")
    (tmp_path / "b.json").symlink_to("a.json")
    (problem,) = problems({"report_path": str(tmp_path / "a.json")})
    assert problem.endswith("cannot be used: Too many levels of symbolic links.")
    with pytest.raises(SetupError, match="Too many levels"):
        write_report(Report("target-sms", dry_run=False).content(), tmp_path / "a.json")


def test_a_report_to_a_pipe_of_a_name_is_written_there_and_has_no_page(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    report_to(tmp_path / "pipe")
    assert json.loads(os.read(reader, 100_000))["finished"] == "completed"
    os.close(reader)
    assert [each.name for each in tmp_path.iterdir()] == ["pipe"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
