"""Which action a stream is for."""

from __future__ import annotations

from typing import Any

import pytest

from singer_delivery.binding import bind
from singer_delivery.errors import SetupError

ACTIONS = ("subscribe", "update", "unsubscribe")


@pytest.mark.parametrize(
    ("stream", "streams", "default", "action"),
    [
        ("customers", {"customers": "update"}, None, "update"),
        ("customers", {"cust*": "update", "customers": "subscribe"}, None, "subscribe"),
        ("customers", {"c*": "update", "cust*": "subscribe"}, None, "update"),
        ("public-customers", {"public-*": "update"}, "subscribe", "update"),
        ("Customers", {"c*": "update"}, "subscribe", "subscribe"),
        ("a[1]", {"a[1]": "update"}, None, "update"),
        ("subscribe", {}, None, "subscribe"),
        ("subscribe", {}, "update", "subscribe"),
        ("subscribe", {"*": "unsubscribe"}, "update", "unsubscribe"),
        ("customers", {"others": "update"}, "unsubscribe", "unsubscribe"),
    ],
)
def test_a_name_counts_before_globs_before_an_actions_name_before_the_default(
    stream: str, streams: dict[str, Any], default: str | None, action: str
) -> None:
    assert bind(stream, streams, default, ACTIONS) == action


def test_a_stream_bound_to_nothing_is_named_with_the_actions_and_the_settings() -> None:
    with pytest.raises(SetupError) as caught:
        bind("customers", {"orders": "update"}, None, ACTIONS)
    for words in ("`customers`", "`subscribe`, `update`, `unsubscribe`", "`streams`", "`default_action`"):
        assert words in str(caught.value)


@pytest.mark.parametrize(("streams", "default"), [({"c*": "upsert"}, None), ({}, "upsert")])
def test_an_action_that_is_not_there_is_named(streams: dict[str, Any], default: str | None) -> None:
    with pytest.raises(SetupError, match=r"`customers` is bound to `upsert`.*`subscribe`, `update`"):
        bind("customers", streams, default, ACTIONS)
