"""The streams on batches: the figures of each, day by day, and the state of each message."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING

from singer_delivery.errors import UnavailableError
from tap_textlocal import columns
from tap_textlocal.account import named
from tap_textlocal.batches import Diary
from tap_textlocal.mapping import STATUSES
from tap_textlocal.stream import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_textlocal.batches import Batch
    from tap_textlocal.mapping import Record
    from tap_textlocal.reports import Report

MOST_BROKEN_IN_A_ROW = 3
"""Batches in a row of which nothing can be read, after which the run ends: that is no longer one batch's trouble."""


class BatchStream(Kept):
    """A stream on each batch that went out, for some days, once a day."""

    replication_key = "as_of_date"
    kept_as = "asked"

    def rows(self) -> Iterator[Record]:
        """Yield what is said of each batch that is due. The state moves behind a batch when it was passed on.

        Raises:
            UnavailableError: Of several batches in a row nothing can be read.
        """
        batches = self.account.batches
        diary = Diary(self.kept, self.settings)
        if not batches:
            self.logger.info("%s: no batches are known; `ledger_url` or `batch_ids` names them.", self.name)
        refused: list[str] = []
        broken_in_a_row = 0
        due = diary.due(batches)
        for batch in due:
            try:
                report = self.report(batch)
            except UnavailableError as error:
                self._leave_out(batch, error, again=diary.failed(batch))
                broken_in_a_row += 1
                if broken_in_a_row == MOST_BROKEN_IN_A_ROW:
                    raise
                continue
            broken_in_a_row = 0
            if isinstance(report, str):
                refused.append(f"{batch.id} (code {report})")
            else:
                yield from self.records(batch, report)
            diary.asked(batch)
        if refused and len(refused) == len(due):
            self.account.all_refused = refused  # of which nothing is settled: it may not be about the batches
        else:
            diary.finished(batches)
        self._warn_of(refused)

    def _leave_out(self, batch: Batch, error: UnavailableError, *, again: bool) -> None:
        when = (
            "It is asked about again by the next run." if again else "Its days are over: it is not asked about again."
        )
        self.logger.warning("%s: batch %s is left out. %s %s", self.name, batch.id, error, when)

    def _warn_of(self, refused: list[str]) -> None:
        if refused:
            self.logger.warning(
                "%s: Textlocal looks up no batch of these ids, which may be of tests, of sendings that were "
                "cancelled, or of another account: %s.",
                self.name,
                named(refused),
            )

    @abc.abstractmethod
    def report(self, batch: Batch) -> Report | str:
        """Return what Textlocal says of a batch, or with which code it says nothing."""

    @abc.abstractmethod
    def records(self, batch: Batch, report: Report) -> Iterable[Record]:
        """Return the records of a batch."""

    def sent_at(self, batch: Batch) -> str | None:
        """Return when a batch went out, with its offset."""
        return batch.sent_at.isoformat() if batch.sent_at else None


class CampaignMetrics(BatchStream):
    """The figures of each batch, day by day."""

    name = "campaign_metrics"
    primary_keys = ("batch_id", "as_of_date")
    columns = columns.CAMPAIGN_METRICS
    STATE_MSG_FREQUENCY = 100  # a record is a call: no day of many batches is asked about twice

    def report(self, batch: Batch) -> Report | str:
        """Ask, also for the stream behind this one."""
        return self.account.reports.ask(batch.id, put_aside=self._tap.streams[MessageStatus.name].selected)

    def records(self, batch: Batch, report: Report) -> Iterable[Record]:
        """Return one."""
        today = self.settings.today
        went_out = batch.sent_at.astimezone(self.settings.zone).date() if batch.sent_at else None
        yield {
            "batch_id": batch.id,
            "as_of_date": today.isoformat(),
            "campaign": batch.campaign,
            "template": batch.template,
            "group_id": batch.group_id,
            "sent_at": self.sent_at(batch),
            "day": (today - went_out).days if went_out else None,
            **report.figures,
        }


class MessageStatus(BatchStream):
    """The state of each message, of which the newest stays."""

    name = "message_status"
    primary_keys = ("batch_id", "number")
    columns = columns.MESSAGE_STATUS

    def report(self, batch: Batch) -> Report | str:
        """Take what the stream before has put aside, or ask."""
        return self.account.reports.again(batch.id)

    def records(self, batch: Batch, report: Report) -> Iterable[Record]:
        """Return one of each message."""
        if report.statuses is None and report.figures["total"] != 0:
            self.left_out["batches without `messages`"] += 1
        for number, letter in report.statuses or ():
            yield {
                "batch_id": batch.id,
                "number": number,
                "status": letter,
                "status_text": STATUSES.get(letter or ""),
                "campaign": batch.campaign,
                "sent_at": self.sent_at(batch),
                "as_of_date": self.settings.today.isoformat(),
            }
