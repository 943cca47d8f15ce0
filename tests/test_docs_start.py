"""'Start in five minutes', word for word: what it says is seen is seen. The demo has tests of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from docs_blocks import SHELL, blocks_of
from meltano_project import BIN, ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

    from sandboxes import Sandbox

PAGE = "docs/start.md"
HERE = "target-listrak-sms "


@pytest.fixture
def folder(tmp_path: Path, clean_sandbox: Sandbox) -> Path:
    """A folder like that of the repository, whose examples know this sandbox."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(BIN)
    shutil.copytree(ROOT / "docs/examples", tmp_path / "docs/examples")
    settings = tmp_path / "docs/examples/listrak.json"
    text = settings.read_text(encoding="utf-8")
    assert "http://127.0.0.1:8700/" in text
    settings.write_text(text.replace("http://127.0.0.1:8700/", f"{clean_sandbox.url}/"), encoding="utf-8")
    return tmp_path


def typed(folder: Path, command: str) -> str:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**environment(), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_a_sync_by_hand_goes_as_the_page_says(folder: Path, clean_sandbox: Sandbox) -> None:
    seen, first = [], len(clean_sandbox.texts())
    for block in blocks_of(PAGE):
        if block.language in SHELL:
            by_hand = [each for each in block.commands if HERE in each]
            seen += [typed(folder, each) for each in by_hand]
        elif block.language == "text":
            # A block shows what its command printed; where two runs are one block, each has a block of its own.
            assert any(all(line in told for line in block.text.splitlines()) for told in seen[-2:]), block.text

    assert sorted(each["phone"] for each in clean_sandbox.texts())[first:] == ["19075550142", "19075550143"]
    assert (folder / "output/listrak.html").is_file()


def test_the_two_runs_are_told_in_their_order() -> None:
    accepted = re.findall(
        r"^customers  subscribe +4 +(\d) +(\d)", (ROOT / PAGE).read_text(encoding="utf-8"), re.MULTILINE
    )

    assert accepted == [("0", "0"), ("2", "0"), ("0", "2")]


def test_every_other_command_is_a_target_of_make_or_gets_the_repository() -> None:
    others = [
        each for block in blocks_of(PAGE) if block.language in SHELL for each in block.commands if HERE not in each
    ]

    assert others == [
        "git clone <this repository> singer-sms",
        "cd singer-sms",
        "make demo",
        "make sandbox",
        'export PATH="$PWD/.venv/bin:$PATH"',
    ]
