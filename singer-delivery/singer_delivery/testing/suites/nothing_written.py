# ruff: noqa: S101 - assert is how pytest asserts
"""What writes nothing: dry runs, checks, a runner's test stream, no input."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

from singer_delivery.testing.audience import person, record, schema, state
from singer_delivery.testing.suites.base import (
    LEDGER,
    PEOPLE,
    PLAN,
    REJECTS,
    Suite,
    assert_adds_up,
    files_of,
    lines_of,
)

if TYPE_CHECKING:
    from singer_delivery.testing.runs import TargetRunner
    from singer_delivery.testing.vendors import Vendor

_PRIVATE = 0o600
_TEST_STREAM = "meltano_test_stream"
_COLUMNS = {
    "id": {"type": "integer"},
    "name": {"type": "string"},
    "created_at": {"type": "string", "format": "date-time"},
}
_ROW = {"id": 1, "name": "Meltano Test Record", "created_at": "2025-09-29T00:00:00Z"}
TEST_STREAM: list[dict[str, Any]] = [
    {
        "type": "SCHEMA",
        "stream": _TEST_STREAM,
        "schema": {"type": "object", "properties": _COLUMNS},
        "key_properties": ["id"],
    },
    {"type": "RECORD", "stream": _TEST_STREAM, "record": _ROW},
    {"type": "STATE", "value": {"bookmarks": {_TEST_STREAM: {"last_record": 1}}}},
    {"type": "ACTIVATE_VERSION", "stream": _TEST_STREAM, "version": 1},
]
"""What `meltano config <plugin> test` writes to a target that says `activate-version` of itself."""


class NothingWritten(Suite):
    """Nothing is written where nothing may be."""

    def test_a_dry_run_changes_nothing_and_plans_every_record(self, target: TargetRunner, vendor: Vendor) -> None:
        """Each record is planned, with its calls; a ledger and rejects that are there stay as they are."""
        before, changes = vendor.held(), vendor.changes()
        everyone = [*map(person, range(PEOPLE)), person(0), person(30, phone="12"), person(31, id="x")]
        messages = [schema(), *map(record, everyone), state(PEOPLE)]
        run = target(messages, dry_run=True)
        assert run.code == 0, run.stderr
        assert not run.stdout
        assert_adds_up(run, len(everyone))
        assert vendor.held() == before
        assert vendor.changes() == changes
        assert files_of(target) == {PLAN}
        assert stat.S_IMODE((target.folder / PLAN).stat().st_mode) == _PRIVATE
        plan = lines_of(target.folder / PLAN)
        assert sorted(str(each["key"]["id"]) for each in plan) == sorted(str(each["id"]) for each in everyone)
        assert all(bool(each["calls"]) == each["reason"].startswith("would_be_") for each in plan)

        target(messages)
        kept = {name: (target.folder / name).read_bytes() for name in (REJECTS, LEDGER)}
        run = target(messages, dry_run=True)
        assert run.outcomes == {"unchanged": PEOPLE + 1, "rejected": 2}
        assert {name: (target.folder / name).read_bytes() for name in kept} == kept

    def test_meltanos_test_stream_is_never_written_and_tells_whether_the_connection_works(
        self, target: TargetRunner, vendor: Vendor
    ) -> None:
        """`meltano config <plugin> test` ends well with good settings, badly with wrong ones, and writes nothing."""
        before, changes = vendor.held(), vendor.changes()
        good, bad = target(TEST_STREAM), target(TEST_STREAM, **vendor.no_access)
        assert (good.code, bad.code) == (0, 1)
        # Meltano takes any line that holds one of these words for a failure.
        assert not [word for word in ("error", "exception") if word in (good.stdout + good.stderr).lower()]
        assert vendor.held() == before
        assert vendor.changes() == changes
        assert not files_of(target)

    def test_a_check_changes_nothing_and_tells_by_its_exit_code(self, target: TargetRunner, vendor: Vendor) -> None:
        """`--test` says what works, and leaves no file."""
        before, changes = vendor.held(), vendor.changes()
        good, bad = target((), "--test"), target((), "--test", **vendor.no_access)
        assert (good.code, bad.code) == (0, 1)
        assert "FAILED" in bad.stdout
        assert "FAILED" not in good.stdout
        assert vendor.held() == before
        assert vendor.changes() == changes
        assert not {each.name for each in target.folder.iterdir()} - {"config.json"}

    def test_no_input_is_a_good_run_without_a_call(self, target: TargetRunner, vendor: Vendor) -> None:
        """A tap that had nothing new costs nothing."""
        before = vendor.calls()
        run = target(())
        assert run.code == 0, run.stderr
        assert not run.stdout
        assert_adds_up(run, 0)
        assert vendor.calls() == before

    def test_the_settings_are_told_without_any_settings(self, target: TargetRunner, vendor: Vendor) -> None:
        """`--about` needs neither credentials nor a vendor."""
        before = vendor.calls()
        run = target((), "--about", "--format=json", "--config=ENV")
        assert run.code == 0, run.stderr
        assert json.loads(run.stdout)["settings"]["properties"]
        assert vendor.calls() == before
