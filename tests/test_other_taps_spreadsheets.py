"""PyPI's tap-spreadsheets into each of the targets: what a sheet calls its columns is said in stream maps alone."""

from __future__ import annotations

import csv
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from other_people import python_programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

    from singer_delivery.testing.runs import TargetRunner

pytestmark = pytest.mark.slow
COLUMNS = ("Customer No", "US mobile", "UK mobile", "Given name", "Family name", "Tier", "Agreed")
PEOPLE = (
    ("C3001", "(303) 555-0101", "07700 900201", "Ana, née Ng", "O'Neill", "Gold", "yes"),
    ("C3002", "+1 303 555 0102", "+44 (0)7700 900202", "Zoë", "Évora", "", "yes"),
    ("C3003", "303-555-0103", "07700 900203", "Ben", "Abe", "Silver", "no"),
    ("C3004", "303-555-01", "07700 90", "Eun", "Diaz", "Silver", "yes"),
)
NAMES = {"first_name": "given_name", "last_name": "family_name", "agreed": "bool(agreed == 'yes')"}
ENDED = {"accepted": 2, "skipped": 1, "rejected": 1}
AGAIN = {"unchanged": 2, "skipped": 1, "rejected": 1}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the tap writes of a file of customers."""
    folder = tmp_path_factory.mktemp("sheet")
    with (folder / "customers.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *PEOPLE])
    sheet = {"path": str(folder / "customers.csv"), "format": "csv", "primary_keys": ["Customer No"]}
    (folder / "config.json").write_text(json.dumps({"files": [{**sheet, "table_name": "customers"}]}))
    command = [str(python_programs("tap-spreadsheets") / "tap-spreadsheets"), "--config", str(folder / "config.json")]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines(keepends=True)


def settings(key: str, **columns: str) -> dict[str, Any]:
    """Settings of a target whose key column is `key`; beside the columns of all of them, `columns`."""
    mapped = {**NAMES, key: "customer_no", **columns, "__else__": "__NULL__", "__key_properties__": [key]}
    return {"stream_maps": {"customers": mapped}, "consent_field": "agreed", "max_rejected_percent": 100}


def run_twice(target: TargetRunner, written: list[str]) -> None:
    """Run a target twice on the same rows, and look at how they ended."""
    for outcomes in (ENDED, AGAIN):
        done = target(written)
        assert done.code == 0, done.stderr
        assert done.outcomes == outcomes, done.reasons
        assert done.states[-1] == json.loads(written[-1])["value"]


def test_listrak_has_the_customers_who_agreed(
    written: list[str], listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox
) -> None:
    target = listrak_sms(clean_sandbox, **settings("customer_no", phone="us_mobile"))

    run_twice(target, written)

    found = clean_sandbox.get("/_sandbox/listrak-sms/contacts?phone=13035550101")["contacts"]
    assert [(each["firstName"], each["lastName"]) for each in found] == [("Ana, née Ng", "O'Neill")]
    assert len(clean_sandbox.get("/_sandbox/listrak-sms/contacts?phone=13035550102")["contacts"]) == 1
    assert clean_sandbox.get("/_sandbox/listrak-sms/contacts?phone=13035550103")["contacts"] == []


def test_attentive_has_the_customers_who_agreed(
    written: list[str], attentive: Callable[..., TargetRunner], clean_sandbox: Sandbox
) -> None:
    target = attentive(clean_sandbox, **settings("client_user_id", phone="us_mobile"))

    run_twice(target, written)

    found = clean_sandbox.get("/_sandbox/attentive/subscriptions")["subscriptions"]
    asked = {each["address"]: each["state"] for each in found if each["address"].startswith("+1303")}
    assert asked == {"+13035550101": "pending", "+13035550102": "pending"}


def test_textlocal_has_the_customers_who_agreed(
    written: list[str], textlocal: Callable[..., TargetRunner], textlocal_api: TextlocalApi
) -> None:
    columns = settings("customer_id", phone="uk_mobile", custom2="tier")
    target = textlocal(textlocal_api.sandbox, customer_id_field="custom1", **columns)

    run_twice(target, written)

    held = {each["number"]: each for each in textlocal_api.shown("contacts?group=Customers")["contacts"]}
    names = ("first_name", "last_name", "custom1", "custom2")
    assert [held["447700900201"][name] for name in names] == ["Ana, née Ng", "O'Neill", "C3001", "Gold"]
    assert [held["447700900202"][name] for name in names] == ["Zoë", "Évora", "C3002", ""]
    assert "447700900203" not in held
