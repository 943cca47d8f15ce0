"""What a case is: an action of a target, with its settings and the records that it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from accounts import attentive_account, listrak_sms_account, textlocal_account

from chaos.checker import Texts
from chaos.inputs import Kind, People

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandboxes import Sandbox

    from singer_delivery.target import DeliveryTarget

LISTRAK, ATTENTIVE, ANNEX, TEXTLOCAL = "listrak-sms", "attentive", "annex-cloud", "textlocal"
LATER = timedelta(days=30)
"""From the start of the program on: all trials with a campaign that is to wait are over by then."""


@dataclass(frozen=True)
class Case:
    """An action of a target.

    Attributes:
        name: What it is called in the table.
        target: The target.
        vendor: Of the sandbox.
        kind: Its records.
        settings: Beside those that all runs against this vendor have.
        texts: What texts are to it.
        switches: Of the vendor.
        prepare: What is done at the vendor before a trial, if anything is.
        in_postgresql: Whether the ledger is in PostgreSQL, and no file.
    """

    name: str
    target: type[DeliveryTarget]
    vendor: str
    kind: Kind
    settings: Mapping[str, Any]
    texts: Texts = Texts.NONE
    switches: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Sandbox], None] | None = None
    in_postgresql: bool = False

    def config(self, sandbox: Sandbox) -> dict[str, Any]:
        """Return the settings of its runs."""
        return {**_COMMON, **_VENDORS[self.vendor](sandbox), **self.settings}


_COMMON: Mapping[str, Any] = {
    "requests_per_second": 5000,
    "consent_field": "consent",
    "max_rejected_percent": 100,
    "max_removal_percent": 100,
    "request_timeout": 10,
    "report_path": "report.json",
    "rejects_path": "rejects.jsonl",
    "ledger_url": "sqlite:///ledger.db",
}


def _attentive(sandbox: Sandbox) -> dict[str, Any]:
    return {**attentive_account(sandbox), "in_doubt_minutes": 0}


def _annex(sandbox: Sandbox) -> dict[str, Any]:
    access = {"url": f"{sandbox.url}/annex-cloud", "site_id": "1001", "token": "sandbox-annex-secret"}
    return {**_attentive(sandbox), "annex_cloud": access}


def _textlocal(sandbox: Sandbox) -> dict[str, Any]:
    return {**textlocal_account(sandbox), "in_doubt_minutes": 0}


_VENDORS: Mapping[str, Callable[[Sandbox], dict[str, Any]]] = {
    LISTRAK: listrak_sms_account,
    ATTENTIVE: _attentive,
    ANNEX: _annex,
    TEXTLOCAL: _textlocal,
}


def full_name(number: int) -> dict[str, Any]:
    """Return a made-up first and last name."""
    return {"first_name": f"First{number}", "last_name": f"Last{number}"}


def kind(
    people: People, columns: Callable[[int], Mapping[str, Any]], *, deletes: bool = False, once: bool = False
) -> Kind:
    """Return what records look like.

    Args:
        people: Whom they are about.
        columns: Makes the columns beside `id`, `phone` and `consent`, from the number of the row.
        deletes: Whether a row of a person may be followed by its deletion.
        once: Whether each person comes once at most.
    """
    return Kind(people, columns, tuple(columns(1)), deletes, once)
