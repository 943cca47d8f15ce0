"""Check the types of the tests as strictly as those of the packages; `make check` runs it.

pytest runs the tests without packages, so that several folders have modules of one name (`conftest`, `test_mapping`),
which mypy refuses. So it sees them through links, each folder as a package: `singer-delivery/tests/test_pace.py`
is `singer_delivery_tests.test_pace`. What tests import by its bare name, as `target_runs`, is a module there, too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINKS = ROOT / ".mypy_cache" / "tests"
_PATH = re.compile(r"^[^:\s]+")


def main() -> int:
    """Check all of them; 1 if one has an error."""
    places = _places()
    shutil.rmtree(LINKS, ignore_errors=True)
    for place, file in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(file)
    real = {str(place.relative_to(ROOT)): str(file.relative_to(ROOT)) for place, file in places.items()}
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--explicit-package-bases", *real],
        cwd=ROOT,
        env={
            **os.environ,
            "MYPYPATH": os.pathsep.join(
                [str(LINKS), str(ROOT / "scripts"), str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "peer")]
            ),
        },
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    lines = [_PATH.sub(lambda path: real.get(path[0], path[0]), line) for line in done.stdout.splitlines()]
    if done.returncode:
        print("\n".join(lines))
        return 1
    print(f"Types of tests: {len(real):,} files without an error.")
    return 0


def _places() -> dict[Path, Path]:
    """Where mypy is to find each file, and the file."""
    places = {LINKS / "conftest.py": ROOT / "conftest.py"}
    for folder in [ROOT / "tests", *sorted(ROOT.glob("[!.]*/tests"))]:
        package = f"{folder.parent.name}_tests".replace("-", "_") if folder.parent != ROOT else "workspace_tests"
        for file in sorted(folder.rglob("*.py")):
            place = LINKS / _place(file, folder, package)
            if place in places:
                sys.exit(f"Two modules of tests have the same name: {places[place]} and {file}. Rename one.")
            places[place] = file
    return places


def _place(file: Path, folder: Path, package: str) -> Path:
    """Return where mypy is to find a file of a folder of tests."""
    if (file.parent / "__init__.py").is_file():  # a package of its own, of which the tests name the modules
        return file.relative_to(folder)
    collected = file.name == "conftest.py" or file.name.startswith("test_")
    return Path(package) / file.relative_to(folder) if collected else Path(file.name)


if __name__ == "__main__":
    sys.exit(main())
