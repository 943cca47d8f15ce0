"""Where settings come from: files, the environment, in which order, and what null is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from every_plugin import PLUGINS, Plugin, runner_of
from slow_share import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from singer_delivery.testing import TargetRunner

    Runners = Callable[[Plugin], TargetRunner]


@pytest.fixture(params=in_turn(PLUGINS), ids=lambda each: each.name)
def plugin(request: pytest.FixtureRequest) -> Plugin:
    chosen: Plugin = request.param
    return chosen


@pytest.fixture
def made(plugin: Plugin, request: pytest.FixtureRequest, tmp_path: Path) -> TargetRunner:
    """What runs it; its folder takes files of settings."""
    return runner_of(plugin, request, tmp_path)


def write(made: TargetRunner, name: str, **settings: Any) -> str:
    """Write a file of settings; the option that names it."""
    (made.folder / name).write_text(json.dumps({**made.config, **settings}), encoding="utf-8")
    return f"--config={name}"


def test_the_last_of_two_configs_wins(made: TargetRunner) -> None:
    wrong, right = write(made, "one.json", request_timeout=0), write(made, "two.json", request_timeout=30)
    assert made((), wrong, right, "--test").code == 0
    assert made((), right, wrong, "--test").code == 1


def test_the_environment_wins_over_what_is_named_before_it_and_no_more(plugin: Plugin, made: TargetRunner) -> None:
    right, wrong = write(made, "mine.json", request_timeout=30), {plugin.variable("request_timeout"): "0"}
    assert made((), "--config=ENV", right, "--test", environment=wrong).code == 0
    assert made((), right, "--config=ENV", "--test", environment=wrong).code == 1


def test_null_is_a_setting_that_is_not_given(plugin: Plugin, made: TargetRunner) -> None:
    settings = json.loads(made((), "--about", "--format=json").stdout)["settings"]["properties"]
    nulls = {name: None for name in settings if name not in made.config}
    run = made((), write(made, "nulls.json", **nulls), "--test")
    assert run.code == 0, run.stderr + run.stdout
    run = made((), write(made, "nulls.json", **{plugin.required: None}))
    assert run.code == 1
    assert f"The config is not valid. `{plugin.required}` is a required property." in run.stderr


@pytest.mark.parametrize(
    "plugin", [each for each in PLUGINS if each.is_tap], indirect=True, ids=lambda each: each.name
)
@pytest.mark.parametrize("arguments", [("--config=mine.json",), ("--config=ENV",)])
def test_the_schemas_cannot_be_told_with_a_config_that_is_wrong_and_it_is_said_why(
    plugin: Plugin, made: TargetRunner, arguments: tuple[str, ...]
) -> None:
    write(made, "mine.json", request_timeout=0)
    run = made((), *arguments, "--test=schema", environment={plugin.variable("request_timeout"): "0"})
    assert run.code == 1
    assert "The config is not valid." in run.stderr
    assert "`request_timeout` must be at least 1." in run.stderr
    assert "mistake" not in run.stderr
    assert run.stdout == ""
