"""target-textlocal keeps the contract of delivery targets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from target_runs import TEXTLOCAL, textlocal_settings

from contracts.postgres_ledger import PostgresLedger
from contracts.sandbox_vendor import SandboxVendor
from singer_delivery.testing import PEOPLE, DeliveryContract, Program
from singer_delivery.testing.audience import person

if TYPE_CHECKING:
    from sandboxes import Sandbox

# 1,500 people go out in one call. With one in each, a run can end between people.
ONE_CONTACT_A_CALL = Program(
    f"{TEXTLOCAL.imports}\nfrom target_textlocal import contacts\ncontacts.MOST_CONTACTS = 1\n", TEXTLOCAL.main
)


class Textlocal(SandboxVendor):
    name = "textlocal"
    views = ("groups", "contacts", "batches", "scheduled", "optouts", "credits")
    changing = ("create_", "delete_", "cancel_", "/send/", "/bulk_json/")
    no_access = {"api_key": "wrong"}  # noqa: RUF012 - it is never changed

    def reached(self) -> set[str]:
        found = self.sandbox.get("/_sandbox/textlocal/contacts?group=Customers")["contacts"]
        return {f"+{each['number']}" for each in found}

    def break_at(self, phone: str) -> None:
        somebody = next(each for each in map(person, range(PEOPLE)) if each["phone"] == phone)
        names = {name: somebody[name] for name in ("first_name", "last_name")}
        match = {"contacts": json.dumps([{"number": phone[1:], **names}], separators=(",", ":"))}
        self.sandbox.faults("textlocal-error", "create_contacts_bulk", vendor=self.name, code=3, match=match, times=1)


class TestContract(PostgresLedger, DeliveryContract):
    program = ONE_CONTACT_A_CALL
    deleted_reason = "removed"

    @pytest.fixture
    def vendor(self, clean_sandbox: Sandbox) -> Textlocal:
        return Textlocal(clean_sandbox, {**textlocal_settings(clean_sandbox), "default_country": "US"})
