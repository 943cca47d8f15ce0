"""The suppression file: who is in it is never touched, however the entry is written."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.errors import SetupError
from singer_delivery.phones import read_phone
from singer_delivery.suppression import Suppression

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from phonenumbers.phonenumber import PhoneNumber

MOBILE = phonenumbers.PhoneNumberType.MOBILE


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Suppression]:
    def _load(content: str | bytes, country: str | None = "US") -> Suppression:
        path = tmp_path / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Suppression.load(path, country)

    return _load


@pytest.mark.parametrize(
    "line",
    [
        "+12125550100",
        "(212) 555-0100",
        "12125550100",
        "2125550100.0",
        '"212-555-0100"',
        "Some One,212.555.0100,NY 10001",
        "Some One;someone@example.com;1 212 555 0100",
        "John 212-555-0100",
        "212-555-0100 John",
        "Phone: 212-555-0100",
        "tel:+1-212-555-0100",
        "2125550100x5",
        "2125550100 ext. 5",
        "+12125550199 +12125550100",
        "2125550199 2125550100",
        "someone@example.com 2125550100",
        "2125550100  # asked on 5 May 2024",
        "2024-01-05T10:00:00Z|2125550100",
        "2024-01-05 2125550100",
        "550e8400-e29b-41d4-a716-446655440000,2125550100",
        "\t2125550100\t\r",
        "Some One,12 Main St #4,212-555-0100,someone@example.com",
        '"Some One","Apt #4","212-555-0100"',
        "#1001,2125550100",
        "Some One // VIP,2125550100",
        "2125550100 #55",
        "2125550100, # asked on 5 May 2024",
    ],
)
def test_a_number_is_found_in_any_line_it_stands_in(load: Callable[..., Suppression], line: str) -> None:
    suppression = load(f"phone,email\n# a comment\n\n{line}\n")
    assert suppression.holds("+12125550100", None)
    assert suppression.unreadable == []
    assert not suppression.holds("+12125550111", "other@example.com")
    assert not suppression.holds(None, None)


@pytest.mark.parametrize(
    "line",
    [
        "3105550100 x5",
        "310-555-0100 ext. 12",
        "(310) 555-0100 Ext 55",
        '"310 555 0100 x55"',
        "2 3105550100",
        "77 310-555-0100",
    ],
)
def test_a_number_is_found_beside_an_extension_or_a_count_that_make_another_countrys_of_it(
    load: Callable[..., Suppression], line: str
) -> None:
    suppression = load(line)
    assert suppression.holds("+13105550100", None)
    assert suppression.unreadable == []


@pytest.mark.parametrize("entry", ["310-555-0100", "617-555-0100", "206 555 0100"])
def test_a_number_that_is_only_guessed_at_is_told(load: Callable[..., Suppression], entry: str) -> None:
    with pytest.raises(SetupError, match=r"No entry.*`default_country`"):
        load(f"{entry}\n", None)
    assert load(f"+12125550100\n{entry}\n", None).unreadable == [2]


@pytest.mark.parametrize("entry", ["4792345678", "479 234 5678", "(479) 234-5678"])
def test_a_number_that_two_countries_could_have_is_held_for_both_and_told(
    load: Callable[..., Suppression], entry: str
) -> None:
    suppression = load(f"+12125550100\n{entry}\n", None)
    assert suppression.holds("+14792345678", None)
    assert suppression.holds("+4792345678", None)
    assert suppression.unreadable == [2]
    assert "`default_country`" in (suppression.warning() or "")


def test_a_guess_at_a_north_american_number_is_held(load: Callable[..., Suppression]) -> None:
    assert load("+12125550199\n212-555-0100\n", None).holds("+12125550100", None)
    assert not load("+12125550199\n212-555-0100\n", "GB").holds("+12125550100", None)


def test_a_comment_ends_with_its_cell_and_a_line_of_comment_with_its_line(load: Callable[..., Suppression]) -> None:
    suppression = load("# 2125550101, 2125550102\n// 2125550103\n2125550100 # not 2125550104,2125550105\n")
    assert [suppression.holds(f"+1212555010{last}", None) for last in range(6)] == [True, *[False] * 4, True]


@pytest.mark.parametrize(
    "line",
    ["Some.One@Example.COM", "<some.one@example.com>", "Some One <some.one@example.com>", '"some.one@example.com",x'],
)
def test_an_address_is_found_in_any_line_it_stands_in(load: Callable[..., Suppression], line: str) -> None:
    assert load(line).holds("+12125550100", "some.one@example.com")


def test_numbers_of_other_countries_need_no_plus(load: Callable[..., Suppression]) -> None:
    british, french = (phonenumbers.example_number_for_type(region, MOBILE) for region in ("GB", "FR"))
    assert british is not None
    assert french is not None
    e164 = phonenumbers.format_number(british, phonenumbers.PhoneNumberFormat.E164)
    assert load(e164[1:]).holds(e164, None)
    assert load(f"00{e164[1:]}").holds(e164, None)
    dotted = phonenumbers.format_number(french, phonenumbers.PhoneNumberFormat.NATIONAL).replace(" ", ".")
    assert load(dotted, "FR").holds(f"+33{french.national_number}", None)
    assert load("12125550100", None).holds("+12125550100", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_files_of_any_usual_encoding_are_read(load: Callable[..., Suppression], encoding: str) -> None:
    suppression = load("name,phone\nJosé,212-555-0100\n".encode(encoding))
    assert suppression.holds("+12125550100", None)


def test_entries_that_nobody_can_read_are_counted_by_line_and_never_quoted(
    load: Callable[..., Suppression],
) -> None:
    suppression = load("phone\n212-555-0100\n555-0101\nbroken@@example.com\n99999999999999999999\n")
    assert suppression.unreadable == [3, 4, 5]
    warning = suppression.warning()
    assert warning is not None
    assert "3 lines" in warning
    assert "lines 3, 4, 5" in warning
    assert "555" not in warning
    assert "broken" not in warning


def test_many_unreadable_lines_make_a_short_warning(load: Callable[..., Suppression]) -> None:
    warning = load("212-555-0100\n" + "555-0101\n" * 500).warning()
    assert warning is not None
    assert "500 lines" in warning
    assert len(warning) < 400


def test_a_file_that_is_read_without_trouble_has_no_warning(load: Callable[..., Suppression]) -> None:
    suppression = load("name,joined,points\nAnna,2024-01-05,12\n2125550100\n")
    assert suppression.warning() is None
    assert len(suppression) == 1


def test_an_empty_file_suppresses_nobody(load: Callable[..., Suppression]) -> None:
    assert len(load("")) == 0
    assert len(load("phone,email\n# nobody yet\n")) == 0


def test_a_file_of_which_nothing_can_be_read_ends_the_run(load: Callable[..., Suppression]) -> None:
    with pytest.raises(SetupError, match=r"No entry.*`default_country`") as caught:
        load("212-555-0100\n212-555-0101\n", None)
    assert "555" not in str(caught.value)


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00workbook.xml", b"\x00\x01\x02"])
def test_a_workbook_is_no_text_file(load: Callable[..., Suppression], content: bytes) -> None:
    with pytest.raises(SetupError, match="not a text file"):
        load(content)


def test_a_missing_file_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"none\.csv cannot be read: No such file.*`suppression_file`"):
        Suppression.load(tmp_path / "none.csv", "US")
    with pytest.raises(SetupError, match="cannot be read"):
        Suppression.load(tmp_path, "US")


def test_the_digest_changes_with_the_content(load: Callable[..., Suppression]) -> None:
    one, same, other = load("2125550100"), load("2125550100"), load("2125550101")
    assert one.digest == same.digest != other.digest
    assert len(one.digest) == 16


_NUMBERS = [
    number
    for region in ("US", "GB", "DE", "FR", "BR", "IN", "AU")
    if (number := phonenumbers.example_number_for_type(region, MOBILE))
]


@given(
    st.sampled_from(_NUMBERS),
    st.sampled_from([0, 1, 2]),
    st.sampled_from(["{}", '"{}"', "Anna,{},x", "{};a@example.com", " {} ", "\t{}\t", "# no\n{}\n", "{} # yes"]),
)
def test_whoever_is_in_the_file_is_found_again_in_any_format(
    tmp_path_factory: pytest.TempPathFactory, number: PhoneNumber, style: int, line: str
) -> None:
    region = phonenumbers.region_code_for_number(number)
    path = tmp_path_factory.mktemp("s") / "people.txt"
    path.write_text(line.format(phonenumbers.format_number(number, style)), encoding="utf-8")
    phone = read_phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None)
    assert isinstance(phone, str)
    assert Suppression.load(path, region).holds(phone, None)


@given(st.binary(max_size=200))
def test_no_content_breaks_it_but_by_a_plain_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("s") / "people.txt"
    path.write_bytes(content)
    with contextlib.suppress(SetupError):
        Suppression.load(path, "US").holds("+12125550100", None)
