"""How long a text is, and what becomes of a message over time: the sandbox's rules by themselves."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from vendor_sandbox.textlocal import delivery, parts
from vendor_sandbox.textlocal.dates import KOLKATA, LONDON, dashed, mysql
from vendor_sandbox.textlocal.india import approved, at_night

HOUR = 3600
MANY = range(1, 2001)


@pytest.mark.parametrize(
    ("length", "count"),
    [
        (0, 1),
        (160, 1),
        (161, 2),
        (306, 2),
        (307, 3),
        (459, 3),
        (460, 4),
        (612, 4),
        (613, 5),
        (765, 5),
        (766, 6),
    ],
)
def test_a_text_has_the_parts_that_the_vendor_lists(length: int, count: int) -> None:
    assert parts.parts("x" * length, parts.GSM) == count


@pytest.mark.parametrize(("length", "count"), [(70, 1), (71, 2), (134, 2), (135, 3), (335, 5), (336, 6)])
def test_a_unicode_text_has_parts_of_70_and_67(length: int, count: int) -> None:
    assert parts.parts("é" * length, parts.UNICODE) == count


def test_an_escaped_character_is_two_in_gsm_and_an_emoji_two_in_unicode() -> None:
    assert parts.units("€^a", parts.GSM) == 5
    assert parts.units("😀a", parts.UNICODE) == 3
    assert parts.parts("€" * 80, parts.GSM) == 1
    assert parts.parts("€" * 81, parts.GSM) == 2
    assert parts.parts("😀" * 36, parts.UNICODE) == 2


def test_what_gsm_does_not_have_is_told_and_becomes_a_question_mark() -> None:
    assert parts.fits_gsm("Ångström: 100% @ £5 {ok}\n")
    assert not parts.fits_gsm("naïve")
    assert parts.gsm_only("5 ☕ für Zoë 😀") == "5 ? für Zo? ?"


def test_a_cut_text_ends_before_a_character_that_does_not_fit() -> None:
    assert parts.cut("x" * 766, parts.GSM, parts.GSM.longest) == "x" * 765
    assert parts.cut("ab€", parts.GSM, 3) == "ab"
    assert parts.cut("ab😀", parts.UNICODE, 4) == "ab😀"


def test_a_message_is_on_its_way_first_and_its_end_is_the_same_for_ever() -> None:
    for message in MANY:
        fate = delivery.fate(7, message)
        assert fate == delivery.fate(7, message)
        assert (fate.at(0), fate.at(fate.after - 1), fate.at(fate.after)) == ("P", "P", fate.status)
        assert fate.status in "DUEI?"
    assert [delivery.fate(7, each) for each in MANY] != [delivery.fate(8, each) for each in MANY]


def test_figures_grow_over_a_week_as_the_vendor_describes() -> None:
    fates = [delivery.fate(7, each) for each in MANY]

    def after(hours: float) -> Counter[Any]:
        return Counter(fate.at(hours * HOUR) for fate in fates)

    delivered = [after(hours)["D"] for hours in (0.1, 24, 48, 168)]
    assert 1300 < delivered[0] < delivered[1] < delivered[2] == delivered[3] < 1900
    assert after(47)["U"] == 0 < after(60)["U"]
    assert after(71)["E"] == 0 < after(73)["E"]
    assert after(95)["?"] == 0 < after(97)["?"]
    assert after(97)["P"] == 0


def test_a_short_validity_expires_what_would_have_come_later() -> None:
    fates = [delivery.fate(7, each, valid=HOUR) for each in MANY]
    assert {fate.status for fate in fates if fate.after == HOUR} == {"E"}
    assert {fate.status for fate in fates if fate.after > HOUR} == {"?"}
    assert sum(fate.status == "D" for fate in fates) > 1300


@pytest.mark.parametrize(
    ("clock", "night"), [("03:29:59", True), ("03:30:00", False), ("15:29:59", False), ("15:30:00", True)]
)
def test_the_indian_night_is_from_nine_to_nine(clock: str, *, night: bool) -> None:
    hours, minutes, seconds = map(int, clock.split(":"))
    assert at_night(1_784_073_600 + hours * HOUR + minutes * 60 + seconds) is night


def test_a_text_matches_a_template_with_any_words_of_the_length_in_its_places() -> None:
    template = 'Dear %%|name^{"inputtype":"text","maxlength":"8"}%%, 50% off (today) at %%|shop%%!'
    assert approved("Dear Asha, 50% off (today) at the corner shop!", [template])
    assert approved("Dear , 50% off (today) at !", ["Another", template])
    assert not approved("Dear Asha-Maria, 50% off (today) at us!", [template])
    assert not approved("Dear Asha, 50% off at us!", [template])
    assert not approved("Hello", [])


def test_times_are_shown_in_utc_or_in_the_account_s_zone() -> None:
    summer, winter = 1_784_073_600.0, 1_768_435_200.0  # 2026-07-15 and 2026-01-15, midnight
    assert mysql(summer) == "2026-07-15 00:00:00"
    assert dashed(summer, LONDON) == "2026-07-15-01-00-00"
    assert dashed(winter, LONDON) == "2026-01-15-00-00-00"
    assert mysql(summer, KOLKATA) == "2026-07-15 05:30:00"
    assert mysql(1_792_889_999.0, LONDON) == "2026-10-25 01:59:59"
    assert mysql(1_792_890_000.0, LONDON) == "2026-10-25 01:00:00"
