"""What stands under our packages: each with a reason, declared, locked, and under a licence that was looked at."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import audit
import pytest
from audit_licences import ALLOWED, PACKAGES, unfit

if TYPE_CHECKING:
    from collections.abc import Iterable

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"[\w.-]+")
OURS = {package.name for package in audit.packages()}


def name_of(requirement: str) -> str:
    found = NAME.match(requirement)
    assert found, requirement
    return found[0]


def names(requirements: Iterable[object]) -> set[str]:
    found = {name_of(each) for each in requirements if isinstance(each, str)}
    return {name for name in found if name not in OURS}


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def listed(heading: str) -> list[str]:
    """Return the names in a table of CONTRIBUTING, several to a row."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = text.partition(f"| {heading} | what for |\n| --- | --- |\n")[2].partition("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert all(reason for _, reason in cells)
    return [name for first, _ in cells for name in first.split(", ")]


def test_each_dependency_of_the_packages_has_its_reason_in_contributing_and_none_is_told_that_is_not_there() -> None:
    declared = set()
    for package in audit.packages():
        told = project(package)["project"]
        for requirements in (told.get("dependencies", []), *told.get("optional-dependencies", {}).values()):
            declared |= names(requirements)
    assert sorted(listed("in the packages")) == sorted(declared)


def test_each_dependency_of_development_has_its_reason_in_contributing_and_none_is_told_that_is_not_there() -> None:
    groups = project(ROOT)["dependency-groups"]
    assert sorted(listed("in development")) == sorted(names(groups["dev"] + groups["release"]))


@pytest.mark.parametrize("lock", audit.LOCKS, ids=lambda each: each.name)
def test_each_version_is_locked_with_hashes_and_without_an_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    versions = re.findall(r"^\S+==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(versions) == len(re.findall("^[a-zA-Z]", text, re.MULTILINE)) > 50
    assert "://" not in text


def test_what_is_declared_is_locked() -> None:
    for lock, groups in zip(audit.LOCKS, (("dev",), ("release",)), strict=True):
        locked = {line.partition("==")[0] for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line}
        for group in groups:
            assert {name.lower() for name in names(project(ROOT)["dependency-groups"][group])} <= locked


def test_what_is_imported_without_being_declared_and_the_other_way_round_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "tap-listrak"
    shutil.copytree(ROOT / "tap-listrak", package, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    monkeypatch.setattr(audit, "packages", lambda: [package])
    assert audit.declared() == []
    path = package / "pyproject.toml"
    changed = path.read_text(encoding="utf-8").replace('"zeep>=4.3.2"', '"uvicorn"')
    path.write_text(changed, encoding="utf-8")
    found = audit.declared()
    assert any(" 'zeep' imported" in each for each in found)
    assert any(" 'uvicorn' defined as a dependency but not used" in each for each in found)


@pytest.mark.parametrize(
    ("licence", "fits"),
    [
        ("MIT", True),
        ("MIT AND PSF-2.0", True),
        ("MIT OR GPL-3.0-only", True),
        ("BSD License; Apache Software License", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("UNKNOWN", False),
    ],
)
def test_a_licence_fits_if_each_part_that_binds_does(licence: str, *, fits: bool) -> None:
    assert (unfit({"something": licence}) == []) == fits


def test_a_package_that_was_looked_at_is_looked_at_again_when_its_licence_changes() -> None:
    told = {name: licence for name, (licence, _) in PACKAGES.items()}
    assert unfit(told) == []
    assert len(unfit(dict.fromkeys(told, "BUSL-1.1"))) == len(told)
    assert all(ALLOWED.values())


@pytest.mark.slow
def test_where_the_service_that_knows_vulnerabilities_is_out_of_reach_a_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert audit.main(["vulnerabilities"]) == 0
    assert capsys.readouterr().err == ("vulnerabilities: skipped, the service that knows them cannot be reached.\n")


def test_a_known_vulnerability_ends_with_code_1_and_says_which_version_mends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = {"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}
    answers = [{"name": "fine", "version": "1", "vulns": []}, {"name": "example", "version": "2.0", "vulns": [fault]}]
    monkeypatch.setattr(audit, "_audited", lambda lock, *_: answers if lock in audit.LOCKS[:1] else answers[:1])
    assert audit.main(["vulnerabilities"]) == 1
    assert capsys.readouterr().err == "vulnerabilities: example 2.0 is vulnerable: PYSEC-2026-1, fixed in 2.1\n"
