"""Where a run keeps account: the ledger, the rejects, the report, the state that may go out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from singer_delivery.ledger import Ledger
from singer_delivery.plan_file import PlanFile
from singer_delivery.rejects import RejectsFile

if TYPE_CHECKING:
    from singer_delivery.checkpoints import Checkpoints
    from singer_delivery.report import Report
    from singer_delivery.settings import DeliverySettings


@dataclass(frozen=True)
class Books:
    """What a run writes, beside what it tells the vendor.

    Attributes:
        ledger: What was accepted before.
        report: Counts.
        checkpoints: Lets state out.
        rejects: What was rejected; None in a dry run.
        plan_file: What would be called; only in a dry run.
    """

    ledger: Ledger
    report: Report
    checkpoints: Checkpoints
    rejects: RejectsFile | None
    plan_file: PlanFile | None

    @classmethod
    def open(cls, settings: DeliverySettings, report: Report, checkpoints: Checkpoints) -> Books:
        """Open all files, so that a run which could not write them ends before the first call.

        Raises:
            DeliveryError: One cannot be opened.
        """
        rejects = plan_file = None
        ledger = Ledger.open(settings.ledger_url, report.target, dry_run=settings.dry_run)
        with ExitStack() as on_error:
            on_error.callback(ledger.close)
            ledger.claim()
            if settings.dry_run:
                plan_file = PlanFile(settings.plan_path)
            else:
                rejects = RejectsFile(settings.rejects_path)
                rejects.check()
            on_error.pop_all()
        return cls(ledger, report, checkpoints, rejects, plan_file)

    def close(self) -> None:
        """Close all files, whatever becomes of one of them, and tell the report where they are.

        Raises:
            DeliveryError: One could not be written to its end.
        """
        with ExitStack() as files:
            files.callback(self.ledger.close)
            if self.rejects is not None:
                self.report.rejects_file(self.rejects.path, len(self.rejects.open_rejects))
                files.callback(self.rejects.close)
            if self.plan_file is not None:
                self.report.note(f"What would have been called, record by record: {self.plan_file.path}")
                files.callback(self.plan_file.close)
