"""The Meltano project, and the definitions for other projects: they say what the plugins say and need no network."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from meltano_project import BIN, PROJECT_FILE, ROOT
from slow_share import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from projects import Project
    from sandboxes import Sandbox

PLUGINS = {
    "tap-listrak": "extractor",
    "tap-textlocal": "extractor",
    "target-attentive": "loader",
    "target-listrak-sms": "loader",
    "target-textlocal": "loader",
}
KINDS = {
    "string": "string",
    "integer": "integer",
    "number": "decimal",
    "boolean": "boolean",
    "array": "array",
    "object": "object",
}
UNKNOWN_TO_MELTANO = {"validate-records"}


@cache
def about(plugin: str) -> dict[str, Any]:
    """What a plugin says about itself."""
    command: list[str | Path] = [BIN / plugin, "--about", "--format=json"]
    told: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return told


def in_project(plugin: str) -> dict[str, Any]:
    plugins: list[dict[str, Any]] = yaml.safe_load(PROJECT_FILE.read_text())["plugins"][f"{PLUGINS[plugin]}s"]
    (found,) = [each for each in plugins if each["name"] == plugin]
    return found


def for_other_projects(plugin: str) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(definition_file(plugin).read_text())
    return told


def definition_file(plugin: str) -> Path:
    return ROOT / plugin / "meltano-plugin.yml"


def own_settings(plugin: str) -> Iterator[dict[str, Any]]:
    """The settings of a plugin as Meltano writes them, and stream maps, which every plugin has."""
    properties = about(plugin)["settings"]["properties"]
    names = list(properties)
    for name in names[: names.index("stream_maps")]:
        yield from written(name, properties[name])
    yield next(written("stream_maps", {**properties["stream_maps"], "properties": {}}))


def written(name: str, setting: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A setting, and what is in it: an object with a secret is as secret as that."""
    told = {"name": name, "label": setting["title"], "description": setting["description"]}
    told["kind"] = "options" if "enum" in setting else KINDS[setting["type"][0]]
    if "enum" in setting:
        told["options"] = [{"label": each.capitalize(), "value": each} for each in setting["enum"] if each]
    within = setting.get("properties", {})
    if any(each.get("secret") for each in (setting, *within.values())):
        told["sensitive"] = True
    if "default" in setting:
        told["value"] = setting["default"]
    yield told
    for each, inner in within.items():
        yield from written(f"{name}.{each}", inner)


@pytest.mark.parametrize("plugin", in_turn(PLUGINS))
@pytest.mark.parametrize("definition", [in_project, for_other_projects])
def test_the_definition_says_what_the_plugin_says(definition: Callable[[str], dict[str, Any]], plugin: str) -> None:
    found = definition(plugin)

    assert found["settings"] == list(own_settings(plugin))
    assert found["capabilities"] == [each for each in about(plugin)["capabilities"] if each not in UNKNOWN_TO_MELTANO]
    assert found["settings_group_validation"] == [about(plugin)["settings"]["required"]]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_both_definitions_are_the_same_but_for_where_the_plugin_comes_from(plugin: str) -> None:
    elsewhere = for_other_projects(plugin)
    here = in_project(plugin)

    # `config` is what this project does with it.
    here.pop("config", None)
    assert {name: elsewhere[name] for name in here} == here
    assert elsewhere["plugin_type"] == f"{PLUGINS[plugin]}s"
    # The name alone would install another package: of tap-listrak there is one on PyPI.
    assert elsewhere["pip_url"] == f"${{{plugin.upper().replace('-', '_')}_PIP_URL}}"


def test_taps_and_loaders_of_others_are_pinned() -> None:
    plugins = yaml.safe_load(PROJECT_FILE.read_text())["plugins"]
    every = [each for kind in plugins.values() for each in kind]
    others = [each for each in every if each["name"] not in PLUGINS and "inherit_from" not in each]

    assert {each["name"] for each in others} == {"tap-postgres", "target-postgres", "target-jsonl"}
    assert all("==" in each["pip_url"] for each in others)


