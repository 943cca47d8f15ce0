"""What counts as a yes: consent is never guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.consent import Consent, opted_out, truthy
from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable

_NOES = [
    "no",
    "n",
    "false",
    "f",
    "0",
    "0.0",
    "off",
    "",
    "null",
    "none",
    "nan",
    "n/a",
    "unknown",
    "pending",
    "opted out",
]


@pytest.mark.parametrize(
    "value",
    [
        True,
        1,
        1.0,
        Decimal(1),
        "true",
        "TRUE",
        " Yes ",
        "y",
        "t",
        "on",
        "1",
        "1.0",
        "Opted In",
        "opt-in",
        "subscribed",
    ],
)
def test_a_yes_is_a_yes_in_any_case(value: object) -> None:
    assert truthy(value)


@pytest.mark.parametrize(
    "value",
    [
        None,
        False,
        0,
        0.0,
        Decimal(0),
        2,
        -1,
        float("nan"),
        [],
        [True],
        {},
        {"yes": 1},
        "2024-01-01",
        "yes?",
        "unsubscribed",
    ],
)
def test_anything_else_is_a_no(value: object) -> None:
    assert not truthy(value)


_CASES = st.sampled_from([str.lower, str.upper, str.title])
_SPACES = st.text(" \t\n", max_size=3)


@given(st.sampled_from(_NOES), _CASES, _SPACES, _SPACES)
def test_no_spelling_of_a_no_is_a_yes(word: str, case: Callable[..., Any], before: str, after: str) -> None:
    assert not truthy(before + case(word) + after)


@given(st.recursive(st.none() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3))
def test_only_known_words_are_a_yes(value: list[Any] | float | str | None) -> None:
    if truthy(value):
        assert value == 1 or str(value).strip()


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (True, True),
        ("Yes", True),
        (1, True),
        ("opted_out", True),
        ("Unsubscribed", True),
        (False, False),
        (None, False),
        ("", False),
        (" ", False),
        ("no", False),
        (0, False),
        ("0.0", False),
        ("subscribed", False),
        ("maybe", None),
        (2, None),
        ("2024-01-01", None),
        (["yes"], None),
    ],
)
def test_an_opt_out_is_a_yes_a_no_or_not_to_be_guessed(value: object, *, meaning: bool | None) -> None:
    assert opted_out(value) is meaning


def test_without_a_consent_field_everybody_has_agreed() -> None:
    assert Consent(None).given({})
    Consent(None).require("people", [])


def test_a_missing_or_empty_consent_is_a_no() -> None:
    consent = Consent("sms_ok")
    assert consent.given({"sms_ok": "yes"})
    assert not consent.given({"sms_ok": None})
    assert not consent.given({"sms_ok": ""})
    assert not consent.given({"phone": "+12125550100"})


def test_the_consent_column_may_be_in_another_case() -> None:
    consent = Consent("sms_ok")
    consent.require("people", ["PHONE", "SMS_OK"])
    assert consent.given({"SMS_OK": True})
    assert not consent.given({"SMS_OK": False})


def test_of_two_spellings_the_exact_one_counts() -> None:
    assert not Consent("sms_ok").given({"SMS_OK": True, "sms_ok": False})


def test_a_stream_without_the_consent_column_is_a_mistake_told_at_once() -> None:
    with pytest.raises(SetupError, match=r"`people` has no column `sms_ok`.*`consent_field`"):
        Consent("sms_ok").require("people", ["phone", "email"])
