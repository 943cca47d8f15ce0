"""Phone numbers: one spelling for each, and a reason for each that is none."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.outcomes import Verdict
from singer_delivery.phones import read_phone

if TYPE_CHECKING:
    from hypothesis.strategies import DataObject
    from phonenumbers.phonenumber import PhoneNumber

_EXAMPLES = [
    number
    for region in ("US", "GB", "DE", "FR", "BR", "AR", "IT", "IN", "AU", "MX", "SG")
    if (number := phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE))
]


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _reason(value: str, country: str = "US", **options: Any) -> str:
    verdict = read_phone(value, country, **options)
    assert isinstance(verdict, Verdict)
    return verdict.reason


@pytest.mark.parametrize(
    "value",
    [
        "+12125550100",
        "12125550100",
        "(212) 555-0100",
        "212.555.0100",
        " 1-212-555-0100 ",
        "tel:+1-212-555-0100",
        "\u202a+1\u00a0212\u2011555\u20110100\u202c",
        "\uff12\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff10\uff10",
        "+١٢١٢٥٥٥٠١٠٠",
        "2125550100.0",
        2125550100,
        12125550100,
        2125550100.0,
        Decimal("12125550100.0"),
    ],
)
def test_any_way_of_writing_a_number_gives_the_same(value: object) -> None:
    assert read_phone(value, "US") == "+12125550100"


def test_a_country_code_counts_more_than_the_default_country() -> None:
    british = phonenumbers.example_number_for_type("GB", phonenumbers.PhoneNumberType.MOBILE)
    assert british is not None
    digits = str(british.national_number)
    assert read_phone(f"+44 (0){digits[:4]} {digits[4:]}", "US") == _e164(british)
    assert read_phone(f"0{digits[:4]} {digits[4:]}", "GB") == _e164(british)
    assert read_phone(f"00 44 {digits[:4]} {digits[4:]}", "GB") == _e164(british)


@pytest.mark.parametrize("value", ["+447700900123", "07700 900123", "0044 7700 900 123", 447700900123])
def test_a_british_number_that_is_kept_for_films_and_tests_passes_as_an_american_one_does(value: str | int) -> None:
    assert read_phone(value, "GB") == "+447700900123"
    assert read_phone("+12025550123", "GB") == "+12025550123"


@pytest.mark.parametrize("value", ["+441632960123", "+447700901123", "+915550100001"])
def test_a_number_that_no_operator_has_is_one_that_cannot_exist(value: str) -> None:
    verdict = read_phone(value, "GB")
    assert isinstance(verdict, Verdict)
    assert verdict.reason == "invalid_phone"
    assert "cannot exist" in verdict.message


@pytest.mark.parametrize("value", [None, "", "  ", "\u200b"])
def test_no_number_is_no_fault_of_its_own(value: str | None) -> None:
    assert read_phone(value, "US") is None


@pytest.mark.parametrize(
    "value",
    [
        "call me",
        "do not call 2125550100",
        "1-800-FLOWERS",
        "2125550100 x5",
        "+12125550100;ext=5",
        "+12125550100, +12125550101",
        "1.21256E+10",
        "1" * 5000,
        True,
        -2125550100,
        2125550100.5,
        float("nan"),
        float("inf"),
        10**400,
        ["2125550100"],
        {"number": "2125550100"},
        "+",
        "()",
    ],
)
def test_what_is_no_number_is_said_to_be_none(value: object) -> None:
    verdict = read_phone(value, "US")
    assert isinstance(verdict, Verdict)
    assert verdict.reason == "invalid_phone"
    assert "not a number" in verdict.message


@pytest.mark.parametrize(
    ("value", "country", "words"),
    [
        ("2125550100", None, "`default_country`"),
        (12125550100, None, "no country code"),
        ("212555010", "US", "too few or too many digits"),
        ("911", "US", "too few or too many digits"),
        ("2125550100 2125550101", "US", "too few or too many digits"),
        ("1112223333", "US", "cannot exist"),
        ("555-0100", "US", "cannot exist"),
        ("+999 12345678", "US", "country code"),
    ],
)
def test_each_fault_has_words_of_its_own_and_none_quotes_the_number(
    value: str | int, country: str | None, words: str
) -> None:
    verdict = read_phone(value, country)
    assert isinstance(verdict, Verdict)
    assert verdict.reason == "invalid_phone"
    assert words in verdict.message
    assert not any(run in verdict.message for run in str(value).split())


@pytest.mark.parametrize(
    "value",
    ["+442079460000", "+18005550100", "+19005550100", "+15005550100", "+498001234567", "+448431234567"],
)
def test_numbers_that_cannot_take_texts_are_told_apart(value: str) -> None:
    assert _reason(value) == "not_mobile"
    assert read_phone(value, "US", texts=False) == value


@pytest.mark.parametrize("value", ["+12125550199", "+33972123456"])
def test_numbers_that_may_take_texts_pass(value: str) -> None:
    assert read_phone(value, None) == value


_BETWEEN = st.sampled_from(["", " ", "-", ".", "  ", "\u00a0", "\u2011", " - "])


@given(st.sampled_from(_EXAMPLES), st.data())
def test_separators_never_change_a_number(number: PhoneNumber, data: DataObject) -> None:
    wanted = _e164(number)
    written = "+" + "".join(digit + data.draw(_BETWEEN) for digit in wanted[1:])
    assert read_phone(written, None) == wanted
    assert read_phone(written, "US") == wanted


@given(st.sampled_from(_EXAMPLES), st.sampled_from([0, 1, 2]))
def test_every_usual_format_gives_the_same(number: PhoneNumber, style: int) -> None:
    region = phonenumbers.region_code_for_number(number)
    assert read_phone(phonenumbers.format_number(number, style), region) == _e164(number)


@given(st.one_of(st.text(), st.from_regex(r"\+?[\d ().-]{5,20}", fullmatch=True), st.integers(), st.floats()))
def test_normalising_twice_changes_nothing_and_nothing_breaks_it(value: float | str) -> None:
    once = read_phone(value, "US", texts=False)
    if isinstance(once, str):
        assert read_phone(once, None, texts=False) == once
