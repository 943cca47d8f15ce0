"""What was set up in the UI, and the small commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi


@pytest.fixture
def fresh(textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox) -> TextlocalApi:
    return textlocal_api_to(clean_sandbox, "sandbox-textlocal-fresh")


def test_templates_have_title_body_and_sender_in_two_languages(textlocal_api: TextlocalApi) -> None:
    templates = {each["title"]: each for each in textlocal_api.call("get_templates")["templates"]}
    assert templates["Spring sale"] == {
        "id": 101,
        "title": "Spring sale",
        "body": "Hi %%first_name%%, 20% off everything until Sunday.",
        "senderName": "ACME",
        "isMyDND": False,
    }
    assert templates["Soldes de printemps"]["body"].startswith("Bonjour %%first_name%%")


def test_indian_templates_have_placeholders_with_a_longest_length(
    textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox
) -> None:
    templates = textlocal_api_to(clean_sandbox, "sandbox-textlocal-in").call("get_templates")["templates"]
    assert all('%%|name^{"inputtype":"text","maxlength":"20"}%%' in each["body"] for each in templates)


def test_an_account_without_templates_has_an_empty_list_or_fails(fresh: TextlocalApi) -> None:
    assert fresh.call("get_templates")["templates"] == []
    fresh.switch(no_templates="failure")
    assert fresh.fails("get_templates") == [999]
    fresh.switch(unlisted_failures="bare")
    assert fresh.answer("get_templates").json() == {"status": "failure"}


def test_sender_names_have_a_default(textlocal_api: TextlocalApi, fresh: TextlocalApi) -> None:
    senders = textlocal_api.call("get_sender_names")
    assert senders["default_sender_name"] == "ACME"
    assert senders["sender_names"] == ["ACME", "ACMEShop", "447700900900"]
    assert fresh.call("get_sender_names")["sender_names"] == []


def test_an_empty_inbox_is_a_failure_and_so_is_a_page_past_the_end(textlocal_api: TextlocalApi) -> None:
    inboxes = [each["id"] for each in textlocal_api.call("get_inboxes")["inboxes"]]
    assert inboxes == [10, 11]
    messages = textlocal_api.call("get_messages", inbox_id=10)
    assert [each["id"] for each in messages["messages"]] == [4001, 4002]
    page = textlocal_api.call("get_messages", inbox_id=10, start=1, limit=1)
    assert (page["num_messages"], [each["id"] for each in page["messages"]]) == (2, [4002])
    for given in ({"inbox_id": 11}, {"inbox_id": 10, "start": 2}, {"inbox_id": 12}, {}):
        assert textlocal_api.fails("get_messages", **given) == [999]


def test_a_survey_nobody_answered_fails(textlocal_api: TextlocalApi, fresh: TextlocalApi) -> None:
    assert textlocal_api.call("get_surveys")["survey_ids"] == [{"id": 51}]
    assert textlocal_api.call("get_survey_details", survey_id=51)["survey"]["title"] == "How was your order?"
    assert textlocal_api.fails("get_survey_results", survey_id=51) == [999]
    assert textlocal_api.fails("get_survey_details", survey_id=52) == [999]
    assert fresh.call("get_surveys")["survey_ids"] == []


def test_keywords_that_stop_texts_cannot_be_had(textlocal_api: TextlocalApi) -> None:
    assert textlocal_api.call("check_keyword", keyword="SALE")["available"] is True
    assert textlocal_api.call("check_keyword", keyword="stop")["available"] is False
    assert textlocal_api.fails("check_keyword") == [999]


def test_a_short_link_is_the_same_for_the_same_address(textlocal_api: TextlocalApi) -> None:
    first, again, other = (
        textlocal_api.call("create_shorturl", url=url)["shorturl"]
        for url in ("https://example.com/a?b=c", "https://example.com/a?b=c", "https://example.com/b")
    )
    assert first == again != other


@pytest.mark.parametrize(("url", "code"), [("", 185), ("example", 186), ("ftp://example.com", 186), ("http://[", 186)])
def test_a_short_link_needs_an_address(textlocal_api: TextlocalApi, url: str, code: int) -> None:
    assert textlocal_api.fails("create_shorturl", url=url) == [code]
