"""The Meltano project, and the definition for other projects: they say what the tap says and need no network."""

from __future__ import annotations

import json
import subprocess

import pytest
import yaml
from meltano_project import BIN, PROJECT_FILE, ROOT

DEFINITION = ROOT / "tap-listrak" / "meltano-plugin.yml"
KINDS = {"string": "string", "integer": "integer", "boolean": "boolean", "array": "array"}


@pytest.fixture(scope="module")
def about():
    """What the tap says about itself."""
    command = [BIN / "tap-listrak", "--about", "--format=json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def in_project():
    (plugin,) = yaml.safe_load(PROJECT_FILE.read_text())["plugins"]["extractors"]
    return plugin


def for_other_projects():
    return yaml.safe_load(DEFINITION.read_text())


def own_settings(about):
    """The settings of this tap as Meltano writes them; the SDK's own, which every tap has, follow behind."""
    properties = about["settings"]["properties"]
    for name in list(properties)[: list(properties).index("stream_maps")]:
        setting = properties[name]
        told = {"name": name, "label": setting["title"], "description": setting["description"]}
        told["kind"] = "options" if "enum" in setting else KINDS[setting["type"][0]]
        if "enum" in setting:
            told["options"] = [{"label": each.capitalize(), "value": each} for each in setting["enum"]]
        if setting.get("secret"):
            told["sensitive"] = True
        if "default" in setting:
            told["value"] = setting["default"]
        yield told


@pytest.mark.parametrize("definition", [in_project, for_other_projects])
def test_the_definition_says_what_the_tap_says(definition, about):
    plugin = definition()

    assert plugin["settings"] == list(own_settings(about))
    assert plugin["capabilities"] == about["capabilities"]
    assert plugin["settings_group_validation"] == [about["settings"]["required"]]


def test_both_definitions_are_the_same_but_for_where_the_tap_comes_from():
    elsewhere = for_other_projects()
    here = in_project()

    assert {name: elsewhere[name] for name in here} == here
    # The name alone would install the other tap-listrak, the one on PyPI.
    assert elsewhere["pip_url"] == "${TAP_LISTRAK_PIP_URL}"


def test_meltano_finds_nothing_to_complain_about(project):
    done = project.meltano("compile", "--lint")

    assert "$.plugins" not in done.stdout + done.stderr


def test_the_definition_can_be_added_to_another_project(project):
    (project.folder / "meltano.yml").write_text("cli:\n  disable_version_check: true\n")

    project.meltano("add", "tap-listrak", "--plugin-type", "extractor", "--from-ref", str(DEFINITION), "--no-install")

    (added,) = yaml.safe_load((project.folder / "meltano.yml").read_text())["plugins"]["extractors"]
    assert added["name"] == "tap-listrak"
    assert [setting["name"] for setting in added["settings"]] == [each["name"] for each in in_project()["settings"]]


def check(project, sandbox, password, **expected):
    return project.meltano(
        "invoke",
        "tap-listrak:check",
        TAP_LISTRAK_USERNAME=sandbox.username,
        TAP_LISTRAK_PASSWORD=password,
        TAP_LISTRAK_WSDL_URL=sandbox.wsdl_url,
        **expected,
    )


def test_the_check_says_what_works(project, clean_sandbox):
    done = check(project, clean_sandbox, clean_sandbox.password)

    assert "FAILED" not in done.stdout
    assert all(line.split()[1] == "ok" for line in done.stdout.splitlines())
    assert f"{clean_sandbox.rows()['lists']['keys']}" in done.stdout.splitlines()[-1]


def test_the_check_says_what_does_not(project, clean_sandbox):
    done = check(project, clean_sandbox, "wrong", fails=True)

    assert done.returncode == 1
    assert "FAILED" in done.stdout
    assert "wrong" not in done.stdout
