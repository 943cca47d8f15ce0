"""What became of what was sent: figures that grow over days, and four histories."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from textlocal_calls import TextlocalApi

ANA, BEN = "447700900201", "447700900202"
HOUR, DAY = 3600, 86_400
FIGURES = ("num_delivered", "num_undelivered", "num_expired", "num_unknown", "num_invalid")
MANY = [f"447700900{number:03d}" for number in range(500)]


def send(api: TextlocalApi, *numbers: str, **fields: Any) -> dict[str, Any]:
    return api.call("send", numbers=",".join(numbers or (ANA,)), message="Hello", **fields)


def statuses(api: TextlocalApi, batch: int) -> Counter[Any]:
    return Counter(each["status"] for each in api.call("status_batch", batch_id=batch)["messages"])


def history(api: TextlocalApi, kind: str, **fields: Any) -> dict[str, Any]:
    return api.call(f"get_history_{kind}", **fields)


def test_a_batch_is_on_its_way_first_and_a_week_later_all_of_it_has_ended(textlocal_api: TextlocalApi) -> None:
    batch = send(textlocal_api, *MANY)["batch_id"]
    answer = textlocal_api.call("status_batch", batch_id=batch)
    assert set(answer) == {"batch_id", "num_messages", "messages", "status", *FIGURES}
    assert (answer["batch_id"], answer["num_messages"]) == (batch, 500)
    assert sum(answer[name] for name in FIGURES) + statuses(textlocal_api, batch)["P"] == 500
    seen = []
    for _ in range(8):
        seen.append(statuses(textlocal_api, batch))
        textlocal_api.sandbox.advance(DAY)
    assert seen[0]["P"] > 400
    delivered = [each["D"] for each in seen]
    assert delivered == sorted(delivered)
    assert delivered[1] < delivered[3] == delivered[7]
    assert seen[7]["P"] == 0
    assert all(seen[7][letter] for letter in "DUEI?")
    assert [each["?"] for each in seen[:4]] == [0, 0, 0, 0]


def test_the_figures_are_those_of_the_messages(textlocal_api: TextlocalApi) -> None:
    batch = send(textlocal_api, *MANY)["batch_id"]
    textlocal_api.sandbox.advance(7 * DAY)
    answer = textlocal_api.call("status_batch", batch_id=batch)
    count = Counter(each["status"] for each in answer["messages"])
    assert [answer[name] for name in FIGURES] == [count[letter] for letter in "DUE?I"]
    textlocal_api.switch(num_expired="absent")
    older = textlocal_api.call("status_batch", batch_id=batch)
    assert "num_expired" not in older
    assert older["num_unknown"] == count["?"] + count["E"]


def test_the_same_sends_come_to_the_same_end_in_a_sandbox_that_starts_anew(textlocal_api: TextlocalApi) -> None:
    ends = []
    for _ in range(2):
        batch = send(textlocal_api, *MANY[:100])["batch_id"]
        textlocal_api.sandbox.advance(7 * DAY)
        ends.append(textlocal_api.call("status_batch", batch_id=batch))
        textlocal_api.sandbox.reset()
    assert ends[0] == ends[1]


def test_a_clock_that_goes_back_shows_what_it_showed(textlocal_api: TextlocalApi) -> None:
    textlocal_api.sandbox.advance(-30 * DAY)
    batch = send(textlocal_api, *MANY[:100])["batch_id"]
    textlocal_api.sandbox.advance(2 * HOUR)
    early = statuses(textlocal_api, batch)
    textlocal_api.sandbox.advance(5 * DAY)
    assert statuses(textlocal_api, batch) != early
    textlocal_api.sandbox.advance(-5 * DAY)
    assert statuses(textlocal_api, batch) == early


def test_a_message_says_its_status_and_when_it_ended(textlocal_api: TextlocalApi) -> None:
    textlocal_api.sandbox.post("/_sandbox/clock", {"at": "2026-07-14T12:00:00Z"})
    number = send(textlocal_api, ANA)["messages"][0]["id"]
    first = textlocal_api.call("status_message", message_id=number)["message"]
    assert first["date"].startswith("2026-07-14 12:00:0")
    assert {**first, "date": ""} == {
        "id": int(number),
        "recipient": int(ANA),
        "type": "sms",
        "status": "P",
        "date": "",
    }
    textlocal_api.sandbox.advance(7 * DAY)
    later = textlocal_api.call("status_message", message_id=number)["message"]
    assert later["status"] in "DUEI?"
    assert later["date"] > first["date"]


def test_ids_of_batches_are_numbers_or_by_a_switch_texts(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(batch_ids="text", ids="string")
    batch = textlocal_api.call("send", group_id=5, message="Hello")["batch_id"]
    assert isinstance(batch, str)
    assert textlocal_api.call("status_batch", batch_id=batch)["batch_id"] == batch
    (row,) = history(textlocal_api, "group", limit=1)["messages"]
    assert (row["batch_id"], row["group_id"]) == (batch, "5")


def test_validity_ends_what_has_not_arrived(textlocal_api: TextlocalApi) -> None:
    now = 1_784_030_400  # 2026-07-14, noon, UTC
    textlocal_api.sandbox.post("/_sandbox/clock", {"at": "2026-07-14T12:00:00Z"})
    batch = send(textlocal_api, *MANY, validity=now + HOUR)["batch_id"]
    textlocal_api.sandbox.advance(2 * HOUR)
    count = statuses(textlocal_api, batch)
    assert count["E"] > 50
    assert count["D"] + count["E"] + count["I"] + count["P"] == 500
    assert count["P"] < 30


@pytest.mark.parametrize("command", ["status_message", "status_batch"])
@pytest.mark.parametrize("number", ["", "1", "abc"])
def test_nothing_of_that_id_is_a_failure_with_a_code_or_by_a_switch_without_errors(
    textlocal_api: TextlocalApi, command: str, number: str
) -> None:
    name = command.replace("status", "").strip("_") + "_id"
    assert textlocal_api.fails(command, **{name: number}) == [999]
    textlocal_api.switch(unlisted_failures="bare")
    assert textlocal_api.answer(command, **{name: number}).json() == {"status": "failure"}


def test_nobody_reads_another_account_s_batches(
    textlocal_api: TextlocalApi, textlocal_api_to: type[TextlocalApi]
) -> None:
    answer = send(textlocal_api)
    other = textlocal_api_to(textlocal_api.sandbox, "sandbox-textlocal-fresh")
    assert other.fails("status_batch", batch_id=answer["batch_id"]) == [999]
    assert other.fails("status_message", message_id=answer["messages"][0]["id"]) == [999]
    assert history(other, "api")["total"] == 0


def test_a_fresh_account_has_a_history_of_each_kind_within_six_months(textlocal_api: TextlocalApi) -> None:
    totals = {kind: history(textlocal_api, kind)["total"] for kind in ("single", "api", "group", "email")}
    assert totals == {"single": 4, "api": 5, "group": 4, "email": 3}
    assert history(textlocal_api, "group", min_time=0)["total"] == 5


def test_what_the_api_sends_to_numbers_is_in_its_history_with_the_latest_first(textlocal_api: TextlocalApi) -> None:
    textlocal_api.sandbox.post("/_sandbox/clock", {"at": "2027-07-14T12:00:00Z"})
    ids = [each["id"] for each in send(textlocal_api, ANA, BEN, sender="ACMEShop")["messages"]]
    rows = history(textlocal_api, "api")["messages"]
    assert rows[0] == {"id": int(ids[1]), "datetime": rows[0]["datetime"], "number": BEN, "sender": "ACMEShop"}
    assert rows[0]["datetime"].startswith("2027-07-14 12:00:0")
    assert history(textlocal_api, "api", sort_order="asc")["messages"] == rows[::-1]
    textlocal_api.switch(zone="account", history_custom="present")
    first = history(textlocal_api, "api")["messages"][0]
    assert first["datetime"].startswith("2027-07-14 13:00:0")
    assert first["custom"] == ""


def test_what_the_api_sends_to_a_group_is_in_the_history_of_groups_even_if_it_is_gone(
    textlocal_api: TextlocalApi,
) -> None:
    group = textlocal_api.call("create_group", name="Campaign")["group"]["id"]
    textlocal_api.call("create_contacts", numbers=f"{ANA},{BEN}", group_id=group)
    batch = textlocal_api.call("send", group_id=group, message="x" * 161, custom="c-1")["batch_id"]
    textlocal_api.call("delete_group", group_id=group)
    (row,) = history(textlocal_api, "group", limit=1)["messages"]
    assert row == {
        "batch_id": batch,
        "group_id": group,
        "group_name": "Campaign",
        "message": "x" * 161,
        "datetime": row["datetime"],
        "num_credits": 4,
    }
    textlocal_api.switch(history_custom="present")
    assert history(textlocal_api, "group", limit=1)["messages"][0]["custom"] == "c-1"
    assert history(textlocal_api, "api")["total"] == 5
    textlocal_api.switch(group_history="both")
    assert history(textlocal_api, "api")["total"] == 7
    textlocal_api.switch(group_history="api")
    assert history(textlocal_api, "api")["total"] == 7
    assert batch not in [each["batch_id"] for each in history(textlocal_api, "group")["messages"]]


def test_the_name_of_a_group_that_is_gone_is_kept_or_by_a_switch_empty(textlocal_api: TextlocalApi) -> None:
    group = textlocal_api.call("create_group", name="Campaign")["group"]["id"]
    textlocal_api.call("create_contacts", numbers=f"{ANA},{BEN}", group_id=group)
    textlocal_api.call("send", group_id=group, message="Now")
    textlocal_api.call("send", group_id=group, message="Later", schedule_time=1_900_000_000)

    def names() -> tuple[str, str]:
        (sent,) = history(textlocal_api, "group", limit=1)["messages"]
        (waiting,) = textlocal_api.call("get_scheduled")["scheduled"]
        assert (sent["group_id"], waiting["groupid"]) == (group, str(group))
        return sent["group_name"], waiting["groupName"]

    textlocal_api.switch(deleted_group_name="empty")
    assert names() == ("Campaign", "Campaign")
    textlocal_api.call("delete_group", group_id=group)
    assert names() == ("", "")
    textlocal_api.switch(deleted_group_name="kept")
    assert names() == ("Campaign", "Campaign")


def test_which_history_has_what_was_sent_to_numbers_is_a_switch(textlocal_api: TextlocalApi) -> None:
    totals = {}
    for choice in ("api", "single", "both"):
        textlocal_api.switch(sent_history=choice)
        totals[choice] = (history(textlocal_api, "api")["total"], history(textlocal_api, "single")["total"])
    assert totals == {"api": (5, 4), "single": (0, 9), "both": (5, 9)}


def test_a_history_comes_in_pages_of_a_thousand_at_most(textlocal_api: TextlocalApi) -> None:
    textlocal_api.control("credits", sms=2000)
    send(textlocal_api, *[f"447700{number:06d}" for number in range(900_000, 901_100)])
    whole = history(textlocal_api, "api", limit=5000)
    assert (whole["start"], whole["limit"], whole["total"], len(whole["messages"])) == (0, 1000, 1105, 1000)
    rest = history(textlocal_api, "api", start=1000, limit=1000)["messages"]
    assert len(rest) == 105
    assert len({row["id"] for row in whole["messages"] + rest}) == 1105


def test_a_window_of_time_has_both_its_ends(textlocal_api: TextlocalApi) -> None:
    noon = 1_815_566_400  # 2027-07-14, noon, UTC
    textlocal_api.sandbox.post("/_sandbox/clock", {"at": "2027-07-13T12:00:00Z"})
    send(textlocal_api, ANA, schedule_time=noon)
    textlocal_api.sandbox.post("/_sandbox/clock", {"at": "2027-07-15T12:00:00Z"})

    def within(first: int, last: int) -> int:
        found: int = history(textlocal_api, "api", min_time=first, max_time=last)["total"]
        return found

    assert (within(noon, noon), within(noon + 1, noon + 2), within(noon - 2, noon - 1)) == (1, 0, 0)


def test_a_history_without_rows_is_an_empty_list_or_by_a_switch_a_failure(textlocal_api: TextlocalApi) -> None:
    assert history(textlocal_api, "email", min_time=1, max_time=2)["messages"] == []
    textlocal_api.switch(empty_history="failure")
    assert textlocal_api.fails("get_history_email", min_time=1, max_time=2) == [999]


def test_what_is_scheduled_is_in_no_history_before_its_time(textlocal_api: TextlocalApi) -> None:
    textlocal_api.sandbox.post("/_sandbox/clock", {"at": "2026-11-01T12:00:00Z"})
    before = history(textlocal_api, "api", min_time=0, max_time=1_900_000_000)["total"]
    send(textlocal_api, ANA, schedule_time=1_793_620_800)  # 2026-11-02, noon, UTC
    assert history(textlocal_api, "api", min_time=0, max_time=1_900_000_000)["total"] == before
    textlocal_api.sandbox.post("/_sandbox/clock", {"at": "2026-11-02T13:00:00Z"})
    assert history(textlocal_api, "api", min_time=0, max_time=1_900_000_000)["total"] == before + 1


def test_messages_are_shown_with_the_receipts_that_would_have_been_posted(textlocal_api: TextlocalApi) -> None:
    send(textlocal_api, *MANY[:50], custom="c-9", receipt_url="https://example.com/r")
    assert {each["receipt"] for each in textlocal_api.shown("messages")["messages"] if each["status"] == "P"} == {None}
    textlocal_api.sandbox.advance(7 * DAY)
    messages = textlocal_api.shown("messages")["messages"]
    assert len(messages) == 50
    for each in messages:
        assert each["receipt"]["url"] == "https://example.com/r"
        assert (each["receipt"]["number"], each["receipt"]["customID"]) == (each["number"], "c-9")
        assert each["receipt"]["status"] in "DUI?"
