"""What nobody knows of Listrak makes no difference: each doubtful behaviour in turn, the same outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import MakeTarget, Seen

SWITCHES = [
    {},
    {"welcome": "off"},
    {"create_pending": "found"},
    {"subscribe_unknown": "not-found"},
    {"not_found_status": "404"},
    {"null_custom_value": "clear"},
    {"list_shape": "array"},
    {"list_shape": "bare"},
    {"next_cursor": "uri"},
    {"last_cursor": "absent"},
    {"last_cursor": "empty"},
    {"empty_date": "year-one"},
    {"state_words": "not-subscribed"},
    {"opt_out_reason": "number"},
    {"resource_id": "null"},
    {"new_token": "ends"},
    {"error_connection": "close"},
    {"put_null": "keep"},
    {"create_opted_out": "ignore"},
    {"opt_out_text": "always"},
]
EXPECTED = {
    ("subscribe", "+13125550150"): "created",
    ("subscribe", "+12125550101"): "updated",
    ("subscribe", "+12125550129"): "opted_out",
    ("subscribe", "+12125550132"): "left_the_list",
    ("subscribe", "+12125550136"): "subscribed",
    ("update", "+13125550151"): "not_found",
    ("update", "+12125550102"): "updated",
    ("unsubscribe", "+12125550103"): "unsubscribed",
    ("unsubscribe", "+13125550151"): "not_subscribed",
    ("unsubscribe", "+12125550124"): "not_subscribed",
    ("opt_out", "+12125550104"): "opted_out",
    ("opt_out", "+13125550151"): "not_found",
}
"""Action and person to reason."""


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
def test_outcomes_are_the_same_whatever_listrak_does(
    target: MakeTarget, clean_sandbox: Sandbox, switches: Any, seen: Seen
) -> None:
    clean_sandbox.switch("listrak-sms", **switches)
    listrak = target(resubscribe_opted_out=False)
    found = {
        (action, phone): listrak.deliver(action, {"phone": phone, "first_name": "Zoe", "Loyalty Points": 1}).reason
        for action, phone in EXPECTED
    }
    assert found == EXPECTED
    assert seen.contact("12125550102")["firstName"] == "Zoe"


@pytest.mark.parametrize("switches", [{}, {"state_words": "not-subscribed"}, {"empty_date": "year-one"}], ids=str)
def test_a_dry_run_foresees_the_same_outcomes_and_changes_nothing(
    target: MakeTarget, clean_sandbox: Sandbox, switches: dict[str, Any]
) -> None:
    clean_sandbox.switch("listrak-sms", **switches)
    fresh = clean_sandbox.get("/_sandbox/listrak-sms/contacts")
    listrak = target(dry_run=True)
    found = {
        (action, phone): listrak.deliver(action, {"phone": phone, "first_name": "Zoe", "Loyalty Points": 1}).reason
        for action, phone in EXPECTED
    }
    assert found == EXPECTED
    assert clean_sandbox.get("/_sandbox/listrak-sms/contacts") == fresh
    assert clean_sandbox.texts() == []


def test_dates_can_follow_what_listrak_wants(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("listrak-sms", date_format="iso")
    record = {"phone": "+12125550101", "Last Purchase": "2025-12-31"}
    assert target().deliver("update", record).reason == "invalid_value"
    assert target(custom_date_format="iso").deliver("update", record).reason == "updated"
