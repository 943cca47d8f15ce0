"""No value of a setting in what a plugin says, whatever is wrong with it: all plugins, with all that libraries log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from every_plugin import PLUGINS, Plugin, runner_of

if TYPE_CHECKING:
    from pathlib import Path

    from projects import Project

    from singer_delivery.testing import TargetRun, TargetRunner

CANARY = "s3cret-canary"
NOWHERE = "http://127.0.0.1:9"
SIGNED = f"http://somebody:{CANARY}@127.0.0.1:9/{CANARY}?token={CANARY}"
"""An address with secrets in each of its parts."""
WAYS = [pytest.param((), id="run"), pytest.param(("--test",), id="check", marks=pytest.mark.slow)]
MESSAGES = [
    {
        "type": "SCHEMA",
        "stream": "people",
        "schema": {"properties": {"phone": {"type": "string"}}},
        "key_properties": [],
    },
    {"type": "RECORD", "stream": "people", "record": {"phone": "+12025550150"}},
]


@pytest.fixture(params=PLUGINS, ids=lambda each: each.name)
def plugin(request: pytest.FixtureRequest) -> Plugin:
    chosen: Plugin = request.param
    return chosen


@pytest.fixture
def run(request: pytest.FixtureRequest, plugin: Plugin, tmp_path: Path) -> TargetRunner:
    """Run the plugin with each library saying all it has to say."""
    runner = runner_of(plugin, request, tmp_path)
    runner.log_everything()
    return runner


def silent(run: TargetRun) -> TargetRun:
    """Look at all that a run said and wrote."""
    written = [path for path in run.folder.rglob("*") if path.is_file() and path.name != "config.json"]
    for where, said in (
        ("stdout", run.stdout),
        ("stderr", run.stderr),
        *((each, each.read_bytes().decode(errors="replace")) for each in written),
    ):
        at = said.find(CANARY)
        assert at == -1, f"{where}: {said[max(at - 100, 0) : at + 20]}"
    return run


_told: dict[str, dict[str, Any]] = {}
"""Settings by plugin: asked for once."""


@pytest.fixture
def settings(plugin: Plugin, run: TargetRunner) -> dict[str, Any]:
    """The plugin's settings, as it tells them."""
    if plugin.name not in _told:
        about = run((), "--about", "--format=json", "--config=ENV")
        _told[plugin.name] = dict(json.loads(about.stdout)["settings"]["properties"])
    return _told[plugin.name]


@pytest.fixture
def secrets(settings: dict[str, Any]) -> list[str]:
    """Those that are secret."""
    return [name for name, each in settings.items() if each.get("secret")]


def test_what_lets_somebody_in_is_marked_as_secret(settings: dict[str, Any], secrets: list[str]) -> None:
    telling = ("password", "secret", "token", "_key", "ledger_url", "notify_url")
    named = {name for name in settings if name.endswith(telling)}
    assert named
    assert named <= {*secrets}


def test_settings_of_the_wrong_type_are_named_and_not_quoted(run: TargetRunner, settings: dict[str, Any]) -> None:
    wrong: dict[str, Any] = {name: [{CANARY: CANARY}] for name in settings}
    ended = silent(run((), **wrong))
    assert ended.code == 1
    assert "must be of type" in ended.stderr


@pytest.mark.slow
def test_a_setting_that_is_misspelt_is_not_quoted(run: TargetRunner, plugin: Plugin) -> None:
    misspelt: dict[str, Any] = {plugin.secret[:-1]: CANARY, plugin.secret.upper(): CANARY, "pasword": CANARY}
    assert silent(run((), "--test", **misspelt)).code == 0


def test_what_the_plugin_says_of_itself_holds_no_value_of_a_setting(
    run: TargetRunner, plugin: Plugin, secrets: list[str]
) -> None:
    given = {plugin.variable(name): CANARY for name in secrets}
    config: dict[str, Any] = dict.fromkeys(secrets, CANARY)
    for options in (("--about",), ("--about", "--format=json")):
        assert silent(run((), *options, "--config=ENV", environment={**run.environment, **given}, **config)).code == 0


@pytest.mark.parametrize("options", WAYS)
def test_secrets_that_are_refused_are_not_quoted(
    run: TargetRunner, secrets: list[str], options: tuple[str, ...]
) -> None:
    vendors: dict[str, Any] = {name: CANARY for name in secrets if not name.endswith("_url")}
    assert silent(run(MESSAGES, *options, **vendors)).code == 1


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--test",)], ids=["run", "check"])
def test_an_address_with_a_password_in_it_is_not_quoted(
    run: TargetRunner, plugin: Plugin, options: tuple[str, ...]
) -> None:
    address: dict[str, Any] = {plugin.address: SIGNED}
    assert silent(run(MESSAGES, *options, request_timeout=1, **address)).code == 1


@pytest.mark.slow
def test_a_ledger_and_a_webhook_are_told_without_their_passwords(run: TargetRunner, plugin: Plugin) -> None:
    if plugin.is_tap:
        pytest.skip("no tap has a webhook; tap-textlocal's ledger is looked at in its own tests")
    notified = silent(run(MESSAGES, notify_url=SIGNED, notify_when="always"))
    assert "notify_url" in notified.stderr
    for ledger in (f"postgresql://somebody:{CANARY}@127.0.0.1:9/ledger", f"mysql://somebody:{CANARY}@host/ledger"):
        assert silent(run(MESSAGES, ledger_url=ledger)).code == 1


@pytest.mark.slow
def test_meltano_lists_a_plugins_settings_without_its_secrets(
    project: Project, secrets: list[str], plugin: Plugin
) -> None:
    given: dict[str, Any] = {plugin.variable(name): CANARY for name in secrets}
    listed = project.meltano("config", "list", plugin.name, **given)
    assert plugin.secret in listed.stdout
    assert CANARY not in listed.stdout + listed.stderr
