"""The contract's test stream is Meltano's."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from meltano.core.plugin_test_service import LoaderTestService

from singer_delivery.testing.suites.nothing_written import TEST_STREAM


def test_the_test_stream_is_what_meltano_writes() -> None:
    service: Any = SimpleNamespace(plugin_invoker=SimpleNamespace(capabilities=["activate-version"]))
    messages = LoaderTestService._generate_test_messages(service, "meltano_test_stream")
    assert [json.loads(each) for each in messages] == TEST_STREAM
