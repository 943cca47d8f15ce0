"""The demo's third audience: out of PostgreSQL to the sandbox's Textlocal, and the figures of a week back."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import requests
from demo_attentive import Tally
from demo_pipeline import ask_sandbox, run_meltano
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo_postgres import Database

SEND = ("textlocal-contacts", "textlocal-campaigns")
FETCH = ("textlocal-to-postgres",)
VIEWS_FILE = Path(__file__).with_name("demo_textlocal.sql")
VIEWS = {"contacts": "sms_contacts", "campaigns": "sms_campaign_members"}
"""By the action that they are for."""
SCHEMA = "textlocal_demo"
"""As in the `demo` environment of meltano.yml."""
GROUP = "Customers"
"""As there."""
_API_KEY = "sandbox-textlocal"
_VENDOR = "textlocal"
_AFTER_NOON = timedelta(hours=6)


class Text(NamedTuple):
    """A text that somebody got."""

    phone: str
    text: str


class Figures(NamedTuple):
    """How many messages of a batch are how far."""

    total: int
    delivered: int
    undelivered: int
    expired: int
    unknown: int
    invalid: int
    pending: int


_LETTERS = ("D", "U", "E", "?", "I", "P")  # of Textlocal's statuses, as the counters behind `total`
Daily = dict[tuple[str, int], Figures]
"""Figures by batch id, and by how many days after it went out."""


@dataclass(frozen=True)
class Round:
    """Both jobs, run once, and what was seen of that at Textlocal.

    Attributes:
        tallies: By action.
        calls: How many Textlocal counted, by command.
        people: How many are in the group after it.
        waiting: To how many people a text is scheduled after it.
        texts: How many people got a text meanwhile.
    """

    tallies: Mapping[str, Tally]
    calls: Counter[str]
    people: int
    waiting: int
    texts: int


class Textlocal:
    """What gets the audience to Textlocal, and its figures back.

    Args:
        folder: Where logs, ledger, rejects and reports are kept. Those of the last demo, of another sandbox, go.
        sandbox: The sandbox's address.
        database: Where the shop's customers are, and where the figures go.
    """

    def __init__(self, folder: Path, sandbox: str, database: Database) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._database = database
        self._kept = folder / "textlocal"
        shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir()
        for state in (folder / "project" / ".meltano" / "state").glob("*tap-textlocal*"):  # which batches were read
            shutil.rmtree(state)

    def make_views(self) -> dict[str, int]:
        """Make the shop's British customers and their views; how many rows there are for each action."""
        with psycopg.connect(self._database.url) as connection:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA)))
            connection.execute(VIEWS_FILE.read_text(encoding="utf-8").encode())
            counts = {}
            for action, view in VIEWS.items():
                statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("shop_demo", view))
                counted = connection.execute(statement).fetchone()
                counts[action] = int(counted[0]) if counted else 0
        return counts

    def noon(self) -> datetime:
        """Return when the campaign goes out."""
        with psycopg.connect(self._database.url) as connection:
            row = connection.execute("SELECT send_at FROM shop_demo.campaigns").fetchone()
        assert row is not None
        found: datetime = row[0]
        return found.astimezone(timezone.utc)

    def send(self, name: str) -> Round:
        """Run the jobs that fill the group and send the campaign.

        Args:
            name: Of the log.

        Raises:
            DemoError: One failed.
        """
        calls, texts = self.calls(), self.texts()
        settings = {
            "TAP_POSTGRES_SQLALCHEMY_URL": self._database.tap_url(),
            "TARGET_TEXTLOCAL_API_KEY": _API_KEY,
            "TARGET_TEXTLOCAL_API_URL": f"{self._sandbox}/textlocal",
            "TARGET_TEXTLOCAL_LEDGER_URL": self._ledger,
            "TARGET_TEXTLOCAL_REJECTS_PATH": str(self._kept / "rejects.jsonl"),
            **{f"TARGET_TEXTLOCAL__{each.upper()}_REPORT_PATH": str(self._report(each)) for each in VIEWS},
        }
        run_meltano(self.log(name), SEND, settings)
        return Round(
            {action: self._tally(action) for action in VIEWS},
            self.calls() - calls,
            self.people(),
            sum(each["count"] for each in self._shown("scheduled")),
            len(self.texts()) - len(texts),
        )

    def fetch(self, name: str, now: datetime) -> None:
        """Run the job that fetches the figures.

        Args:
            name: Of the log.
            now: What time it is at Textlocal.

        Raises:
            DemoError: It failed.
        """
        settings = {
            "TAP_TEXTLOCAL_API_KEY": _API_KEY,
            "TAP_TEXTLOCAL_API_URL": f"{self._sandbox}/textlocal",
            "TAP_TEXTLOCAL_LEDGER_URL": self._ledger,
            "TAP_TEXTLOCAL_AS_OF": now.isoformat(),
            "TARGET_POSTGRES_SQLALCHEMY_URL": self._database.sqlalchemy_url,
        }
        run_meltano(self.log(name), FETCH, settings)

    def move_clock(self, noon: datetime, day: int) -> datetime:
        """Move the sandbox's clock to the evening of a day after `noon`; what time it is there then."""
        now = noon + timedelta(days=day) + _AFTER_NOON
        asked = requests.post(f"{self._sandbox}/_sandbox/clock", json={"at": now.isoformat()}, timeout=60)
        asked.raise_for_status()
        return now

    def figures_there(self) -> dict[str, Figures]:
        """Return what has become of each batch by now, at Textlocal."""
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for each in self._shown("messages"):
            seen[str(each["batch_id"])][each["status"]] += 1
        return {
            batch: Figures(found.total(), *(found[letter] for letter in _LETTERS)) for batch, found in seen.items()
        }

    def figures_here(self) -> Daily:
        """Return what PostgreSQL holds of each batch, day by day."""
        statement = sql.SQL(
            "SELECT batch_id, day, total, delivered, undelivered, expired, unknown, invalid, pending FROM {}"
        ).format(sql.Identifier(SCHEMA, "campaign_metrics"))
        with psycopg.connect(self._database.url) as connection:
            return {(batch, day): Figures(*counts) for batch, day, *counts in connection.execute(statement)}

    def states_there(self) -> dict[str, str]:
        """Return the letter of each number's message, at Textlocal."""
        return {each["number"]: each["status"] for each in self._shown("messages")}

    def states_here(self) -> dict[str, str]:
        """Return the letter of each number's message, in PostgreSQL."""
        statement = sql.SQL("SELECT number, status FROM {}").format(sql.Identifier(SCHEMA, "message_status"))
        with psycopg.connect(self._database.url) as connection:
            return dict(connection.execute(statement).fetchall())

    def calls(self) -> Counter[str]:
        """Return how many calls Textlocal has counted, by command."""
        return Counter(ask_sandbox(self._sandbox, "calls")[_VENDOR])

    def texts(self) -> tuple[Text, ...]:
        """Return all texts that people got from Textlocal, in their order."""
        found = ask_sandbox(self._sandbox, f"outbox?vendor={_VENDOR}")["texts"]
        return tuple(Text(each["phone"], each["text"]) for each in found)

    def people(self) -> int:
        """Return how many people are in the group."""
        sizes: dict[str, int] = {each["name"]: each["size"] for each in self._shown("groups")}
        return sizes[GROUP]

    def log(self, name: str) -> Path:
        """Return where the log of a run is."""
        return self._folder / f"{name}.log"

    @property
    def _ledger(self) -> str:
        return f"sqlite:///{self._kept / 'ledger.db'}"

    def _report(self, action: str) -> Path:
        return self._kept / f"{action}.json"

    def _tally(self, action: str) -> Tally:
        told = json.loads(self._report(action).read_text(encoding="utf-8"))
        return Tally(told["outcomes"], told["reasons"])

    def _shown(self, what: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ask_sandbox(self._sandbox, f"{_VENDOR}/{what}")[what]
        return found
