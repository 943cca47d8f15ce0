"""The SDK's own test suite for taps, whole: no test is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing import get_tap_test_class
from singer_sdk.testing.config import SuiteConfig

from tap_listrak.tap import TapListrak

if TYPE_CHECKING:
    from sandboxes import Sandbox

# The class is made while tests are collected, when no sandbox runs yet: its address follows with the fixture.
CONFIG = {"username": "sandbox", "password": "sandbox-password"}

SuiteOfTheSdk = get_tap_test_class(TapListrak, config=CONFIG, suite_config=SuiteConfig(max_records_limit=20))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the suite's own
class TestTapListrak(SuiteOfTheSdk):  # type: ignore[misc, valid-type] # the SDK makes the class at run time
    @pytest.fixture(scope="class", autouse=True)
    def _sandbox(self, sandbox: Sandbox) -> None:
        sandbox.reset()
        CONFIG["wsdl_url"] = sandbox.wsdl_url
