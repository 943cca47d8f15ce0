"""What our targets keep beside the contract: the same with a ledger in PostgreSQL."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import psycopg

from singer_delivery.testing import PEOPLE
from singer_delivery.testing.audience import audience

if TYPE_CHECKING:
    from demo_postgres import Database

    from singer_delivery.testing import TargetRunner, Vendor


class PostgresLedger:
    """To be one more base of a contract's class."""

    def test_a_second_run_on_a_ledger_in_postgresql_makes_no_call(
        self, target: TargetRunner, vendor: Vendor, postgres: Database
    ) -> None:
        name = f"ledger_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        target.config["ledger_url"] = postgres.url.replace("@/postgres?", f"@/{name}?")
        assert target(audience(PEOPLE)).outcomes == {"accepted": PEOPLE}
        before = vendor.calls()
        run = target(audience(PEOPLE, state_every=10))
        assert run.code == 0, run.stderr
        assert run.outcomes == {"unchanged": PEOPLE}
        assert run.states[-1] == {"bookmark": PEOPLE - 1}
        assert vendor.calls() == before
        assert not (target.folder / "ledger.db").exists()
