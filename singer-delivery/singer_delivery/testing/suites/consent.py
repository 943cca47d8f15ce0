# ruff: noqa: S101 - assert is how pytest asserts
"""Who may be delivered to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.testing.audience import audience, person, phone, record, schema
from singer_delivery.testing.suites.base import EVERYBODY, Suite, assert_adds_up

if TYPE_CHECKING:
    from pathlib import Path

    from singer_delivery.testing.runs import TargetRunner
    from singer_delivery.testing.vendors import Vendor


class Consent(Suite):
    """Nobody is delivered to without a yes, or against a suppression."""

    def test_only_a_yes_is_consent(self, target: TargetRunner, vendor: Vendor) -> None:
        """Nothing, null, an empty text, a no and an unknown word are none."""
        noes = [None, "", "no", "false", "unknown", "2025-01-01"]
        refused = [person(number, consent=word) for number, word in enumerate(noes)]
        absent = person(len(noes))
        agreed = [person(number, consent="yes") for number in range(10, 13)]
        everyone = [*refused, absent, *agreed]
        run = target([schema("audience", "consent"), *map(record, everyone)], consent_field="consent")
        assert run.code == 0, run.stderr
        assert_adds_up(run, len(everyone))
        assert run.outcomes == {"accepted": len(agreed), "skipped": len(refused) + 1}
        assert run.reasons["no_consent"] == len(refused) + 1
        assert vendor.reached() & EVERYBODY == {phone(number) for number in range(10, 13)}

    def test_a_consent_column_that_is_not_there_ends_the_run(self, target: TargetRunner, vendor: Vendor) -> None:
        """It is a setting that is wrong, not everybody's no."""
        changes = vendor.changes()
        run = target(audience(3), consent_field="consent")
        assert run.code == 1
        assert "consent" in run.stderr
        assert vendor.changes() == changes

    def test_who_is_suppressed_is_left_alone(self, target: TargetRunner, vendor: Vendor, tmp_path: Path) -> None:
        """Numbers and addresses of the suppression file are never delivered to, whatever their spelling."""
        suppressed = tmp_path / "suppressed.csv"
        suppressed.write_text(f"{phone(1)}\n{phone(2)[2:]}\n{person(3)['email'].upper()}\n", encoding="utf-8")
        run = target(audience(5), suppression_file=str(suppressed))
        assert run.code == 0, run.stderr
        assert run.reasons["suppressed"] == 3  # noqa: PLR2004 - as many as there are in the file
        assert vendor.reached() & EVERYBODY == {phone(0), phone(4)}
