"""The demo's second audience: out of PostgreSQL to the sandbox's Attentive, by the jobs of meltano.yml."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import requests
from demo_pipeline import ask_sandbox, run_meltano
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo_postgres import Database

SUBSCRIBE = ("attentive-subscribe",)
DESCRIBE = ("attentive-attributes", "attentive-segment-members")
VIEWS_FILE = Path(__file__).with_name("demo_attentive.sql")
VIEWS = {"subscribe": "subscribers", "attributes": "profiles", "segment_members": "gold_members"}
"""By the action that they are for."""
SILENT = 10
"""Of so many people who are asked to answer Y, one does not."""
_API_KEY = "sandbox-attentive"
_VENDOR = "attentive"
_ASKED = "reply_y"
_ATTRIBUTE = "Last Purchase"  # which nobody at the sandbox has but by this demo


class Text(NamedTuple):
    """A text that somebody got."""

    kind: str
    phone: str


@dataclass(frozen=True)
class Tally:
    """What became of the records of an action, as the target's report says.

    Attributes:
        outcomes: How many had each outcome.
        reasons: The same by reason.
    """

    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]

    @property
    def records(self) -> int:
        """How many have an outcome."""
        return sum(self.outcomes.values())

    def count(self, outcome: str, reason: str | None = None) -> int:
        """Return how many had an outcome, or had it for a reason."""
        return self.reasons.get(reason, 0) if reason else self.outcomes.get(outcome, 0)


@dataclass(frozen=True)
class Round:
    """All jobs, run once, and what was seen of that at Attentive.

    Attributes:
        tallies: By action.
        calls: How many Attentive counted, by operation.
        texts: What people got, also after their answer.
        described: How many people have an attribute of ours after it.
        members: How many people are in the segment after it.
    """

    tallies: Mapping[str, Tally]
    calls: Counter[str]
    texts: tuple[Text, ...]
    described: int
    members: int


class Attentive:
    """What gets the audience to Attentive.

    Args:
        folder: Where logs, ledger, rejects and reports are kept. Those of the last demo, of another sandbox, go.
        sandbox: The sandbox's address.
        database: Where the shop's customers are.
    """

    def __init__(self, folder: Path, sandbox: str, database: Database) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._database = database
        self._kept = folder / "attentive"
        shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir()

    def make_views(self) -> dict[str, int]:
        """Make the views of the shop's customers; how many rows there are for each action."""
        with psycopg.connect(self._database.url) as connection:
            connection.execute(VIEWS_FILE.read_text(encoding="utf-8").encode())
            counts = {}
            for action, view in VIEWS.items():
                statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("shop_demo", view))
                counted = connection.execute(statement).fetchone()
                counts[action] = int(counted[0]) if counted else 0
        return counts

    def run(self, jobs: tuple[str, ...], name: str) -> None:
        """Run jobs of meltano.yml.

        Args:
            jobs: Their names.
            name: Of the log.

        Raises:
            DemoError: One failed.
        """
        settings = {
            "TAP_POSTGRES_SQLALCHEMY_URL": self._database.tap_url(),
            "TARGET_ATTENTIVE_API_KEY": _API_KEY,
            "TARGET_ATTENTIVE_API_URL": f"{self._sandbox}/attentive",
            "TARGET_ATTENTIVE_LEDGER_URL": f"sqlite:///{self._kept / 'ledger.db'}",
            "TARGET_ATTENTIVE_REJECTS_PATH": str(self._kept / "rejects.jsonl"),
            **{f"TARGET_ATTENTIVE__{each.upper()}_REPORT_PATH": str(self._report(each)) for each in VIEWS},
        }
        run_meltano(self.log(name), jobs, settings)

    def answer(self, texts: tuple[Text, ...]) -> int:
        """Let people who were asked to answer Y do so, but for every tenth; how many did."""
        asked = [text.phone for text in texts if text.kind == _ASKED]
        willing = [phone for number, phone in enumerate(asked, 1) if number % SILENT]
        for phone in willing:
            reply = {"phone": f"+{phone}", "text": "Y"}
            requests.post(f"{self._sandbox}/_sandbox/attentive/reply", json=reply, timeout=60).raise_for_status()
        return len(willing)

    def round(self, calls: Counter[str], texts: tuple[Text, ...]) -> Round:
        """Return what the reports of the last runs say, and what happened at Attentive since.

        Args:
            calls: What Attentive had counted before.
            texts: What people had got before.
        """
        found = self._shown("people")
        (segment,) = self._shown("segments")
        return Round(
            {action: self._tally(action) for action in VIEWS},
            self.calls() - calls,
            self.texts()[len(texts) :],
            sum(_ATTRIBUTE in each["attributes"] for each in found),
            len(segment["members"]),
        )

    def calls(self) -> Counter[str]:
        """Return how many calls Attentive has counted, by operation."""
        return Counter(ask_sandbox(self._sandbox, "calls")[_VENDOR])

    def texts(self) -> tuple[Text, ...]:
        """Return all texts that people got from Attentive, in their order."""
        found = ask_sandbox(self._sandbox, f"outbox?vendor={_VENDOR}")["texts"]
        return tuple(Text(each["kind"], each["phone"]) for each in found)

    def log(self, name: str) -> Path:
        """Return where the log of a run is."""
        return self._folder / f"{name}.log"

    def _report(self, action: str) -> Path:
        return self._kept / f"{action}.json"

    def _tally(self, action: str) -> Tally:
        told = json.loads(self._report(action).read_text(encoding="utf-8"))
        return Tally(told["outcomes"], told["reasons"])

    def _shown(self, what: str) -> list[dict[str, dict[str, object]]]:
        found: list[dict[str, dict[str, object]]] = ask_sandbox(self._sandbox, f"{_VENDOR}/{what}")[what]
        return found
