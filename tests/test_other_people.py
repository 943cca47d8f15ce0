"""What `other_people` says of a fetch that failed, and the page on other people's code: it names what is locked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import other_people
import pytest
import yaml
from meltano_project import PROJECT_FILE, ROOT
from other_people import OTHERS

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "compatibility.md"
LOCKS = (*OTHERS.glob("*.lock"), ROOT / "benchmarks" / "peer" / "requirements.lock", ROOT / "requirements.lock")
TOLD = (
    "target-duckdb",
    "tap-spreadsheets",
    "textlocal",
    "textlocal-pro",
    "singer-tools",
    "tap-listrak",
    "zeep",
    "duckdb",
)


def locked(name: str) -> set[str]:
    texts = [lock.read_text(encoding="utf-8") for lock in LOCKS]
    return {version for text in texts for version in re.findall(rf"^{name}==(\S+)", text, re.MULTILINE)}


def page() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("name", TOLD)
def test_the_page_names_the_version_that_is_locked(name: str) -> None:
    (version,) = locked(name)

    assert re.search(rf"{name}\W.{{0,60}}?\b{re.escape(version)}\b", page())


def test_the_page_names_npm_s_versions_and_meltano_s() -> None:
    wanted = json.loads((OTHERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert f"textlocal (npm) | {wanted['textlocal']} |" in page()
    assert wanted["@segment/actions-core"] in page()
    assert other_people.DESTINATIONS.rpartition("@")[2] in page()
    plugins = yaml.safe_load(PROJECT_FILE.read_text(encoding="utf-8"))["plugins"]
    for plugin in (each for kind in plugins.values() for each in kind if "pip_url" in each):
        name, version = plugin["name"], plugin["pip_url"].partition("==")[2]
        assert re.search(rf"{name} \(MeltanoLabs\) \| {version} \||{name} \| {version} \|", page()), name


def failing(tmp_path: Path, words: str) -> str:
    program = tmp_path / "fetch"
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_a_test_is_left_out_where_no_network_is_reached_and_nobody_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_people, "_without_network", set())
    fetch = failing(tmp_path, "npm error code ENOTFOUND")

    with pytest.raises(pytest.skip.Exception, match="fetch reaches no network"):
        other_people.run(fetch)
    (tmp_path / "fetch").unlink()
    with pytest.raises(pytest.skip.Exception):
        other_people.run(fetch)


def test_a_file_that_is_another_one_fails_a_test(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="EINTEGRITY"):
        other_people.run(failing(tmp_path, "npm error code EINTEGRITY"))
