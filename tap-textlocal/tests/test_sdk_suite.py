"""The SDK's own test suite for taps, whole: no test is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing import get_tap_test_class
from singer_sdk.testing.config import SuiteConfig

from tap_textlocal.tap import TapTextlocal

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import Textlocal

# The class is made while tests are collected, when no sandbox runs yet: its address follows with the fixture.
CONFIG = {"api_key": "sandbox-textlocal", "requests_per_second": 1000, "batch_ids": []}

SuiteOfTheSdk = get_tap_test_class(TapTextlocal, config=CONFIG, suite_config=SuiteConfig(max_records_limit=20))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the suite's own
class TestTapTextlocal(SuiteOfTheSdk):  # type: ignore[misc, valid-type] # the SDK makes the class at run time
    @pytest.fixture(scope="class", autouse=True)
    def _sandbox(self, sandbox: Sandbox, at_textlocal: type[Textlocal]) -> None:
        sandbox.reset()
        account = at_textlocal(sandbox)
        CONFIG["api_url"] = account.base
        CONFIG["batch_ids"] = [account.send("447700900001", "447700900002")]
        # Columns of which every value is null would warn: a template of the account, a text that waits.
        account.send(group_id="300002", schedule_time="4102444800")
