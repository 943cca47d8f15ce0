"""Pages by cursor, and the other shapes of an answer that are in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import SmsClient

CONTACTS = "/PhoneList/7001/Contact"


def walk(sms: SmsClient, path: str, count: int) -> tuple[list[dict[str, Any]], int]:
    """Every row, page by page, and how many pages there were."""
    rows, cursor, pages = [], "Start", 0
    while cursor:
        page = sms.call("GET", path, params={"cursor": cursor, "count": count}).json()
        rows += page["data"]
        cursor = page.get("nextPageCursor")
        pages += 1
    return rows, pages


@pytest.mark.parametrize("path", [CONTACTS, "/PhoneList", "/OptOut", "/Contact/12125550120/PhoneList"])
@pytest.mark.parametrize("count", [1, 3, 4, 5000])
def test_pages_together_are_everything_once(sms: SmsClient, path: str, count: int) -> None:
    whole = sms.get(path)
    rows, pages = walk(sms, path, count)
    assert rows == whole
    assert pages == -(-len(whole) // count)


def test_a_page_stays_in_place_while_rows_before_it_go(sms: SmsClient) -> None:
    first = sms.call("GET", CONTACTS, params={"count": 5}).json()
    sms.put(first["data"][0]["phoneNumber"], optedOut=True)
    second = sms.call("GET", CONTACTS, params={"count": 5, "cursor": first["nextPageCursor"]}).json()
    assert second["data"][0]["phoneNumber"] == "12125550105"


@pytest.mark.parametrize("query", ["count=0", "count=5001", "count=ten", "count=", "cursor=x", "cursor=%C3%A9"])
def test_a_wrong_count_or_cursor_is_refused(sms: SmsClient, query: str) -> None:
    assert sms.error("GET", f"{CONTACTS}?{query}") == (400, "ERROR_INVALID_PARAMETER")


def test_a_cursor_is_good_for_its_own_query_only(sms: SmsClient) -> None:
    cursor = sms.call("GET", CONTACTS, params={"count": 2}).json()["nextPageCursor"]
    assert sms.error("GET", f"{CONTACTS}?cursor={cursor}&optedOut=true")[1] == "ERROR_INVALID_PARAMETER"
    assert sms.error("GET", f"/OptOut?cursor={cursor}")[1] == "ERROR_INVALID_PARAMETER"
    assert len(sms.get(f"{CONTACTS}?cursor={cursor}&count=3")) == 3


def test_the_next_page_can_be_named_by_its_address(sms: SmsClient) -> None:
    sms.switch(next_cursor="uri")
    following = sms.call("GET", f"{CONTACTS}?count=2").json()["nextPageCursor"]
    assert following.startswith("/sms/v1/ShortCode/501/PhoneList/7001/Contact?count=2&cursor=")
    assert len(sms.get(following.removeprefix("/sms/v1/ShortCode/501"))) == 2


@pytest.mark.parametrize(("way", "shown"), [("null", None), ("absent", "absent"), ("empty", "")])
def test_the_last_page_has_no_cursor_in_three_ways(sms: SmsClient, way: str, shown: str | None) -> None:
    sms.switch(last_cursor=way)
    assert sms.call("GET", "/OptOut").json().get("nextPageCursor", "absent") == shown


def test_one_list_and_one_message_come_in_each_documented_shape(sms: SmsClient) -> None:
    listed = sms.get("/PhoneList/7001")
    sms.switch(list_shape="array")
    assert sms.get("/PhoneList/7001") == [listed]
    sms.switch(list_shape="bare", transactional_shape="bare")
    assert sms.call("GET", "/PhoneList/7001").json() == listed
    assert sms.call("GET", "/PhoneList/7008/TransactionalMessage/8001").json()["transactionalMessageId"] == 8001


def test_words_dates_and_ids_in_doubt_can_be_switched(sms: SmsClient) -> None:
    sms.switch(empty_date="year-one", state_words="not-subscribed", resource_id="null", date_format="either")
    assert sms.get("/Contact/12125550101")["unsubscribeDate"] == "0001-01-01T00:00:00"
    assert sms.states("12125550132") == {7001: "Not Subscribed"}
    values = [{"segmentationFieldId": 9003, "value": "2025-12-31"}, {"segmentationFieldId": 9009, "value": "1/2/2025"}]
    assert sms.put("12125550100", segmentationFieldValues=values).json() == {"status": 200, "resourceId": None}
    stored = sms.get("/Contact/12125550100")["segmentationFieldValues"]
    assert [each["value"] for each in stored] == ["12/31/2025", "01/02/2025"]
    sms.switch(date_format="iso", null_custom_value="clear")
    values = [{"segmentationFieldId": 9003, "value": None}, {"segmentationFieldId": 9009, "value": "2025-01-03"}]
    sms.put("12125550100", segmentationFieldValues=values)
    assert [v["value"] for v in sms.get("/Contact/12125550100")["segmentationFieldValues"]] == ["01/03/2025"]
    values[1]["value"] = "01/03/2025"
    assert sms.put("12125550100", segmentationFieldValues=values).status_code == 400
