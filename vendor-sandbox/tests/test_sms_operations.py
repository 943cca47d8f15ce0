"""Each of the twenty operations, when all is well."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from .conftest import SmsClient

KNOWN, OPTED_OUT, NEW = "12125550101", "12125550128", "13125550150"
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-cache",
    "Pragma": "no-cache",
    "Expires": "-1",
}


def test_sender_codes_come_with_ids_and_visible_digits(sms: SmsClient) -> None:
    answer = requests.get(f"{sms.sandbox.sms_url}/v1/ShortCode", headers=sms.headers(), timeout=10)
    codes = answer.json()["data"]
    assert [(code["shortCodeId"], code["code"]) for code in codes] == [(501, "10150"), (502, "10151"), (503, "10152")]
    assert len(codes[0]) == 16
    assert "nextPageCursor" not in answer.json()
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert sms.get("")["merchantName"] == "Example Outfitters"


def test_lists_are_active_unless_inactive_ones_are_asked_for(sms: SmsClient) -> None:
    assert {row["status"] for row in sms.get("/PhoneList")} == {"Active"}
    assert [row["phoneListName"] for row in sms.get("/PhoneList?status=inactive")] == ["Summer 2019"]
    assert sms.get("/PhoneList/7002")["requireDoubleOptIn"] is True
    assert sms.get("/PhoneList/7003")["requireAgeGate"] is True
    assert sms.get("/PhoneList/7005")["status"] == "Inactive"


def test_fifty_profile_fields_belong_to_the_company(sms: SmsClient, sms_to: type[SmsClient]) -> None:
    fields = sms.get("/SegmentationField")
    assert len(fields) == 50
    assert {row["dataType"] for row in fields} == {"Text", "Number", "Checkbox", "Date"}
    assert sms.get("/SegmentationField", sender=502) == fields
    assert sms.get("/SegmentationField/9004") == {
        "segmentationFieldId": 9004,
        "segmentationFieldName": "Favorite Color",
        "dataType": "Text",
        "maxLength": 20,
        "statusFlag": "Active",
    }
    assert len(sms_to(sms.sandbox, "sandbox-books").get("/SegmentationField", sender=601)) == 2


def test_a_contact_is_created_and_read_back_with_its_fields(sms: SmsClient) -> None:
    values = [{"segmentationFieldId": 9001, "value": "true"}, {"segmentationFieldId": 9003, "value": "12/31/2025"}]
    system: dict[str, Any] = {
        "emailAddress": "new@example.com",
        "firstName": "نور",
        "lastName": "O'Brien 🎂",
        "postalCode": "10001",
    }
    answer = sms.create(NEW, **system, birthday="1990-02-03", segmentationFieldValues=values)
    assert (answer.status_code, answer.json()) == (201, {"status": 201, "resourceId": NEW})
    contact = sms.get(f"/Contact/{NEW}")
    assert contact.items() >= system.items()
    assert contact["birthday"] == "1990-02-03T00:00:00"
    assert contact["segmentationFieldValues"] == [
        {"segmentationFieldId": 9001, "value": "on"},
        {"segmentationFieldId": 9003, "value": "12/31/2025"},
    ]
    assert contact["optedOut"] is False
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", contact["subscribeDate"])
    assert contact["unsubscribeDate"] is None


def test_names_of_the_body_are_read_without_case_and_unknown_ones_ignored(sms: SmsClient) -> None:
    body = {"PhoneNumber": NEW, "FIRSTNAME": "Eun", "phoneListId": 1, "skipDoubleOptIn": True}
    assert sms.call("POST", "/PhoneList/7001/Contact", body).status_code == 201
    assert sms.get(f"/Contact/{NEW}")["firstName"] == "Eun"


def test_an_update_changes_what_it_names_and_leaves_the_rest(sms: SmsClient) -> None:
    before = sms.get(f"/Contact/{KNOWN}")
    value = {"segmentationFieldId": 9004, "value": "blue"}
    answer = sms.put(KNOWN, firstName="Zoë", emailAddress=None, segmentationFieldValues=[value])
    assert (answer.status_code, answer.json()) == (200, {"status": 200, "resourceId": KNOWN})
    after = sms.get(f"/Contact/{KNOWN}")
    changed = {"firstName": "Zoë", "emailAddress": None}
    fields = {"segmentationFieldValues": [*before["segmentationFieldValues"], value]}
    assert after == {**before, **changed, **fields}


def test_profile_values_are_shared_by_the_companys_sender_codes(sms: SmsClient) -> None:
    body = {"phoneNumber": KNOWN, "firstName": "Outlet"}
    assert sms.call("POST", "/PhoneList/7101/Contact", body, sender=502).status_code == 201
    assert sms.get(f"/Contact/{KNOWN}")["firstName"] == "Outlet"


def test_a_profile_value_is_cleared_by_an_empty_text(sms: SmsClient) -> None:
    sms.put(KNOWN, segmentationFieldValues=[{"segmentationFieldId": 9001, "value": ""}])
    assert 9001 not in [v["segmentationFieldId"] for v in sms.get(f"/Contact/{KNOWN}")["segmentationFieldValues"]]


def test_subscribe_and_unsubscribe(sms: SmsClient) -> None:
    answer = sms.subscribe(KNOWN, 7006)
    assert (answer.status_code, answer.json()) == (201, {"status": 201, "resourceId": KNOWN})
    assert sms.states(KNOWN) == {7001: "Subscribed", 7006: "Subscribed"}
    answer = sms.call("DELETE", f"/ContactUnsubscribe/{KNOWN}/PhoneList/7006")
    assert (answer.status_code, answer.json()) == (200, {"status": 200})
    assert sms.states(KNOWN) == {7001: "Subscribed", 7006: "Unsubscribed"}


def test_opt_outs_have_a_reason_and_can_be_asked_by_date(sms: SmsClient) -> None:
    rows = sms.get("/OptOut")
    assert [row["optOutReason"] for row in rows] == ["Campaign", "Admin", "DeliveryFailure", "Deactivated"]
    assert rows[0]["phoneNumber"] == OPTED_OUT
    assert sms.get("/OptOut?startDate=2025-06-02") == []
    assert len(sms.get("/OptOut?startDate=2025-06-01&endDate=06/02/2025")) == 4
    sms.switch(opt_out_reason="number")
    assert [row["optOutReason"] for row in sms.get("/OptOut")] == [0, 1, 2, 5]


def test_transactional_messages_are_listed_and_sent(sms: SmsClient) -> None:
    listed = sms.get("/PhoneList/7008/TransactionalMessage")
    assert [row["transactionalMessageId"] for row in listed] == [8001, 8002, 8003]
    assert sms.get("/PhoneList/7008/TransactionalMessage/8001") == listed[0]
    path, phone = "/PhoneList/7008/TransactionalMessage/8001/Message", "12125550120"
    assert sms.call("POST", path, {"phoneNumber": phone}).status_code == 201
    assert sms.call("POST", path, {"phoneNumber": phone, "messageContent": "Hi"}).json()["resourceId"].isdigit()
    assert [text["text"] for text in sms.sandbox.texts(phone=phone)] == ["Your order is on its way.", "Hi"]


@pytest.mark.parametrize(("narrowed", "count"), [(None, 24), ("9001", 8)])
def test_a_broadcast_texts_every_subscriber_or_those_with_the_box_checked(
    sms: SmsClient, narrowed: str | None, count: int
) -> None:
    body = {"phoneListId": 7001, "messageContent": "Sale", "messageTitle": "t", "segmentationFieldId": narrowed}
    assert sms.call("POST", "/Broadcast/Immediate", body).status_code == 201
    assert len(sms.sandbox.texts(kind="broadcast", vendor="listrak-sms")) == count


def test_an_import_updates_contacts_there_are_and_drops_the_others_silently(sms: SmsClient) -> None:
    rows = f"phone,color,points\n{KNOWN},'blue, or so',12\n{NEW},red,1\n{OPTED_OUT},,x\n12125550102,,3\n"
    body = {
        "fileName": "people.csv",
        "fileStream": base64.b64encode(rows.encode()).decode(),
        "importType": "UpdateSubscribers",
        "hasColumnNames": True,
        "textQualifier": "'",
        "fileMappings": [
            {"fileColumnType": "Phone", "segmentationFieldId": 0, "fileColumn": 0},
            {"fileColumnType": "SegmentationField", "segmentationFieldId": 9004, "fileColumn": 1, "defaultValue": "-"},
            {"fileColumnType": "SegmentationField", "segmentationFieldId": 9002, "fileColumn": 2},
        ],
    }
    sms.switch(import_seconds="60")
    path = f"/ContactImport/{sms.call('POST', '/ContactImport', body).json()['resourceId']}"
    started = sms.get(path)
    assert (started["status"], started["endDate"], started["smsSenderCodeId"]) == ("Queued", None, 501)
    sms.sandbox.advance(40)
    assert sms.get(path)["status"] == "Processing"
    sms.sandbox.advance(30)
    assert sms.get(path)["status"] == "Complete"
    assert sms.get(path)["endDate"] > started["startDate"]
    values = {v["segmentationFieldId"]: v["value"] for v in sms.get(f"/Contact/{KNOWN}")["segmentationFieldValues"]}
    assert values == {9001: "on", 9002: "12", 9004: "blue, or so"}
    result = sms.sandbox.get("/_sandbox/listrak-sms/imports")["imports"][0]["result"]
    problems = [{"row": 3, "error": "ERROR_INVALID_PARAMETER"}]
    assert result == {"status": "Complete", "rows": 4, "updated": 2, "unknown": 1, "problems": problems}
    assert sms.sandbox.texts() == []


def test_an_import_of_what_is_no_text_fails(sms: SmsClient) -> None:
    sms.switch(import_seconds="0")
    mapping = {"fileColumnType": "Phone", "segmentationFieldId": 0, "fileColumn": 0}
    stream = base64.b64encode(b"\xff\xfe\x00").decode()
    body = {"fileName": "x", "fileStream": stream, "importType": "UpdateSubscribers", "hasColumnNames": False}
    made = sms.call("POST", "/ContactImport", {**body, "textQualifier": "", "fileMappings": [mapping]})
    assert sms.get(f"/ContactImport/{made.json()['resourceId']}")["status"] == "Failed"
