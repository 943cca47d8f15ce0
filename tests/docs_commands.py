"""What is right of a command in the documentation, by the program that it calls: options, settings, plugins, files."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml
from meltano_project import BIN, PROJECT_FILE, ROOT
from readme_settings import PLUGINS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

NOT_RUN = {
    "cd": "goes with a clone from a public address",
    "docker": "there is no Docker where tests run",
    "git": "a clone from a public address, which a test may not ask",
    "tap-something": "stands for the reader's own tap",
    "your-tap": "stands for the reader's own tap",
}
"""Programs that are not tried, and why."""
SHELL = {"awk", "done", "echo", "export", "grep", "head", "kill", "sleep"}
_KEYWORDS = {"do", "until"}
OTHERS_VARIABLES = ("MELTANO_", "PATH", "SANDBOX_PORT", "TARGET_POSTGRES_", "TAP_POSTGRES_", "URL", "TOKEN")
_ASSIGNMENT = re.compile(r"([A-Z][A-Z0-9_]*)=")
_CRON = re.compile(r"(?:[\d*/,-]+ ){5}")
_ASIDE = re.compile(r"\s\d?>{1,2}(?:&\d|\s*\S+)|\$\([^)]*\)")
"""Redirections, and what a shell puts in from another command."""
_WORKSPACE = re.compile(r"(?:path/to/|/path/to/this/clone/)")


def problems(command: str) -> Iterator[str]:
    """Yield what is wrong with a command, or with a line of a crontab."""
    command = _CRON.sub("", command, count=1) if _CRON.match(command) else command
    done = subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True, check=False)
    if done.returncode and "<" not in command:  # `<this repository>` is for the reader to fill in
        yield f"no shell can read it: {done.stderr.strip()}"
        return
    for words in _calls(command):
        names = [word for word in words if _ASSIGNMENT.match(word)]
        yield from (f"{name} is no setting" for name in map(_name, names) if not _is_variable(name))
        called = [word for word in words if word not in names]
        if called:
            yield from _of_program(called[0].rpartition("/")[2], called[1:])


def _calls(command: str) -> Iterator[list[str]]:
    """Yield the words of each program that a command calls, assignments before it included."""
    reader = shlex.shlex(_ASIDE.sub("", command), posix=True, punctuation_chars="|&;")
    reader.whitespace_split = True
    words: list[str] = []
    for word in reader:
        if set(word) <= set("|&;"):
            yield words
            words = []
        elif word not in _KEYWORDS:
            words.append(word)
    yield words


def _name(word: str) -> str:
    return word.partition("=")[0]


def _is_variable(name: str) -> bool:
    return name.startswith(OTHERS_VARIABLES) or any(_is_setting(plugin, name) for plugin in PLUGINS)


def _is_setting(plugin: str, variable: str) -> bool:
    """Return whether a variable sets a setting of a plugin, or of one that inherits from it."""
    prefix = plugin.upper().replace("-", "_")
    settings = {name.upper().replace(".", "_") for name in settings_of(plugin)}
    return any(variable == f"{prefix}_{name}" or variable.startswith(f"{prefix}__") for name in settings | {"PIP_URL"})


@cache
def settings_of(plugin: str) -> dict[str, Any]:
    """Return the settings of a plugin by name, those within objects too."""
    command: list[str | Path] = [BIN / plugin, "--about", "--format=json"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    properties: dict[str, Any] = told["settings"]["properties"]
    within = {
        f"{name}.{each}": inner
        for name, one in properties.items()
        for each, inner in one.get("properties", {}).items()
    }
    return {**properties, **within}


@cache
def project() -> dict[str, Any]:
    """Return what can be named in a Meltano command: plugins with their commands, and jobs."""
    told = yaml.safe_load(PROJECT_FILE.read_text(encoding="utf-8"))
    plugins = {each["name"]: each for kind in told["plugins"].values() for each in kind}
    return {"plugins": plugins, "jobs": {each["name"] for each in told["jobs"]}}


def _of_program(program: str, arguments: Sequence[str]) -> Iterator[str]:
    if program in NOT_RUN or program in SHELL or program == "curl":
        return
    check = _CHECKS.get(program)
    if check is None:
        yield f"{program} is a program that nobody knows of here"
    else:
        yield from check(program, arguments)


def _options(program: str, arguments: Sequence[str]) -> Iterator[str]:
    command, *_ = [each for each in arguments if not each.startswith("-")] or [""]
    told = help_of(program) + (help_of(program, command) if program in {"singer-rejects", "vendor-sandbox"} else "")
    for each in arguments:
        if each.startswith("--") and not re.search(rf"{re.escape(each.partition('=')[0])}\b", told):
            yield f"{program} has no option {each}"


@cache
def help_of(program: str, *command: str) -> str:
    """Return what a program says of its options."""
    return subprocess.run([BIN / program, *command, "--help"], check=True, capture_output=True, text=True).stdout


def _make(_: str, arguments: Sequence[str]) -> Iterator[str]:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    yield from (f"make has no {each}" for each in arguments if "=" not in each and each not in targets)


def _pip(_: str, arguments: Sequence[str]) -> Iterator[str]:
    for each in arguments[1:]:
        folder = each.rpartition("#subdirectory=")[2] if each.startswith("git+") else each
        if not (ROOT / folder / "pyproject.toml").is_file():
            yield f"there is no package {each}"


def _python(_: str, arguments: Sequence[str]) -> Iterator[str]:
    if arguments[0].startswith("benchmarks/") and not (ROOT / arguments[0]).is_file():
        yield f"there is no {arguments[0]}"


def _meltano(_: str, arguments: Sequence[str]) -> Iterator[str]:
    command, *rest = [each for each in arguments if not each.startswith("-")]
    of_command = {"run": _meltano_run, "invoke": _meltano_invoke, "config": _meltano_config}
    if command == "add":
        definition = _WORKSPACE.sub("", arguments[arguments.index("--from-ref") + 1])
        if not (ROOT / definition).is_file() or not definition.startswith(rest[0]):
            yield f"there is no definition {definition}"
    elif command in of_command:
        yield from of_command[command](rest)
    else:
        yield f"meltano {command} is not looked at here"


def _meltano_run(blocks: Sequence[str]) -> Iterator[str]:
    known = project()["plugins"].keys() | project()["jobs"] | recipes()["plugins"] | recipes()["jobs"]
    yield from (f"there is no plugin and no job {each}" for each in blocks if each not in known)


def _meltano_invoke(names: Sequence[str]) -> Iterator[str]:
    plugin, _, command = names[0].partition(":")
    if plugin not in project()["plugins"].keys() | recipes()["plugins"]:
        yield f"there is no plugin {plugin}"
    elif command and command not in project()["plugins"][plugin].get("commands", {}):
        yield f"{plugin} has no command {command}"


def _meltano_config(names: Sequence[str]) -> Iterator[str]:
    if names[0] == "set" and names[2] not in settings_of(names[1]):
        yield f"{names[1]} has no setting {names[2]}"


@cache
def recipes() -> dict[str, set[str]]:
    """Return the plugins and jobs that recipes add, each of which is run by a test of its own."""
    found: dict[str, set[str]] = {"plugins": set(), "jobs": set()}
    for path in (ROOT / "docs/recipes").glob("*.md"):
        for text in re.findall(r"```yaml\n(plugins:.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
            told = yaml.safe_load(text)
            found["plugins"] |= {each["name"] for kind in told["plugins"].values() for each in kind}
            found["jobs"] |= {each["name"] for each in told["jobs"]}
    return found


_CHECKS: dict[str, Callable[[str, Sequence[str]], Iterator[str]]] = {
    "make": _make,
    "meltano": _meltano,
    "pip": _pip,
    "python": _python,
    "target-jsonl": lambda *_: iter(()),
    "singer-rejects": _options,
    "vendor-sandbox": _options,
    **dict.fromkeys(PLUGINS, _options),
}
