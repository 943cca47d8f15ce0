"""Discovery and --about: neither network nor credentials, and the documented keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Run

KEYS = {
    "lists": ["ListID"],
    "messages": ["MsgID"],
    "message_sends": ["MsgID", "EmailAddress"],
    "message_opens": ["MsgID", "EmailAddress"],
    "message_reads": ["MsgID", "EmailAddress"],
    "message_clicks": ["MsgID", "EmailAddress"],
    "message_bounces": ["MsgID", "EmailAddress"],
    "message_unsubs": ["MsgID", "EmailAddress"],
    "subscribed_contacts": ["ContactID", "ListID"],
}

# Wire names, as in Listrak's own pages and the classes generated from its WSDL.
COLUMNS = {
    "lists": (
        "ListID ListName CreateDate FromName FromEmail EnableRemovalLink EnableBrowserLink bounceHandling "
        "EnableDoubleOptin EnableListHygiene Vmta ShowEmailList ShowAdvancedPersonalization BounceUnsubscribeCount "
        "DomainAliasLink DomainAliasEmail EnableRSS EnableGoogleAnalytics GoogleTrackingDomains "
        "EnableInternationalization EnableDynamicContent EnableListRemoveHeader"
    ),
    "messages": (
        "ListID MsgID Subject SendDate DeliverCount RemoveCount RemovePercent OpenCount OpenPercent ReadCount "
        "ReadPercent ClickCount ClickerCount RepeatClickerCount NewClickerCount ClickerPercent OrderTotal "
        "ConversionCount AverageOrderValue"
    ),
    "message_sends": "MsgID EmailAddress",
    "message_opens": "MsgID ContactID EmailAddress OpenDate",
    "message_reads": "MsgID ContactID EmailAddress ReadDate",
    "message_clicks": "MsgID ContactID EmailAddress LinkDescription LinkUrl ClickDate",
    "message_bounces": "MsgID ContactID EmailAddress BounceReason BounceDetail BounceDate BounceCount",
    "message_unsubs": "MsgID ContactID EmailAddress AdditionDate RemovalDate RemovalMethod",
    "subscribed_contacts": "ListID ContactID EmailAddress AdditionDate AdditionMethod",
}


def test_the_catalog_has_the_nine_streams_in_the_order_of_their_dependence(discovered: dict[str, Any]) -> None:
    streams = {entry["tap_stream_id"]: entry for entry in discovered["streams"]}
    assert list(streams) == list(KEYS)
    for name, entry in streams.items():
        assert entry["key_properties"] == KEYS[name]
        assert entry["replication_method"] == "FULL_TABLE"
        assert list(entry["schema"]["properties"]) == COLUMNS[name].split()
        assert sorted(entry["schema"]["required"]) == sorted(KEYS[name])


def test_columns_can_be_chosen_but_for_the_keys(discovered: dict[str, Any]) -> None:
    for entry in discovered["streams"]:
        for item in entry["metadata"]:
            if len(item["breadcrumb"]) == 2:
                automatic = item["breadcrumb"][1] in entry["key_properties"]
                assert item["metadata"]["inclusion"] == ("automatic" if automatic else "available")


@pytest.mark.parametrize("style", ["json", "markdown"])
def test_about_needs_no_config(run_tap: Callable[..., Run], style: Any) -> None:
    run = run_tap(None, "--about", f"--format={style}")
    assert run.code == 0
    assert "on_report_error" in run.stdout
    if style == "json":
        assert json.loads(run.stdout)["settings"]["properties"]["password"]["secret"] is True


def test_the_version_is_told(run_tap: Callable[..., Run]) -> None:
    assert run_tap(None, "--version").stdout.startswith("tap-listrak v1.0.0, Meltano SDK v")
