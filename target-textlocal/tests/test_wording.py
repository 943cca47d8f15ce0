"""Which template a record means, where titles are nearly the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from singer_delivery.outcomes import Verdict
from target_textlocal.account import Template
from target_textlocal.wording import Wording

if TYPE_CHECKING:
    from target_textlocal.account import Account

    from .conftest import MakeTarget


class Made:
    """An account with these templates."""

    def __init__(self, *rows: tuple[str, str]) -> None:
        self.asked = 0
        self._rows = [Template(number, title, f"Text {number}", None) for number, title in rows]

    def templates(self) -> list[Template]:
        self.asked += 1
        return self._rows


@pytest.fixture
def named(target: MakeTarget) -> Any:
    """Look for a template: `named(account, "Sale")` is the text of it, or why there is none."""

    def look(account: Any, wanted: str) -> Any:
        made = target()
        found = Wording(made.client, account, made.settings).template(wanted)
        return found.reason if isinstance(found, Verdict) else (found[0], found[1].rendered({}))

    return look


ACCOUNT: Any = Made(("1", "Sale"), ("2", "SALE"), ("3", "Spring  sale "), ("4", "1"), ("5", "Twice"), ("6", "Twice"))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Sale", ("Sale", "Text 1")),
        ("SALE", ("SALE", "Text 2")),
        ("sale", "ambiguous_template"),
        ("spring sale", ("Spring  sale ", "Text 3")),
        ("1", ("1", "Text 4")),  # a title counts before an id
        ("2", ("SALE", "Text 2")),
        ("Twice", "ambiguous_template"),
        ("6", ("Twice", "Text 6")),
        ("Autumn", "unknown_template"),
    ],
)
def test_a_template_is_the_one_of_that_very_title_then_of_any_case_then_of_that_id(
    named: Any, wanted: str, found: Any
) -> None:
    assert named(ACCOUNT, wanted) == found


def test_of_several_templates_of_a_title_the_ids_are_told(target: MakeTarget) -> None:
    made = target()
    found: Any = Wording(made.client, ACCOUNT, made.settings).template("Twice")
    assert "'5', '6'" in found.message


def test_an_account_without_templates_says_so(named: Any, target: MakeTarget) -> None:
    made, without = target(), cast("Account", Made())
    found: Any = Wording(made.client, without, made.settings).template("Sale")
    assert (found.reason, "none" in found.message) == ("unknown_template", True)


def test_templates_are_looked_for_once_a_title(target: MakeTarget) -> None:
    account, made = Made(("1", "Sale")), target()
    wording = Wording(made.client, cast("Account", account), made.settings)
    for _ in range(3):
        wording.template("Sale")
    assert account.asked == 1
