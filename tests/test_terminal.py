"""What a person sees in a terminal, and that nothing of it ever reaches a pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slow_share import in_turn
from terminals import ESCAPE, run_in_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox
    from terminals import Shown

    from singer_delivery.testing import TargetRunner

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PLUGINS = ("tap-listrak", "tap-textlocal", "target-attentive", "target-listrak-sms", "target-textlocal")
RED, GREEN = "\x1b[1;31m", "\x1b[32m"


@pytest.fixture(scope="module", params=in_turn(PLUGINS))
def about(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any], str]:
    folder = tmp_path_factory.mktemp("about")
    told = {}
    for name, arguments in (("text", []), ("json", ["--format=json"])):
        command = [BIN / request.param, "--about", *arguments]
        environment = {**os.environ, "FORCE_COLOR": "1"}
        done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        assert done.stderr == ""
        told[name] = done.stdout
    return request.param, json.loads(told["json"]), told["text"]


def test_about_tells_of_every_setting_action_and_stream_and_is_plain_in_a_pipe(
    about: tuple[str, dict[str, Any], str],
) -> None:
    plugin, facts, text = about
    assert ESCAPE not in text
    assert text.startswith(f"{plugin} {facts['version']} ")
    assert facts["supported_python_versions"][0] == "3.10"
    assert "Python 3.10 to 3." in text
    lines = text.splitlines()
    assert all(line == line.rstrip() and len(line) <= 110 for line in lines)
    words = " ".join(text.split())
    for name, setting in facts["settings"]["properties"].items():
        assert f"\n  {name}" in text, name
        assert setting["description"].split()[0] in words
    for name in facts["settings"]["required"]:
        place = next(number for number, line in enumerate(lines) if line.split()[:1] == [name])
        assert lines[place + 1].split()[:1] == ["required"]
    actions = facts["settings"]["properties"].get("default_action", {}).get("enum", [])
    for name in filter(None, actions):
        assert f"\n  {name} " in text
    for path in (ROOT / plugin / plugin.replace("-", "_")).glob("*streams.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("    name = "):
                assert f"\n  {line.split(chr(34))[1]} " in text


@pytest.mark.parametrize("columns", in_turn([60, 100, 140]))
def test_about_fits_its_terminal(columns: int, tmp_path: Path) -> None:
    shown = run_in_terminal([BIN / "target-attentive", "--about"], tmp_path, columns=columns)
    assert shown.code == 0
    assert ESCAPE in shown.terminal
    assert max(map(len, shown.screen.splitlines())) <= columns
    assert "privacy_delete" in shown.screen


@pytest.fixture
def check(clean_sandbox: Sandbox, tmp_path: Path) -> Callable[..., Shown]:
    """Run a check of tap-listrak in a terminal: `check(password=..., environment=...)`."""

    def run(password: str | None = None, environment: dict[str, str] | None = None) -> Shown:
        config = {"username": clean_sandbox.username, "password": password or clean_sandbox.password}
        config["wsdl_url"] = clean_sandbox.wsdl_url
        (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
        command: list[str | Path] = [BIN / "tap-listrak", "--config", "config.json", "--test"]
        return run_in_terminal(command, tmp_path, environment=environment)

    return run


def test_a_check_in_a_terminal_has_signs_and_colours(check: Callable[..., Shown]) -> None:
    good, bad = check(), check("wrong")
    assert (good.code, bad.code) == (0, 1)
    assert f"{GREEN}✓" in good.terminal
    assert good.screen.splitlines()[-1] == "Ready. Nothing was written."
    assert f"{RED}✗" in bad.terminal
    assert "\n- lists    not tried\n" in bad.screen
    assert bad.screen.splitlines()[-1] == "Not ready. Put right what is marked ✗, and check again."


def test_colours_are_left_out_where_somebody_asks_for_that(check: Callable[..., Shown]) -> None:
    assert not any(colour in check(environment={"NO_COLOR": "1"}).terminal for colour in (RED, GREEN))
    assert ESCAPE not in check(environment={"TERM": "dumb"}).terminal


@pytest.mark.parametrize("pipe", [True, False])
def test_a_target_shows_how_far_it_is_and_states_stay_readable(
    attentive: Callable[..., TargetRunner], clean_sandbox: Sandbox, tmp_path: Path, *, pipe: bool
) -> None:
    runner = attentive(clean_sandbox, default_action="identities", requests_per_second=10)
    runner.folder.mkdir()
    (tmp_path / "run" / "config.json").write_text(json.dumps(runner.config), encoding="utf-8")
    properties = {"phone": {"type": "string"}, "client_user_id": {"type": "string"}}
    schema = {"type": "SCHEMA", "stream": "people", "schema": {"properties": properties}, "key_properties": ["phone"]}
    people = [{"phone": f"+1202555{100 + number:04}", "client_user_id": str(number)} for number in range(20)]
    records = [{"type": "RECORD", "stream": "people", "record": each} for each in people]
    messages = [schema, *records, {"type": "STATE", "value": {"at": 20}}]
    (runner.folder / "in.jsonl").write_text("".join(json.dumps(each) + "\n" for each in messages), encoding="utf-8")
    command: list[str | Path] = [BIN / "target-attentive", "--config", "config.json", "--input", "in.jsonl"]
    shown = run_in_terminal(command, runner.folder, pipe=pipe)
    assert shown.code == 0, shown.screen
    assert "20 records read, " in shown.terminal
    assert "requests/s of 10 allowed" in shown.terminal
    assert "requests/s" not in shown.screen
    assert "target-attentive: completed in " in shown.screen
    if pipe:
        assert shown.stdout == b'{"at": 20}\n'
    else:
        assert '{"at": 20}' in shown.screen.splitlines()


@pytest.mark.slow
def test_every_command_tells_its_usage_and_version() -> None:
    for plugin in (*PLUGINS, "singer-rejects"):
        told = subprocess.run([BIN / plugin, "-h"], check=True, capture_output=True, text=True)
        assert told.stdout.startswith(f"Usage: {plugin} ")
        version = subprocess.run([BIN / plugin, "--version"], check=True, capture_output=True, text=True)
        assert version.stdout.startswith(plugin)
        assert "1." in version.stdout
