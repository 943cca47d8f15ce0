"""What all streams have in common: how records are written, counted and concluded."""

from __future__ import annotations

import abc
import sys
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Stream
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import SameRecordTransform

from tap_listrak.errors import SetupError
from tap_listrak.mapping import Findings, Kind, json_schema
from tap_listrak.writer import PageWriter

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from singer_command.reading import StreamProgress
    from singer_sdk.helpers import types

    from tap_listrak.account import Account
    from tap_listrak.mapping import Column, Record
    from tap_listrak.settings import Settings
    from tap_listrak.tap import TapListrak


class ListrakStream(Stream, abc.ABC):
    """A full-table stream whose records come page by page.

    A page's records are written together where that gives the messages which the SDK would write one by one; under
    stream maps, flattening or a record limit the SDK writes them itself.
    """

    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE  # records hold plain JSON types already
    # A full-table stream has no bookmark: its state says the same after every record, so it is written once.
    STATE_MSG_FREQUENCY = sys.maxsize

    columns: ClassVar[Sequence[Column]]
    unit: ClassVar[str]
    """What the stream's progress is counted in."""

    _tap: TapListrak

    def __init__(self, tap: TapListrak) -> None:
        super().__init__(tap, schema=json_schema(self.columns, self.primary_keys))
        self.findings: Findings = Findings()
        self.left_out: list[int] = []
        """Messages whose report stayed broken: the stream is not complete."""
        self.only_writes = False
        """Whether records go from their page to the writer, and nobody looks into them."""

    @property
    def account(self) -> Account:
        """What all streams share."""
        return self._tap.account

    @property
    def settings(self) -> Settings:
        """The tap's settings, typed."""
        return self._tap.settings

    @abc.abstractmethod
    def pages(self, progress: StreamProgress) -> Iterable[list[Record]]:
        """Yield the records page by page, in an order that does not depend on the concurrency."""

    def get_records(self, context: types.Context | None) -> Iterator[Record]:  # noqa: ARG002  (streams have no parents)
        """Yield the records one by one, for the SDK's own way of writing."""
        with self._progress() as progress:
            for page in self.pages(progress):
                progress.count(len(page))
                yield from page

    @property
    def emit_activate_version_messages(self) -> bool:
        """Keep the SDK from emitting ACTIVATE_VERSION.

        It does so before the first record, which lets a loader drop every row before it has the new ones. This stream
        emits it behind the last.
        """
        return False

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The names of the columns that are selected, and in the catalog if one was given.

        Raises:
            SetupError: A part of the key is not: a row without it cannot be told from others, nor be called keyless.
        """
        known = self.effective_schema.get("properties", {})
        wanted = frozenset(
            column.name for column in self.columns if column.name in known and self.mask["properties", column.name]
        )
        if missing := [f"`{key}`" for key in self.primary_keys if key not in wanted]:
            raise SetupError(
                f"The catalog leaves out {' and '.join(missing)}, of the key of `{self.name}`. Select the whole key, "
                "or make a new catalog by `--discover`."
            )
        return wanted

    def _sync_records(
        self, context: types.Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        if self.settings.activate_versions and self.selected:
            self._stream_version = self._initialized_at // 1000
        if write_messages and self._writes_pages:
            self._write_pages()
        else:
            yield from super()._sync_records(context, write_messages=write_messages)
        self._conclude(write_messages=write_messages)

    @property
    def _writes_pages(self) -> bool:
        maps = self.stream_maps
        return (
            self.ABORT_AT_RECORD_COUNT is None
            and type(self._tap.writer) is PageWriter
            and len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
            # Parts of a nested column can be deselected, which the SDK knows how to do.
            and not any(column.kind is Kind.VMTA for column in self.columns)
        )

    def _write_pages(self) -> None:
        self.only_writes = True
        counter, timer = self.get_record_counter(), self.get_sync_timer()
        with counter, timer, self._progress() as progress:
            for page in self.pages(progress):
                self._tap.writer.write_records(
                    self.stream_maps[0].stream_alias, page, self._stream_version, datetime.now(timezone.utc)
                )
                progress.count(len(page))
                counter.increment(len(page))
        self.state_manager.is_flushed = False
        self._finalize_state(self.stream_state)
        self._write_state_message()

    def _progress(self) -> AbstractContextManager[StreamProgress]:
        return self._tap.progress.stream(self.name, self.unit)

    def _conclude(self, *, write_messages: bool) -> None:
        """Say what was met on the way, and that rows not sent again are gone, unless something was left out."""
        for (finding, where), count in sorted(self.findings.items()):
            self.logger.warning("%s: %s: %s%s", self.name, f"{count:,}", finding.value, f" ({where})" if where else "")
        if self.left_out:
            self.logger.warning(
                "%s: %d messages left out because their report stayed broken: %s. ACTIVATE_VERSION is not sent, so "
                "nothing is deleted downstream; run again to complete the stream.",
                self.name,
                len(self.left_out),
                ", ".join(map(str, self.left_out)),
            )
        elif self._stream_version is not None and write_messages:
            self._write_activate_version_message(self._stream_version)

    def drop_unwanted(self, page: list[Record], read: Iterable[str]) -> list[Record]:
        """Take columns out that were only read for the tap's own use."""
        if extra := [name for name in read if name not in self.wanted]:
            for record in page:
                for name in extra:
                    record.pop(name, None)
        return page
