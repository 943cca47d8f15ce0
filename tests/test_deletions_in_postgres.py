"""A row that vanished at Listrak vanishes from PostgreSQL, but only after a run that read everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from warehouse import Warehouse

if TYPE_CHECKING:
    from demo_postgres import Database
    from projects import Project
    from sandboxes import Sandbox

STREAM = "subscribed_contacts"

pytestmark = pytest.mark.slow  # several runs through Meltano; the taps' own tests look at ACTIVATE_VERSION


@pytest.fixture
def warehouse(project: Project, postgres: Database, clean_sandbox: Sandbox) -> Warehouse:
    """A warehouse with all that subscribed."""
    loaded = Warehouse(project, postgres, clean_sandbox, f"{STREAM}.*")
    loaded.load()
    return loaded


def test_who_unsubscribed_is_gone_after_the_next_run(warehouse: Warehouse, clean_sandbox: Sandbox) -> None:
    before = warehouse.rows(STREAM)
    contact, contact_list = gone = next(iter(before))

    clean_sandbox.post("/_sandbox/listrak-soap/unsubscribe", {"ListID": contact_list, "ContactID": contact})
    warehouse.load()

    del before[gone]
    assert warehouse.rows(STREAM) == before


def test_a_run_that_breaks_off_deletes_nothing(warehouse: Warehouse, clean_sandbox: Sandbox) -> None:
    before = warehouse.rows(STREAM)

    clean_sandbox.faults(
        "soap-fault", "ReportRangeSubscribedContacts", after=2, times=None, text="[ProhibitedIPAddress]"
    )
    failed = warehouse.load(fails=True)

    assert failed.returncode == 1
    assert warehouse.rows(STREAM) == before
