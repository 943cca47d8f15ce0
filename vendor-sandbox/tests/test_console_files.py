"""What the console is made of is in the package that people install."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]
FILES = [
    path for folder in ("templates", "static") for path in (PROJECT / "vendor_sandbox/console" / folder).iterdir()
]


def test_the_wheel_holds_every_template_and_static_file(tmp_path: Path) -> None:
    command: list[str | Path] = [
        Path(sys.executable).parent / "uv",
        "build",
        "--quiet",
        "--wheel",
        "--no-build-isolation",
    ]
    subprocess.run([*command, "--out-dir", tmp_path, PROJECT], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert len(FILES) > 10
    assert {path.relative_to(PROJECT).as_posix() for path in FILES} <= names


def test_htmx_comes_with_its_licence() -> None:
    assert (PROJECT / "vendor_sandbox/console/static/htmx.LICENSE").read_text(encoding="utf-8").strip()
