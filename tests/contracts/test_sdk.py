"""The SDK's own tests for targets, on streams that are nobody's audience; what is left out has its reason here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from accounts import attentive_account, listrak_sms_account, textlocal_account
from singer_sdk.testing import get_target_test_class
from singer_sdk.testing.suites import SingerTestSuite, target_tests
from singer_sdk.testing.target_tests import (
    TargetRecordBeforeSchemaTest,
    TargetRecordMissingKeyProperty,
)

from target_attentive.target import TargetAttentive
from target_listrak_sms.target import TargetListrakSms
from target_textlocal.target import TargetTextlocal

if TYPE_CHECKING:
    from pathlib import Path

    from sandboxes import Sandbox

    from singer_delivery.target import DeliveryTarget

LEFT_OUT = {
    # It wants the SDK's exception. Here it is an error with a plain message: tests/test_delivery_bad_input.py.
    TargetRecordBeforeSchemaTest,
    # It wants the run to end. Here a record without its key is rejected and the run goes on: singer_delivery.testing.
    TargetRecordMissingKeyProperty,
}
# Two more are none of the SDK's standard tests. `TargetMultipleStateMessages` wants a state for each full batch of the
# SDK's own sinks; here state goes out every few seconds and at the end. `TargetRecordMissingRequiredProperty` wants a
# record that does not fit its schema to be taken; here it is rejected.
SUITE = SingerTestSuite(kind="target", tests=[each for each in target_tests.tests if each not in LEFT_OUT])

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the suite's own
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the suite opens its streams and closes none
]


def settings(action: str, phone: str) -> dict[str, Any]:
    """Return settings, all but those of the account.

    Args:
        action: What is done with every record.
        phone: Of whom: none of the SDK's streams is about people, so all their records are given one person's number.
    """
    return {
        "default_action": action,
        "ledger_url": "sqlite://",
        "max_rejected_percent": 0,
        "stream_maps": {"*": {"phone": f"'{phone}'"}},
    }


def suite(target: type[DeliveryTarget], config: dict[str, Any]) -> Any:
    """Return the SDK's tests of a target; they make it with what the settings are by then."""
    return get_target_test_class(target, config=config, custom_suites=[SUITE], include_target_tests=False)


LISTRAK_SMS = settings("subscribe", "+12135550100")
ATTENTIVE = settings("subscribe", "+12025550150")
TEXTLOCAL = settings("contacts", "+447700900500")


@pytest.fixture(autouse=True)
def _accounts(clean_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    LISTRAK_SMS.update(listrak_sms_account(clean_sandbox))
    ATTENTIVE.update(attentive_account(clean_sandbox))
    TEXTLOCAL.update(textlocal_account(clean_sandbox))


class TestTargetListrakSms(suite(TargetListrakSms, LISTRAK_SMS)):  # type: ignore[misc] # the SDK makes it
    """The SDK's tests of target-listrak-sms."""


class TestTargetAttentive(suite(TargetAttentive, ATTENTIVE)):  # type: ignore[misc] # the SDK makes it
    """The SDK's tests of target-attentive."""


class TestTargetTextlocal(suite(TargetTextlocal, TEXTLOCAL)):  # type: ignore[misc] # the SDK makes it
    """The SDK's tests of target-textlocal."""
