"""Every documented error: what brings it, and what stays as it was."""

from __future__ import annotations

import socket
import urllib.parse
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from .conftest import SmsClient

KNOWN, NEW, BANNED, SUSPENDED, NO_LIST = (f"12125550{n}" for n in (101, 150, 134, 135, 136))
CREATE, SEND = "/PhoneList/7001/Contact", "/PhoneList/7008/TransactionalMessage/{}/Message"
BROADCAST = {"phoneListId": 7001, "messageContent": "Sale", "messageTitle": "t"}
IMPORT: dict[str, Any] = {
    "fileName": "a.csv",
    "fileStream": "MQ==",
    "importType": "UpdateSubscribers",
    "hasColumnNames": False,
    "textQualifier": '"',
    "fileMappings": [{"fileColumnType": "Phone", "segmentationFieldId": 0, "fileColumn": 0}],
}


def values(*pairs: tuple[int | str, Any]) -> dict[str, Any]:
    return {"segmentationFieldValues": [{"segmentationFieldId": number, "value": value} for number, value in pairs]}


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/Contacts", "ERROR_UNKNOWN_ROUTE"),
        ("GET", "/Contact/<b>", "ERROR_UNSAFE_ROUTE"),
        ("GET", "/Contact/1&2", "ERROR_UNSAFE_ROUTE"),
        ("GET", "/Contact/+12125550101", "ERROR_UNSAFE_ROUTE"),
        ("PUT", f"/Contact/{KNOWN}", "ERROR_UNSUPPORTED_METHOD"),
        ("DELETE", f"/Contact/{KNOWN}", "ERROR_UNSUPPORTED_METHOD"),
        ("PATCH", "/Contact", "ERROR_UNSUPPORTED_METHOD"),
        ("GET", f"/Contact/{NEW}", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("GET", "/Contact/2125550101", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("GET", "/Contact/12", "ERROR_INVALID_PHONE_NUMBER"),
        ("GET", "/Contact/%2B12125550101", "ERROR_INVALID_PHONE_NUMBER"),
        ("GET", f"/Contact/{NEW}/PhoneList", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("GET", "/PhoneList/1", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("GET", "/PhoneList/x", "ERROR_INVALID_PARAMETER"),
        ("GET", "/PhoneList/99999999999", "ERROR_INVALID_PARAMETER"),
        ("GET", "/PhoneList/7101", "ERROR_INVALID_LIST_ID"),
        ("GET", "/PhoneList?status=old", "ERROR_INVALID_PARAMETER"),
        ("GET", "/PhoneList/7001/Contact?optedOut=perhaps", "ERROR_INVALID_PARAMETER"),
        ("GET", "/PhoneList/7001/Contact?startSubscribeDate=2025-13-01", "ERROR_INVALID_PARAMETER"),
        ("GET", "/SegmentationField/1", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("GET", "/ContactImport/1", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("GET", "/PhoneList/7001/TransactionalMessage/8001", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("POST", f"/Contact/{NEW}/PhoneList/7001", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("POST", f"/Contact/{KNOWN}/PhoneList/7001", "ERROR_SUBSCRIBED_PHONE_NUMBER"),
        ("POST", f"/Contact/{KNOWN}/PhoneList/7005", "ERROR_LIST_INACTIVE"),
        ("POST", f"/Contact/{BANNED}/PhoneList/7001", "ERROR_BANNED_PHONE_NUMBER"),
        ("POST", f"/Contact/{SUSPENDED}/PhoneList/7001", "ERROR_PHONE_NUMBER_SUSPENDED"),
        ("DELETE", f"/ContactUnsubscribe/{NEW}/PhoneList/7001", "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
        ("DELETE", f"/ContactUnsubscribe/{NO_LIST}/PhoneList/7001", "ERROR_PHONE_NUMBER_NOT_SUBSCRIBED"),
    ],
)
def test_a_call_that_cannot_be_is_told_why(sms: SmsClient, method: str, path: str, code: str) -> None:
    statuses = {"ERROR_UNKNOWN_ROUTE": 404, "ERROR_UNABLE_TO_LOCATE_RESOURCE": 404, "ERROR_UNSUPPORTED_METHOD": 405}
    # requests would encode what is unsafe: the path goes out as it stands.
    address = urllib.parse.urlsplit(sms.sandbox.sms_url)
    connection = requests.Session()
    request = requests.Request(method, sms.sandbox.sms_url, headers=sms.headers()).prepare()
    request.url = f"http://{address.netloc}/listrak/sms/v1/ShortCode/501{path}"
    answer = connection.send(request, timeout=10)
    connection.close()
    assert (answer.status_code, answer.json()["error"]) == (statuses.get(code, 400), code)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"phoneNumber": None}, "ERROR_INVALID_PHONE_NUMBER"),
        ({"phoneNumber": "+13125550150"}, "ERROR_INVALID_PHONE_NUMBER"),
        ({"phoneNumber": "23125550150"}, "ERROR_INVALID_PHONE_NUMBER"),
        ({"phoneNumber": "1" * 10}, "ERROR_INVALID_PHONE_NUMBER"),
        ({"phoneNumber": BANNED}, "ERROR_BANNED_PHONE_NUMBER"),
        ({"phoneNumber": KNOWN}, "ERROR_PHONE_NUMBER_FOUND"),
        ({"emailAddress": "no"}, "ERROR_INVALID_EMAIL_ADDRESS"),
        ({"birthday": ""}, "ERROR_BIRTHDAY_FIELD_NULL"),
        ({"birthday": "soon"}, "ERROR_INVALID_PARAMETER"),
        ({"birthday": "2025-02-30"}, "ERROR_INVALID_PARAMETER"),
        ({"firstName": {}}, "ERROR_INVALID_PARAMETER"),
        ({"optedOut": "maybe"}, "ERROR_INVALID_PARAMETER"),
        ({"segmentationFieldValues": {}}, "ERROR_INVALID_PARAMETER"),
        ({"segmentationFieldValues": ["x"]}, "ERROR_INVALID_PARAMETER"),
        (values(("x", "1")), "ERROR_INVALID_PARAMETER"),
        (values((9004, "a"), (9004, "b")), "ERROR_INVALID_PARAMETER"),
        (values((9004, None)), "ERROR_INVALID_PARAMETER"),
        (values((9101, "a")), "ERROR_INVALID_SEGMENTATION_FIELD_ID"),
        (values((9007, "a")), "ERROR_SEGMENTATION_FIELD_DISABLED"),
        (values((9008, "a")), "ERROR_SEGMENTATION_FIELD_DISABLED"),
        (values((9004, "a" * 21)), "ERROR_SEGMENTATION_MAX_LENGTH"),
        (values((9001, "yes")), "ERROR_INVALID_PARAMETER"),
        (values((9002, "1,5")), "ERROR_INVALID_PARAMETER"),
        (values((9002, "1.555")), "ERROR_INVALID_PARAMETER"),
        (values((9003, "2025-12-31")), "ERROR_INVALID_PARAMETER"),
        (values((9003, "31/12/2025")), "ERROR_INVALID_PARAMETER"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_whole(sms: SmsClient, fields: dict[str, Any], code: str) -> None:
    before = sms.sandbox.get("/_sandbox/listrak-sms/contacts")
    assert sms.error("POST", CREATE, {"phoneNumber": NEW, **fields}) == (400, code)
    if code != "ERROR_PHONE_NUMBER_FOUND":
        assert sms.error("PUT", "/Contact", {"phoneNumber": KNOWN, **fields}) == (400, code)
    assert sms.sandbox.get("/_sandbox/listrak-sms/contacts") == before
    assert sms.sandbox.texts() == []


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/PhoneList/7005/Contact", {"phoneNumber": NEW}, "ERROR_LIST_INACTIVE"),
        ("/PhoneList/7101/Contact", {"phoneNumber": NEW}, "ERROR_INVALID_LIST_ID"),
        ("/Broadcast/Immediate", {**BROADCAST, "phoneListId": 7005}, "ERROR_LIST_INACTIVE"),
        ("/Broadcast/Immediate", {**BROADCAST, "messageContent": ""}, "ERROR_INVALID_PARAMETER"),
        ("/Broadcast/Immediate", {**BROADCAST, "messageTitle": "x" * 51}, "ERROR_INVALID_PARAMETER"),
        ("/Broadcast/Immediate", {**BROADCAST, "segmentationFieldId": "9002"}, "ERROR_INVALID_PARAMETER"),
        ("/Broadcast/Immediate", {**BROADCAST, "segmentationFieldId": "1"}, "ERROR_INVALID_SEGMENTATION_FIELD_ID"),
        (SEND.format(8001), {"phoneNumber": KNOWN}, "ERROR_PHONE_NUMBER_NOT_SUBSCRIBED"),
        (SEND.format(8001), {"phoneNumber": BANNED}, "ERROR_BANNED_PHONE_NUMBER"),
        (SEND.format(8001), {"phoneNumber": SUSPENDED}, "ERROR_PHONE_NUMBER_SUSPENDED"),
        (SEND.format(8002), {"phoneNumber": "12125550120"}, "ERROR_TRANSACTIONAL_MESSAGE_EMPTY_MESSAGE"),
        (SEND.format(8003), {"phoneNumber": "12125550120"}, "ERROR_TRANSACTIONAL_MESSAGE_NOT_FOUND"),
        (
            SEND.format(8001),
            {"phoneNumber": "12125550120", "messageContent": "[[Coupon X]]"},
            "ERROR_TRANSACTIONAL_MESSAGE_CONTENT_COUPON_CODE",
        ),
        ("/ContactImport", {**IMPORT, "importType": "AddSubscribers"}, "ERROR_INVALID_PARAMETER"),
        ("/ContactImport", {**IMPORT, "fileStream": "%"}, "ERROR_INVALID_PARAMETER"),
        ("/ContactImport", {**IMPORT, "textQualifier": "|"}, "ERROR_INVALID_PARAMETER"),
        ("/ContactImport", {**IMPORT, "fileMappings": []}, "ERROR_INVALID_PARAMETER"),
        ("/ContactImport", {**IMPORT, "fileMappings": IMPORT["fileMappings"] * 2}, "ERROR_INVALID_PARAMETER"),
        ("/ContactImport", {k: v for k, v in IMPORT.items() if k != "hasColumnNames"}, "ERROR_INVALID_PARAMETER"),
    ],
)
def test_a_list_a_message_or_an_import_that_cannot_be_is_refused(
    sms: SmsClient, path: str, body: object, code: str
) -> None:
    assert sms.error("POST", path, body) == (400, code)
    assert sms.sandbox.texts() == []


def test_an_update_of_nobody_is_not_found_with_a_status_in_doubt(sms: SmsClient) -> None:
    assert sms.error("PUT", "/Contact", {"phoneNumber": NEW}) == (400, "ERROR_PHONE_NUMBER_NOT_FOUND")
    sms.switch(not_found_status="404", subscribe_unknown="not-found")
    assert sms.error("PUT", "/Contact", {"phoneNumber": NEW}) == (404, "ERROR_PHONE_NUMBER_NOT_FOUND")
    assert sms.error("POST", f"/Contact/{NEW}/PhoneList/7001") == (404, "ERROR_PHONE_NUMBER_NOT_FOUND")


@pytest.mark.parametrize("path", ["", "/PhoneList", "/Contact/12125550101"])
def test_a_disabled_sender_code_answers_nothing(sms: SmsClient, path: str) -> None:
    assert sms.error("GET", path, sender=503) == (400, "ERROR_SENDER_CODE_DISABLED")


def test_another_companys_sender_code_is_not_there(sms: SmsClient) -> None:
    assert sms.error("GET", "", sender=601) == (404, "ERROR_UNABLE_TO_LOCATE_RESOURCE")
    message = sms.call("GET", "/Contact/12125550199").json()["message"]
    assert message == "Unable to locate a resource associated with the senderCodeId and phoneNumber supplied."


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("text/plain", b"{}", 415, "ERROR_UNSUPPORTED_CONTENT_TYPE"),
        ("", b"{}", 415, "ERROR_UNSUPPORTED_CONTENT_TYPE"),
        ("application/json", b"{", 400, "ERROR_MALFORMED_REQUEST_BODY"),
        ("application/json; charset=utf-8", b"[]", 400, "ERROR_MALFORMED_REQUEST_BODY"),
        (
            "application/json",
            b'{"phoneNumber": "13125550150", "firstName": "\\ud800"}',
            400,
            "ERROR_MALFORMED_REQUEST_BODY",
        ),
        ("application/json", b"\xff", 400, "ERROR_MALFORMED_REQUEST_BODY"),
        ("application/json", b"[" * 100_000, 400, "ERROR_MALFORMED_REQUEST_BODY"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    sms: SmsClient, content_type: str, body: object, status: int, code: str
) -> None:
    headers = {"Content-Type": content_type}
    assert sms.error("POST", CREATE, data=body, headers=headers) == (status, code)


def test_a_body_of_more_than_250_megabytes_is_404_before_it_is_read(sms: SmsClient) -> None:
    address = urllib.parse.urlsplit(sms.sandbox.url)
    with socket.create_connection((address.hostname, address.port or 0), timeout=5) as connection:
        head = f"POST /listrak/sms/v1/ShortCode/501/ContactImport HTTP/1.1\r\nHost: {address.netloc}\r\n"
        connection.sendall(f"{head}Content-Length: 262144001\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 404")


def test_half_a_request_takes_no_effect(sms: SmsClient) -> None:
    address = urllib.parse.urlsplit(sms.sandbox.url)
    body = b'{"phoneNumber": "13125550150"}'
    lines = [f"POST /listrak/sms/v1/ShortCode/501{CREATE} HTTP/1.1", f"Host: {address.netloc}"]
    lines += [f"{name}: {value}" for name, value in sms.headers().items()]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body) + 1}", "", ""]
    with socket.create_connection((address.hostname, address.port or 0), timeout=5) as connection:
        connection.sendall("\r\n".join(lines).encode() + body)
    assert sms.call("GET", "/Contact/13125550150").status_code == 404
    assert sms.sandbox.calls("listrak-sms").get("Contact_PostContactListResource") is None


def test_phone_numbers_can_be_read_leniently(sms: SmsClient) -> None:
    sms.switch(phone_format="lenient")
    assert sms.create("+1 (312) 555-0150").json()["resourceId"] == "13125550150"
    for phone in ("3125550150", "%2B13125550150", "312-555-0150"):
        assert sms.get(f"/Contact/{phone}")["phoneNumber"] == "13125550150"


def test_ten_digits_are_taken_in_a_body_and_stored_as_eleven(sms: SmsClient) -> None:
    assert sms.create("3125550150").json()["resourceId"] == "13125550150"
    assert sms.put("3125550150").json()["resourceId"] == "13125550150"


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"phoneNumber": int(NEW)}, {"phoneNumber": NEW}),
        ({"postalCode": 10001}, {"postalCode": "10001"}),
        (values((9002, 12)), {"segmentationFieldValues": [{"segmentationFieldId": 9002, "value": "12"}]}),
        (values((9001, True)), {"segmentationFieldValues": [{"segmentationFieldId": 9001, "value": "on"}]}),
    ],
)
def test_what_belongs_in_a_text_is_one_or_by_a_switch_is_made_one(
    sms: SmsClient, fields: dict[str, Any], kept: dict[str, Any]
) -> None:
    body = {"phoneNumber": NEW, **fields}
    assert sms.error("POST", CREATE, body) == (400, "ERROR_INVALID_PARAMETER")
    sms.switch(json_types="coerce")
    assert sms.call("POST", CREATE, body).status_code == 201
    assert kept.items() <= sms.get(f"/Contact/{NEW}").items()


@pytest.mark.parametrize("name", IMPORT)
def test_an_import_needs_each_of_its_fields(sms: SmsClient, name: str) -> None:
    assert sms.call("POST", "/ContactImport", {**IMPORT, "textQualifier": " "}).status_code == 201
    for body in ({**IMPORT, name: None}, {key: value for key, value in IMPORT.items() if key != name}):
        assert sms.error("POST", "/ContactImport", body) == (400, "ERROR_INVALID_PARAMETER")
