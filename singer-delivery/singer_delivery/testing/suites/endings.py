# ruff: noqa: S101 - assert is how pytest asserts
"""Runs that end before their time, or that are not alone."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from singer_delivery.testing.audience import audience
from singer_delivery.testing.suites.base import (
    EVERYBODY,
    PEOPLE,
    Suite,
    assert_adds_up,
    assert_nobody_was_texted_twice,
    assert_vendor_has_what_state_says,
    begun,
    people,
    wait_for,
)

if TYPE_CHECKING:
    from singer_delivery.testing.runs import TargetRunner
    from singer_delivery.testing.vendors import Vendor

_HALF = PEOPLE // 2
_SIGNALLED = 128
"""A shell's exit code of what a signal ended, less the signal's number."""


class Endings(Suite):
    """Nothing is lost and nobody is texted twice, however a run ends."""

    def test_a_second_run_at_the_same_time_is_refused_and_the_first_is_not_disturbed(
        self, target: TargetRunner, vendor: Vendor
    ) -> None:
        """Two runs on one ledger would not know of each other's texts."""
        with begun(target, people(0, _HALF)) as (first, tap):
            wait_for(vendor, 1, first)
            second = target(audience(PEOPLE))
            assert second.code == 1
            assert "in use by another run" in second.stderr
            assert second.report["requests"] == 0
            tap.writelines(json.dumps(each) + "\n" for each in people(_HALF, PEOPLE))
        run = target.finish(first)
        assert run.code == 0, run.stderr
        assert run.outcomes == {"accepted": PEOPLE}
        assert vendor.reached() >= EVERYBODY

    def test_a_tap_that_dies_in_the_middle_of_a_line_ends_the_run_and_the_next_one_completes_it(
        self, target: TargetRunner, vendor: Vendor
    ) -> None:
        """What came whole is settled; what was cut off is told."""
        run = target([*audience(15, state_every=5), '{"type": "RECORD", "stream": "audience", "reco'])
        assert run.code == 1
        assert "breaks off" in run.stderr
        assert "Traceback" not in run.stderr
        assert_adds_up(run, 15)
        assert_vendor_has_what_state_says(run, vendor)
        again = target(audience(PEOPLE, state_every=5))
        assert again.code == 0, again.stderr
        assert again.outcomes.keys() <= {"accepted", "unchanged"}
        assert vendor.reached() >= EVERYBODY
        assert_nobody_was_texted_twice(vendor)

    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
    def test_a_run_that_is_asked_to_end_settles_what_is_under_way(
        self, target: TargetRunner, vendor: Vendor, how: signal.Signals
    ) -> None:
        """It ends with the signal's exit code and a report, and leaves no doubt about anybody."""
        with begun(target, audience(_HALF, state_every=1)) as (process, _):
            wait_for(vendor, 1, process)
            process.send_signal(how)
            run = target.finish(process)
        assert run.code == _SIGNALLED + how
        assert "Traceback" not in run.stderr
        assert run.report["finished"] == "interrupted"
        assert_adds_up(run, run.report["read"])
        assert_vendor_has_what_state_says(run, vendor)
        there = len(vendor.reached() & EVERYBODY)
        again = target(audience(PEOPLE))
        assert again.outcomes == {"accepted": PEOPLE - there, "unchanged": there}
        assert_nobody_was_texted_twice(vendor)

    @pytest.mark.parametrize("reached", [1, 4, 8])
    def test_after_a_run_that_was_killed_the_next_one_completes_it(
        self, target: TargetRunner, vendor: Vendor, reached: int
    ) -> None:
        """`kill -9` with calls under way: whom the vendor knows of is not texted again, and each doubt is told."""
        target.config["requests_per_second"] = min(target.config.get("requests_per_second") or 40, 40)
        with begun(target, audience(_HALF, state_every=1)) as (process, _):
            wait_for(vendor, reached, process)
            process.kill()
            run = target.finish(process)
        assert run.code == -signal.SIGKILL
        assert_vendor_has_what_state_says(run, vendor)
        again = target(audience(PEOPLE, state_every=5))
        assert again.code == 0, again.stderr
        assert_adds_up(again, PEOPLE)
        doubts = again.reasons.get("unknown", 0)
        assert again.outcomes.get("skipped", 0) == doubts
        assert len(EVERYBODY - vendor.reached()) <= doubts
        assert again.states[-1] == {"bookmark": PEOPLE - 1}
        assert_nobody_was_texted_twice(vendor)
