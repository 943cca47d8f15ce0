"""Each package installs by plain pip into an empty environment, from a clone and from git, and is complete."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import dist
import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "singer-command": "singer_command",
    "singer-delivery": "singer_delivery",
    "tap-listrak": "tap_listrak",
    "tap-textlocal": "tap_textlocal",
    "target-attentive": "target_attentive",
    "target-listrak-sms": "target_listrak_sms",
    "target-textlocal": "target_textlocal",
    "vendor-sandbox": "vendor_sandbox",
}
# Those that have the engine below them.
ON_THE_ENGINE = {*(package for package in PACKAGES if package.startswith("target-")), "tap-textlocal"}
# Those that have any of ours below them.
ON_OURS = {*ON_THE_ENGINE, "singer-delivery", "tap-listrak"}
# The command of a package that is not called after it; None for a package without one.
COMMANDS = {"singer-command": None, "singer-delivery": "singer-rejects"}


def run(*command: str | Path) -> str:
    done = subprocess.run([str(each) for each in command], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever package index pip is set up for, without which an empty environment stays empty."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "0", "--timeout", "20"]
    command = [*pip, "download", "--no-deps", "--dest", str(tmp_path_factory.mktemp("index")), "hatchling"]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no package index can be reached from here: nothing can be installed into an empty environment")


# From git only the one whose engine comes from beside it: for the others pip does the same as for a clone.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "source"), [("target-listrak-sms", "git"), *((package, "clone") for package in PACKAGES)]
)
@pytest.mark.usefixtures("index")
def test_a_package_installs_into_an_empty_environment(package: str, source: str, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    commands = tmp_path / "venv" / "bin"
    where = ROOT / package if source == "clone" else f"git+{ROOT.as_uri()}#subdirectory={package}"
    run(commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", where)
    command = COMMANDS.get(package, package)
    if command:
        assert command in run(commands / command, "--help")
    run(commands / "python", "-c", f"import {PACKAGES[package]}")
    if command == package:
        run(commands / "python", "-m", PACKAGES[package], "--help")
    if package in ON_THE_ENGINE and source == "clone":
        # pip has a cache of wheels, and must not take the engine of last week from it.
        where = Path(run(commands / "python", "-c", "import singer_delivery as it; print(it.__path__[0])").strip())
        assert modules(where) == modules(ROOT / "singer-delivery" / "singer_delivery")


def modules(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    dist.build(folder)
    return folder


@pytest.mark.parametrize("package", sorted(ON_OURS))
def test_in_a_clone_a_package_finds_ours_in_the_folder_beside_it(package: str) -> None:
    # Without an address, a name of ours that only the workspace knows would make pip ask the index for it.
    ours = [each for each in dist.project(ROOT / package)["dependencies"] if each.startswith(tuple(PACKAGES))]
    assert ours
    assert all(dist.BESIDE.fullmatch(each) for each in ours)


def test_a_release_names_ours_by_versions_that_fit() -> None:
    said = 'dependencies = [\n    "singer-command @ {root:parent:uri}/singer-command/.",\n    "click>=8.1",\n]\n'
    released = dist.for_an_index(said, {"singer-command": "2.3.1"})
    assert released == 'dependencies = [\n    "singer-command>=2.3.1,<3",\n    "click>=8.1",\n]\n'


@pytest.fixture(scope="module")
def checked(built: Path, index: None) -> Path:
    """What was built, after an index's own checks of it."""
    dist.set_up_tools()
    assert dist.check(built).count("PASSED") == 2 * len(PACKAGES)
    return built


@pytest.mark.slow
@pytest.mark.parametrize("package", PACKAGES)
def test_a_wheel_starts_in_an_empty_environment_and_its_bill_of_materials_names_all_that_came(
    checked: Path, package: str
) -> None:
    bill = dist.try_out(ROOT / package, checked).read_text(encoding="utf-8")
    told = json.loads(bill)
    assert (told["bomFormat"], told["metadata"]["component"]["name"]) == ("CycloneDX", package)
    components = {each["name"].lower().replace("_", "-"): each for each in told["components"]}
    declared = {re.findall(r"^[\w-]+", each)[0].lower() for each in dist.project(ROOT / package)["dependencies"]}
    assert declared <= components.keys()
    assert all(each["licenses"] for each in components.values())
    # Where it was built is nobody's business.
    assert not re.search(f"file:|{re.escape(str(ROOT))}|{re.escape(str(checked))}", bill)


@pytest.mark.parametrize(("package", "module"), PACKAGES.items())
def test_a_wheel_holds_the_whole_package_and_its_metadata(built: Path, package: str, module: str) -> None:
    (wheel,) = built.glob(f"{module}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata_name,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        metadata = message_from_bytes(archive.read(metadata_name))
    for source in (ROOT / package / module).rglob("*.py"):
        assert source.relative_to(ROOT / package).as_posix() in names
    assert f"{module}/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert metadata["Name"] == package
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["Description-Content-Type"] == "text/markdown"
    for field in ("Summary", "Author", "Keywords", "Classifier"):
        assert metadata[field]
    # An index takes no address in the place of a version.
    requirements = metadata.get_all("Requires-Dist")
    assert requirements is not None
    ours = [each for each in requirements if each.startswith(tuple(PACKAGES))]
    assert all(each.endswith("<2,>=1.0.0") for each in ours)
    assert bool(ours) == (package in ON_OURS)
    assert not any("@" in each for each in requirements)


@pytest.mark.parametrize(("package", "module"), PACKAGES.items())
def test_a_source_distribution_holds_tests_licence_and_readme(built: Path, package: str, module: str) -> None:
    (sdist,) = built.glob(f"{module}-*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        project = archive.extractfile(f"{sdist.name.removesuffix('.tar.gz')}/pyproject.toml")
        assert project
        said = project.read().decode()
    assert {"LICENSE", "README.md", "pyproject.toml"} <= names
    assert "{root" not in said
    for test in (ROOT / package / "tests").glob("test_*.py"):
        assert f"tests/{test.name}" in names
