"""What the README and its pages on other vendors do not say is not there for anybody."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from vendor_sandbox.attentive.contract import OPERATIONS

if TYPE_CHECKING:
    from sandboxes import Sandbox

OWN_TABLES = ("/listrak-sms", "/attentive", "/textlocal")
PAGES = [Path(__file__).parents[1] / name for name in ("README.md", "attentive.md", "textlocal.md")]
README = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def test_every_switch_stands_in_the_readme_with_its_choices(clean_sandbox: Sandbox) -> None:
    for switches in clean_sandbox.get("/_sandbox/switches").values():
        for name, switch in switches.items():
            line = next(line for line in README.splitlines() if line.startswith(f"| `{name}` |"))
            assert all(f"`{choice}`" in line for choice in switch["choices"])
            assert line.endswith(f"| {switch['sure']} |")


def test_every_fault_and_every_parameter_stands_in_the_readme(clean_sandbox: Sandbox) -> None:
    for kinds in clean_sandbox.get("/_sandbox/faults")["kinds"].values():
        for name, kind in kinds.items():
            line = next(line for line in README.splitlines() if line.startswith("|") and f"`{name}`" in line)
            assert all(f"`{parameter}`" in line for parameter in kind["parameters"])


def test_every_control_path_stands_in_the_readme(clean_sandbox: Sandbox) -> None:
    for path in clean_sandbox.get("/_sandbox/")["control"]:
        whole = path.split("/_sandbox")[1]
        assert any(whole.removeprefix(vendor) in README for vendor in OWN_TABLES)


def test_every_operation_stands_in_the_readme_with_its_limit(clean_sandbox: Sandbox) -> None:
    for operation in OPERATIONS.values():
        line = f"| {operation.method} | `{operation.path}` | `{operation.id}` |"
        found = next((each for each in README.splitlines() if each.startswith(line)), "")
        assert found.endswith(f"| {operation.limit} |"), line


def test_every_command_of_textlocal_stands_on_its_page(clean_sandbox: Sandbox) -> None:
    rule = {"vendor": "textlocal", "operation": "?", "fault": "drop-before"}
    answer = requests.post(f"{clean_sandbox.url}/_sandbox/faults", json=rule, timeout=10)
    commands = ast.literal_eval(answer.json()["problems"][0].rpartition(" one of ")[2])
    assert len(commands) > 20
    for command in commands:
        assert any(line.startswith("| ") and f"`{command}`" in line.split(" | ")[0] for line in README.splitlines())