@pytest.mark.parametrize("vendor", ["attentive", "textlocal"])
def test_there_is_a_job_for_each_action_of_a_target_and_each_asks_for_what_its_maps_name(vendor: str) -> None:
    project = yaml.safe_load(PROJECT_FILE.read_text())
    taps, loaders = ({each["name"]: each for each in project["plugins"][kind]} for kind in ("extractors", "loaders"))
    every = {each["name"]: each["tasks"][0].split() for each in project["jobs"]}
    jobs = {name: tasks for name, tasks in every.items() if tasks[1].startswith(f"target-{vendor}--")}

    for action in about(f"target-{vendor}")["settings"]["properties"]["default_action"]["enum"]:
        if action is not None:
            tap, loader = jobs.pop(f"{vendor}-{action.replace('_', '-')}")
            config = loaders[loader]["config"]
            ((table, bound),) = config["streams"].items()
            assert bound == action
            assert taps[tap]["select"] == [f"{table}.*"]
            assert list(config["stream_maps"]) == [table]
            # What is secret, or allows what cannot be undone, is for the environment.
            assert not {"api_key", "legacy_token", "annex_cloud", "allow_privacy_delete"} & config.keys()
    assert not jobs


@pytest.mark.slow
def test_meltano_finds_nothing_to_complain_about(project: Project) -> None:
    done = project.meltano("compile", "--lint")

    assert "$.plugins" not in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_definition_can_be_added_to_another_project(project: Project, plugin: str) -> None:
    (project.folder / "meltano.yml").write_text("cli:\n  disable_version_check: true\n")
    file, kind = definition_file(plugin), PLUGINS[plugin]

    project.meltano("add", plugin, "--plugin-type", kind, "--from-ref", str(file), "--no-install")

    (added,) = yaml.safe_load((project.folder / "meltano.yml").read_text())["plugins"][f"{kind}s"]
    assert added["name"] == plugin
    assert [each["name"] for each in added["settings"]] == [each["name"] for each in in_project(plugin)["settings"]]


def check(
    plugin: str, project: Project, sandbox: Sandbox, password: str | None = None, *, fails: bool = False
) -> subprocess.CompletedProcess[str]:
    settings: dict[str, dict[str, Any]] = {
        "tap-listrak": {
            "TAP_LISTRAK_USERNAME": sandbox.username,
            "TAP_LISTRAK_PASSWORD": password or sandbox.password,
            "TAP_LISTRAK_WSDL_URL": sandbox.wsdl_url,
        },
        "tap-textlocal": {
            "TAP_TEXTLOCAL_API_KEY": password or "sandbox-textlocal",
            "TAP_TEXTLOCAL_API_URL": sandbox.textlocal_url,
        },
        "target-attentive": {
            "TARGET_ATTENTIVE_API_KEY": password or "sandbox-attentive",
            "TARGET_ATTENTIVE_API_URL": sandbox.attentive_url,
            "TARGET_ATTENTIVE_ANNEX_CLOUD_SITE_ID": "1001",
            "TARGET_ATTENTIVE_ANNEX_CLOUD_TOKEN": "sandbox-annex-secret",
        },
        "target-listrak-sms": {
            "TARGET_LISTRAK_SMS_CLIENT_ID": "sandbox-sms",
            "TARGET_LISTRAK_SMS_CLIENT_SECRET": password or "sandbox-secret",
            "TARGET_LISTRAK_SMS_SENDER_CODE": "10150",
            "TARGET_LISTRAK_SMS_LIST_NAME": "master list",
            "TARGET_LISTRAK_SMS_API_URL": sandbox.sms_url,
            "TARGET_LISTRAK_SMS_AUTH_URL": sandbox.auth_url,
        },
        "target-textlocal": {
            "TARGET_TEXTLOCAL_API_KEY": password or "sandbox-textlocal",
            "TARGET_TEXTLOCAL_API_URL": sandbox.textlocal_url,
        },
    }
    return project.meltano("invoke", f"{plugin}:check", fails=fails, **settings[plugin])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plugin", "seen"),
    [
        ("tap-listrak", "5"),
        ("tap-textlocal", "none known"),
        ("target-attentive", "site 1001"),
        ("target-listrak-sms", "Loyalty Points"),
        ("target-textlocal", "the account's default, 'ACME'"),
    ],
)
def test_the_check_says_what_works(project: Project, clean_sandbox: Sandbox, plugin: str, seen: str) -> None:
    done = check(plugin, project, clean_sandbox)

    assert "FAILED" not in done.stdout
    *steps, verdict = done.stdout.splitlines()
    assert all(line.split()[1] == "ok" for line in steps)
    assert seen in steps[-1]
    assert verdict.startswith("Ready.")
    assert not clean_sandbox.texts()


@pytest.mark.slow
@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_check_says_what_does_not(project: Project, clean_sandbox: Sandbox, plugin: str) -> None:
    done = check(plugin, project, clean_sandbox, "wrong", fails=True)

    assert done.returncode == 1
    assert "FAILED" in done.stdout
    assert "wrong" not in done.stdout
