from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest

from singer_delivery.errors import InternalError, LedgerError
from singer_delivery.ledger import NOT_KNOWN, Accepted, EntryState, Ledger, failures

PHONE, EMAIL = b"+12125550142", b"canary@example.com"
NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def fill(ledger: Ledger) -> None:
    scope = ledger.scope("subscribe/5")
    values = [ledger.digest(value) for value in (PHONE, EMAIL, b'{"phone":"%s"}' % PHONE)]
    ledger.settle([Accepted(scope, *values)], [], [], [])
    ledger.mark_sending(scope, [(ledger.digest(EMAIL), values[2])])


def test_files_hold_nobodys_phone_or_email(path: Path, tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{path}")
    fill(ledger)
    while_open = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert "ledger.db-wal" in while_open
    ledger.close()
    for content in (*while_open.values(), path.read_bytes()):
        assert PHONE not in content
        assert PHONE[1:] not in content
        assert EMAIL not in content


def test_only_the_owner_can_read_new_files(path: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ledger = Ledger.open(f"sqlite:///{path}")
        fill(ledger)
        assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
        ledger.close()
    finally:
        os.umask(before)


def test_writes_survive_a_crash_of_the_machine(path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{path}")
    with ledger._engine.connect() as connection:
        answers = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert answers == ["wal", 2]
    ledger.close()


def test_dry_run_leaves_the_file_as_it_is_and_none_beside_it(path: Path, tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{path}")
    fill(ledger)
    ledger.close()
    before = path.read_bytes()
    dry = Ledger.open(f"sqlite:///{path}", dry_run=True)
    assert dry.known_count(["subscribe"]) == 1
    fill(dry)
    with pytest.raises(LedgerError), dry._writing() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_deliveries")
    dry.close()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]


def refused(url: str, *words: str, **options: Any) -> str:
    with pytest.raises(LedgerError) as caught:
        Ledger.open(str(url), **options)
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert "ledger_url" in message
    assert caught.value.__cause__ is None
    return message


@pytest.mark.parametrize("options", [{}, {"dry_run": True}])
def test_file_that_is_no_database_is_refused_and_left_alone(path: Path, options: dict[str, Any]) -> None:
    path.write_text("phone,email\n" * 500)
    refused(f"sqlite:///{path}", str(path), "is not a SQLite database", **options)
    assert path.read_text() == "phone,email\n" * 500


def test_database_that_is_no_ledger_is_refused_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE customers (phone)")
    connection.close()
    before = path.read_bytes()
    refused(f"sqlite:///{path}", str(path), "but not a ledger")
    assert path.read_bytes() == before


def test_missing_folder_is_named(tmp_path: Path) -> None:
    refused(f"sqlite:///{tmp_path}/none/ledger.db", f"{tmp_path}/none/ledger.db", "its folder does not exist")
    assert list(tmp_path.iterdir()) == []


def test_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    refused(f"sqlite:///{tmp_path}", str(tmp_path), "Is a directory")


def test_folder_that_cannot_be_written_is_named() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:  # who may write anywhere
        os.seteuid(NOBODY)
    try:
        refused(f"sqlite:///{folder}/ledger.db", f"{folder}/ledger.db", "Permission denied")
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("url", ["ledger.db", "", "mysql://u:hush-hush@h/d", "postgresql://u:hush-hush@h:port/d"])
def test_url_of_no_ledger_is_refused_without_its_password(url: str) -> None:
    assert "hush-hush" not in refused(url, "sqlite:///ledger.db")


def test_ledger_held_by_another_writer_is_waited_for_and_then_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "WAIT_SECONDS", 0.1)
    ledger = Ledger.open(f"sqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match=r"ledger.db is held by another program, for longer than 0.1 s"):
        fill(ledger)
    other.execute("ROLLBACK")
    fill(ledger)
    assert ledger.known_count(["subscribe"]) == 1
    other.close()
    ledger.close()


def test_file_that_vanishes_is_an_error_and_not_made_anew(path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{path}")
    ledger.close()
    path.unlink()
    with pytest.raises(LedgerError, match="cannot be used: unable to open database file"):
        ledger.known_count(["a"])
    assert not path.exists()


def test_what_is_not_known_of_some_shifts_nothing_of_others_that_are_settled_with_them(path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{path}")
    scope = ledger.scope("texts")
    digests = [tuple(ledger.digest(b"%d %d" % (number, place)) for place in range(3)) for number in range(6)]
    rows = [Accepted(scope, *digests[number]) for number in (1, 3, 5)]
    rows += [Accepted(scope, digests[number][0], NOT_KNOWN, NOT_KNOWN) for number in (0, 2, 4)]
    ledger.mark_sending(scope, [(row.key, row.payload) for row in rows])

    ledger.settle(rows, [], [], [])

    found = ledger.by_key(scope, [row.key for row in rows])
    assert {key: (entry.payload, entry.state) for key, entry in found.items()} == {
        row.key: (row.payload, EntryState.ACCEPTED) for row in rows
    }
    ledger.close()


def test_a_digest_of_another_size_is_refused_before_it_shifts_what_is_behind_it(path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{path}")
    with pytest.raises(InternalError, match="16 bytes"):
        ledger.mark_sending(ledger.scope("texts"), [(ledger.digest(PHONE), b"")])
    ledger.close()
