"""The sandbox and the plugins meet over HTTP only, so that neither can hide the other's mistakes."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "vendor_sandbox"
FRIENDS = {"vendor_sandbox", "click", "jinja2", "lxml", "msgspec", "starlette", "uvicorn"}
VENDORS = tuple(f"vendor_sandbox.{path.parent.name}" for path in PACKAGE.glob("*/vendor.py"))
SHARED = sorted(path for path in (*PACKAGE.glob("*.py"), *PACKAGE.glob("console/*.py")) if path.name != "app.py")


def imported(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return names + [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_a_module_imports_no_plugin(path: Path) -> None:
    roots = {name.partition(".")[0] for name in imported(path)}
    assert roots <= FRIENDS | sys.stdlib_module_names


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name)
def test_what_vendors_share_knows_no_vendor(path: Path) -> None:
    assert not [name for name in imported(path) if name.startswith(VENDORS)]
