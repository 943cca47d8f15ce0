from __future__ import annotations

import socket
import sys
from typing import Any

import psycopg
import pytest

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import Ledger, claims, failures


def refused(url: str) -> str:
    with pytest.raises(LedgerError) as caught:
        Ledger.open(url)
    return str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_either_spelling_of_the_url_will_do(postgres_url: str, scheme: Any) -> None:
    ledger = Ledger.open(postgres_url.replace("postgresql", scheme, 1))
    assert ledger.scope("a") == 1
    ledger.close()


@pytest.mark.parametrize("as_option", [False, True])
def test_wrong_password_is_told_without_it(postgres_url: str, as_option: Any) -> None:
    guarded = postgres_url.replace("postgres@", "guarded@" if as_option else "guarded:wrong%2Fsecret@")
    message = refused(f"{guarded}&password=wrong%2Fsecret" if as_option else guarded)
    assert "password authentication failed" in message
    assert "port 5432" in message
    assert "ledger_url" in message
    assert "secret" not in message


def test_wrong_port_is_told(postgres_url: str) -> None:
    del postgres_url
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        message = refused(f"postgresql://user:hush-hush@127.0.0.1:{port}/customers")
    assert f"(127.0.0.1, port {port}, database customers) cannot be used" in message
    assert "refused" in message
    assert "hush-hush" not in message


def test_right_to_make_tables_is_asked_for(postgres_url: str) -> None:
    message = refused(postgres_url.replace("postgres@", "guarded:right-password@"))
    assert "permission denied" in message
    assert "right-password" not in message


def test_missing_driver_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'psycopg[binary]'" in refused("postgresql://u:p@h/d")


def test_other_tables_may_be_there(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE meta (x int); CREATE TABLE deliveries (x int)")
    Ledger.open(postgres_url).close()


def test_ledger_held_by_another_writer_is_waited_for_and_then_told(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "WAIT_SECONDS", 0.1)
    ledger = Ledger.open(postgres_url)
    scope = ledger.scope("a")
    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE ledger_deliveries")
        with pytest.raises(LedgerError, match=r"is held by another program, for longer than 0.1 s"):
            ledger.mark_sending(scope, [(b"k" * 16, b"p" * 16)])
    ledger.mark_sending(scope, [(b"k" * 16, b"p" * 16)])
    ledger.close()


def test_claim_that_the_server_let_go_of_ends_the_run_before_the_next_call_that_must_not_be_repeated(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger.open(postgres_url, "target-a")
    ledger.claim()
    mark = (ledger.scope("a"), [(b"k" * 16, b"p" * 16)])
    ledger.mark_sending(*mark)  # it was looked at just now
    monkeypatch.setattr(claims, "LOOK_SECONDS", 0)
    ledger.mark_sending(*mark)
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    with pytest.raises(LedgerError, match="has ended the connection that kept other runs of target-a off it"):
        ledger.mark_sending(*mark)
    ledger.settle([], [], [(mark[0], b"k" * 16)], [])  # what is known already is still written
    ledger.close()
