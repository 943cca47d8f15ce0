"""Who a record is about: what is read from its columns, and the form that each call has for it."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.columns import Columns
from singer_delivery.outcomes import Verdict
from singer_delivery.people import Person
from target_attentive.identifiers import LONGEST, SPELLINGS, Identifiers, reader

if TYPE_CHECKING:
    from pathlib import Path

ALL = Identifiers("+12025550100", "ana@example.com", "c-17", "s-1", "k-1", {"crm": "9", "pos": "x"})
NAME_VALUE = [{"name": "crm", "value": "9"}, {"name": "pos", "value": "x"}]
CANARY = "c4nary-value"


def read(
    record: dict[str, Any], phone: str | None = None, email: str | None = None, *, short_email: bool = False
) -> Any:
    return reader(Columns.of("customers", record, SPELLINGS), short_email=short_email)(record, Person(phone, email))


def test_each_call_has_its_own_form_and_v2_spells_custom_identifiers_in_its_own_way() -> None:
    addresses = {"phone": "+12025550100", "email": "ana@example.com"}
    external = {"clientUserId": "c-17", "shopifyId": "s-1", "klaviyoId": "k-1", "customIdentifiers": NAME_VALUE}
    assert ALL.user() == addresses
    assert ALL.external_identifiers() == external
    assert ALL.identity() == {**addresses, **external}
    assert ALL.member() == {**addresses, "clientUserId": "c-17"}
    custom = [{"key": "crm", "value": "9"}, {"key": "pos", "value": "x"}]
    assert ALL.v2() == {**addresses, **external, "customIdentifiers": custom}


def test_an_event_user_has_nothing_that_attentive_would_refuse_it_for() -> None:
    assert ALL.event_user() == {
        "phone": "+12025550100",
        "email": "ana@example.com",
        "externalIdentifiers": {"clientUserId": "c-17", "customIdentifiers": NAME_VALUE},
    }
    only_shopify = Identifiers(email="ana@example.com", shopify_id="s-1")
    assert only_shopify.event_user() == {"email": "ana@example.com"}


def test_nothing_is_written_of_what_is_not_there() -> None:
    nobody = Identifiers()
    assert [nobody.user(), nobody.event_user(), nobody.external_identifiers(), nobody.v2(), nobody.member()] == [
        {}
    ] * 5
    assert (nobody.key(), nobody.count) == ("", 0)


@pytest.mark.parametrize(
    ("who", "key"),
    [
        (ALL, "+12025550100"),
        (Identifiers(None, "ana@example.com", "c-17"), "ana@example.com"),
        (Identifiers(client_user_id="c-17", custom={"crm": "9"}), "id:c-17"),
        (Identifiers(custom={"crm": "9", "pos": "x"}), 'custom:["crm","9"]'),
    ],
)
def test_the_key_is_the_strongest_identifier(who: Any, key: str) -> None:
    assert who.key() == key


@pytest.mark.parametrize(
    "given_as",
    [
        {"pos": "x", "crm": 9},
        [{"name": "crm", "value": "9"}, {"name": "pos", "value": " x "}],
        [{"key": "crm", "value": Decimal("9.0")}, {"key": "pos", "value": "x"}],
        '{"crm": "9", "pos": "x"}',
        '[{"name": "crm", "value": 9}, {"key": "pos", "value": "x"}]',
        {"crm": "9", "pos": "x", "old": None, "blank": " "},
    ],
)
def test_custom_identifiers_come_in_any_of_the_shapes_that_tables_have(given_as: Any) -> None:
    found = read({"custom_identifiers": given_as})
    assert dict(found.custom) == {"crm": "9", "pos": "x"}
    assert found.key() == 'custom:["crm","9"]'


@pytest.mark.parametrize("blank", [None, "", "  ", [], {}, "null", "[]", {"crm": None}])
def test_blank_identifiers_are_left_out_as_they_may_merge_people(blank: Any) -> None:
    found = read({"client_user_id": " ", "shopify_id": None, "custom_identifiers": blank}, email="a@example.com")
    assert found == Identifiers(email="a@example.com")


@pytest.mark.parametrize(
    "wrong",
    [
        CANARY,
        f'"{CANARY}"',
        "{",
        7,
        [CANARY],
        [{"name": "crm"}],
        [{"name": "crm", "key": "crm", "value": CANARY}],
        {"crm": [CANARY]},
        {"crm": True},
        {" ": CANARY},
        [{"name": 7, "value": CANARY}],
        [{"name": "crm", "value": CANARY}, {"name": "crm", "value": "other"}],
        "[" * 100_000,
    ],
)
def test_custom_identifiers_of_no_known_shape_reject_the_record_without_its_values(wrong: Any) -> None:
    found = read({"phone": "x", "custom_identifiers": wrong}, "+12025550100")
    assert isinstance(found, Verdict)
    assert found.reason == "wrong_type"
    assert "`custom_identifiers`" in found.message
    assert CANARY not in found.message


def test_an_identifier_of_more_than_100_characters_is_rejected_and_one_of_100_is_not() -> None:
    assert read({"clientUserId": "x" * LONGEST}).client_user_id == "x" * LONGEST
    for record in (
        {"clientUserId": "x" * 101},
        {"klaviyoId": "x" * 101},
        {"customIdentifiers": {"crm": "x" * 101}},
        {"customIdentifiers": {"x" * 101: "9"}},
    ):
        found = read(record)
        assert found.reason == "too_long"
        assert next(iter(record)) in found.message
        assert "xxx" not in found.message


def test_a_long_email_address_is_rejected_only_where_the_call_minds() -> None:
    long = "a" * 60 + "@" + "b" * 40 + ".example.com"
    assert read({"email": long}, email=long).email == long
    assert read({"email": long}, email=long, short_email=True).reason == "too_long"


@pytest.mark.parametrize(
    ("value", "text"),
    [(17, "17"), (17.0, "17"), (Decimal(17), "17"), (" 17 ", "17"), (2**63, str(2**63)), ("é🎈", "é🎈")],
)
def test_an_id_may_be_a_number(value: Any, text: Any) -> None:
    assert read({"client_user_id": value}).client_user_id == text


@pytest.mark.parametrize(
    "value", [1.5, True, [], {"a": 1}, Decimal("1E+999999"), Decimal("NaN"), float("inf"), Decimal("1.5")]
)
def test_what_is_no_id_is_rejected(value: Any) -> None:
    assert read({"client_user_id": value}).reason == "wrong_type"


TEXTS = st.text(max_size=110)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(allow_nan=False), TEXTS)
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8)


@given(client=ANYTHING, shopify=SCALARS, custom=ANYTHING)
def test_whatever_a_record_holds_no_identifier_is_blank_or_too_long(
    client: Any, shopify: Decimal | str | float | None, custom: Any
) -> None:
    found = read({"client_user_id": client, "shopify_id": shopify, "custom_identifiers": custom})
    if isinstance(found, Verdict):
        assert found.reason in {"wrong_type", "too_long"}
        return
    values = [*(found.client_user_id, found.shopify_id), *found.custom, *found.custom.values()]
    assert all(each is None or (each.strip() == each and 0 < len(each) <= LONGEST) for each in values)
    assert all(each["key"] and each["value"] for each in found.v2().get("customIdentifiers", []))


MISTAKES = """
from target_attentive.identifiers import Identifiers
from target_attentive.user_forms import EventUser, ExternalIdentifiers, IdentityUser, V2Identifiers

who = Identifiers()
right: tuple[EventUser, ExternalIdentifiers, IdentityUser, V2Identifiers] = (
    who.event_user(), who.external_identifiers(), who.identity(), who.v2()
)
v2_for_v1: IdentityUser = who.v2()
v1_for_v2: V2Identifiers = who.identity()
"""


@pytest.mark.slow
def test_the_type_checker_refuses_the_spelling_of_v1_in_the_place_of_v2(tmp_path: Path) -> None:
    file = tmp_path / "mistakes.py"
    file.write_text(MISTAKES, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", "--cache-dir", str(tmp_path), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    lines = MISTAKES.splitlines()
    assert [lines[each["line"] - 1].split(":")[0] for each in found if each["severity"] == "error"] == [
        "v2_for_v1",
        "v1_for_v2",
    ]
