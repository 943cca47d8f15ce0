"""The ledger against a dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from singer_delivery.ledger import Accepted, EntryState, Forget

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_delivery.ledger.store import Ledger

    Model = dict[tuple[str, bytes], tuple[bytes, EntryState, bytes | None]]

SCOPES = ("s", "s/5", "s/50", "s/5/a")
KEYS, SOURCES, PAYLOADS = ([bytes([kind, n]) * 8 for n in range(4)] for kind in range(3))

scope = st.sampled_from(SCOPES)
key = st.sampled_from(KEYS)
payload = st.sampled_from(PAYLOADS)
rows = st.lists(st.tuples(scope, key, st.sampled_from(SOURCES), payload), max_size=4)
settlement = st.tuples(
    st.just("settle"),
    rows,
    st.lists(st.tuples(scope, key), max_size=2),
    st.lists(st.tuples(scope, key), max_size=3),
    rows,
)
doubting = st.tuples(st.sampled_from(["doubt", "restore"]), st.lists(st.tuples(scope, key), max_size=3))
marking = st.tuples(st.just("mark"), scope, st.lists(st.tuples(key, payload), max_size=3))


def model_step(model: Model, step: tuple[Any, ...]) -> None:
    if step[0] == "mark":
        model.update({(step[1], key): (payload, EntryState.SENDING, None) for key, payload in step[2]})
    elif step[0] == "settle":
        model_settle(model, *step[1:])
    else:
        model_doubt(model, *step)


def model_settle(model: Model, accepted: Any, forget: Any, clear: Any, touch: Any) -> None:
    for name, key, source, payload in accepted:
        model[name, key] = (payload, EntryState.ACCEPTED, source)
    for row in clear:
        if row in model and model[row][1] is EntryState.SENDING:
            del model[row]
    for name, key, source, payload in touch:
        if model.get((name, key), ())[:2] == (payload, EntryState.ACCEPTED):
            model[name, key] = (payload, EntryState.ACCEPTED, source)
    for prefix, key in forget:
        for name in SCOPES:
            if f"{name}/".startswith(f"{prefix}/"):
                model.pop((name, key), None)


def model_doubt(model: Model, kind: str, rows: list[tuple[str, bytes]]) -> None:
    states = EntryState.ACCEPTED, EntryState.SENDING
    before, after = states if kind == "doubt" else reversed(states)
    for row in rows:
        if row in model and model[row][1] is before:
            model[row] = (model[row][0], after, None)


def ledger_step(ledger: Ledger, step: tuple[Any, ...]) -> None:
    if step[0] == "mark":
        ledger.mark_sending(ledger.scope(step[1]), step[2])
        return
    if step[0] in {"doubt", "restore"}:
        write = ledger.doubt if step[0] == "doubt" else ledger.restore
        write([(ledger.scope(name), key) for name, key in step[1]])
        return
    _, accepted, forget, clear, touch = step
    accepted, touch = ([Accepted(ledger.scope(row[0]), *row[1:]) for row in part] for part in (accepted, touch))
    forget = [Forget(*row) for row in forget]
    ledger.settle(accepted, forget, [(ledger.scope(name), key) for name, key in clear], touch)


@pytest.fixture
def emptied(ledger: Ledger) -> Callable[..., Ledger]:
    def empty() -> Ledger:
        with ledger._engine.begin() as connection:
            connection.execute(text("DELETE FROM ledger_deliveries"))
        return ledger

    return empty


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.one_of(marking, doubting, settlement), max_size=6))
def test_ledger_answers_as_a_dictionary_would(emptied: Callable[..., Ledger], steps: list[tuple[Any, ...]]) -> None:
    ledger = emptied()
    model: Model = {}
    for step in steps:
        model_step(model, step)
        ledger_step(ledger, step)
    for name in SCOPES:
        id_ = ledger.scope(name)
        here = {key: value for (where, key), value in model.items() if where == name}
        found = ledger.by_key(id_, KEYS)
        assert {key: entry[:2] for key, entry in found.items()} == {key: value[:2] for key, value in here.items()}
        by_source = ledger.by_source(id_, SOURCES)
        assert by_source.keys() == {source for _, _, source in here.values() if source}
        assert all(here[key][2] == source for source, key in by_source.items())
        below = [v for (where, _), v in model.items() if f"{where}/".startswith(f"{name}/")]
        assert ledger.known_count([name]) == sum(state is EntryState.ACCEPTED for _, state, _ in below)
