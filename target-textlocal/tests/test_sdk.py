"""The SDK's own tests for targets, on streams that are nobody's audience; what is left out has its reason here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing import get_target_test_class
from singer_sdk.testing.suites import SingerTestSuite, target_tests
from singer_sdk.testing.target_tests import (
    TargetRecordBeforeSchemaTest,
    TargetRecordMissingKeyProperty,
)

from target_textlocal.target import TargetTextlocal

if TYPE_CHECKING:
    from pathlib import Path

    from sandboxes import Sandbox

LEFT_OUT = {
    # It wants the SDK's exception. Here it is an error with a plain message: tests/test_delivery_bad_input.py.
    TargetRecordBeforeSchemaTest,
    # It wants the run to end. Here a record without its key is rejected and the run goes on: singer_delivery.testing.
    TargetRecordMissingKeyProperty,
}
# Two more are none of the SDK's standard tests. `TargetMultipleStateMessages` wants a state for each full batch of the
# SDK's own sinks; here state goes out every few seconds and at the end. `TargetRecordMissingRequiredProperty` wants a
# record that does not fit its schema to be taken; here it is rejected.

# None of the SDK's streams is about people: all their records are given one person's number.
CONFIG = {
    "api_key": "sandbox-textlocal",
    "group_name": "Customers",
    "default_action": "contacts",
    "ledger_url": "sqlite://",
    "max_rejected_percent": 0,
    "stream_maps": {"*": {"phone": "'+447700900500'"}},
}
SUITE = SingerTestSuite(kind="target", tests=[each for each in target_tests.tests if each not in LEFT_OUT])

SuiteOfTheSdk = get_target_test_class(
    TargetTextlocal, config=CONFIG, custom_suites=[SUITE], include_target_tests=False
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the suite's own
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the suite opens its streams and closes none
class TestTargetTextlocal(SuiteOfTheSdk):  # type: ignore[misc,valid-type] # the SDK makes it
    @pytest.fixture(autouse=True)
    def _sandbox(self, clean_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        CONFIG.update(api_url=clean_sandbox.textlocal_url)
