from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, inspect, text

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import Ledger, migrations
from singer_delivery.memory import Memory, remembered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def reopened(open_ledger: Callable[..., Ledger]) -> Callable[..., Any]:
    """What a later run knows."""
    return lambda scope="attributes/1", **options: Memory(open_ledger(**options), scope)


def test_a_later_run_knows_what_an_earlier_one_learned(ledger: Ledger, reopened: Callable[..., Any]) -> None:
    memory = Memory(ledger, "attributes/1")
    assert memory.known() == {}
    memory.learn("Loyalty Points", "number")
    memory.learn("émoji 🎉", "string")
    assert memory.known() == reopened().known() == {"Loyalty Points": "number", "émoji 🎉": "string"}


def test_what_is_learned_anew_takes_the_place_of_the_old(ledger: Ledger, reopened: Callable[..., Any]) -> None:
    memory = Memory(ledger, "attributes/1")
    memory.learn("points", "string")
    memory.learn("points", "number")
    assert reopened().known() == {"points": "number"}


def test_actions_and_accounts_know_nothing_of_each_other(ledger: Ledger, reopened: Callable[..., Any]) -> None:
    Memory(ledger, "attributes/1").learn("points", "number")
    assert reopened("attributes/1/more").known() == {}
    assert reopened("attributes/2").known() == {}
    assert reopened(owner="another target").known() == {}


def test_what_is_handed_out_is_a_copy(ledger: Ledger) -> None:
    memory = Memory(ledger, "attributes/1")
    memory.known()["points"] = "number"
    assert memory.known() == {}


def test_a_dry_run_reads_and_leaves_nothing_behind(ledger: Ledger, reopened: Callable[..., Any]) -> None:
    Memory(ledger, "attributes/1").learn("points", "number")
    dry = reopened(dry_run=True)
    dry.learn("colour", "string")
    dry.learn("points", "string")
    assert reopened().known() == {"points": "number"}


def test_threads_may_learn_at_once(ledger: Ledger, reopened: Callable[..., Any]) -> None:
    memory = Memory(ledger, "attributes/1")
    facts = {f"attribute {number}": str(number) for number in range(40)}
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(memory.learn, facts, facts.values()))
    assert memory.known() == reopened().known() == facts


def test_many_facts_are_learned_in_one_go_and_dropped_again(ledger: Ledger, reopened: Callable[..., Any]) -> None:
    memory = Memory(ledger, "attributes/1")
    memory.learn("points", "string")
    memory.learn_all({"points": "number", "tier": "string", "shop": "string"})
    assert memory.known() == reopened().known() == {"points": "number", "tier": "string", "shop": "string"}
    Memory(ledger, "attributes/2").learn("tier", "number")
    memory.forget(["tier", "shop", "never learned"])
    assert memory.known() == reopened().known() == {"points": "number"}
    assert reopened("attributes/2").known() == {"tier": "number"}
    memory.forget([])
    memory.learn_all({})


def test_a_dry_run_drops_nothing(ledger: Ledger, reopened: Callable[..., Any]) -> None:
    Memory(ledger, "attributes/1").learn("points", "number")
    reopened(dry_run=True).forget(["points"])
    assert reopened().known() == {"points": "number"}


def test_what_could_not_be_written_is_not_known(ledger: Ledger) -> None:
    memory = Memory(ledger, "attributes/1")
    memory.known()
    with ledger._engine.begin() as connection:
        connection.execute(text("DROP TABLE ledger_memory"))
    with pytest.raises(LedgerError):
        memory.learn("points", "number")
    assert memory.known() == {}


def test_a_ledger_of_the_release_before_learns_to_remember_and_keeps_what_it_has(
    url: str, open_ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with monkeypatch.context() as past:
        past.setattr(migrations, "STEPS", migrations.STEPS[:3])
        past.setattr(migrations, "VERSION", 3)
        with database.begin() as connection:
            migrations.migrate(connection, "x")
            connection.execute(text("INSERT INTO ledger_scopes (name) VALUES ('attributes/1')"))
            connection.execute(
                text("INSERT INTO ledger_deliveries (scope, key, payload, state, at) VALUES (1, :key, :key, 2, 7)"),
                {"key": b"k" * 16},
            )
    database.dispose()
    ledger = open_ledger()
    Memory(ledger, "attributes/1").learn("points", "number")
    assert Memory(ledger, "attributes/1").known() == {"points": "number"}
    assert ledger.known_count(["attributes"]) == 1


@pytest.fixture
def learned(url: str) -> str:
    """Writes what two targets have learned; returns the ledger's address."""
    for owner, scope, name, value in (
        ("target-a", "messages/example.com", "17", "{}"),
        ("target-a", "messages/example.com", "9", "nine"),
        ("target-a", "messages", "1", "one"),
        ("target-a", "messages2/example.com", "2", "two"),
        ("target-b", "messages/example.com", "3", "three"),
    ):
        ledger = Ledger.open(url, owner)
        ledger.scope("messages/nothing learned")
        Memory(ledger, scope).learn(name, value)
        ledger.close()
    return url


def test_another_program_reads_what_a_target_learned_by_scope(learned: str) -> None:
    messages = {"messages": {"1": "one"}, "messages/example.com": {"17": "{}", "9": "nine"}}
    assert remembered(learned, "target-a", "messages") == messages
    assert remembered(learned, "target-a", "messages/example.com") == {
        "messages/example.com": {"17": "{}", "9": "nine"}
    }
    assert remembered(learned, "target-a", "") == {**messages, "messages2/example.com": {"2": "two"}}
    assert remembered(learned, "target-a", "message") == remembered(learned, "target", "") == {}


def test_another_program_reads_while_a_target_writes(learned: str) -> None:
    writer = Ledger.open(learned, "target-b")
    with writer._writing() as connection:
        connection.execute(text("UPDATE ledger_memory SET value = 'not yet'"))
        assert remembered(learned, "target-b", "") == {"messages/example.com": {"3": "three"}}
    writer.close()


def test_where_no_ledger_is_nothing_is_known_and_none_is_made(url: str, tmp_path: Path) -> None:
    assert remembered(url, "target-a", "messages") == {}
    assert list(tmp_path.iterdir()) == []
    database = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    assert inspect(database).get_table_names() == []
    database.dispose()


def test_no_folder_is_no_ledger_either(tmp_path: Path) -> None:
    assert remembered(f"sqlite:///{tmp_path}/nowhere/ledger.db", "target-a", "") == {}
    assert remembered("sqlite://", "target-a", "") == {}
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_ledger_or_cannot_be_reached_is_told(tmp_path: Path) -> None:
    (tmp_path / "other.db").write_text("something else altogether, and longer than a header of SQLite's" * 20)
    with pytest.raises(LedgerError, match="not a SQLite database"):
        remembered(f"sqlite:///{tmp_path}/other.db", "target-a", "")
    with pytest.raises(LedgerError, match="`ledger_url`"):
        remembered("ledger.db", "target-a", "")
    with pytest.raises(LedgerError, match="port 9"):
        remembered("postgresql://u:secret@127.0.0.1:9/x", "target-a", "")
