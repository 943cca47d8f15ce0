"""Every block of code in README files and in the documentation is run or looked at, and none is forgotten."""

from __future__ import annotations

import ast
import json
import subprocess
import textwrap
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from docs_blocks import SHELL, blocks_of, pages
from docs_commands import NOT_RUN, problems, project, recipes, settings_of
from readme_settings import PLUGINS

if TYPE_CHECKING:
    from docs_blocks import Block
    from sandboxes import Sandbox

EVERY = [block for page in pages() for block in blocks_of(page)]
LOOKED_AT = SHELL | {"yaml", "python", "json"}
NOT_LOOKED_AT = {
    "text": "what is seen, no command; that of the start is compared by test_docs_start",
    "sql": "in recipes run by test_docs_recipes; elsewhere a query to take an idea from",
    "dockerfile": "there is no Docker where tests run, and its page says so",
}
MELTANOS = {"plugins", "jobs", "state_backend", "include_paths"}


def of(*languages: str) -> list[Any]:
    return [pytest.param(block, id=str(block)) for block in EVERY if block.language in languages]


def test_each_block_is_of_a_language_that_is_looked_at_or_has_a_reason() -> None:
    assert len(EVERY) > 80
    assert not [str(block) for block in EVERY if block.language not in LOOKED_AT | NOT_LOOKED_AT.keys()]


@pytest.mark.parametrize("block", of(*SHELL))
def test_commands_can_be_typed_as_they_stand(block: Block) -> None:
    assert block.commands
    for command in block.commands:
        assert not list(problems(command)), command


def test_a_command_that_is_wrong_is_noticed() -> None:
    wrong = {
        "make demmo": "make has no",
        "meltano run nowhere": "no plugin and no job",
        "meltano invoke target-attentive:nothing": "no command",
        "meltano config set target-attentive sender_code 1": "no setting",
        "target-attentive --tets": "no option",
        "TARGET_ATTENTIVE_DRYRUN=true meltano run attentive-subscribe": "no setting",
        "export TARGET_LISTRAK_SMS_KEY=x": "no setting",
        "echo 'open": "no shell",
        "pip install ./target-nowhere": "no package",
        "frobnicate": "nobody knows",
    }
    for command, problem in wrong.items():
        assert any(problem in each for each in problems(command)), command


def test_what_is_not_run_is_still_there() -> None:
    called = " ".join(command for block in EVERY if block.language in SHELL for command in block.commands)
    assert not [program for program in NOT_RUN if program not in called]


@pytest.mark.parametrize("page", ["README.md", "attentive.md", "textlocal.md"])
def test_calls_of_the_sandbox_are_answered(page: str, clean_sandbox: Sandbox) -> None:
    token = ""  # what a reader copies out of an answer
    for block in blocks_of(f"vendor-sandbox/{page}"):
        for command in block.commands if block.language in SHELL else ():
            if command.startswith("curl"):
                typed = command.replace("localhost:8700", clean_sandbox.url.removeprefix("http://"))
                typed = typed.replace("curl -s", "curl -s --fail-with-body", 1)
                done = subprocess.run(
                    ["bash", "-c", typed],
                    capture_output=True,
                    text=True,
                    check=False,
                    env={"TOKEN": token, "PATH": "/usr/bin:/bin", "NO_PROXY": "127.0.0.1"},
                )
                assert done.returncode == 0, f"{command}\n{done.stdout}"
                if "access_token" in done.stdout:
                    token = json.loads(done.stdout)["access_token"]


@pytest.mark.parametrize("block", of("yaml"))
def test_settings_in_yaml_are_settings_and_fit(block: Block) -> None:
    told = yaml.safe_load(textwrap.dedent(block.text))
    if isinstance(told, list):
        told = {"plugins": {"any": told}}
    if not told.keys() & MELTANOS:
        told = {"plugins": {"any": [{"name": block.page.partition("/")[0], "config": told}]}}
    assert told.keys() <= MELTANOS
    for plugin in (each for kind in told.get("plugins", {}).values() for each in kind):
        base = plugin.get("inherit_from", plugin["name"])
        assert base in project()["plugins"].keys() | recipes()["plugins"]
        for name, value in plugin.get("config", {}).items() if base in PLUGINS else ():
            assert name in settings_of(base), f"{base} has no setting {name}"
            if name != "stream_maps":  # its schema is the SDK's, and none that a validator can read
                jsonschema.validate(value, settings_of(base)[name])


@pytest.mark.parametrize("block", of("python"))
def test_python_can_be_compiled(block: Block) -> None:
    ast.parse(textwrap.dedent(block.text))  # which raises what is wrong


@pytest.mark.parametrize("block", of("json"))
def test_json_is_json(block: Block) -> None:
    text = block.text.replace('"..."', '"x"')
    try:
        json.loads(text)
    except json.JSONDecodeError:
        # An example of JSON lines, with breaks for the reader's eye.
        joined = text.replace("\n ", " ").splitlines()
        assert [json.loads(line) for line in joined]
