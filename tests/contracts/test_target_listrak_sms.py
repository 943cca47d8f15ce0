"""target-listrak-sms keeps the contract of delivery targets, and so does a target of Listrak's that texts people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from target_runs import LISTRAK_SMS, listrak_sms_settings
from texting_target import TEXTING, put_on_the_list

from contracts.postgres_ledger import PostgresLedger
from contracts.sandbox_vendor import SandboxVendor
from singer_delivery.testing import PEOPLE, DeliveryContract
from singer_delivery.testing.audience import person, phone

if TYPE_CHECKING:
    from sandboxes import Sandbox


class Listrak(SandboxVendor):
    name = "listrak-sms"
    views = ("contacts", "subscriptions", "opt-outs", "imports")
    changing = ("_Post", "_Put", "_Delete")
    no_access = {"client_secret": "wrong"}  # noqa: RUF012 - it is never changed
    delivers = "Contact_PostContactListResource"

    def reached(self) -> set[str]:
        found = self.sandbox.get("/_sandbox/listrak-sms/subscriptions")["subscriptions"]
        on_the_list = [each for each in found if each["phoneListId"] == 7001 and each["state"] == "subscribed"]
        return {f"+{each['phoneNumber']}" for each in on_the_list}

    def break_at(self, phone: str) -> None:
        match = {"phoneNumber": phone.removeprefix("+")}
        code = "ERROR_INVALID_CREDENTIALS"
        self.sandbox.faults("api-error", self.delivers, vendor=self.name, code=code, match=match, times=1)


class TestContract(PostgresLedger, DeliveryContract):
    program = LISTRAK_SMS
    deleted_reason = "unsubscribed"

    @pytest.fixture
    def vendor(self, clean_sandbox: Sandbox) -> Listrak:
        return Listrak(clean_sandbox, listrak_sms_settings(clean_sandbox))


class ListrakThatTexts(Listrak):
    delivers = "TransactionalMessage_PostTransactionalMessageSend"

    def texts(self) -> dict[str, int]:
        numbers = [f"+{each['phone']}" for each in self.sandbox.texts(kind="transactional")]
        return {number: numbers.count(number) for number in numbers}

    def reached(self) -> set[str]:
        return set(self.texts())


class TestContractOfTexts(PostgresLedger, DeliveryContract):
    program = TEXTING

    @pytest.fixture
    def vendor(self, clean_sandbox: Sandbox) -> ListrakThatTexts:
        settings = {**listrak_sms_settings(clean_sandbox), "default_action": "text"}
        names = {phone(number): {"firstName": person(number)["first_name"]} for number in range(PEOPLE)}
        put_on_the_list(clean_sandbox, names)
        return ListrakThatTexts(clean_sandbox, settings)
