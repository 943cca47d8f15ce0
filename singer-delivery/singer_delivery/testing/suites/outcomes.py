# ruff: noqa: S101 - assert is how pytest asserts
"""What becomes of records."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from singer_delivery.testing.audience import audience, person, phone, record, schema, state
from singer_delivery.testing.suites.base import (
    EVERYBODY,
    PEOPLE,
    REJECTS,
    Suite,
    assert_adds_up,
    assert_nobody_was_texted_twice,
    assert_vendor_has_what_state_says,
    lines_of,
)

if TYPE_CHECKING:
    from singer_delivery.testing.runs import TargetRunner
    from singer_delivery.testing.vendors import Vendor

_PRIVATE = 0o600


class Outcomes(Suite):
    """Every record has one outcome, state is behind all of them, and what did not come through can be sent again."""

    def test_every_record_that_was_read_has_one_outcome(self, target: TargetRunner, vendor: Vendor) -> None:
        """Whatever is wrong with records, their outcomes add up, and the good ones come through."""
        broken = [person(30, phone="12"), person(31, id="x"), {"phone": phone(32)}, person(33, phone=None, email=None)]
        twice = [person(1, id=90), person(2, id=91)]
        everyone = [*map(person, range(PEOPLE)), *broken, *twice]
        run = target([schema(), *map(record, everyone), state(PEOPLE - 1)], batch_size_rows=1000)
        assert run.code == 0, run.stderr
        assert_adds_up(run, len(everyone))
        assert run.outcomes == {"accepted": PEOPLE, "rejected": len(broken), "skipped": len(twice)}
        assert sum("record" in line for line in lines_of(target.folder / REJECTS)) == len(broken)
        assert stat.S_IMODE((target.folder / REJECTS).stat().st_mode) == _PRIVATE
        assert vendor.reached() >= EVERYBODY

    def test_what_was_delivered_is_not_delivered_again(self, target: TargetRunner, vendor: Vendor) -> None:
        """A second run of the same people makes no call that changes something, and texts nobody."""
        assert target(audience(PEOPLE)).outcomes == {"accepted": PEOPLE}
        changes, texts = vendor.changes(), dict(vendor.texts())
        run = target(audience(PEOPLE, state_every=10))
        assert run.code == 0, run.stderr
        assert run.outcomes == {"unchanged": PEOPLE}
        assert run.states[-1] == {"bookmark": PEOPLE - 1}
        assert vendor.changes() == changes
        assert dict(vendor.texts()) == texts
        assert_nobody_was_texted_twice(vendor)

    def test_state_is_never_ahead_of_the_vendor(self, target: TargetRunner, vendor: Vendor) -> None:
        """Where the vendor refuses in the middle, state stays behind, and the next run delivers the rest."""
        vendor.break_at(phone(12))
        run = target(audience(PEOPLE, state_every=1))
        assert run.code == 1
        assert run.states
        assert phone(12) not in vendor.reached()
        assert_vendor_has_what_state_says(run, vendor)
        assert_adds_up(run, run.report["read"])
        assert run.report["unsettled"]

        run = target(audience(PEOPLE, state_every=1))
        assert run.code == 0, run.stderr
        assert run.states[-1] == {"bookmark": PEOPLE - 1}
        assert vendor.reached() >= EVERYBODY
        assert_nobody_was_texted_twice(vendor)

    def test_records_beyond_the_most_are_left_for_a_later_run(self, target: TargetRunner, vendor: Vendor) -> None:
        """`max_records` ends no run badly, and moves state only past what was delivered."""
        first = target(audience(PEOPLE, state_every=4), max_records=10)
        assert first.code == 0, first.stderr
        assert first.reasons["max_records"] == PEOPLE - 10
        assert_adds_up(first, PEOPLE)
        assert first.states[-1] == {"bookmark": 7}
        assert vendor.reached() & EVERYBODY == {phone(number) for number in range(10)}
        second = target(audience(PEOPLE, state_every=4))
        assert second.outcomes == {"accepted": PEOPLE - 10, "unchanged": 10}
        assert second.states[-1] == {"bookmark": PEOPLE - 1}

    def test_rejects_that_are_replayed_come_through_and_are_resolved(
        self, target: TargetRunner, vendor: Vendor
    ) -> None:
        """`singer-rejects replay` sends them by the same stream maps; once they are through, there is nothing left."""
        # Without a country, numbers without its code are rejected: what is mended is the setting.
        columns = [person(number, phone=phone(number)[2 if number < 3 else 0 :]) for number in range(PEOPLE)]  # noqa: PLR2004
        maps = {"audience": {"mobile": None, "phone": "mobile"}}
        renamed = [{**each, "mobile": each.pop("phone")} for each in columns]
        run = target([schema("audience", "mobile"), *map(record, renamed)], default_country=None, stream_maps=maps)
        assert run.outcomes == {"accepted": PEOPLE - 3, "rejected": 3}

        with _replay(target.folder / REJECTS) as replayed:
            again = target(replayed.stdout or (), stream_maps=maps)
        assert replayed.returncode == again.code == 0, again.stderr
        assert again.outcomes == {"accepted": 3}
        assert vendor.reached() >= EVERYBODY
        with _replay(target.folder / REJECTS) as nothing:
            assert nothing.communicate()[0] == ""

    def test_a_row_that_is_deleted_or_missing_from_a_new_version_takes_nobody_off_by_mistake(
        self, target: TargetRunner, vendor: Vendor
    ) -> None:
        """Whoever is absent stays; a row that says that it was deleted has the outcome that the action declares."""
        assert target(audience(PEOPLE)).outcomes == {"accepted": PEOPLE}
        before = vendor.held()
        version = {"type": "ACTIVATE_VERSION", "stream": "audience", "version": 2}
        fewer = [schema(), version, *(record(person(number)) for number in range(5)), version, state(5)]
        run = target(fewer)
        assert run.code == 0, run.stderr
        assert run.outcomes == {"unchanged": 5}
        assert run.states == [{"bookmark": 5}]
        assert vendor.held() == before

        gone = {**person(3), "_sdc_deleted_at": "2025-01-01T00:00:00Z"}
        stays = {**person(4), "_sdc_deleted_at": None}
        run = target([schema("audience", "_sdc_deleted_at"), record(gone), record(stays)])
        assert run.reasons == {self.deleted_reason: 1, "same_as_last_accepted": 1}

    def test_stream_maps_rename_drop_and_filter_and_what_they_leave_out_is_counted(
        self, target: TargetRunner, vendor: Vendor
    ) -> None:
        """The SDK's stream maps do all of the renaming there is."""
        names = {"phone": "mobile", "mobile": None, "country": None, "birthday": None}
        maps = {"customers": {"__alias__": "audience", "__filter__": "country == 'US'", **names}}
        rows = []
        for number in range(PEOPLE):
            each = person(number, country="FR" if number % 4 == 0 else "US", birthday="no day at all")
            rows.append({**each, "mobile": each.pop("phone")})
        message = schema("customers", "mobile", "country", "birthday")
        run = target([message, *(record(each, "customers") for each in rows), state(PEOPLE)], stream_maps=maps)
        assert run.code == 0, run.stderr
        chosen = {phone(number) for number in range(PEOPLE) if number % 4}
        assert run.outcomes == {"accepted": len(chosen)}
        assert run.report["filtered"] == PEOPLE - len(chosen)
        assert_adds_up(run, len(chosen))
        assert set(run.report["streams"]) == {"audience"}
        assert run.states == [{"bookmark": PEOPLE}]
        assert vendor.reached() & EVERYBODY == chosen


def _replay(rejects: Path) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).parent / "singer-rejects"), "replay", str(rejects)]
    return subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
