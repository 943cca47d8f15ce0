"""What all streams have in common: what was met on the way is said, never a value of a row."""

from __future__ import annotations

import abc
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Stream
from singer_sdk import typing as th
from singer_sdk.helpers.conform import TypeConformanceLevel

from singer_delivery.errors import CallError, DeliveryError, RefusedError, SetupError
from tap_textlocal.errors import is_unexplained
from tap_textlocal.mapping import rows_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from singer_sdk.helpers import types

    from tap_textlocal.account import Account
    from tap_textlocal.mapping import Record
    from tap_textlocal.settings import Settings
    from tap_textlocal.tap import TapTextlocal


class TextlocalStream(Stream, abc.ABC):
    """A stream of one or several of Textlocal's lists."""

    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE  # records hold plain JSON types already

    columns: ClassVar[Sequence[th.Property[Any]]]

    _tap: TapTextlocal

    def __init__(self, tap: TapTextlocal) -> None:
        super().__init__(tap, schema=th.PropertiesList(*self.columns).to_dict())
        self.doubts: list[str] = []
        """Why rows may be missing, in words."""
        self.left_out: Counter[str] = Counter()
        """Of what, in words, how much was left out: rows may be missing then, too."""
        self._keyless: Counter[str] = Counter()

    @property
    def account(self) -> Account:
        """What all streams share."""
        return self._tap.account

    @property
    def settings(self) -> Settings:
        """The settings, typed."""
        return self._tap.settings

    @property
    def emit_activate_version_messages(self) -> bool:
        """Keep the SDK from emitting ACTIVATE_VERSION.

        It does so before the first record, which lets a loader drop every row before it has the new ones. A snapshot
        emits it behind the last. Other streams never do, also where the catalog says FULL_TABLE: what Textlocal told
        of a day, or half a year ago, it does not tell again.
        """
        return False

    @abc.abstractmethod
    def rows(self) -> Iterable[Record]:
        """Yield the records, as they come. One whose key is not whole is left out, and counted."""

    def get_records(self, context: types.Context | None) -> Iterator[Record]:  # noqa: ARG002 - there are no parents
        """Yield the records that have a key."""
        with self._tap.progress.stream(self.name) as progress:
            for record in self.rows():
                missing = [name for name in self.primary_keys if record[name] is None]
                if missing:
                    self._keyless.update(missing)
                    continue
                progress.count(1)
                yield record

    def _sync_records(
        self, context: types.Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        yield from super()._sync_records(context, write_messages=write_messages)
        self.conclude(write_messages=write_messages)

    def conclude(self, *, write_messages: bool) -> None:
        """Say what was met on the way."""
        del write_messages
        for name, count in sorted(self._keyless.items()):
            self.logger.warning("%s: %s rows without `%s` left out", self.name, f"{count:,}", name)
        self.doubts += [
            f"gave {what}, which are left out: {count:,}" for what, count in sorted(self.left_out.items()) if count
        ]
        for doubt in self.doubts:
            self.logger.warning("%s: Textlocal %s.", self.name, doubt)

    def read(self, command: str, /, **fields: str | int) -> dict[str, Any]:
        """Make a call.

        Raises:
            SetupError: Textlocal says no.
            DeliveryError: As of the client.
        """
        try:
            return self.account.client.read(command, **fields)
        except RefusedError as refusal:
            raise SetupError(
                f"{command} was refused (code {refusal.code}). {refusal.rule.cause} {refusal.rule.next_step}"
            ) from None

    def read_list(self, command: str, rows: str) -> list[Any]:
        """Return the rows of a list that comes whole.

        Textlocal is known to call an empty inbox a failure, and may do so of other lists. A failure that no published
        code explains is therefore taken for an empty list, with a warning, and deletes nothing downstream.

        Args:
            command: The command.
            rows: Where the answer has its rows.

        Raises:
            SetupError, DeliveryError: As of `read`.
        """
        try:
            body = self.account.client.read(command)
        except RefusedError as refusal:
            if not is_unexplained(refusal.rule):
                raise SetupError(f"{command} was refused. {refusal.rule.cause} {refusal.rule.next_step}") from None
            self.doubts.append(f"refused {command} (code {refusal.code}), which is taken for an empty list")
            return []
        found = rows_of(body, rows)
        if found is None:
            self.doubts.append(f"answered {command} without `{rows}`, which is taken for an empty list")
        return found or []

    def objects(self, rows: list[Any], name: str) -> Sequence[Mapping[str, Any]]:
        """Return the rows that are objects, and count the others.

        Args:
            rows: The rows of an answer.
            name: Where the answer had them.
        """
        found = [row for row in rows if isinstance(row, dict)]
        self.left_out[f"rows of `{name}` that are no objects"] += len(rows) - len(found)
        return found


class Snapshot(TextlocalStream):
    """A stream that is read whole each time. Rows that were not sent again are gone, and the loader is told so."""

    def _sync_records(
        self, context: types.Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        if self.settings.activate_versions and self.selected:
            self._stream_version = self._initialized_at // 1000
        yield from super()._sync_records(context, write_messages=write_messages)

    def conclude(self, *, write_messages: bool) -> None:
        """Say what was met, and that rows not sent again are gone, unless rows may be missing."""
        super().conclude(write_messages=write_messages)
        if self._stream_version is None or not write_messages:
            return
        if self.doubts:
            self.logger.warning("%s: ACTIVATE_VERSION is not sent: nothing is deleted downstream.", self.name)
        else:
            self._write_activate_version_message(self._stream_version)


class Kept(TextlocalStream):
    """A stream that goes on where the last run ended, by a state of its own making.

    The SDK's own way, the highest value of one column, cannot tell which batches were asked about, nor which of
    several histories was read to its end.
    """

    kept_as: ClassVar[str]
    """Name of that state among what the SDK keeps."""
    is_sorted = True  # what the SDK thinks of its own bookmark, which it is not let to write
    check_sorted = False

    @property
    def kept(self) -> dict[str, Any]:
        """The stream's own part of its state, to be read and changed; empty where the catalog says FULL_TABLE."""
        if self.replication_method != "INCREMENTAL":
            return {}
        kept: dict[str, Any] = self.stream_state.setdefault(self.kept_as, {})
        return kept

    def _sync_records(
        self, context: types.Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        """Write the state also where the run ends in the middle. It never says more than what was written before."""
        try:
            yield from super()._sync_records(context, write_messages=write_messages)
        except (DeliveryError, CallError, SystemExit):
            if write_messages:
                self.state_manager.is_flushed = False
                self._write_state_message()
            raise

    def _increment_stream_state(self, latest_record: types.Record, *, context: types.Context | None = None) -> None:
        """Leave the state to `kept`."""
