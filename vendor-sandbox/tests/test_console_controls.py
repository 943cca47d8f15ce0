"""Faults, switches, the clock and the way back to the start, by hand; and faults one by one over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from console_pages import Console

    from .conftest import AttentiveClient


def rules(console: Console) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = console.sandbox.get("/_sandbox/faults")["faults"]
    return found


def test_a_fault_is_asked_for_step_by_step_without_javascript(console: Console, attentive: AttentiveClient) -> None:
    assert not console.get("/faults").tree.xpath("//select[@id='fault']")
    page = console.get("/faults", vendor="attentive")
    assert "latency: the answer comes later" in page.texts("//select[@id='fault']/option")
    page = console.get("/faults", vendor="attentive", fault="http-429")
    assert page.tree.xpath("//input[@name='with.retry_after']")
    form: dict[str, Any] = {
        "vendor": "attentive",
        "operation": "Me",
        "fault": "http-429",
        "with.retry_after": "7",
        "times": "1",
    }
    page = console.post("/faults", **form)
    assert page.answer.url == f"{console.sandbox.url}/faults"
    assert page.text("//*[@data-hits]") == "0 of 1"
    answer = attentive.call("GET", "/v1/me")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert console.get("/faults").text("//*[@data-hits]") == "1 of 1"


def test_every_kind_of_every_vendor_can_be_asked_for_as_the_form_stands(console: Console) -> None:
    kinds = console.sandbox.get("/_sandbox/faults")["kinds"]
    for vendor, names in kinds.items():
        for fault in names:
            tree = console.get("/faults", vendor=vendor, fault=fault).tree
            form = tree.xpath("//form[@id='fault-form']")[0]
            fields: dict[str, Any] = dict(form.form_values())
            console.post("/faults", **fields)
    assert len(rules(console)) == sum(map(len, kinds.values()))
    asked = {(rule["vendor"], rule["fault"]): rule for rule in rules(console)}
    for vendor, names in kinds.items():
        for fault, kind in names.items():
            assert {name: asked[vendor, fault][name] for name in kind["parameters"]} == kind["parameters"]


def test_a_rule_may_wait_for_fields_and_hit_for_ever(console: Console) -> None:
    form: dict[str, Any] = {
        "vendor": "textlocal",
        "fault": "latency",
        "times": "",
        "after": "2",
        "match": "a=1\n b = x=y \n",
    }
    console.post("/faults", **form)
    (rule,) = rules(console)
    assert (rule["times"], rule["after"], rule["match"], rule["operation"]) == (None, 2, {"a": "1", "b": "x=y"}, "*")


def test_what_is_wrong_with_a_fault_is_said_beside_the_form_which_stays_filled(console: Console) -> None:
    form: dict[str, Any] = {
        "vendor": "attentive",
        "fault": "latency",
        "with.seconds": "soon",
        "times": "0",
        "after": "-1",
    }
    page = console.post("/faults", expect=422, **form)
    assert len(page.texts("//*[@id='problems']//li")) == 3
    assert page.tree.xpath("//input[@name='with.seconds']/@value") == ["soon"]
    assert not rules(console)
    console.post("/faults", expect=422)


def test_faults_are_removed_one_by_one_or_all(console: Console) -> None:
    first, second, third = (console.sandbox.faults(fault) for fault in ("latency", "hang", "gzip"))
    console.post(f"/faults/{second}/remove")
    assert [rule["id"] for rule in rules(console)] == [first, third]
    console.post("/faults/clear")
    assert not rules(console)


def test_a_fault_is_removed_over_the_api_and_stays_removed(console: Console, attentive: AttentiveClient) -> None:
    number = console.sandbox.faults("http-503", vendor="attentive")
    url = f"{console.sandbox.url}/_sandbox/faults/{number}"
    assert requests.delete(url, timeout=10).status_code == 204
    assert attentive.call("GET", "/v1/me").status_code == 200
    answer = requests.delete(url, timeout=10)
    assert (answer.status_code, answer.json()) == (404, {"problems": [f"there is no fault {number}"]})


def test_a_switch_is_set_by_hand_and_marked_as_changed(console: Console) -> None:
    page = console.get("/switches", vendor="listrak-soap")
    assert "range-end" in page.tree.xpath("//*[@data-switch]/@data-switch")
    page = console.post("/switches", vendor="listrak-soap", switch="range-end", value="exclusive")
    assert page.texts("//*[@data-switch='range-end']//*[contains(@class, 'badge')]") == ["changed"]
    assert console.sandbox.get("/_sandbox/switches")["listrak-soap"]["range-end"]["value"] == "exclusive"


def test_every_switch_of_every_vendor_stands_there_with_meaning_and_source(console: Console) -> None:
    for vendor, switches in console.sandbox.get("/_sandbox/switches").items():
        text = console.get("/switches", vendor=vendor).text()
        for name, switch in switches.items():
            assert name in text
            assert all(" ".join(switch[part].split()) in text for part in ("meaning", "source"))


@pytest.mark.parametrize(("switch", "value"), [("range-end", "never"), ("nothing", "x")])
def test_a_wrong_switch_is_refused(console: Console, switch: str, value: str) -> None:
    page = console.post("/switches", expect=422, vendor="listrak-soap", switch=switch, value=value)
    assert page.texts("//*[@id='problems']//li")
    console.post("/switches", expect=404, vendor="nobody", switch=switch, value=value)
    console.get("/switches", expect=404, vendor="nobody")


def test_the_clock_moves_by_buttons_to_a_moment_and_back(console: Console) -> None:
    console.post("/clock", advance="86400")
    assert console.get("/clock").text("//*[@data-ahead]") == "1 day ahead of real time"
    page = console.post("/clock", at="2031-02-03T04:05")
    assert page.text("//*[@data-now]").startswith("3 Feb 2031, 04:05:0")
    page = console.post("/clock", back="yes")
    assert page.text("//*[@data-ahead]") == "real time"
    assert console.sandbox.get("/_sandbox/clock")["ahead"] == 0


@pytest.mark.parametrize("form", [{}, {"at": "soon"}, {"at": "9999-01-01T00:00"}, {"advance": "999999999"}])
def test_a_moment_that_is_none_is_refused(console: Console, form: dict[str, Any]) -> None:
    if form == {"advance": "999999999"}:
        console.post("/clock", **form)  # thirty years are fine
        return
    page = console.post("/clock", expect=422, **form)
    assert "no moment" in page.text("//*[@id='problems']")


def test_everything_is_reset_after_a_question(console: Console, attentive: AttentiveClient) -> None:
    attentive.subscribe("+13125550199")
    console.sandbox.faults("latency")
    page = console.get("/reset")
    assert page.tree.xpath("//main//form/@action") == ["/reset"]
    assert console.sandbox.calls("attentive")
    console.post("/reset")
    assert not console.sandbox.calls("attentive")
    assert not rules(console)
    assert not console.sandbox.texts()
    assert not console.get("/traffic").tree.xpath("//tr[@data-call]")
