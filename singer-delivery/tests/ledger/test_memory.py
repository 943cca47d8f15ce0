from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import migrations
from singer_delivery.memory import Memory


@pytest.fixture
def reopened(open_ledger):
    """What a later run knows."""
    return lambda scope="attributes/1", **options: Memory(open_ledger(**options), scope)


def test_a_later_run_knows_what_an_earlier_one_learned(ledger, reopened):
    memory = Memory(ledger, "attributes/1")
    assert memory.known() == {}
    memory.learn("Loyalty Points", "number")
    memory.learn("émoji 🎉", "string")
    assert memory.known() == reopened().known() == {"Loyalty Points": "number", "émoji 🎉": "string"}


def test_what_is_learned_anew_takes_the_place_of_the_old(ledger, reopened):
    memory = Memory(ledger, "attributes/1")
    memory.learn("points", "string")
    memory.learn("points", "number")
    assert reopened().known() == {"points": "number"}


def test_actions_and_accounts_know_nothing_of_each_other(ledger, reopened):
    Memory(ledger, "attributes/1").learn("points", "number")
    assert reopened("attributes/1/more").known() == {}
    assert reopened("attributes/2").known() == {}
    assert reopened(owner="another target").known() == {}


def test_what_is_handed_out_is_a_copy(ledger):
    memory = Memory(ledger, "attributes/1")
    memory.known()["points"] = "number"
    assert memory.known() == {}


def test_a_dry_run_reads_and_leaves_nothing_behind(ledger, reopened):
    Memory(ledger, "attributes/1").learn("points", "number")
    dry = reopened(dry_run=True)
    dry.learn("colour", "string")
    dry.learn("points", "string")
    assert reopened().known() == {"points": "number"}


def test_threads_may_learn_at_once(ledger, reopened):
    memory = Memory(ledger, "attributes/1")
    facts = {f"attribute {number}": str(number) for number in range(40)}
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(memory.learn, facts, facts.values()))
    assert memory.known() == reopened().known() == facts


def test_what_could_not_be_written_is_not_known(ledger):
    memory = Memory(ledger, "attributes/1")
    memory.known()
    with ledger._engine.begin() as connection:
        connection.execute(text("DROP TABLE ledger_memory"))
    with pytest.raises(LedgerError):
        memory.learn("points", "number")
    assert memory.known() == {}


def test_a_ledger_of_the_release_before_learns_to_remember_and_keeps_what_it_has(url, open_ledger, monkeypatch):
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
