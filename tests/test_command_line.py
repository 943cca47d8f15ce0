"""The command line of all plugins: every way to go wrong is one paragraph that says what, where and what to do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from every_plugin import PLUGINS, Plugin, runner_of

from singer_delivery.testing import TargetRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from singer_delivery.testing import TargetRunner

    Runners = Callable[[Plugin], TargetRunner]

SECRET = "s3cret-canary"
NOWHERE = "http://127.0.0.1:9/nowhere"
TAPS = [each for each in PLUGINS if each.is_tap]
TARGETS = [each for each in PLUGINS if not each.is_tap]
CONFIGS = {
    "missing": (None, "there is no such file"),
    "not JSON": ('{"api_key": "s3cret-canary"', "it is not JSON (line 1, column "),
    "empty": ("", "it is not JSON (line 1, column 1)"),
    "a list": ('["s3cret-canary"]', "it is JSON of another shape"),
    "a number": ("5", "it is JSON of another shape"),
    "not UTF-8": (b"\xff\xfe", "it is not text in UTF-8"),
}
MESSAGES = [
    {
        "type": "SCHEMA",
        "stream": "people",
        "schema": {"properties": {"phone": {"type": "string"}, "first_name": {"type": "string"}}},
        "key_properties": ["phone"],
    },
    {"type": "RECORD", "stream": "people", "record": {"phone": "+12025550150", "first_name": SECRET}},
]


@pytest.fixture(params=PLUGINS, ids=lambda each: each.name)
def plugin(request: pytest.FixtureRequest) -> Plugin:
    chosen: Plugin = request.param
    return chosen


@pytest.fixture(params=TAPS, ids=lambda each: each.name)
def tap(request: pytest.FixtureRequest) -> Plugin:
    chosen: Plugin = request.param
    return chosen


@pytest.fixture(params=TARGETS, ids=lambda each: each.name)
def target(request: pytest.FixtureRequest) -> Plugin:
    chosen: Plugin = request.param
    return chosen


@pytest.fixture
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Runners:
    """Make a runner of a plugin."""
    return lambda plugin: runner_of(plugin, request, tmp_path)


def paragraph(run: TargetRun, code: int = 1) -> str:
    """Return the one message that says why a run failed."""
    assert run.code == code, run.stderr
    assert "Traceback" not in run.stderr
    assert SECRET not in run.stderr + run.stdout
    errors = [line for line in run.stderr.splitlines() if "| ERROR " in line]
    assert len(errors) == 1, run.stderr
    assert run.stderr.splitlines()[-1] == errors[0]
    assert errors[0].endswith((".", ")"))
    return errors[0].split(" | ")[-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "words", "arguments"),
    [
        *((*each, ()) for each in CONFIGS.values()),
        (*CONFIGS["not JSON"], ("--test",)),
        (*CONFIGS["a list"], ("--config=ENV",)),
    ],
    ids=[*CONFIGS, "not JSON, in a check", "a list, and the environment"],
)
def test_a_file_of_settings_that_cannot_be_read_is_named(
    plugin: Plugin,
    runner: Runners,
    content: str | bytes | None,
    words: str,
    arguments: tuple[str, ...],
) -> None:
    made = runner(plugin)
    if content is not None:
        (made.folder / "mine.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    said = paragraph(made((), "--config", "mine.json", *arguments))
    assert f"`mine.json` cannot be used: {words}" in said
    assert "Name by `--config` a file that holds one JSON object" in said
    assert f"`{plugin.name} --about`" in said


def test_a_folder_in_the_place_of_a_file_of_settings_is_named(plugin: Plugin, runner: Runners) -> None:
    said = paragraph(runner(plugin)((), "--config", "."))
    assert "`.` cannot be used: it cannot be read (is a directory)" in said


def test_no_config_at_all_says_how_to_give_one(plugin: Plugin, runner: Runners, tmp_path: Path) -> None:
    made = runner(plugin)
    (tmp_path / "stdin").touch()
    code = made.program.run(made.folder, tmp_path, [], dict(os.environ))
    said = paragraph(TargetRun(code, "", (tmp_path / "stderr").read_text(encoding="utf-8"), made.folder))
    assert f"`{plugin.required}` is a required property" in said
    assert "No config was given. Name a file by `--config config.json`, or set variables such as " in said
    assert "and say `--config=ENV`" in said


def test_a_setting_that_is_missing_is_named_with_where_it_belongs(plugin: Plugin, runner: Runners) -> None:
    said = paragraph(runner(plugin)((), **{plugin.required: None}))
    assert said.startswith(f"The config is not valid. `{plugin.required}` is a required property.")
    assert "The config came from `config.json`: put it right there." in said


def test_all_settings_of_the_wrong_type_are_named_and_no_value_is_quoted(plugin: Plugin, runner: Runners) -> None:
    wrong: dict[str, Any] = {plugin.secret: [SECRET], "request_timeout": SECRET}
    said = paragraph(runner(plugin)((), **wrong))
    assert f"`{plugin.secret}` must be of type string" in said
    assert "`request_timeout` must be of type integer" in said


def test_what_the_environment_holds_is_read_or_named(plugin: Plugin, runner: Runners) -> None:
    made = runner(plugin)
    given = {plugin.variable("request_timeout"): SECRET, plugin.variable("stream_maps"): SECRET}
    said = paragraph(made((), "--config=ENV", environment=given))
    assert "`request_timeout` must be of type integer" in said
    assert "`stream_maps` must be of type object" in said
    assert f"`{plugin.required}` is a required property" in said


def test_under_meltano_nobody_is_sent_to_a_file_that_meltano_wrote(plugin: Plugin, runner: Runners) -> None:
    name = "MELTANO_EXTRACTOR_NAME" if plugin.is_tap else "MELTANO_LOADER_NAME"
    made = runner(plugin)
    said = paragraph(made((), environment={name: plugin.name}, **{plugin.required: None}))
    assert "The config came from Meltano: put it right in `meltano.yml`, or by `meltano config`." in said
    assert "config.json" not in said


def test_a_setting_that_nobody_knows_is_pointed_out_with_what_may_have_been_meant(
    plugin: Plugin, runner: Runners
) -> None:
    run = runner(plugin)((), "--test", request_timout=30)
    assert run.code == 0
    assert f"{plugin.name} does not know: request_timout. Perhaps meant: `request_timeout`" in run.stderr


def test_a_wrong_password_is_one_paragraph_and_the_vendor_is_not_asked_again(plugin: Plugin, runner: Runners) -> None:
    wrong: dict[str, Any] = {plugin.secret: SECRET}
    said = paragraph(runner(plugin)(MESSAGES, **wrong))
    assert f"`{plugin.secret}`" in said


def test_a_vendor_that_is_not_there_is_one_paragraph(plugin: Plugin, runner: Runners) -> None:
    nowhere: dict[str, Any] = {plugin.address: NOWHERE}
    said = paragraph(runner(plugin)(MESSAGES, request_timeout=2, **nowhere))
    assert "un again" in said
    assert "127.0.0.1" not in said or "connection" in said


@pytest.mark.parametrize(
    "arguments",
    [("--bogus",), ("--config",), ("--about", "--format=xml"), ("surplus",)],
    ids=["option", "value", "choice", "argument"],
)
def test_wrong_options_end_with_code_2_and_a_hint(plugin: Plugin, runner: Runners, arguments: tuple[str, ...]) -> None:
    run = runner(plugin)((), *arguments[:1], "--config=ENV", *arguments[1:]) if arguments != ("--config",) else None
    run = run or runner(plugin)((), "--config")
    assert run.code == 2
    assert "Error: " in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_a_check_of_a_broken_config_lists_all_that_is_wrong_and_what_was_not_tried(
    plugin: Plugin, runner: Runners
) -> None:
    run = runner(plugin)((), "--test", request_timeout=0, **{plugin.required: None})
    assert run.code == 1
    *steps, verdict = run.stdout.splitlines()
    assert [line for line in steps if line.startswith("config   FAILED  ")] == steps[:2]
    assert all(line.endswith("not tried") for line in steps[2:])
    assert len(steps) > 4
    assert verdict == "Not ready. Put right what is marked FAILED, and check again."


def test_a_check_that_fails_says_so_in_its_line_and_at_its_end(plugin: Plugin, runner: Runners) -> None:
    wrong: dict[str, Any] = {plugin.secret: SECRET}
    run = runner(plugin)((), "--test", **wrong)
    assert run.code == 1
    (failed,) = [line for line in run.stdout.splitlines() if "FAILED  " in line]
    assert failed.startswith(f"{plugin.first_check:<8} FAILED  ")
    assert SECRET not in run.stdout + run.stderr
    assert run.stdout.splitlines()[-1].startswith("Not ready.")


@pytest.mark.parametrize("option", ["--catalog", "--state"])
@pytest.mark.parametrize("content", ["{", "[]", "5"], ids=["broken", "list", "number"])
def test_a_catalog_or_a_state_that_is_none_is_named(tap: Plugin, runner: Runners, option: str, content: str) -> None:
    made = runner(tap)
    (made.folder / "given.json").write_text(content, encoding="utf-8")
    said = paragraph(made((), option, "given.json"))
    assert said.startswith(f"The file of `{option}` cannot be used: ")
    assert "Give the right file" in said


@pytest.mark.parametrize("content", ["{}", '{"streams": [{}]}', '{"streams": 5}'])
def test_a_catalog_of_another_shape_is_named(tap: Plugin, runner: Runners, content: str) -> None:
    made = runner(tap)
    (made.folder / "given.json").write_text(content, encoding="utf-8")
    assert "`--discover` writes one" in paragraph(made((), "--catalog", "given.json"))


@pytest.mark.parametrize("option", ["--catalog", "--state", "--input"])
def test_a_file_that_is_not_there_is_a_wrong_option(plugin: Plugin, runner: Runners, option: str) -> None:
    if (option == "--input") == plugin.is_tap:
        pytest.skip("not an option of it")
    run = runner(plugin)((), option, "missing.json")
    assert run.code == 2
    assert f"Invalid value for '{option}': 'missing.json': No such file" in run.stderr


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("rejects_path", "config.json/rejects.jsonl", "`rejects_path`"),
        ("ledger_url", "sqlite:///config.json/ledger.db", "`ledger_url`"),
        ("report_path", "config.json/report.json", "`report_path`"),
        ("suppression_file", "missing.txt", "`suppression_file`"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_by_its_setting(
    target: Plugin, runner: Runners, setting: str, value: str, words: str
) -> None:
    invalid = {**MESSAGES[1], "record": {"phone": "12", "first_name": SECRET}}
    config: dict[str, Any] = {setting: value}
    run = runner(target)([*MESSAGES, invalid], **config)
    assert words in paragraph(run)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("s3cret-canary\n", "Line 1 of the input is not JSON"),
        ('["s3cret-canary"]\n', "Line 1 of the input has no `type`"),
        ('{"type": "s3cret-canary"}\n', "Line 1 of the input has a `type` that Singer does not know"),
        ('{"type": "RECORD", "stream": "people"}\n', "it has no `record`"),
        ('{"type": "RECORD"', "Line 1 of the input breaks off"),
        (MESSAGES[1], "came before its SCHEMA message"),
    ],
)
def test_input_that_is_not_singers_is_named_by_its_line(
    target: Plugin, runner: Runners, line: dict[str, Any] | str, words: str
) -> None:
    assert words in paragraph(runner(target)([line]))


def test_no_input_at_all_is_no_error(target: Plugin, runner: Runners) -> None:
    run = runner(target)(())
    assert run.code == 0
    assert "No records came in." in run.stderr
