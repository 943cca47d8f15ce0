"""Who has opted out at Textlocal, in whatever form its list has their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from target_textlocal.opt_outs import OptOuts
from target_textlocal.paging import forms_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import MakeTarget, Seen

SOMEBODY, NOBODY = "447700900501", "447700900502"


@pytest.fixture
def opt_outs(target: MakeTarget, monkeypatch: pytest.MonkeyPatch) -> Callable[..., OptOuts]:
    """Make what knows of opt-outs, of an account whose list has these numbers: `opt_outs("447...", optouts=True)`."""

    def make(*numbers: Any, **settings: Any) -> OptOuts:
        pages = [[{"number": each}] for each in numbers]
        monkeypatch.setattr("target_textlocal.opt_outs.contacts_of", lambda client, group: iter(pages))
        made = target(**settings)
        return OptOuts(made.client, made.settings)

    return make


@pytest.mark.parametrize(
    "number",
    ["447700900501", 447700900501, "+44 7700 900501", "07700 900501", "07700900501", "00447700900501", 7700900501],
)
def test_who_opted_out_is_known_however_the_list_writes_their_number(
    opt_outs: Callable[..., OptOuts], number: Any
) -> None:
    found = opt_outs(number, "12025550101")
    assert SOMEBODY in found
    assert "12025550101" in found
    assert NOBODY not in found


@pytest.mark.parametrize("number", [None, "", "Ana", "44770090****", True, {}])
def test_a_number_in_the_list_that_cannot_be_read_ends_the_run_and_is_not_shown(
    opt_outs: Callable[..., OptOuts], number: Any
) -> None:
    found = opt_outs("447700900501", number)
    with pytest.raises(SetupError, match="1 of the 2 contacts") as said:
        NOBODY in found  # noqa: B015 - it is asked
    assert "Ana" not in str(said.value)
    assert "7700" not in str(said.value)
    assert NOBODY not in opt_outs(number, optouts=False)


def test_where_numbers_lack_a_country_code_the_setting_that_tells_it_is_named(
    opt_outs: Callable[..., OptOuts],
) -> None:
    with pytest.raises(SetupError, match="`default_country`"):
        SOMEBODY in opt_outs("07700900501", default_country=None)  # noqa: B015 - it is asked


def test_with_an_opt_out_that_cannot_be_read_nobody_is_texted(
    target: MakeTarget, seen: Seen, opt_outs: Callable[..., OptOuts]
) -> None:
    opt_outs("Ana")
    records = [{"id": n, "phone": f"+44770090050{n}", "message": f"Hi {n}"} for n in range(2)]
    with pytest.raises(SetupError, match="list of opt-outs"):
        target(keys=["id"]).deliver_all("messages", records)
    assert not seen.texts()


def test_a_number_that_is_none_has_no_forms() -> None:
    assert forms_of({"first_name": "Ana"}, "GB") == frozenset()
