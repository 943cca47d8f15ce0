"""The demo's way back: an audience out of PostgreSQL, to the SMS side of the sandbox, twice."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from demo_pipeline import ask_sandbox, run_meltano

if TYPE_CHECKING:
    from demo_postgres import Database

BLOCKS = ("tap-postgres", "target-listrak-sms")
AUDIENCE_FILE = Path(__file__).with_name("demo_audience.sql")
_CUSTOMERS = Path(__file__).with_name("demo_customers.sql")
_CLIENT_ID, _SECRET = "sandbox-sms", "sandbox-secret"
_LIST = 7001  # "Master List", which meltano.yml names
_VENDOR = "listrak-sms"


@dataclass(frozen=True)
class Delivery:
    """A run of the target, and what was seen of it at the vendor.

    Attributes:
        outcomes: How many records had each outcome, as the target's report says.
        reasons: The same by reason.
        calls: Calls that the SMS vendor counted.
        texts: Phone numbers that got a text, one for each text.
        subscribed: How many people are on the list after it.
    """

    outcomes: dict[str, int]
    reasons: dict[str, int]
    calls: int
    texts: tuple[str, ...]
    subscribed: int

    @property
    def records(self) -> int:
        """How many records have an outcome."""
        return sum(self.outcomes.values())

    def count(self, outcome: str, reason: str | None = None) -> int:
        """Return how many records had an outcome, or had it for a reason."""
        return self.reasons.get(reason, 0) if reason else self.outcomes[outcome]


class Texts:
    """What gets the audience to the vendor.

    Args:
        folder: Where logs, ledger, rejects and reports are kept. Those of the last demo, of another sandbox, go.
        sandbox: The sandbox's address.
        database: Where the newsletters are that Listrak told of.
    """

    def __init__(self, folder: Path, sandbox: str, database: Database) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._database = database
        self._kept = folder / "texts"
        shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir()
        self.rejects = self._kept / "rejects.jsonl"

    def make_audience(self) -> int:
        """Make the shop's customers and the view of those who are to get texts; how many they are."""
        with psycopg.connect(self._database.url) as connection:
            for file in (_CUSTOMERS, AUDIENCE_FILE):
                connection.execute(file.read_text(encoding="utf-8").encode())
            counted = connection.execute("SELECT count(*) FROM shop_demo.sms_audience").fetchone()
        return int(counted[0]) if counted else 0

    def deliver(self, name: str) -> Delivery:
        """Run `meltano run tap-postgres target-listrak-sms`.

        Args:
            name: Of its log and report.

        Raises:
            DemoError: It failed.
        """
        report = self._kept / f"{name}.json"
        settings = {
            "TAP_POSTGRES_SQLALCHEMY_URL": self._database.tap_url(),
            "TARGET_LISTRAK_SMS_CLIENT_ID": _CLIENT_ID,
            "TARGET_LISTRAK_SMS_CLIENT_SECRET": _SECRET,
            "TARGET_LISTRAK_SMS_API_URL": f"{self._sandbox}/listrak/sms",
            "TARGET_LISTRAK_SMS_AUTH_URL": f"{self._sandbox}/listrak-auth/OAuth2/Token",
            "TARGET_LISTRAK_SMS_LEDGER_URL": f"sqlite:///{self._kept / 'ledger.db'}",
            "TARGET_LISTRAK_SMS_REJECTS_PATH": str(self.rejects),
            "TARGET_LISTRAK_SMS_REPORT_PATH": str(report),
        }
        calls, texts = self._calls(), self._texts()
        run_meltano(self.log(name), BLOCKS, settings)
        told = json.loads(report.read_text(encoding="utf-8"))
        return Delivery(
            told["outcomes"],
            told["reasons"],
            self._calls() - calls,
            self._texts()[len(texts) :],
            self.people_on_list(),
        )

    def log(self, name: str) -> Path:
        """Return where the log of a run is."""
        return self._folder / f"{name}.log"

    def rejected(self) -> list[dict[str, Any]]:
        """Return the lines of the rejects file."""
        lines = self.rejects.read_text(encoding="utf-8").splitlines()
        return [line for line in map(json.loads, lines) if "record" in line]

    def _ask(self, path: str) -> Any:
        return ask_sandbox(self._sandbox, path)

    def _calls(self) -> int:
        return sum(self._ask("calls")[_VENDOR].values())

    def _texts(self) -> tuple[str, ...]:
        return tuple(text["phone"] for text in self._ask(f"outbox?vendor={_VENDOR}")["texts"])

    def people_on_list(self) -> int:
        """Return how many people are on the list at the vendor."""
        found = self._ask(f"{_VENDOR}/subscriptions")["subscriptions"]
        return sum(each["phoneListId"] == _LIST and each["state"] == "subscribed" for each in found)
