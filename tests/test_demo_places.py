"""What the demo is given, a folder and a database: nothing of others is removed, and no password is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import demo_folder
import pytest
from demo_folder import MARKER, claim
from demo_postgres import Database, PostgresError
from demo_processes import DemoError
from meltano_project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "s3cret-canary"
LIKE_PSQL = """#!/bin/sh
echo "$@"
echo "by the environment: $PGPASSWORD"
"""


def demo(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", ROOT / "scripts" / "demo.py", *arguments],
        env={**os.environ, "COLUMNS": "120", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "sandbox" / "theirs.txt"
    theirs.parent.mkdir()
    theirs.write_text("years of work")
    done = demo("--folder", tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path} is not empty, and no folder of the demo" in done.stdout
    assert [*tmp_path.rglob("*")] == [theirs.parent, theirs]


def test_a_folder_that_is_new_or_empty_becomes_the_demos_and_stays_it(tmp_path: Path) -> None:
    for folder in (tmp_path / "new" / "one", tmp_path / "empty"):
        if folder.name == "empty":
            folder.mkdir()
        claim(folder)
        (folder / "texts").mkdir()
        claim(folder)
        assert sorted(each.name for each in folder.iterdir()) == [MARKER, "texts"]


def test_the_default_folder_of_an_older_demo_is_the_demos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_folder, "DEFAULT", tmp_path)
    (tmp_path / "sandbox").mkdir()
    claim(tmp_path)
    assert (tmp_path / MARKER).is_file()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DemoError, match="cannot be the demo's folder"):
        claim(tmp_path / "file" / "folder")


@pytest.mark.parametrize("where", ["user:{}@127.0.0.1:9/nowhere", "user@127.0.0.1:9/nowhere?password={}"])
def test_the_password_of_a_database_is_in_no_list_of_processes(tmp_path: Path, where: str) -> None:
    (tmp_path / "psql").write_text(LIKE_PSQL)
    (tmp_path / "psql").chmod(0o700)
    done = demo(
        *("--folder", tmp_path / "folder", "--psql", "--list"),
        DATABASE_URL=f"postgresql+psycopg://{where.format(PASSWORD)}",
        PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
    )
    arguments, environment = done.stdout.splitlines()
    assert PASSWORD not in arguments
    assert "host=127.0.0.1" in arguments
    assert "dbname=nowhere" in arguments
    assert arguments.endswith("--list")
    assert environment == f"by the environment: {PASSWORD}"


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://user:{PASSWORD}@127.0.0.1/nowhere",
        f"user:{PASSWORD}@127.0.0.1/nowhere",
        f"postgresql:user:{PASSWORD}@127.0.0.1/nowhere",
        f"postgresql://user:100%{PASSWORD}@127.0.0.1/nowhere",
    ],
)
def test_an_address_of_no_postgresql_is_said_without_the_address(url: str) -> None:
    with pytest.raises(PostgresError, match=r"^DATABASE_URL .* Give one such as postgresql://") as told:
        Database.named(url, "DATABASE_URL")
    assert PASSWORD not in str(told.value)


def test_it_is_said_before_anything_is_started(tmp_path: Path) -> None:
    done = demo("--folder", tmp_path / "folder", DATABASE_URL=f"mysql://user:{PASSWORD}@127.0.0.1/nowhere")
    assert done.returncode == 1
    assert PASSWORD not in done.stdout
    assert done.stdout.startswith("DATABASE_URL ")


def test_an_address_without_a_password_needs_no_variable() -> None:
    address, variables = Database.named("postgres://user@localhost/nowhere", "DATABASE_URL").for_psql()
    assert (address, variables) == ("user=user dbname=nowhere host=localhost", {})
