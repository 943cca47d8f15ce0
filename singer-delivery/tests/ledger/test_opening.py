"""What stands in a ledger's way when it is opened, and what is left of it then."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import TYPE_CHECKING

import pytest

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import Ledger, failures, schema, store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def locked(tmp_path: Path) -> sqlite3.Connection:
    """A ledger that was never opened by us, as another program holds it."""
    connection = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN EXCLUSIVE")
    return connection


def test_a_new_file_that_another_program_holds_is_waited_for(
    locked: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "WAIT_SECONDS", 0.01)
    free = threading.Timer(0.1, locked.execute, ["ROLLBACK"])
    real = time.monotonic()
    monkeypatch.setattr("singer_delivery.ledger.opening.monotonic", lambda: real)  # a clock that stands still
    free.start()
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert ledger.scope("a") == 1
    ledger.close()
    free.join()
    locked.close()


def test_a_new_file_that_another_program_keeps_is_told(
    locked: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "WAIT_SECONDS", 0.05)
    with pytest.raises(LedgerError, match="is held by another program"):
        Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    locked.close()


def test_a_url_that_asks_for_what_is_not_installed_is_refused_without_its_password() -> None:
    with pytest.raises(LedgerError, match="is not the URL of a database") as refused:
        Ledger.open("postgresql://u:hush-hush@h/d?plugin=none")
    assert "hush-hush" not in str(refused.value)


def test_a_ledger_that_cannot_be_read_is_let_go_of(
    url: str, monkeypatch: pytest.MonkeyPatch, open_ledger: Callable[..., Ledger]
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(store, "Writes", lambda dialect: {}[dialect])
        with pytest.raises(KeyError):
            Ledger.open(url)
    ledger = open_ledger()
    assert ledger.left_alone(ledger.scope("a"), [], 0) == {}


def test_a_message_about_a_column_of_digests_can_be_written() -> None:
    assert str(schema.meta.c.salt.type) == "DIGEST"
