"""The state model: what a call makes of a person, and which texts the person gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import SmsClient

FRESH = "13125550160"
ON_LIST, PENDING, AGE, BOTH, OPTED_OUT, ADMIN_OUT, LEFT = (f"12125550{n}" for n in (100, 124, 126, 127, 128, 129, 132))
FOUND, PENDING_ERROR = (400, "ERROR_PHONE_NUMBER_FOUND"), (400, "ERROR_PENDING_PHONE_NUMBER")


def kinds(sms: Any, phone: Any = None) -> list[Any]:
    return [text["kind"] for text in (sms.sandbox.texts(phone=phone) if phone else sms.sandbox.texts())]


def codes(answer: Any) -> Any:
    return answer.status_code, answer.json()["error"]


def test_creating_is_subscribing_and_welcomes(sms: SmsClient) -> None:
    sms.create(FRESH)
    assert sms.states(FRESH) == {7001: "Subscribed"}
    (text,) = sms.sandbox.texts()
    assert (text["phone"], text["kind"]) == (FRESH, "welcome")
    assert text["cause"] == {"vendor": "listrak-sms", "operation": "Contact_PostContactListResource"}
    assert "Example Outfitters" in text["text"]


def test_creating_twice_is_refused_and_changes_nothing(sms: SmsClient) -> None:
    sms.create(FRESH, firstName="A")
    assert codes(sms.create(FRESH, firstName="B")) == FOUND
    assert codes(sms.create(ON_LIST, 7006)) == FOUND
    assert sms.get(f"/Contact/{FRESH}")["firstName"] == "A"
    assert len(kinds(sms)) == 1


def test_double_opt_in_stays_pending_until_the_handset_says_yes(sms: SmsClient) -> None:
    assert sms.create(FRESH, 7002).status_code == 201
    (row,) = sms.get(f"/Contact/{FRESH}/PhoneList")
    assert (row["subscriptionState"], row["pendingDoubleOptIn"], row["pendingAgeGate"]) == ("Pending", True, False)
    assert row["pendingDate"]
    assert row["subscribeDate"] is None
    assert FRESH not in [contact["phoneNumber"] for contact in sms.get("/PhoneList/7002/Contact")]
    assert codes(sms.subscribe(FRESH, 7002)) == PENDING_ERROR
    assert codes(sms.create(FRESH, 7002)) == PENDING_ERROR
    assert sms.error("DELETE", f"/ContactUnsubscribe/{FRESH}/PhoneList/7002")[1] == "ERROR_PHONE_NUMBER_NOT_SUBSCRIBED"
    assert sms.reply(FRESH, "maybe") == "none"
    assert sms.reply(FRESH, " yes ") == "confirmed"
    assert sms.states(FRESH) == {7002: "Subscribed"}
    assert kinds(sms) == ["double-opt-in", "welcome"]


def test_an_age_gate_alone_and_after_a_double_opt_in(sms: SmsClient) -> None:
    assert sms.reply(AGE, "Y") == "confirmed"
    assert sms.states(AGE) == {7003: "Subscribed"}
    sms.reply(BOTH, "Y")
    (row,) = sms.get(f"/Contact/{BOTH}/PhoneList")
    assert (row["pendingDoubleOptIn"], row["pendingAgeGate"]) == (False, True)
    sms.reply(BOTH, "Y")
    assert sms.states(BOTH) == {7004: "Subscribed"}
    assert kinds(sms, BOTH) == ["age-gate", "welcome"]
    sms.subscribe(ON_LIST, 7003)
    assert kinds(sms, ON_LIST) == ["age-gate"]


def test_subscribing_twice_is_already_so(sms: SmsClient) -> None:
    assert codes(sms.subscribe(ON_LIST)) == (400, "ERROR_SUBSCRIBED_PHONE_NUMBER")
    assert codes(sms.subscribe(PENDING, 7002)) == PENDING_ERROR
    assert kinds(sms) == []


def test_who_left_a_list_can_come_back(sms: SmsClient) -> None:
    assert sms.subscribe(LEFT).status_code == 201
    (row,) = sms.get(f"/Contact/{LEFT}/PhoneList")
    assert (row["subscriptionState"], row["unsubscribeDate"]) == ("Subscribed", None)


def test_unsubscribing_leaves_the_other_lists_and_the_sender_code_alone(sms: SmsClient) -> None:
    sms.call("DELETE", "/ContactUnsubscribe/12125550120/PhoneList/7001")
    states = {7001: "Unsubscribed", 7002: "Subscribed", 7008: "Subscribed"}
    assert sms.states("12125550120") == states
    assert sms.get("/Contact/12125550120")["optedOut"] is False
    assert kinds(sms) == []


def test_stop_opts_out_of_the_whole_sender_code_and_is_confirmed(sms: SmsClient) -> None:
    assert sms.reply("12125550120", "stop") == "opted-out"
    assert set(sms.states("12125550120").values()) == {"Unsubscribed"}
    contact = sms.get("/Contact/12125550120")
    assert contact["optedOut"] is True
    assert contact["unsubscribeDate"]
    assert "12125550120" in [row["phoneNumber"] for row in sms.get("/OptOut")]
    assert kinds(sms) == ["opt-out"]
    assert sms.reply("12125550120", "STOP") == "opted-out"
    assert kinds(sms) == ["opt-out"]


def test_stop_ends_what_is_pending(sms: SmsClient) -> None:
    sms.reply(PENDING, "STOP")
    assert sms.states(PENDING) == {7002: "Unsubscribed"}
    assert sms.reply(PENDING, "Y") == "none"


def test_an_update_opts_out_but_never_in(sms: SmsClient) -> None:
    sms.put(ON_LIST, optedOut=True)
    assert sms.get(f"/Contact/{ON_LIST}")["optedOut"] is True
    assert sms.states(ON_LIST) == {7001: "Unsubscribed"}
    assert sms.put(ON_LIST, optedOut=False, firstName="Still").status_code == 200
    contact = sms.get(f"/Contact/{ON_LIST}")
    assert (contact["optedOut"], contact["firstName"]) == (True, "Still")
    assert kinds(sms) == []


def test_an_opt_out_by_the_api_can_be_confirmed_by_text(sms: SmsClient) -> None:
    sms.switch(opt_out_text="always")
    sms.put(ON_LIST, optedOut="true")
    sms.put(ON_LIST, optedOut=True)
    assert kinds(sms) == ["opt-out"]


@pytest.mark.parametrize(
    ("way", "stopped", "by_admin"), [("allow", 201, 201), ("reject", 400, 400), ("reject-after-stop", 400, 201)]
)
def test_subscribing_someone_who_opted_out_is_a_switch(sms: SmsClient, way: Any, stopped: Any, by_admin: Any) -> None:
    sms.switch(resubscribe=way)
    answers = [sms.subscribe(OPTED_OUT), sms.subscribe(ADMIN_OUT)]
    assert [answer.status_code for answer in answers] == [stopped, by_admin]
    refused = [a.json()["error"] for a in answers if a.status_code == 400]
    assert set(refused) <= {"ERROR_PHONE_NUMBER_OPTED_OUT"}
    assert sms.get(f"/Contact/{OPTED_OUT}")["optedOut"] is (stopped == 400)


def test_an_opt_out_holds_while_a_new_subscription_is_pending(sms: SmsClient) -> None:
    sms.subscribe(OPTED_OUT, 7002)
    assert sms.get(f"/Contact/{OPTED_OUT}")["optedOut"] is True
    sms.reply(OPTED_OUT, "Y")
    assert sms.get(f"/Contact/{OPTED_OUT}")["optedOut"] is False


def test_a_stop_ends_what_is_pending_of_someone_who_is_opted_out_already(sms: SmsClient) -> None:
    sms.subscribe(ADMIN_OUT, 7002)
    assert sms.reply(ADMIN_OUT, "STOP") == "opted-out"
    assert set(sms.states(ADMIN_OUT).values()) == {"Unsubscribed"}
    assert kinds(sms, ADMIN_OUT) == ["double-opt-in", "opt-out"]
    sms.switch(resubscribe="reject-after-stop")
    assert codes(sms.subscribe(ADMIN_OUT)) == (400, "ERROR_PHONE_NUMBER_OPTED_OUT")


def test_an_administrator_can_opt_someone_out_for_any_reason(sms: SmsClient) -> None:
    wanted = {"phone": ON_LIST, "reason": "PermanentError"}
    sms.sandbox.post("/_sandbox/listrak-sms/opt-out", wanted)
    rows = {row["phoneNumber"]: row["optOutReason"] for row in sms.get("/OptOut")}
    assert rows[ON_LIST] == "PermanentError"


def test_opting_out_concerns_one_sender_code(sms: SmsClient) -> None:
    body = {"phoneNumber": ON_LIST}
    sms.call("POST", "/PhoneList/7101/Contact", body, sender=502)
    sms.put(ON_LIST, optedOut=True)
    assert sms.get(f"/Contact/{ON_LIST}", sender=502)["optedOut"] is False


@pytest.mark.parametrize(("way", "texts", "out"), [("opt-out", [], True), ("ignore", ["welcome"], False)])
def test_creating_someone_opted_out_is_a_switch(sms: SmsClient, way: Any, texts: Any, out: Any) -> None:
    sms.switch(create_opted_out=way)
    assert sms.create(FRESH, optedOut=True).status_code == 201
    assert sms.get(f"/Contact/{FRESH}")["optedOut"] is out
    assert kinds(sms) == texts


def test_contacts_of_a_list_are_subscribed_or_opted_out_ones(sms: SmsClient) -> None:
    assert len(sms.get("/PhoneList/7001/Contact")) == 24
    out = sms.get("/PhoneList/7001/Contact?optedOut=true")
    assert [contact["phoneNumber"] for contact in out] == [f"12125550{n}" for n in range(128, 132)]
    window = "startSubscribeDate=2024-03-05&endSubscribeDate=2024-03-06T23:59:59"
    dates = [
        sms.get(f"/Contact/{c['phoneNumber']}")["subscribeDate"] for c in sms.get(f"/PhoneList/7001/Contact?{window}")
    ]
    assert dates
    assert all("2024-03-05" <= date < "2024-03-07" for date in dates)


def test_welcomes_can_be_switched_off(sms: SmsClient) -> None:
    sms.switch(welcome="off")
    sms.create(FRESH)
    assert kinds(sms) == []


def test_blank_missing_emulates_the_feared_update(sms: SmsClient) -> None:
    sms.switch(put_omitted="blank")
    sms.put("12125550102", lastName="Left")
    contact = sms.get("/Contact/12125550102")
    assert (contact["firstName"], contact["lastName"], contact["emailAddress"]) == (None, "Left", None)


def test_null_can_be_switched_to_leave_values_alone(sms: SmsClient) -> None:
    sms.switch(put_null="keep")
    sms.put("12125550102", firstName=None)
    assert sms.get("/Contact/12125550102")["firstName"] == "Chloé"
