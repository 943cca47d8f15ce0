"""No error that a vendor's pages tell of is missing from its table, none is there that they do not tell of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import docs_errors
import docs_pages
import pytest

from tap_listrak.errors import ACCOUNT_ERRORS
from tap_textlocal.errors import TEXTLOCAL_ERRORS as TAP_TEXTLOCAL_ERRORS
from target_attentive.annex.errors import ANNEX_ERRORS
from target_attentive.errors import rule_of as attentive_rule
from target_listrak_sms.errors import LISTRAK_ERRORS
from target_textlocal.answers import DND, REFUSED, UNREADABLE, WARNING
from target_textlocal.errors import TEXTLOCAL_ERRORS
from vendor_sandbox import documented
from vendor_sandbox.listrak_sms.errors import CODES
from vendor_sandbox.textlocal.errors import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from singer_delivery.error_table import ErrorTable
    from vendor_sandbox.documented import Documented

OF_A_CLIENT = {"ERROR_PHONE_NUMBER_OPTED_OUT", "ERROR_PHONE_NUMBER_BLOCKED"}
"""No page has them: a retailer's client of Listrak's API expects them."""
OUR_OWN = {DND, REFUSED, UNREADABLE, f"{WARNING}3"}
"""What Textlocal says without a code of its own: in words, as a warning, or not at all."""
READING = ("get_", "create_contacts")
NOWHERE = "NOBODY_PUBLISHED_THIS"


def codes(errors: Iterable[Documented]) -> set[str]:
    return {each.code for each in errors}


def of(table: ErrorTable) -> set[str]:
    return {rule.code for rule in table.rules}


def test_the_tables_have_every_code_of_the_pages_and_no_others() -> None:
    assert set(ACCOUNT_ERRORS) == codes(documented.LISTRAK_SOAP)
    assert of(LISTRAK_ERRORS) - OF_A_CLIENT == codes(documented.LISTRAK_SMS)
    assert of(ANNEX_ERRORS) == codes(documented.ANNEX_CLOUD)
    assert of(TEXTLOCAL_ERRORS) - OUR_OWN == codes(documented.TEXTLOCAL)


def test_the_documentation_names_no_code_that_is_in_no_table() -> None:
    known = of(LISTRAK_ERRORS) | set(CODES) | set(ACCOUNT_ERRORS)
    named = {
        (path.relative_to(docs_pages.ROOT).as_posix(), code)
        for pattern in ("README.md", "docs/**/*.md", "*/README.md", "*/docs/*.md")
        for path in docs_pages.ROOT.glob(pattern)
        for code in re.findall(r"\bERROR(?:_[A-Z]+)+\b", path.read_text(encoding="utf-8"))
    }
    assert named, "no page names a code"
    assert not {place for place in named if place[1] not in known}


def test_a_tap_has_the_codes_of_commands_that_read() -> None:
    reading = {each for each in documented.TEXTLOCAL if each.operation == "get_contacts" or int(each.code) < 4}
    failures = {"failure", UNREADABLE}
    assert of(TAP_TEXTLOCAL_ERRORS) - failures == codes(reading) | {"10"}


def test_the_sandbox_can_answer_every_code_of_the_pages() -> None:
    renamed = {"ERROR_SHORT_CODE_DISABLED"}  # in 2022; the sandbox is today's
    assert set(CODES) - {"ERROR_PHONE_NUMBER_OPTED_OUT"} == codes(documented.LISTRAK_SMS) - renamed
    assert {str(code) for code in MESSAGES} == codes(documented.TEXTLOCAL)


@pytest.mark.parametrize("status", [each.code for each in documented.ATTENTIVE])
def test_every_status_of_attentives_pages_has_a_rule_of_its_own(status: str) -> None:
    for operation in ("Subscribe", "Unsubscribe", "BulkAttributes", "AddMembers", "CustomEvent", "PrivacyDelete"):
        assert attentive_rule(operation, int(status), None).code in {f"HTTP {status}", "NO_ROUTE"}


def test_that_nobody_knows_why_is_said_of_codes_alone_that_no_page_lists() -> None:
    for table, listed in (
        (LISTRAK_ERRORS, documented.LISTRAK_SMS),
        (ANNEX_ERRORS, documented.ANNEX_CLOUD),
        (TEXTLOCAL_ERRORS, documented.TEXTLOCAL),
    ):
        unknown = table.rule(400, NOWHERE)
        assert unknown is table.by_status[0]
        for each in listed:
            assert table.rule(400, each.code) is not unknown
            assert table.rule(400, each.code).code == each.code


@pytest.mark.parametrize("vendor", docs_errors.vendors(), ids=lambda vendor: vendor.title)
def test_every_rule_has_a_cause_and_a_next_step_in_whole_sentences(vendor: docs_errors.Vendor) -> None:
    for rule in vendor.rules:
        for said in (rule.cause, rule.next_step):
            assert said[0].isupper()
            assert said.endswith((".", ")."))
        assert rule.reason not in {"", "unknown"}
