"""Several versions of a row in one run: which of them is replayed, whenever each is settled."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from made_up_target import SCHEMA, member, schema

from singer_delivery.reject_lines import StreamSchema
from singer_delivery.rows import Binding, Chunk, Row, Source
from singer_delivery.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Outcome, Vendor

OLD, NEW = "old@example.com", "new@example.com"


def version(email: str) -> dict[str, Any]:
    return {"type": "RECORD", "stream": "join", "record": {"id": 7, "email": email, "fullName": "Ann"}}


def opened(folder: Path) -> list[str]:
    """The addresses of the rejects that were written."""
    lines = map(json.loads, (folder / "rejects.jsonl").read_text(encoding="utf-8").splitlines())
    return [line["record"]["email"] for line in lines if "record" in line]


@pytest.fixture
def slow(vendor: Vendor) -> Vendor:
    """The vendor refuses the old address, long after everything else is settled."""
    vendor.refuse(OLD)
    vendor.on_call = lambda key: time.sleep(0.5 if key == OLD else 0)
    return vendor


@pytest.mark.usefixtures("slow")
def test_an_old_version_that_is_refused_after_the_new_one_came_through_is_not_to_be_replayed(
    deliver: Callable[..., Outcome], tmp_path: Path
) -> None:
    assert deliver([schema("join"), version(NEW)]).reasons == {"taken": 1}
    for _ in range(2):
        outcome = deliver([schema("join"), version(OLD), version(NEW)])
        assert outcome.reasons == {"bad_value": 1, "same_as_last_accepted": 1}
        assert (outcome.report["open_rejects"], opened(tmp_path)) == (0, [])


@pytest.mark.usefixtures("slow")
def test_of_two_versions_that_are_rejected_the_one_that_was_read_last_is_replayed(
    deliver: Callable[..., Outcome], tmp_path: Path
) -> None:
    outcome = deliver([schema("join"), version(OLD), version("broken")])
    assert outcome.reasons == {"bad_value": 1, "invalid_email": 1}
    assert (outcome.report["open_rejects"], opened(tmp_path)) == (1, ["broken"])


@pytest.mark.usefixtures("slow")
def test_an_old_version_that_came_through_late_does_not_close_what_the_new_one_opened(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    vendor.errors.clear()
    outcome = deliver([schema("join"), version(OLD), version("broken")])
    assert outcome.reasons == {"taken": 1, "invalid_email": 1}
    assert (outcome.report["open_rejects"], opened(tmp_path)) == (1, ["broken"])


def test_a_row_that_waits_for_the_end_is_not_opened_where_its_new_version_was_left_alone(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    described = {**SCHEMA, "stream": "segment"}
    described["schema"] = {"properties": {**SCHEMA["schema"]["properties"], "agreed": {"type": "boolean"}}}
    rows = [member(1), member(2), member(1)]
    for row, agreed in zip(rows, (True, True, False), strict=True):
        row["record"]["agreed"] = agreed
    vendor.refuse("gold")
    outcome = deliver([described, *rows], consent_field="agreed")
    assert outcome.reasons == {"bad_value": 2, "no_consent": 1}
    assert opened(tmp_path) == ["member2@example.com"]


def row(number: int, key: Any, keys: tuple[str, ...] = ("id",)) -> Row:
    source = Source("people", {"id"}, keys, StreamSchema("", b"{}"))
    binding = Binding("people", source, cast("Any", SimpleNamespace(name="join")), cast("Any", None), b"")
    return Row(binding, {}, {"id": key}, number, Chunk())


@pytest.mark.parametrize("key", [1, "a", None, ["a"]], ids=str)
@pytest.mark.parametrize("keys", [("id",), ()], ids=["key", "no key"])
def test_rows_are_remembered_no_longer_than_an_older_version_is_under_way(key: Any, keys: tuple[str, ...]) -> None:
    versions = Versions()
    first, second, third = (row(number, key, keys) for number in (1, 2, 3))
    versions.begin([first, second])
    versions.settle([], [third])
    assert not versions.is_newest(first)
    versions.end([first, third])
    assert not versions.is_newest(second)
    versions.end([second])
    assert not any(vars(versions).values())


def test_keys_that_are_equal_for_this_program_alone_are_not_taken_for_one_another() -> None:
    versions = Versions()
    number, flag = row(1, 1), row(2, True)
    versions.begin([number])
    versions.settle([], [flag])
    assert versions.is_newest(number)
