"""target-attentive keeps the contract of delivery targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from target_runs import ATTENTIVE, attentive_settings

from contracts.postgres_ledger import PostgresLedger
from contracts.sandbox_vendor import SandboxVendor
from singer_delivery.testing import DeliveryContract

if TYPE_CHECKING:
    from sandboxes import Sandbox


class Attentive(SandboxVendor):
    name = "attentive"
    views = ("people", "subscriptions", "segments", "jobs", "events", "privacy")
    changing = (
        *("Subscribe", "Unsubscribe", "Attributes", "Identify", "PrivacyDelete"),
        *("CustomEvent", "ProductView", "AddToCart", "Purchase", "Message"),
        *("AddMembers", "RemoveMembers", "CreateSegment"),
    )
    no_access = {"api_key": "wrong"}  # noqa: RUF012 - it is never changed

    def reached(self) -> set[str]:
        found = self.sandbox.get("/_sandbox/attentive/subscriptions")["subscriptions"]
        asked = [each for each in found if each["channel"] == "TEXT" and each["state"] in {"pending", "subscribed"}]
        return {each["address"] for each in asked}

    def break_at(self, phone: str) -> None:
        match = {"user.phone": phone}
        self.sandbox.faults("spring-error", "Subscribe", vendor=self.name, status=401, match=match, times=1)


class TestContract(PostgresLedger, DeliveryContract):
    program = ATTENTIVE
    deleted_reason = "unsubscribed"

    @pytest.fixture
    def vendor(self, clean_sandbox: Sandbox) -> Attentive:
        return Attentive(clean_sandbox, attentive_settings(clean_sandbox))
