"""Who is added while a run dies can be taken off again: what took them off before no longer says that they are off."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import Join, Leave, person, schema

from singer_delivery.actions import Doubt
from singer_delivery.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Outcome, Vendor

ANN = "person1@example.com"
BOTH = [schema("join"), schema("leave")]
ADDED = [*BOTH, person(1)]
OFF = [*BOTH, person(1, stream="leave")]


@pytest.fixture(params=[True, False], ids=["repeatable", "once"])
def leave_is_repeatable(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, vendor: Vendor) -> bool:
    """Whether people may be taken off twice; where not, the vendor says that it was not done."""
    monkeypatch.setattr(Leave, "repeatable", request.param)
    vendor.brings_back = True
    vendor.answers = Doubt.NOT_DONE
    return bool(request.param)


@pytest.fixture(params=[True, False], ids=["joins again", "joins once"])
def _join_is_repeatable(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Join, "repeatable", request.param)


@pytest.fixture
def killed(deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path) -> Callable[..., None]:
    """Run to the end, and leave the ledger as it was when the last call arrived: as `kill -9` does."""

    def run(lines: list[dict[str, Any]]) -> None:
        def keep(_: str) -> None:
            shutil.rmtree(tmp_path / "kept", ignore_errors=True)
            (tmp_path / "kept").mkdir()
            for file in tmp_path.glob("ledger.db*"):
                shutil.copy(file, tmp_path / "kept")

        vendor.on_call = keep
        deliver(lines)
        vendor.on_call = str
        for file in tmp_path.glob("ledger.db*"):
            file.unlink()
        shutil.copytree(tmp_path / "kept", tmp_path, dirs_exist_ok=True)

    return run


def calls_about_ann(vendor: Vendor) -> int:
    return [key for key, _ in vendor.calls].count(ANN)


@pytest.mark.usefixtures("leave_is_repeatable", "_join_is_repeatable")
def test_who_came_back_when_a_run_was_killed_and_leaves_again_is_taken_off(
    deliver: Callable[..., Outcome], vendor: Vendor, killed: Callable[..., None]
) -> None:
    deliver(OFF)
    killed(ADDED)
    assert calls_about_ann(vendor) == 2
    assert deliver(OFF).reasons == {"taken": 1}
    assert calls_about_ann(vendor) == 3
    assert deliver(OFF).reasons == {"same_as_last_accepted": 1}


@pytest.mark.usefixtures("leave_is_repeatable")
def test_who_came_back_when_the_vendor_never_answered_and_leaves_again_is_taken_off(
    deliver: Callable[..., Outcome], vendor: Vendor
) -> None:
    deliver(OFF)
    vendor.errors[ANN] = UnavailableError("Six attempts took too long.")
    assert deliver(ADDED).error
    vendor.errors.clear()
    assert deliver(OFF).reasons == {"taken": 1}


@pytest.mark.usefixtures("leave_is_repeatable")
def test_who_came_back_although_the_vendor_broke_on_it_and_leaves_again_is_taken_off(
    deliver: Callable[..., Outcome], vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Join, "vendor_works", lambda _: True)
    deliver(OFF)
    vendor.errors[ANN] = UnavailableError("HTTP 500", answered=True)
    assert deliver(ADDED).reasons == {"vendor_error": 1}
    vendor.errors.clear()
    assert deliver(OFF).reasons == {"taken": 1}


@pytest.mark.usefixtures("leave_is_repeatable", "_join_is_repeatable")
def test_who_was_refused_is_still_off(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    deliver(OFF)
    vendor.refuse(ANN)
    assert deliver(ADDED).reasons == {"bad_value": 1}
    vendor.errors.clear()
    for _ in range(2):
        assert deliver(OFF).reasons == {"same_as_last_accepted": 1}
    assert calls_about_ann(vendor) == 1


def test_who_was_not_added_for_certain_when_the_run_ended_is_still_off(
    deliver: Callable[..., Outcome], vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Join, "repeatable", False)
    vendor.brings_back = True
    deliver(OFF)
    vendor.end_the_run(ANN)
    assert deliver(ADDED).error
    vendor.errors.clear()
    assert deliver(OFF).reasons == {"same_as_last_accepted": 1}


@pytest.mark.usefixtures("_join_is_repeatable")
def test_an_opt_out_counts_although_a_run_was_killed_that_was_to_undo_it(
    deliver: Callable[..., Outcome], vendor: Vendor, killed: Callable[..., None]
) -> None:
    vendor.brings_back = True
    deliver(OFF)
    killed(ADDED)
    vendor.brings_back = False
    assert deliver(ADDED).reasons == {"opted_out": 1}


@pytest.mark.usefixtures("leave_is_repeatable")
def test_a_run_that_was_killed_is_run_again_and_adds_whom_it_was_to_add(
    deliver: Callable[..., Outcome], vendor: Vendor, killed: Callable[..., None]
) -> None:
    deliver(OFF)
    killed(ADDED)
    assert deliver(ADDED).reasons == {"taken": 1}
    assert deliver(OFF).reasons == {"taken": 1}
    assert calls_about_ann(vendor) == 4


def test_a_dry_run_casts_no_doubt_on_what_was_done(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    vendor.brings_back = True
    deliver(OFF)
    assert deliver(ADDED, dry_run=True).reasons == {"would_be_taken": 1}
    assert deliver(OFF).reasons == {"same_as_last_accepted": 1}
