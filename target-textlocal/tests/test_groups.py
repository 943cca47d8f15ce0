"""The group that is meant: by name or id, made once, and the words for each mistake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from target_textlocal.account import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from target_textlocal.groups import MasterGroup

    from .conftest import MakeTarget, Seen


@pytest.fixture
def group(target: MakeTarget) -> Callable[..., MasterGroup]:
    """Look for the group of settings: `group(group_name="VIP")`."""

    def make(**settings: Any) -> MasterGroup:
        made = target(**settings)
        return Account(made.client, made.settings).group

    return make


def problem(call: Callable[[], object]) -> str:
    with pytest.raises(SetupError) as error:
        call()
    return str(error.value)


def test_a_group_is_found_by_name_whatever_its_case_and_the_blanks_around_it(
    group: Callable[..., MasterGroup],
) -> None:
    found = {group(group_name=name).made() for name in ("Customers", " customers ", "CUSTOMERS")}
    assert [each.name for each in found] == ["Customers"]


@pytest.mark.parametrize("as_number", [True, False])
def test_a_group_is_found_by_id(group: Callable[..., MasterGroup], *, as_number: bool) -> None:
    wanted = group().made()
    number = int(wanted.id) if as_number else wanted.id
    assert group(group_id=number, group_name=None).there() == wanted


def test_an_unknown_id_is_told_with_every_group_there_is(group: Callable[..., MasterGroup]) -> None:
    said = problem(group(group_id="999", group_name=None).find)
    assert "no group of the id 999" in said
    assert "'Customers' (" in said
    assert "'Newsletter' (" in said


def test_the_built_in_group_needs_no_look_and_the_opt_outs_are_no_group_to_fill(
    group: Callable[..., MasterGroup], clean_sandbox: Sandbox
) -> None:
    assert group(group_id="5", group_name=None).made().id == "5"
    assert not clean_sandbox.calls("textlocal").get("get_groups")
    assert "who opted out" in problem(group(group_id="6", group_name=None).find)


def test_a_group_that_has_to_be_there_is_missed_with_every_name_in_use(group: Callable[..., MasterGroup]) -> None:
    said = problem(group(group_name="Custmers").there)
    assert "no group 'Custmers'" in said
    assert "'Customers' (" in said
    assert "'Newsletter' (" in said


def test_an_account_without_groups_says_so(group: Callable[..., MasterGroup]) -> None:
    assert "has no groups" in problem(group(api_key="sandbox-textlocal-fresh").there)


def test_several_groups_of_one_name_are_told_with_their_ids_unless_one_is_written_so(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = target(group_name="vip")
    names = {"VIP": 1, "Vip ": "2", "Other": 3}

    def read(command: str) -> dict[str, object]:
        assert command == "get_groups"
        return {"groups": [{"id": number, "name": name} for name, number in names.items()]}

    monkeypatch.setattr(made.client, "read", read)
    assert "'VIP' (1); 'Vip ' (2)" in problem(Account(made.client, made.settings).group.find)
    names["vip"] = 4
    assert Account(made.client, made.settings).group.there().id == "4"


def test_no_group_in_the_settings_is_told(group: Callable[..., MasterGroup]) -> None:
    assert "`group_name` or `group_id` is missing" in problem(group(group_name=None).find)


def test_many_threads_make_one_group_and_the_report_names_the_others(
    group: Callable[..., MasterGroup], seen: Seen, clean_sandbox: Sandbox
) -> None:
    vip = group(group_name="VIP")
    assert list(vip.notes()) == []
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: vip.made(), range(20)))
    assert len(made) == 1
    assert clean_sandbox.calls("textlocal")["create_group"] == 1
    assert seen.groups()["VIP"] == 0
    (note,) = vip.notes()
    assert "'Customers' (" in note
    assert "`resend`" in note


def test_a_group_whose_making_got_lost_on_the_way_back_is_found(
    group: Callable[..., MasterGroup], seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-after", "create_group", vendor="textlocal", times=1)
    vip = group(group_name="VIP")
    made = vip.made()
    assert (made.name, made.new) == ("VIP", False)
    assert list(seen.groups()).count("VIP") == 1


def test_a_name_that_is_too_long_is_told(group: Callable[..., MasterGroup]) -> None:
    assert "too long" in problem(group(group_name="V" * 51).made)


def test_a_dry_run_makes_no_group(group: Callable[..., MasterGroup], seen: Seen) -> None:
    assert group(group_name="VIP", dry_run=True).made().new
    assert "VIP" not in seen.groups()
