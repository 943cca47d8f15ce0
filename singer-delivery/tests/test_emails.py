"""E-mail addresses: one spelling for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import domains

from singer_delivery.emails import INVALID_EMAIL, read_email

if TYPE_CHECKING:
    from singer_delivery.outcomes import Verdict


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (" Some.One@Example.COM ", "some.one@example.com"),
        ("some+tag@example.com", "some+tag@example.com"),
        ("jos\u00e9@ex\u00e4mple.com", "jos\u00e9@ex\u00e4mple.com"),
        ("jose\u0301@EX\u00c4MPLE.com", "jos\u00e9@ex\u00e4mple.com"),
    ],
)
def test_an_address_is_trimmed_and_in_lower_case(value: str, address: str) -> None:
    assert read_email(value) == address


@pytest.mark.parametrize("value", [None, "", "  "])
def test_no_address_is_no_fault(value: str | None) -> None:
    assert read_email(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "someone",
        "someone@",
        "@example.com",
        "some one@example.com",
        "a..b@example.com",
        "Some One <someone@example.com>",
        "a@example.com, b@example.com",
        "someone@localhost",
        "someone@[127.0.0.1]",
        "x" * 65 + "@example.com",
        "x" * 100_000 + "@example.com",
        "someone@example.com\nBcc: other@example.com",
        5,
        True,
        ["someone@example.com"],
    ],
)
def test_what_is_no_address_is_rejected_in_the_same_words(value: object) -> None:
    assert read_email(value) is INVALID_EMAIL


@given(st.emails() | st.text() | st.from_regex(r"\w{1,8}@\w{1,8}\.(com|de)", fullmatch=True))
def test_normalising_twice_changes_nothing(value: str) -> None:
    once = read_email(value)
    if isinstance(once, str):
        assert read_email(once) == once
        assert read_email(f" {once.upper()} ") in {once, read_email(once.upper())}


@given(
    st.from_regex(r"[A-Za-z0-9_+.-]{1,70}", fullmatch=True),
    st.sampled_from(
        ["example.com", "EXAMPLE.com", "xn--exmple-cua.com", "ex\u00e4mple.com", "localhost", "a..b", "-a.com", ""]
    )
    | domains(),
)
def test_the_short_way_for_plain_addresses_comes_out_where_the_library_does(local: str, domain: str) -> None:
    try:
        expected: str | Verdict = validate_email(
            f"{local}@{domain}".lower(), check_deliverability=False, strict=True
        ).normalized.lower()
    except EmailNotValidError:
        expected = INVALID_EMAIL
    assert read_email(f"{local}@{domain}") == expected
