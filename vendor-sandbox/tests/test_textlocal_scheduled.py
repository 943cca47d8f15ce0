"""What waits for its time goes out when the sandbox's clock passes it, once, unless it is taken off the list."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

ANA, BEN, CAT = "447700900201", "447700900202", "447700900203"
JULY = 1_784_073_600  # 2026-07-15 00:00, UTC


@pytest.fixture
def api(textlocal_api: TextlocalApi) -> TextlocalApi:
    """The account at 2026-07-14, noon, UTC."""
    textlocal_api.sandbox.post("/_sandbox/clock", {"at": "2026-07-14T12:00:00Z"})
    return textlocal_api


def send(api: TextlocalApi, due: int | str = JULY, **fields: Any) -> dict[str, Any]:
    recipients = {} if "group_id" in fields else {"numbers": ANA}
    return api.call("send", **{**recipients, "message": "Later", "schedule_time": due, **fields})


def group_of(api: TextlocalApi, *numbers: str, name: str = "Campaign") -> str:
    group: str = api.call("create_group", name=name)["group"]["id"]
    api.call("create_contacts", numbers=",".join(numbers), group_id=group)
    return group


def waiting(api: TextlocalApi) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.call("get_scheduled")["scheduled"]
    return found


def phones(api: TextlocalApi) -> list[str]:
    return [text["phone"] for text in api.sandbox.texts(vendor="textlocal", kind="message")]


def pass_by(api: TextlocalApi, moment: int = JULY) -> None:
    at = datetime.fromtimestamp(moment + 1, tz=timezone.utc).isoformat()
    api.sandbox.post("/_sandbox/clock", {"at": at})


def test_the_list_is_all_texts_with_a_dashed_time(api: TextlocalApi) -> None:
    group = group_of(api, ANA, BEN)
    answer = send(api, group_id=group, custom="c-1")
    assert answer["num_messages"] == 2
    assert waiting(api) == [
        {
            "id": str(answer["batch_id"]),
            "scheduledFor": "2026-07-15-00-00-00",
            "howmany": "2",
            "message": "Later",
            "origin": "API",
            "groupName": "Campaign",
            "groupid": str(group),
        }
    ]
    assert phones(api) == []


def test_times_are_the_account_s_by_a_switch(api: TextlocalApi) -> None:
    send(api)
    api.switch(zone="account")
    assert waiting(api)[0]["scheduledFor"] == "2026-07-15-01-00-00"


def test_it_goes_out_once_when_the_clock_passes_with_its_own_time(api: TextlocalApi) -> None:
    send(api, due=JULY + 60)
    send(api, numbers=BEN)
    pass_by(api, JULY + 3600)
    assert phones(api) == [BEN, ANA]
    assert [text["at"] for text in api.sandbox.texts()] == ["2026-07-15T00:00:00Z", "2026-07-15T00:01:00Z"]
    assert waiting(api) == []
    pass_by(api, JULY + 7200)
    assert phones(api) == [BEN, ANA]


def test_a_cancelled_send_stays_at_home_and_gives_back_its_credits(api: TextlocalApi) -> None:
    answer = send(api, numbers=f"{ANA},{BEN}")
    assert answer["balance"] == 998
    api.call("cancel_scheduled", sent_id=answer["batch_id"])
    assert waiting(api) == []
    assert api.call("balance")["balance"]["sms"] == 1000
    pass_by(api)
    assert phones(api) == []
    assert api.fails("status_batch", batch_id=answer["batch_id"]) == [999]


def test_what_went_out_or_never_was_cannot_be_cancelled(api: TextlocalApi) -> None:
    answer = send(api)
    pass_by(api)
    for sent_id in (answer["batch_id"], 1, ""):
        assert api.fails("cancel_scheduled", sent_id=sent_id) == [999]
    assert phones(api) == [ANA]


def test_nobody_cancels_another_account_s_send(api: TextlocalApi, textlocal_api_to: type[TextlocalApi]) -> None:
    answer = send(api)
    other = textlocal_api_to(api.sandbox, "sandbox-textlocal-fresh")
    assert other.fails("cancel_scheduled", sent_id=answer["batch_id"]) == [999]
    assert other.call("get_scheduled")["scheduled"] == []


def test_the_list_has_ids_of_its_own_by_a_switch(api: TextlocalApi) -> None:
    api.switch(scheduled_id="own")
    answer = send(api)
    (row,) = waiting(api)
    assert row["id"] != str(answer["batch_id"])
    assert api.fails("cancel_scheduled", sent_id=answer["batch_id"]) == [999]
    api.call("cancel_scheduled", sent_id=row["id"])
    assert waiting(api) == []


def test_a_group_s_send_reaches_who_is_in_it_at_its_time_or_by_a_switch_who_was(api: TextlocalApi) -> None:
    group = group_of(api, ANA, BEN)
    first = send(api, group_id=group, optouts="true")
    api.call("delete_contact", number=ANA, group_id=group)
    api.call("create_contacts", numbers=CAT, group_id=group)
    pass_by(api)
    assert phones(api) == [BEN, CAT]
    recipients = [each["recipient"] for each in api.call("status_batch", batch_id=first["batch_id"])["messages"]]
    assert recipients == [int(BEN), int(CAT)]
    api.switch(scheduled_group="when-scheduled")
    send(api, JULY + 60, group_id=group)
    api.call("delete_contact", number=CAT, group_id=group)
    pass_by(api, JULY + 60)
    assert phones(api) == [BEN, CAT, BEN, CAT]


def test_who_opts_out_before_the_time_is_left_out(api: TextlocalApi) -> None:
    send(api, numbers=f"{ANA},{BEN}", optouts="true")
    api.control("optouts", number=BEN)
    pass_by(api)
    assert phones(api) == [ANA]


def test_who_was_left_out_is_in_no_report(api: TextlocalApi) -> None:
    api.switch(message_ids="number")
    answer = send(api, numbers=f"{ANA},{BEN},{BEN}", optouts="true")
    api.control("optouts", number=BEN)
    pass_by(api)
    batch = api.call("status_batch", batch_id=answer["batch_id"])
    assert ([each["recipient"] for each in batch["messages"]], batch["num_messages"]) == ([int(ANA)], 1)
    known, *gone = [each["id"] for each in answer["messages"]]
    assert api.call("status_message", message_id=known)["message"]["recipient"] == int(ANA)
    for number in gone:
        assert api.fails("status_message", message_id=number) == [999]
    history = api.call("get_history_api", min_time=JULY)["messages"]
    assert [each["number"] for each in history] == [ANA]


def test_a_group_that_is_gone_at_the_time_takes_its_send_along_and_costs_nothing(api: TextlocalApi) -> None:
    group = group_of(api, ANA, BEN)
    send(api, group_id=group)
    api.call("delete_group", group_id=group)
    pass_by(api)
    assert phones(api) == []
    assert api.call("balance")["balance"]["sms"] == 1000
    assert api.shown("batches")["batches"][0]["state"] == "failed"


def test_credits_are_taken_at_once_or_by_a_switch_at_the_time(api: TextlocalApi) -> None:
    api.switch(scheduled_credits="when-due")
    assert send(api, numbers=f"{ANA},{BEN}")["balance"] == 1000
    pass_by(api)
    assert api.call("balance")["balance"]["sms"] == 998
    send(api, JULY + 60)
    api.control("credits", sms=0)
    pass_by(api, JULY + 60)
    assert phones(api) == [ANA, BEN]


def test_a_time_just_ahead_is_fine_and_one_that_is_now_is_past(api: TextlocalApi) -> None:
    now = int(datetime.fromisoformat(api.sandbox.get("/_sandbox/clock")["now"].replace("Z", "+00:00")).timestamp())
    assert api.fails("send", numbers=ANA, message="Later", schedule_time=now) == [9]
    send(api, due=now + 60)
    assert len(waiting(api)) == 1


def test_the_status_before_its_time_is_pending_or_by_a_switch_a_failure(api: TextlocalApi) -> None:
    answer = send(api)
    batch = api.call("status_batch", batch_id=answer["batch_id"])
    assert batch["messages"] == [{"recipient": int(ANA), "status": "P"}]
    api.switch(before_due="failure")
    assert api.fails("status_batch", batch_id=answer["batch_id"]) == [999]
    assert api.fails("status_message", message_id=answer["messages"][0]["id"]) == [999]


def test_the_control_api_shows_what_waits(api: TextlocalApi) -> None:
    send(api, custom="c-7")
    (row,) = api.shown("scheduled")["scheduled"]
    assert (row["state"], row["due"], row["custom"], row["count"]) == ("scheduled", "2026-07-15T00:00:00Z", "c-7", 1)
    pass_by(api)
    assert api.shown("scheduled")["scheduled"] == []
    assert api.shown("batches")["batches"][0]["state"] == "sent"


def test_what_waits_outlives_a_restart(
    tmp_path: Path, start_sandbox: Callable[..., Sandbox], textlocal_api_to: type[TextlocalApi]
) -> None:
    first = textlocal_api_to(start_sandbox(data=tmp_path))
    first.sandbox.post("/_sandbox/clock", {"at": "2026-07-14T12:00:00Z"})
    send(first)
    first.sandbox.stop()
    second = textlocal_api_to(start_sandbox(data=tmp_path))
    pass_by(second)
    assert phones(second) == [ANA]
