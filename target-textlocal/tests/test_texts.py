"""What a template's variables become, and what a text costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.outcomes import Verdict
from target_textlocal.texts import MOST_PARTS, Template, Variable, folded, lacking, size_of, values_of

INDIAN = 'Hi %%|name^{"inputtype":"text","maxlength":"8"}%%, your order %%|order%% is on its way.'
GSM = st.text(st.sampled_from("@£ abcXYZ019\n!é€[]{}\\^~|"), max_size=900)


def rendered(body: str, **record: object) -> str | Verdict:
    return Template.of(body).rendered(values_of(record, {name: name for name in record}))


def test_all_three_ways_of_writing_a_variable_are_filled_in() -> None:
    assert rendered(INDIAN, name="Ana", order=12) == "Hi Ana, your order 12 is on its way."
    assert rendered("Hi %%first_name%%!", first_name="Ana") == "Hi Ana!"
    assert rendered("Hi {{ first_name }} and {{first_name}}!", first_name="Ana") == "Hi Ana and Ana!"


@pytest.mark.parametrize("column", ["first_name", "FIRST_NAME", "firstName", "First Name"])
@pytest.mark.parametrize("variable", ["%%first_name%%", "%%FirstName%%", "%%First Name%%", "{{FIRSTNAME}}"])
def test_a_column_fills_a_variable_in_any_case_of_its_name(column: str, variable: str) -> None:
    assert Template.of(f"Hi {variable}").rendered(values_of({column: "Ana"}, {})) == "Hi Ana"


def test_a_column_that_the_target_knows_counts_before_another_of_the_same_name() -> None:
    values = values_of({"FIRSTNAME": "wrong", "given": "Ana"}, {"first_name": "given"})
    assert Template.of("%%firstname%%").rendered(values) == "Ana"


@pytest.mark.parametrize("text", ["50%% off, 20%% more", "{{ }} {{9}} %%|%%", "100% of {a}", "%%", "{{first name"])
def test_what_is_no_variable_stays_as_it_is(text: str) -> None:
    assert Template.of(text).variables == ()
    assert rendered(text) == text


def test_a_value_that_looks_like_a_variable_is_not_filled_in_again() -> None:
    assert rendered("Hi %%name%%", name="%%name%% {{name}}") == "Hi %%name%% {{name}}"


@pytest.mark.parametrize(
    ("record", "reason", "named"),
    [
        ({}, "unknown_variable", "name"),
        ({"name": None, "order": 1}, "empty_variable", "name"),
        ({"name": "  ", "order": 1}, "empty_variable", "name"),
        ({"name": "Ana"}, "unknown_variable", "order"),
        ({"name": ["Ana"], "order": 1}, "wrong_type", "name"),
        ({"name": True, "order": 1}, "wrong_type", "name"),
        ({"name": "Anastasia", "order": 1}, "variable_too_long", "name"),
    ],
)
def test_a_variable_that_cannot_be_filled_in_rejects_the_record_and_is_named(
    record: dict[str, Any], reason: str, named: str
) -> None:
    found = rendered(INDIAN, **record)
    assert isinstance(found, Verdict)
    assert found.reason == reason
    assert f"`{named}`" in found.message
    assert "Ana" not in found.message


@pytest.mark.parametrize(("value", "said"), [(3, "3"), (2.5, "2.5"), (Decimal("1E+3"), "1000"), (0, "0")])
def test_numbers_are_written_as_people_write_them(value: Any, said: str) -> None:
    assert rendered("%%n%%", n=value) == said


@pytest.mark.parametrize("options", ['{"maxlength":8}', '{"maxlength":"8"}'])
def test_the_length_of_an_indian_variable_is_read_as_a_number_and_as_a_text(options: str) -> None:
    assert Template.of(f"%%|name^{options}%%").variables == (Variable("name", 8),)


@pytest.mark.parametrize("options", ["{}", '{"maxlength":"x"}', "{nonsense}", '{"maxlength":null}'])
def test_an_indian_variable_without_a_length_takes_any(options: str) -> None:
    assert Template.of(f"%%|name^{options}%%").variables == (Variable("name", None),)


def test_variables_that_no_column_fills_are_named_once() -> None:
    template = Template.of("%%a%% %%B%% %%b%% %%c d%% %%B%%")
    assert lacking(template.variables, ["A", "c_d"]) == ("B", "b")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 459, 3),
        ("a" * 612, 4),
        ("a" * 613, 5),
        ("a" * 765, 5),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("é£Ω\n" * 40, 1),
    ],
)
def test_parts_are_those_of_the_vendors_page(text: str, parts: int) -> None:
    size = size_of(text)
    assert (size.needs_unicode, size.parts, size.too_long) == (False, parts, False)


@pytest.mark.parametrize(
    ("text", "parts", "too_long"),
    [
        ("ç" * 70, 1, False),
        ("😀" * 35, 1, False),
        ("😀" * 36, 2, False),
        ("a" * 69 + "😀", 2, False),
        ("ł" * 335, 5, False),
        ("ł" * 336, 6, True),
    ],
)
def test_an_emoji_makes_a_text_dearer(text: str, parts: int, *, too_long: bool) -> None:
    size = size_of(text)
    assert (size.needs_unicode, size.parts, size.too_long) == (True, parts, too_long)


def test_766_characters_are_too_long() -> None:
    assert size_of("a" * 766).too_long
    assert size_of("a" * 764 + "€").too_long


@given(st.text(max_size=900), st.text(max_size=50))
def test_no_text_gets_cheaper_by_what_is_added(text: str, more: str) -> None:
    assert size_of(text + more).parts >= size_of(text).parts >= 1


@given(GSM)
def test_a_text_of_the_gsm_alphabet_costs_what_its_septets_fill(text: str) -> None:
    size = size_of(text)
    septets = sum(2 if each in "€[]{}\\^~|" else 1 for each in text)
    assert (size.needs_unicode, size.units) == (False, septets)
    assert size.parts == (1 if septets <= 160 else (septets + 152) // 153)
    assert size.too_long == (septets > 765) == (size.parts > MOST_PARTS)


@given(GSM, st.sampled_from("😀łжक—"))
def test_one_letter_beyond_the_alphabet_makes_all_of_it_unicode(text: str, letter: str) -> None:
    size = size_of(text + letter)
    units = len((text + letter).encode("utf-16-le")) // 2
    assert (size.needs_unicode, size.units) == (True, units)
    assert size.parts == (1 if units <= 70 else (units + 66) // 67)


@given(st.text(max_size=60))
def test_taking_a_text_apart_loses_no_letter(text: str) -> None:
    template = Template.of(text)
    if not template.variables:
        assert template.rendered({}) == text
    for variable in template.variables:
        assert variable.name in text


@given(st.from_regex(r"[A-Za-z_]\w{0,10}", fullmatch=True), st.text(min_size=1, max_size=30).filter(str.strip))
def test_any_value_arrives_in_the_text_unchanged(name: str, value: str) -> None:
    for body in (f"<%%{name}%%>", f"<{{{{{name}}}}}>", f"<%%|{name}^{{}}%%>"):
        if Template.of(body).variables:
            assert Template.of(body).rendered({folded(name): value}) == f"<{value}>"
