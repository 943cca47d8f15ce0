"""The control API: what it answers, and what it says to a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import etree

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import SoapClient

NS = "{http://webservices.listrak.com/v31/}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
OPENS, MESSAGES = "ReportRangeMessageContactOpen", "ReportListMessageActivity"
BEYOND = {"MsgID": 1_000_000, "Page": 99}


def test_calls_are_counted_by_operation_and_reset_forgets_them(soap: SoapClient) -> None:
    soap.post("GetContactListCollection")
    soap.post("GetContactListCollection")
    requests.get(soap.sandbox.wsdl_url, timeout=10)
    assert soap.sandbox.calls() == {"GetContactListCollection": 2, "WSDL": 1}
    soap.sandbox.reset()
    assert soap.sandbox.calls() == {}


def test_reset_forgets_faults_switches_and_failed_logins(soap: SoapClient) -> None:
    soap.sandbox.faults("http-503")
    soap.sandbox.switch(num_format="double")
    soap.sandbox.reset()
    assert soap.sandbox.get("/_sandbox/faults")["faults"] == []
    assert soap.sandbox.get("/_sandbox/switches")["listrak-soap"]["num-format"]["value"] == "decimal"
    assert soap.post("GetContactListCollection").status_code == 200


def test_faults_can_be_cleared_alone(soap: SoapClient) -> None:
    soap.sandbox.faults("http-503")
    assert requests.delete(f"{soap.sandbox.url}/_sandbox/faults", timeout=10).status_code == 204
    assert soap.post("GetContactListCollection").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, ["vendor None"]),
        ({"vendor": "listrak-soap"}, ["fault None"]),
        ({"vendor": "listrak-soap", "fault": "explode", "operation": "Nothing"}, ["'explode'", "'Nothing'"]),
        (
            {"vendor": "listrak-soap", "fault": "latency", "seconds": "long", "tmies": 1},
            ["seconds must be", "'tmies'"],
        ),
        ({"vendor": "listrak-soap", "fault": "hang", "times": 0, "after": -1}, ["times must", "after must"]),
        ({"vendor": "listrak-soap", "fault": "hang", "match": [1]}, ["match must"]),
        ({"vendor": "listrak-soap", "fault": "ws-exception", "operation": OPENS}, ["is only for"]),
        ({"vendor": "listrak-soap", "fault": "gzip", "on": 1}, ["true or false"]),
    ],
)
def test_a_wrong_fault_is_refused_with_every_problem_and_the_known_kinds(
    clean_sandbox: Sandbox, wanted: dict[str, Any], words: list[str]
) -> None:
    answer = requests.post(f"{clean_sandbox.url}/_sandbox/faults", json=wanted, timeout=10)
    problems = answer.json()["problems"]
    assert answer.status_code == 422
    assert len(problems) == len(words)
    assert all(any(word in problem for problem in problems) for word in words)
    assert "hang" in answer.json()["kinds"]["listrak-soap"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_what_is_no_json_object_is_refused(clean_sandbox: Sandbox, body: bytes) -> None:
    for path in ("faults", "switches", "listrak-soap/unsubscribe"):
        answer = requests.post(f"{clean_sandbox.url}/_sandbox/{path}", body, timeout=10)
        assert answer.status_code == 422
        assert answer.json()["problems"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("listrak-sms/standing", '{"phone": "12125550100", "standing": "banned", "senderCodeId": [501]}'),
        ("attentive/keys", '{"key": [], "revoked": true}'),
        ("textlocal/keys", '{"key": {}, "revoked": true}'),
        ("faults", '{"vendor": "listrak-soap", "fault": "nan", "operation": ["x"]}'),
        ("faults", '{"vendor": "textlocal", "fault": "textlocal-error", "code": 1e999}'),
        ("faults", '{"vendor": "attentive", "fault": "spring-error", "status": Infinity}'),
        ("faults", '{"vendor": "annex-cloud", "fault": "annex-error", "status": NaN}'),
        ("faults", '{"vendor": "annex-cloud", "fault": "latency", "seconds": 1%s}' % ("0" * 400)),
        ("clock", '{"advance": 1%s}' % ("0" * 400)),
        ("clock", '{"advance": 1e999}'),
        ("textlocal/credits", '{"sms": 1e999}'),
        ("textlocal/delete-group", '{"id": 1%s}' % ("0" * 40)),
        ("attentive/restore-segment", '{"externalId": "\\ud83d"}'),
    ],
)
def test_a_value_of_a_wrong_kind_is_told_and_not_an_error_of_the_sandbox(
    clean_sandbox: Sandbox, path: str, body: str
) -> None:
    answer = requests.post(f"{clean_sandbox.url}/_sandbox/{path}", body, timeout=10)
    assert (answer.status_code, bool(answer.json()["problems"])) == (422, True)


def test_every_switch_names_its_source_and_default(clean_sandbox: Sandbox) -> None:
    for switch in clean_sandbox.get("/_sandbox/switches")["listrak-soap"].values():
        assert switch["value"] == switch["default"] == switch["choices"][0]
        assert switch["source"]
        assert switch["sure"] in "ABCD"


@pytest.mark.parametrize(
    "wanted", [{"x": {}}, {"listrak-soap": 1}, {"listrak-soap": {"x": "y"}}, {"listrak-soap": {"range-end": "no"}}]
)
def test_a_wrong_switch_is_refused(clean_sandbox: Sandbox, wanted: dict[str, Any]) -> None:
    answer = requests.post(f"{clean_sandbox.url}/_sandbox/switches", json=wanted, timeout=10)
    assert answer.status_code == 422
    assert len(answer.json()["problems"]) == 1


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        ("absent", b'v31/"></ReportRange'),
        ("empty", b"<ReportRangeMessageContactOpenResult />"),
        ("nil", b'<ReportRangeMessageContactOpenResult xsi:nil="true" />'),
        ("zero-items", b"<ReportRangeMessageContactOpenResult></ReportRangeMessageContactOpenResult>"),
        ("nil-items", b'<WSContactOpen xsi:nil="true" />'),
    ],
)
def test_nothing_comes_in_the_shape_asked_for(
    soap: SoapClient, whole_time: dict[str, Any], shape: str, written: bytes
) -> None:
    soap.sandbox.switch(empty_result=shape)
    assert written in soap.post(OPENS, **BEYOND, **whole_time).content


def test_nothing_comes_in_all_five_shapes_by_itself_and_in_the_same_one_again(
    soap: SoapClient, whole_time: dict[str, Any]
) -> None:
    def shapes() -> list[Any]:
        return [soap.post(OPENS, MsgID=1_000_000, Page=page, **whole_time).content for page in range(50, 80)]

    first = shapes()
    assert len(set(first)) == 5
    assert shapes() == first


def test_nil_rows_come_here_and_there_and_can_be_switched_off(soap: SoapClient, whole_time: dict[str, Any]) -> None:
    def nils() -> int:
        answers = [soap.post(OPENS, MsgID=1_000_000 + 5 * n, Page=1, **whole_time) for n in range(40)]
        return sum(
            row.get(NIL) == "true" for a in answers for row in etree.fromstring(a.content).iter(f"{NS}WSContactOpen")
        )

    soap.sandbox.switch(empty_result="absent")
    assert 2 < nils() < 20
    soap.sandbox.switch(nil_rows="off")
    assert nils() == 0


def test_numbers_can_be_doubles_with_nan_where_nobody_was_mailed(soap: SoapClient, whole_time: dict[str, Any]) -> None:
    nobody = {"ListID": 3117 + 4 * 17, **whole_time}
    assert {row["OpenPercent"] for row in soap.rows(MESSAGES, **nobody)} == {"0"}
    soap.sandbox.switch(num_format="double", percent_scale="one")
    assert {row["OpenPercent"] for row in soap.rows(MESSAGES, **nobody)} == {"NaN"}
    assert 'name="OpenPercent" type="s:double"' in requests.get(soap.sandbox.wsdl_url, timeout=10).text
    assert all(float(row["OpenPercent"]) < 1 for row in soap.rows(MESSAGES, ListID=3117, **whole_time))


def test_string_dates_can_be_american_while_datetimes_stay(soap: SoapClient, whole_time: dict[str, Any]) -> None:
    soap.sandbox.switch(string_date_format="us")
    assert soap.rows(OPENS, MsgID=1_000_000, Page=1, **whole_time)[0]["OpenDate"].endswith((" AM", " PM"))
    assert (
        "T" in soap.rows("ReportRangeMessageContactRemoval", MsgID=1_000_000, Page=1, **whole_time)[0]["RemovalDate"]
    )


def test_illegal_characters_can_be_switched_on(soap: SoapClient, whole_time: dict[str, Any]) -> None:
    soap.sandbox.switch(illegal_characters="on")
    assert "&#x1;</Subject>" in soap.post(MESSAGES, ListID=3117, **whole_time).text


def test_the_index_lists_every_control_path_and_people_get_a_page(clean_sandbox: Sandbox) -> None:
    index = clean_sandbox.get("/_sandbox/")
    assert "listrak-soap" in index["vendors"]
    assert {"POST /_sandbox/faults", "GET /_sandbox/listrak-soap/rows"} <= set(index["control"])
    home = requests.get(clean_sandbox.url, timeout=10)
    assert home.headers["Content-Type"].startswith("text/html")
    assert clean_sandbox.wsdl_url in home.text


def test_a_get_of_the_service_is_a_help_page(clean_sandbox: Sandbox) -> None:
    page = requests.get(clean_sandbox.endpoint, timeout=10)
    assert page.headers["X-AspNet-Version"]
    assert page.headers["Server"].startswith("Microsoft-IIS")
    assert "ReportRangeMessageContactBounces" in page.text
    assert f"{clean_sandbox.endpoint}?WSDL" in page.text
