"""Who a customer id is, by the contacts of the master group."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError, UnavailableError
from target_textlocal import paging
from target_textlocal.account import Account
from target_textlocal.directory import AMBIGUOUS_CUSTOMER, UNKNOWN_CUSTOMER, Directory
from target_textlocal.groups import Group
from target_textlocal.members import Members

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

    from .conftest import MakeTarget


@pytest.fixture
def directory(target: MakeTarget) -> Callable[..., Directory]:
    """Make the directory of a group: `directory(customer_id_field="custom2")`."""

    def make(**settings: Any) -> Directory:
        made = target(**{"customer_id_field": "custom1", **settings})
        return Directory(made.client, Account(made.client, made.settings), made.settings)

    return make


def test_a_customer_is_found_by_id(directory: Callable[..., Directory]) -> None:
    customers = directory()
    assert customers.number("C1042") == "447700900042"
    assert customers.number(" C1000 ") == "447700900000"
    assert len(customers) == 120


def test_a_number_as_an_id_is_its_digits(directory: Callable[..., Directory], textlocal_api: TextlocalApi) -> None:
    group = next(each["id"] for each in textlocal_api.call("get_groups")["groups"] if each["name"] == "Customers")
    contacts = '[{"number": "447700900600", "custom1": 77}]'
    textlocal_api.call("create_contacts_bulk", group_id=group, contacts=contacts)
    assert [directory().number(each) for each in (77, 77.0, "77")] == ["447700900600"] * 3


@pytest.mark.parametrize("customer", ["C9999", "", None, "c1042", ["C1042"]])
def test_an_id_that_nobody_has_is_rejected_without_naming_it(
    directory: Callable[..., Directory], customer: list[str] | str | None
) -> None:
    verdict = directory().number(customer)
    assert verdict is UNKNOWN_CUSTOMER
    assert "9999" not in verdict.message


def test_an_id_that_two_numbers_have_is_not_guessed(directory: Callable[..., Directory]) -> None:
    # Tiers are no ids: many people have the same.
    assert directory(customer_id_field="custom2").number("gold") is AMBIGUOUS_CUSTOMER


@pytest.mark.parametrize("count", ["total", "page"])
@pytest.mark.parametrize(("limit", "pages"), [("1000", 1), ("100", 2), ("25", 5)])
def test_a_group_of_several_pages_is_read_whole_whatever_the_count_means(
    directory: Callable[..., Directory], clean_sandbox: Sandbox, count: str, limit: str, pages: int
) -> None:
    clean_sandbox.switch("textlocal", page_limit=limit, num_contacts=count)
    assert len(directory()) == 120
    # Where the count may be the page's, only an empty page is the end.
    assert clean_sandbox.calls("textlocal")["get_contacts"] - pages in ({1} if count == "page" or pages == 1 else {0})


@pytest.mark.parametrize("form", ["string", "number"])
def test_numbers_may_be_texts(directory: Callable[..., Directory], clean_sandbox: Sandbox, form: str) -> None:
    clean_sandbox.switch("textlocal", contact_numbers=form)
    assert directory().number("C1001") == "447700900001"


def test_many_threads_read_the_group_once(directory: Callable[..., Directory], clean_sandbox: Sandbox) -> None:
    customers = directory()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: customers.number("C1005"), range(30)))
    assert found == {"447700900005"}
    assert clean_sandbox.calls("textlocal")["get_contacts"] == 2


def test_an_empty_group_knows_nobody(directory: Callable[..., Directory], textlocal_api: TextlocalApi) -> None:
    textlocal_api.call("create_group", name="Empty")
    assert directory(group_name="Empty").number("C1000") is UNKNOWN_CUSTOMER


def test_a_group_that_is_not_there_ends_the_run_with_every_name_in_use(directory: Callable[..., Directory]) -> None:
    with pytest.raises(SetupError, match="'Customers'"):
        directory(group_name="Custmers").number("C1000")


def test_a_slot_that_is_not_set_is_told(directory: Callable[..., Directory]) -> None:
    with pytest.raises(SetupError, match="`customer_id_field` is missing"):
        directory(customer_id_field=None).number("C1000")


class Pages:
    """Answers pages of so many contacts, or the first one again and again."""

    def __init__(self, contacts: int, *, stuck: bool = False) -> None:
        self.contacts = contacts
        self.stuck = stuck
        self.calls = 0

    def read(self, command: str, **fields: str) -> dict[str, Any]:
        assert command == "get_contacts"
        self.calls += 1
        start = 0 if self.stuck else int(fields["start"])
        numbers = range(start, min(start + int(fields["limit"]), self.contacts))
        return {"num_contacts": self.contacts, "contacts": [{"number": 447700000000 + each} for each in numbers]}


def test_a_hundred_thousand_contacts_are_a_hundred_calls_in_order() -> None:
    pages: Any = Pages(100_000)
    numbers = [each["number"] for page in paging.contacts_of(pages, "5") for each in page]
    assert numbers == list(range(447700000000, 447700100000))
    assert pages.calls == 100


def test_the_index_of_a_hundred_thousand_contacts_is_read_once_and_small() -> None:
    pages: Any = Pages(100_000)
    group = Group("7", "Many", 100_000)
    members = Members(pages)
    tracemalloc.start()
    there = members.among(group, range(447700000000, 447700000200))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(there), pages.calls) == (100_000, 100)
    assert kept < 20_000_000
    assert members.among(group, range(447700050000, 447700099999)) is there
    assert pages.calls == 100


def test_an_answer_that_counts_contacts_and_shows_none_ends_the_run() -> None:
    class Silent:
        def read(self, *_: str, **__: str) -> dict[str, Any]:
            return {"num_contacts": 3}

    silent: Any = Silent()
    with pytest.raises(SetupError, match="no list of Textlocal's contacts"):
        list(paging.contacts_of(silent, "7"))


def test_pages_that_never_end_are_given_up() -> None:
    endless: Any = Pages(2000, stuck=True)
    with pytest.raises(UnavailableError, match="do not come to an end"):
        list(paging.contacts_of(endless, "5"))


def test_a_group_that_goes_away_between_pages_ends_the_run(
    directory: Callable[..., Directory], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("textlocal", page_limit="25")
    clean_sandbox.faults("textlocal-error", "get_contacts", vendor="textlocal", code=10, after=2)
    with pytest.raises(SetupError, match="`group_name` or `group_id`"):
        directory().number("C1000")
