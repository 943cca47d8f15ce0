"""What holds of every view of every vendor: its rows have its columns, its links lead somewhere, its pages fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from vendor_sandbox.exhibits import Asked, Exhibit, Figure, Kind, Rows, View, after, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Cursor

    from exhibited import Exhibited

    from vendor_sandbox.exhibits import Column

VENDORS = ("listrak-soap", "listrak-sms", "attentive", "annex-cloud", "textlocal")
SEVEN = 7
KINDS = {
    Kind.NUMBER: (int, float),
    Kind.TIME: (int, float, str),
    Kind.PARTS: (dict,),
    Kind.STATE: (str,),
    Kind.ADDRESS: (str,),
    Kind.MESSAGE: (str,),
    Kind.TEXT: (str, int, float),
    Kind.DATA: (dict, list, str, int, float),
}


@pytest.fixture
def busy(exhibited: Exhibited) -> Exhibited:
    """Something in every view that a fresh sandbox has nothing in."""
    exhibited.attentive("POST", "/v2/segments", {"name": "VIP", "externalId": "vip"})
    members = {"externalId": "vip", "members": [{"phone": f"+120255501{n:02d}"} for n in range(8)]}
    exhibited.attentive("POST", "/v2/bulk/segments/members", members)
    exhibited.attentive("POST", "/v1/events/custom", {"type": "Hello", "user": {"phone": "+12025550103"}})
    for day in ("2026-01-17", "never"):
        segment = {"name": "All", "fromDate": day, "toDate": "2026-02-14", "status": "ACTIVE"}
        exhibited.annex_cloud({**segment, "member": "a@example.com,b@example.com"})
    exhibited.import_contacts("phone\n12125550100\n")
    exhibited.textlocal("send", numbers="447700900100", message="Later", schedule_time=2_000_000_000)
    exhibited.clock.move({"advance": 3600})
    for vendor in exhibited.vendors.values():
        vendor.exhibit.figures()  # what is due happens now, so that looking changes nothing any more
    return exhibited


def views(exhibited: Exhibited) -> list[tuple[str, View]]:
    return [(name, view) for name in VENDORS for view in exhibited.vendors[name].exhibit.views]


def fits(column: Column, value: object) -> bool:
    return value is None or (isinstance(value, KINDS[column.kind]) and not isinstance(value, bool))


def test_every_vendor_shows_something_and_three_to_six_figures(busy: Exhibited) -> None:
    for name in VENDORS:
        exhibit = busy.vendors[name].exhibit
        names = [view.name for view in exhibit.views]
        assert names
        assert len(set(names)) == len(names)
        assert 3 <= len(exhibit.figures()) <= 6, name
        for figure in exhibit.figures():
            shown = urlsplit(figure.view)
            filters = dict(parse_qsl(shown.query, strict_parsing=bool(shown.query)))
            view = busy.view(name, shown.path)
            assert filters.keys() <= view.filters.keys(), (name, figure)
            if filters:
                total = view.read(Asked(filters=filters)).total
                assert total == figure.value, (name, figure)
                assert total > 0, (name, figure)


def test_every_declared_column_is_in_every_row_and_holds_what_its_kind_says(busy: Exhibited) -> None:
    for vendor, view in views(busy):
        found = view.read(Asked(limit=200))
        assert found.total >= len(found.rows) > 0, (vendor, view.name)
        for row in found.rows:
            wrong = [c.name for c in view.columns if c.name not in row or not fits(c, row[c.name])]
            assert wrong == [], (vendor, view.name, row)


def test_addresses_are_digits_or_lower_case(busy: Exhibited) -> None:
    for vendor, view in views(busy):
        names = [column.name for column in view.columns if column.kind is Kind.ADDRESS]
        shown = [row[name] for row in view.read(Asked(limit=500)).rows for name in names if row[name] is not None]
        bad = [each for each in shown if not (each.isdigit() if "@" not in each else each == each.lower())]
        assert bad == [], (vendor, view.name)


def test_every_link_names_a_view_and_a_filter_and_finds_what_the_row_is_about(busy: Exhibited) -> None:
    for vendor, view in views(busy):
        for column in view.columns:
            if column.leads_to is None:
                continue
            name, _, wanted = column.leads_to.partition("?")
            target = busy.view(vendor, name)
            assert wanted in target.filters, (vendor, view.name, column.name)
            values = [row[column.name] for row in view.read(Asked(limit=50)).rows]
            reached = [target.read(Asked(filters={wanted: str(value)})).total for value in values]
            assert any(reached), (vendor, view.name, column.name)


def test_every_filter_narrows_to_rows_that_have_its_value(busy: Exhibited) -> None:
    for vendor, view in views(busy):
        everything = view.read(Asked()).total
        for name in view.filters:
            assert name in {column.name for column in view.columns}, (vendor, view.name, name)
            values = {str(row[name]) for row in view.read(Asked(limit=100)).rows if row[name] is not None}
            for value in values:
                found = view.read(Asked(filters={name: value}, limit=100))
                assert 0 < found.total <= everything, (vendor, view.name, name, value)
                assert {str(row[name]) for row in found.rows} == {value}, (vendor, view.name, name)
            assert view.read(Asked(filters={name: "no such value"})).total == 0, (vendor, view.name, name)


def test_the_choices_of_a_filter_have_every_value_there_is(busy: Exhibited) -> None:
    for vendor, view in views(busy):
        assert view.choices.keys() <= view.filters.keys(), (vendor, view.name)
        for name, choices in view.choices.items():
            values = {str(row[name]) for row in view.read(Asked(limit=500)).rows if row[name] is not None}
            assert values <= set(choices), (vendor, view.name, name)


def test_pages_of_seven_are_the_whole_in_order_and_no_row_comes_twice(busy: Exhibited) -> None:
    for vendor, view in views(busy):
        whole = view.read(Asked(limit=300))
        paged = [row for start in range(0, 301, SEVEN) for row in view.read(Asked(offset=start, limit=SEVEN)).rows]
        assert paged[: len(whole.rows)] == list(whole.rows), (vendor, view.name)
        assert view.read(Asked(offset=whole.total, limit=SEVEN)) == ([], whole.total), (vendor, view.name)
        if whole.total <= 300:
            assert len(paged) == whole.total


def test_no_page_and_no_filter_has_a_table_sorted_first(busy: Exhibited, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [(view, Asked(limit=SEVEN)) for _, view in views(busy)]
    for _, view in views(busy):
        [first] = view.read(Asked(limit=1)).rows
        filters = {name: str(first[name]) for name in view.filters}
        asked += [(view, Asked(filters={name: value}, limit=SEVEN)) for name, value in filters.items()]
        asked.append((view, Asked(filters=filters, limit=SEVEN)))
    run: list[tuple[Any, ...]] = []
    execute = busy.state.execute

    def kept(*given: Any) -> Cursor:
        run.append(given)
        return execute(*given)

    monkeypatch.setattr(busy.state, "execute", kept)
    for view, each in asked:
        view.read(each)
    assert len(run) > 100
    for select, *values in run:
        plan = [row[3] for row in execute(f"EXPLAIN QUERY PLAN {select}", *values).fetchall()]
        assert not any("TEMP B-TREE" in step for step in plan), (select, plan)


def test_a_search_for_what_nothing_has_finds_nothing_and_signs_of_sql_are_only_signs(busy: Exhibited) -> None:
    for vendor, view in views(busy):
        for nothing in ("no-such-thing-anywhere", "%%%", "___", "' OR 1 --", "\\"):
            assert view.read(Asked(search=nothing)) == ([], 0), (vendor, view.name, nothing)


def test_nobody_is_known_by_an_address_that_no_vendor_holds(busy: Exhibited) -> None:
    for name in VENDORS:
        for address in ("15550100", "nobody@example.com", "", "'"):
            assert busy.known_as(name, address) == set(), (name, address)
            assert busy.person(name, address) == {}, (name, address)


def test_looking_changes_nothing(busy: Exhibited) -> None:
    def memory() -> tuple[str, int]:
        dump = "\n".join(busy.state._db.iterdump())
        return dump, busy.state._db.total_changes

    before = memory()
    for _, view in views(busy):
        view.read(Asked(search="a"))
        view.read(Asked())
    for name in VENDORS:
        busy.figures(name)
        busy.person(name, "12025550103", "person3@example.com", "447700900007")
    assert memory() == before


def test_after_a_reset_every_view_is_as_in_a_fresh_sandbox(
    busy: Exhibited, exhibit_of: Callable[..., Exhibited]
) -> None:
    busy.state.reset()
    fresh = exhibit_of()
    for vendor, view in views(busy):
        wanted = busy.view(vendor, view.name).read(Asked(limit=5)).total
        assert wanted == fresh.view(vendor, view.name).read(Asked(limit=5)).total, (vendor, view.name)


def test_what_is_due_happens_before_each_part_of_an_exhibit_is_read() -> None:
    happened: list[int] = []
    view = View("things", "Things", (), lambda asked: Rows([], len(happened)))
    exhibit = after(lambda: happened.append(1), Exhibit([view], lambda: [Figure("Happened", len(happened))]))
    assert exhibit.views[0].read(Asked()).total == 1
    assert exhibit.figures()[0].value == 2
    assert exhibit.known_as("x") == set()
    assert exhibit.person(frozenset()) == []
    assert len(happened) == 4


def test_a_page_of_rows_at_hand_is_filtered_and_searched_in_any_case() -> None:
    rows: list[dict[str, Any]] = [{"name": "Ännchen", "tier": 1}, {"name": "Bo", "tier": 2}, {"name": None, "tier": 2}]
    assert page(rows, Asked("ÄNN")).rows == rows[:1]
    assert page(rows, Asked("none")) == ([], 0)
    assert page(rows, Asked(filters={"tier": "2"}, limit=1)) == (rows[1:2], 2)
