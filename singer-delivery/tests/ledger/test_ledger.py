from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlalchemy import create_engine, inspect, text

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import Accepted, EntryState, Forget, Ledger, LeftAlone, migrations, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from sqlalchemy.engine.base import Engine


def accepted(
    ledger: Ledger, scope: str, key: bytes, source: bytes = b"source", payload: bytes = b"payload"
) -> Accepted:
    return Accepted(ledger.scope(scope), *map(ledger.digest, (key, source, payload)))


def settle(
    ledger: Ledger,
    accepted: list[Accepted] | tuple[()] = (),
    forget: list[Forget] | tuple[()] = (),
    clear: list[tuple[int, bytes]] | tuple[()] = (),
    touch: list[Accepted] | tuple[()] = (),
) -> None:
    ledger.settle(accepted, forget, clear, touch)


@pytest.fixture
def database(url: str) -> Iterator[Engine]:
    """The database below the ledger."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


def state_of(ledger: Ledger, row: Accepted) -> EntryState | None:
    entry = ledger.by_key(row.scope, [row.key]).get(row.key)
    return entry and entry.state


def test_reopened_ledger_has_the_same_salt_and_rows(open_ledger: Callable[..., Ledger]) -> None:
    first = open_ledger()
    row = accepted(first, "subscribe/5", b"k")
    settle(first, [row])
    first.close()
    again = open_ledger()
    assert again.scope("subscribe/5") == row.scope
    assert again.digest(b"k") == row.key
    assert len(row.key) == 16
    assert again.by_source(row.scope, [row.source]) == {row.source: row.key}
    assert again.by_key(row.scope, [row.key])[row.key].payload == row.payload


def test_another_ledger_has_another_salt(ledger: Ledger) -> None:
    other = Ledger.open("sqlite://")
    assert other.digest(b"+12125550100") != ledger.digest(b"+12125550100")
    other.close()


def test_later_acceptance_takes_the_place_of_the_earlier(ledger: Ledger) -> None:
    old, new = (accepted(ledger, "a", b"k", *values) for values in ((b"s1", b"p1"), (b"s2", b"p2")))
    settle(ledger, [old, new])
    assert ledger.by_source(old.scope, [old.source, new.source]) == {new.source: new.key}
    assert ledger.by_key(new.scope, [new.key])[new.key].payload == new.payload
    assert ledger.known_count(["a"]) == 1


def test_targets_that_share_a_database_do_not_see_each_others_deliveries(url: str) -> None:
    one, other = Ledger.open(url, "target-one"), Ledger.open(url, "target-other")
    row, same = accepted(one, "subscribe/5", b"k"), accepted(other, "subscribe/5", b"k")
    settle(one, [row])
    assert other.by_source(same.scope, [same.source]) == {}
    settle(other, forget=[Forget("subscribe", same.key)])
    assert (one.known_count(["subscribe"]), other.known_count(["subscribe"])) == (1, 0)
    one.close()
    other.close()


def test_nothing_asked_is_nothing_found(ledger: Ledger) -> None:
    assert ledger.by_source(1, []) == {}
    assert ledger.by_key(1, []) == {}
    assert ledger.known_count([]) == 0
    settle(ledger)
    ledger.mark_sending(1, [])


def test_thousands_are_found_at_once(ledger: Ledger) -> None:
    rows = [accepted(ledger, "a", b"%d" % n, b"s%d" % n) for n in range(5000)]
    settle(ledger, rows)
    absent = [ledger.digest(b"absent%d" % n) for n in range(500)]
    assert ledger.by_source(rows[0].scope, [*absent, *(r.source for r in rows)]) == {r.source: r.key for r in rows}
    assert ledger.by_key(rows[0].scope, [r.key for r in rows]).keys() == {r.key for r in rows}


def test_forgetting_goes_below_the_scope_and_not_beside_it(ledger: Ledger) -> None:
    names = ("subscribe/5", "subscribe/5/Master List", "subscribe/50", "subscribe", "Xsubscribe/5")
    rows = {name: accepted(ledger, name, b"k") for name in names}
    other = accepted(ledger, "subscribe/5", b"somebody else")
    settle(ledger, [*rows.values(), other])
    assert ledger.known_count(["subscribe/5", "subscribe"]) == 5
    settle(ledger, forget=[Forget("subscribe/5", ledger.digest(b"k"))])
    assert [name for name in names if state_of(ledger, rows[name])] == ["subscribe/50", "subscribe", "Xsubscribe/5"]
    assert state_of(ledger, other) is EntryState.ACCEPTED


@pytest.mark.parametrize("sign", ["%", "_"])
def test_signs_of_a_pattern_in_a_scope_mean_themselves(ledger: Ledger, sign: str) -> None:
    row = accepted(ledger, "a1/x", b"k")
    settle(ledger, [row], forget=[Forget(f"a{sign}", row.key)])
    assert state_of(ledger, row) is EntryState.ACCEPTED


def test_sending_is_not_found_by_source_and_is_cleared(ledger: Ledger) -> None:
    row = accepted(ledger, "a", b"k")
    settle(ledger, [row])
    ledger.mark_sending(row.scope, [(row.key, ledger.digest(b"new"))])
    assert ledger.by_source(row.scope, [row.source]) == {}
    assert ledger.known_count(["a"]) == 0
    entry = ledger.by_key(row.scope, [row.key])[row.key]
    assert (entry.payload, entry.state) == (ledger.digest(b"new"), EntryState.SENDING)
    settle(ledger, clear=[(row.scope, row.key)])
    assert state_of(ledger, row) is None


def test_accepted_beats_sending_and_is_not_cleared(ledger: Ledger) -> None:
    row = accepted(ledger, "a", b"k")
    ledger.mark_sending(row.scope, [(row.key, row.payload)])
    settle(ledger, [row], clear=[(row.scope, row.key)])
    assert state_of(ledger, row) is EntryState.ACCEPTED
    assert ledger.by_source(row.scope, [row.source]) == {row.source: row.key}


def test_touch_changes_the_source_of_an_equal_payload_only(ledger: Ledger) -> None:
    row, other = accepted(ledger, "a", b"k"), accepted(ledger, "a", b"k2")
    settle(ledger, [row, other])
    new = ledger.digest(b"new")
    changed = other._replace(source=new, payload=ledger.digest(b"different"))
    unknown = accepted(ledger, "a", b"unknown", b"u")
    settle(ledger, touch=[row._replace(source=new), changed, unknown])
    assert ledger.by_source(row.scope, [new]) == {new: row.key}
    assert ledger.by_source(row.scope, [row.source]) == {row.source: other.key}
    assert state_of(ledger, unknown) is None


def test_settling_is_all_or_nothing(ledger: Ledger) -> None:
    row = accepted(ledger, "a", b"k")
    with pytest.raises(LedgerError):
        ledger.settle([row], [], [], [], [LeftAlone(row.scope, row.key, row.source, cast("str", None))])
    assert state_of(ledger, row) is None


def test_dry_run_changes_nothing(open_ledger: Callable[..., Ledger], database: Engine) -> None:
    ledger = open_ledger()
    row = accepted(ledger, "a", b"k")
    settle(ledger, [row])
    dry = open_ledger(dry_run=True)
    assert dry.by_source(dry.scope("a"), [row.source]) == {row.source: row.key}
    new = dry.scope("new")
    assert new == dry.scope("new") != dry.scope("newer")
    dry.mark_sending(row.scope, [(row.key, row.payload)])
    settle(dry, [row._replace(scope=new)], [Forget("a", row.key)])
    assert dry.by_key(new, [row.key]) == {}
    assert state_of(ledger, row) is EntryState.ACCEPTED
    with database.connect() as connection:
        assert connection.execute(text("SELECT name FROM ledger_scopes")).scalars().all() == ["a"]


def test_dry_run_makes_no_ledger(
    url: str, open_ledger: Callable[..., Ledger], database: Engine, tmp_path: Path
) -> None:
    dry = open_ledger(dry_run=True)
    assert dry.by_source(dry.scope("a"), [dry.digest(b"s")]) == {}
    assert list(tmp_path.iterdir()) == []
    if url.startswith("postgresql"):
        assert inspect(database).get_table_names() == []


def test_two_threads_read_and_write_at_once(ledger: Ledger) -> None:
    scope = ledger.scope("a")
    groups = [[accepted(ledger, "a", b"%d/%d" % (n, m), b"%d/%d" % (n, m)) for m in range(50)] for n in range(40)]

    def write() -> None:
        for group in groups:
            settle(ledger, group)

    def read_and_mark() -> None:
        for group in groups:
            ledger.by_source(scope, [row.source for row in group])
            ledger.mark_sending(scope, [(ledger.digest(b"m" + row.key), row.payload) for row in group])
            ledger.scope(f"new {group[0].key!r}")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write), pool.submit(read_and_mark)]:
            done.result()
    assert ledger.known_count(["a"]) == 2000
    assert all(len(ledger.by_key(scope, [ledger.digest(b"m" + r.key) for r in group])) == 50 for group in groups)


def _create(url: str, barrier: Barrier, answers: Queue[Any]) -> None:
    barrier.wait()
    try:
        ledger = Ledger.open(url)
        answers.put((ledger.digest(b"x"), ledger.scope("a")))
        ledger.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
        answers.put(repr(error))


def test_processes_that_make_it_at_once_share_one_ledger(url: str) -> None:
    fork = multiprocessing.get_context("fork")
    barrier, answers = fork.Barrier(3), fork.Queue()
    workers = [fork.Process(target=_create, args=(url, barrier, answers)) for _ in range(3)]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert len(set(found)) == 1, found
    assert isinstance(found[0], tuple), found


def test_ledger_of_version_1_is_brought_up_to_date(
    url: str, open_ledger: Callable[..., Ledger], database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr(migrations, "STEPS", migrations.STEPS[:1])
        past.setattr(migrations, "VERSION", 1)
        with database.begin() as connection:
            migrations.migrate(connection, "x")
            connection.execute(text("INSERT INTO ledger_scopes (name) VALUES ('a')"))
            connection.execute(
                text("INSERT INTO ledger_deliveries (scope, key, payload, state, at) VALUES (1, :key, :key, 2, 7)"),
                {"key": b"k" * 16},
            )
            salt = connection.execute(text("SELECT salt FROM ledger_meta")).scalar()
    if url.startswith("postgresql"):
        with pytest.raises(LedgerError, match="is of version 1, and is only read"):
            open_ledger(dry_run=True)
    else:
        assert open_ledger(dry_run=True).known_count(["a"]) == 1
        assert "source" not in {column["name"] for column in inspect(database).get_columns("ledger_deliveries")}
    ledger = open_ledger()
    assert ledger.by_key(1, [b"k" * 16]) == {b"k" * 16: (b"k" * 16, EntryState.ACCEPTED, 7)}
    settle(ledger, touch=[Accepted(1, b"k" * 16, b"s" * 16, b"k" * 16)])
    assert ledger.by_source(1, [b"s" * 16]) == {b"s" * 16: b"k" * 16}
    with ledger._engine.connect() as connection:
        assert connection.execute(text("SELECT salt, version FROM ledger_meta")).one() == (salt, migrations.VERSION)


def test_ledger_of_a_newer_release_is_refused(url: str, open_ledger: Callable[..., Ledger]) -> None:
    ledger = open_ledger()
    with ledger._engine.begin() as connection:
        connection.execute(text("UPDATE ledger_meta SET version = 99"))
    for options in ({}, {"dry_run": True}):
        with pytest.raises(
            LedgerError,
            match=rf"its version is 99, and this release knows versions up to {migrations.VERSION}\. Upgrade",
        ):
            open_ledger(**options)


def test_queries_see_the_tables_that_the_migrations_make(ledger: Ledger) -> None:
    found = inspect(ledger._engine)
    for table in schema.meta, schema.scopes, schema.deliveries, schema.left_alone, schema.memory:
        assert {each["name"] for each in found.get_columns(table.name)} == set(table.columns.keys())
        assert found.get_pk_constraint(table.name)["constrained_columns"] == list(table.primary_key.columns.keys())
    (index,) = found.get_indexes("ledger_deliveries")
    assert index["column_names"] == ["source", "scope"]
