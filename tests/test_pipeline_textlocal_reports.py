"""tap-textlocal into MeltanoLabs' target-postgres through Meltano: an account, and a week of a campaign's figures."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import requests
from psycopg import sql

from singer_delivery.ledger import Ledger
from singer_delivery.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo_postgres import Database
    from projects import Project
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

KEY = "sandbox-textlocal"
DAYS = (0, 1, 2, 3, 7, 8, 9)
WHOLE = {"templates", "sender_names", "groups", "contacts", "optouts", "scheduled"}


class Reports:
    """An account of the sandbox, the ledger of who sends from it, and a schema that its tables are in."""

    def __init__(self, project: Project, database: Database, sandbox: Sandbox) -> None:
        self.project, self.database, self.sandbox = project, database, sandbox
        self.schema = f"textlocal_{uuid.uuid4().hex[:12]}"
        self.start = datetime.now(timezone.utc).replace(microsecond=0)
        self.day = 0.0
        self.ledger = f"sqlite:///{project.folder}/ledger.db"

    def call(self, command: str, **fields: Any) -> Any:
        url = f"{self.sandbox.textlocal_url}/{command}/"
        answer = requests.post(url, data={"apikey": KEY, **fields}, timeout=30).json()
        assert answer["status"] == "success"
        return answer

    def remember(self, batch: int, **told: Any) -> None:
        """Keep a batch as target-textlocal does."""
        ledger = Ledger.open(self.ledger, "target-textlocal", dry_run=False)
        fact = {"template": "Spring sale", "test": False, "sent_at": self.start.isoformat(), **told}
        Memory(ledger, "campaigns/127.0.0.1").learn(str(batch), json.dumps(fact))
        ledger.close()

    def run(self, day: float = 0.0) -> None:
        """Load, on a day."""
        self.sandbox.advance((day - self.day) * 86_400)
        self.day = day
        self.project.meltano(
            "run",
            "textlocal-to-postgres",
            TAP_TEXTLOCAL_API_KEY=KEY,
            TAP_TEXTLOCAL_API_URL=self.sandbox.textlocal_url,
            TAP_TEXTLOCAL_LEDGER_URL=self.ledger,
            TAP_TEXTLOCAL_REQUESTS_PER_SECOND="1000",
            TAP_TEXTLOCAL_AS_OF=(self.start + timedelta(days=day, minutes=10)).isoformat(),
            TARGET_POSTGRES_SQLALCHEMY_URL=self.database.sqlalchemy_url,
            TARGET_POSTGRES__TEXTLOCAL_DEFAULT_TARGET_SCHEMA=self.schema,
        )

    def rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
        query = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(names, sql.Identifier(self.schema, table), names)
        with psycopg.connect(self.database.url) as connection:
            return connection.execute(query).fetchall()

    def tables(self) -> set[str]:
        with psycopg.connect(self.database.url) as connection:
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [self.schema])
            return {table for (table,) in found}


@pytest.fixture
def reports(make_project: Callable[[], Project], postgres: Database, clean_sandbox: Sandbox) -> Reports:
    return Reports(make_project(), postgres, clean_sandbox)


@pytest.mark.slow
def test_a_week_of_figures_is_a_row_for_each_campaign_and_day(reports: Reports) -> None:
    numbers = [f"447700900{number:03}" for number in range(60)]
    english = reports.call("send", numbers=",".join(numbers[:40]), message="Sale")["batch_id"]
    french = reports.call("send", numbers=",".join(numbers[40:]), message="Soldes")["batch_id"]
    reports.remember(english, campaign="spring", template="Spring sale")
    reports.remember(french, campaign="spring", template="Soldes de printemps")

    for day in DAYS:
        reports.run(day)

    columns = "as_of_date day template total delivered undelivered expired unknown invalid pending rate"
    rows = reports.rows("campaign_metrics", columns)
    assert [row[1:4] for row in rows] == [
        (day, template, total)
        # Day 8 makes nothing up: day 7, the last one, was there.
        for day in (0, 1, 2, 3, 7)
        for template, total in (("Soldes de printemps", 20), ("Spring sale", 40))
    ]
    assert all(sum(row[4:10]) == row[3] for row in rows)
    assert all(float(row[10]) == pytest.approx(row[4] / row[3], abs=1e-6) for row in rows)
    assert rows[-1][4] > 0 == rows[-1][9]
    states = reports.rows("message_status", "number status_text campaign")
    assert [number for number, _, _ in states] == numbers
    delivered = sum(1 for _, state, _ in states if state == "delivered")
    assert delivered == rows[-1][4] + rows[-2][4]
    assert reports.sandbox.calls("textlocal")["status_batch"] == 2 * 5


def test_what_target_textlocal_sends_has_its_figures(reports: Reports, textlocal: Callable[..., TargetRunner]) -> None:
    target = textlocal(
        reports.sandbox, default_action="messages", ledger_url=reports.ledger, default_country="GB", optouts=False
    )
    schema = {"properties": {name: {"type": "string"} for name in ("id", "phone", "message")}}
    records = [
        {"type": "RECORD", "stream": "texts", "record": {"id": phone, "phone": phone, "message": text}}
        for phone, text in (("+447700900001", "One"), ("+447700900002", "Two"), ("+447700900003", "Two"))
    ]
    done = target([{"type": "SCHEMA", "stream": "texts", "schema": schema, "key_properties": ["id"]}, *records])
    assert done.outcomes == {"accepted": 3}, done.stderr

    reports.run(1)

    assert sum(total for (total,) in reports.rows("campaign_metrics", "total")) == 3
    assert {number for (number,) in reports.rows("message_status", "number")} == {
        "447700900001", "447700900002", "447700900003"
    }  # fmt: skip


@pytest.mark.slow
def test_the_account_s_tables_hold_what_it_holds_and_lose_what_is_gone(reports: Reports) -> None:
    reports.call("send", group_id="300002", message="Sale", schedule_time="4102444800")
    reports.run()
    assert reports.tables() >= WHOLE | {"history"}
    held = reports.sandbox.get("/_sandbox/textlocal/contacts?group=Customers")["contacts"]
    customers = [number for group, number in reports.rows("contacts", "group_id number") if group == "300001"]
    assert customers == sorted(each["number"] for each in held)
    assert len(reports.rows("scheduled", "id")) == 1
    assert len(reports.rows("history", "source id")) == len(set(reports.rows("history", "source id")))
    before = reports.rows("history", "source id datetime")

    scheduled = reports.call("get_scheduled")["scheduled"][0]["id"]
    reports.call("cancel_scheduled", sent_id=scheduled)
    reports.call("delete_contact", group_id="300001", number=customers[0])
    reports.call("create_group", name="New")
    reports.run(1)

    assert reports.rows("scheduled", "id") == []
    assert [number for group, number in reports.rows("contacts", "group_id number") if group == "300001"] == customers[
        1:
    ]
    assert "New" in {name for (name,) in reports.rows("groups", "name")}
    assert reports.rows("history", "source id datetime") == before
