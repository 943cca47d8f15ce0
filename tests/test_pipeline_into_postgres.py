"""tap-listrak into MeltanoLabs' target-postgres through Meltano: what is in Listrak is in the tables, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from listrak_reader import KEYS, by_key, read_account
from warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo_postgres import Database
    from projects import Project
    from sandboxes import Sandbox

STREAMS = sorted(KEYS)

pytestmark = pytest.mark.slow  # several runs through Meltano; the demo compares its tables, too


@pytest.fixture(scope="module")
def loaded(make_project: Callable[[], Project], postgres: Database, sandbox: Sandbox) -> Warehouse:
    """A warehouse that was loaded once."""
    sandbox.reset()
    warehouse = Warehouse(make_project(), postgres, sandbox)
    warehouse.load()
    return warehouse


@pytest.fixture(scope="module")
def account(sandbox: Sandbox) -> dict[str, list[dict[str, Any]]]:
    """What the account holds, read without the tap."""
    return read_account(sandbox.wsdl_url, sandbox.username, sandbox.password)


def test_every_stream_has_its_table_with_a_row_for_each_key(loaded: Warehouse, sandbox: Sandbox) -> None:
    found = {stream: len(rows) for stream, rows in loaded.everything().items()}

    assert found == {stream: counts["keys"] for stream, counts in sandbox.rows().items()}
    assert sorted(found) == STREAMS


@pytest.mark.parametrize("stream", STREAMS)
def test_every_value_is_what_another_client_reads(
    stream: str, loaded: Warehouse, account: dict[str, list[dict[str, Any]]]
) -> None:
    assert loaded.rows(stream) == by_key(stream, account[stream])


def test_a_second_run_leaves_the_same_tables(loaded: Warehouse) -> None:
    before = loaded.everything()

    loaded.load()

    assert loaded.everything() == before


def test_only_what_is_selected_is_loaded_and_asked_for(
    make_project: Callable[[], Project], postgres: Database, clean_sandbox: Sandbox
) -> None:
    warehouse = Warehouse(make_project(), postgres, clean_sandbox)
    warehouse.project.meltano("select", "tap-listrak", "lists", "ListName")

    warehouse.load()

    assert warehouse.tables() == {"lists"}
    rows = warehouse.rows("lists").values()
    assert len(rows) == clean_sandbox.rows()["lists"]["keys"]
    assert all(row.keys() == {"ListID", "ListName"} for row in rows)
    assert clean_sandbox.calls().keys() == {"WSDL", "GetContactListCollection"}
