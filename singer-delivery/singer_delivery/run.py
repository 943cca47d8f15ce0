"""One run: everything that is made once for it, and what is done when a stream is bound and when the run ends."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from singer_delivery.binding import bind
from singer_delivery.books import Books
from singer_delivery.boundary import told_to
from singer_delivery.checkpoints import Checkpoints
from singer_delivery.columns import Columns
from singer_delivery.errors import DeliveryError, SetupError
from singer_delivery.memory import Memory
from singer_delivery.notify import Webhook
from singer_delivery.outcomes import rejected, skipped
from singer_delivery.people import People, has_value
from singer_delivery.pipeline import Pipeline
from singer_delivery.progress import Progress
from singer_delivery.report import Report
from singer_delivery.report_files import data_of, write_report
from singer_delivery.rows import Binding
from singer_delivery.settings import DeliverySettings, rules_of
from singer_delivery.traffic import Traffic
from singer_delivery.validation import RecordValidator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from singer_delivery.actions import Action
    from singer_delivery.outcomes import Verdict
    from singer_delivery.rows import Source
    from singer_delivery.target import DeliveryTarget

TEST_STREAM = "meltano_test_stream"
"""What `meltano config test` sends to a loader, as if it were real: never delivered."""
_METADATA = "_sdc_"
_DELETED = "_sdc_deleted_at"

_TEST_RECORD = skipped("test_stream", "Meltano's test stream: the connection was checked, nothing is written.")


@dataclass(slots=True)
class _Stream:
    """A stream that is bound: what is needed for each of its records."""

    binding: Binding
    validator: RecordValidator | None
    keys: Sequence[str]
    metadata: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class _Way:
    """What records go through."""

    actions: Mapping[str, Action]
    books: Books
    pipeline: Pipeline

    def end(self, *, completed: bool) -> None:
        if not completed:
            try:
                self.pipeline.abandon()
            except DeliveryError as error:  # beside what ended the run
                self.books.report.note(str(error))
        for action in self.actions.values():
            for note in action.notes():
                self.books.report.note(note)
        self.books.close()


class Run:
    """One run of a target.

    Args:
        target: The target.
        interrupted: Raises when a signal has come.

    Raises:
        DeliveryError: The ledger or another file cannot be opened.
    """

    def __init__(self, target: DeliveryTarget, interrupted: Callable[[], None]) -> None:
        self._target = target
        self._logger = target.logger
        self._interrupted = interrupted
        self._streams: dict[tuple[str, str], _Stream] = {}  # stream maps may give several one name
        self._open_way: _Way | None = None
        self._ended = False
        self.settings = DeliverySettings.from_config(target.config)
        self.traffic = Traffic()
        self.report = Report(target.name, self.settings.dry_run, self.traffic)
        self._progress = Progress(self.report, self.traffic, self._logger)
        self._checkpoints = Checkpoints(self._progress.beside(sys.stdout))
        self._shown = ExitStack()

    @cached_property
    def _people(self) -> People:
        people = People(self.settings)
        for note in people.notes():
            self._logger.warning("%s", note)
        return people

    @cached_property
    def _way(self) -> _Way:
        """What records go through; made when the first stream is bound. Makes no call."""
        client, actions = self._target.connect(self.settings, self.traffic)
        self._shown.enter_context(self._progress)
        books = Books.open(self.settings, self.report, self._checkpoints)
        for action in actions:
            action.recall(Memory(books.ledger, action.scope))
        pipeline = Pipeline(self.settings, client, self._people, books, self._interrupted)
        self._open_way = _Way({action.name: action for action in actions}, books, pipeline)
        return self._open_way

    @cached_property
    def _rules(self) -> bytes:
        version: str = self._target.plugin_version
        return version.encode() + rules_of(self._target.config, self._target.config_jsonschema)

    def bind(self, stream: str, source: Source, schema: Mapping[str, Any], keys: Sequence[str]) -> None:
        """Bind a stream to its action.

        Args:
            stream: Name of the stream after stream maps.
            source: It, as the tap gave it.
            schema: Its schema after stream maps.
            keys: Its key after stream maps.

        Raises:
            SetupError: It can be bound to no action, or cannot be delivered by it.
        """
        if source.stream == TEST_STREAM:
            self._check_connection()  # and bind it to nothing
            return
        settings = self.settings
        way = self._way
        action = way.actions[bind(stream, settings.streams, settings.default_action, tuple(way.actions))]
        if action.needs_ledger and way.books.ledger.forgets:
            raise SetupError(
                f"`ledger_url` is a ledger in memory: `{action.name}` would text people again in each run. "
                "Name a file, or a PostgreSQL database."
            )
        properties = schema["properties"]
        metadata = {name for name in properties if name.startswith(_METADATA)}
        reserved = [*metadata, *filter(None, [settings.consent_field])]
        spellings = {**self._target.spellings, **action.spellings}
        columns = Columns.of(stream, properties, spellings, reserved, keys)
        if not any(name in columns.known for name in action.identity):
            raise SetupError(
                f"Stream `{stream}` has no column `{'` or `'.join(action.identity)}`, by which `{action.name}` knows "
                f"whom a record is about. It has {', '.join(sorted(properties))}. Rename one with `stream_maps`."
            )
        if action.needs_consent:
            self._people.require_consent_column(stream, properties)
        rules = way.books.ledger.digest(self._rules + self._people.digest + action.name.encode())
        binding = Binding(stream, source, action, columns, rules)
        validator = RecordValidator(dict(schema), stream=stream) if settings.validate_records else None
        self._streams[source.stream, stream] = _Stream(binding, validator, keys, metadata)
        self._logger.info("Stream `%s`: `%s`", stream, action.name)

    def take(
        self, source: str, stream: str, record: dict[str, Any], raw: Mapping[str, Any], verdict: Verdict | None = None
    ) -> None:
        """Take a record after stream maps.

        Args:
            source: Name of its stream, as the tap gave it.
            stream: The same after stream maps.
            record: The record.
            raw: The record as the tap sent it.
            verdict: Its outcome, where it is clear already.
        """
        bound = self._streams.get((source, stream))
        if bound is None:
            self._take_test(stream)
            return
        verdict = verdict or _problem(bound, record)  # by the schema, in which columns of metadata may be the key
        # Stream maps that keep named columns alone drop this one; the row is deleted all the same.
        # An empty text is no time: a table that went through CSV has one in each row that lives.
        deleted = has_value((record if _DELETED in bound.metadata else raw).get(_DELETED))
        if bound.metadata:
            record = {name: value for name, value in record.items() if name not in bound.metadata}
        self._way.pipeline.add(bound.binding, record, raw, deleted=deleted, verdict=verdict)

    def state(self, value: dict[str, Any]) -> None:
        """Take a state."""
        if self._open_way is not None:
            self._open_way.pipeline.state(value)

    def finish(self) -> None:
        """Settle everything.

        Raises:
            LimitError: Too much was rejected.
        """
        if self._open_way is not None:
            self._open_way.pipeline.finish()

    def end(self, finished: str, error: DeliveryError | None = None) -> None:
        """End the run, however it went: settle what can be, write the report and the summary.

        Args:
            finished: `completed`, `interrupted` or `failed`.
            error: What it failed of.

        Raises:
            DeliveryError: The report or another file cannot be written, or the report does not add up.
        """
        if self._ended:
            return
        self._ended = True
        report = self.report
        failure = self._close(completed=finished == "completed")
        if failure is not None and finished == "completed":
            finished, error = "failed", failure
        elif failure is not None and str(failure) != str(error):  # beside what ended the run
            report.note(str(failure))
            failure = None
        unsettled = self._checkpoints.unsettled
        report.finish(finished, str(error) if error else None, unsettled)
        self._shown.close()
        try:
            report.check_sums(unsettled)
        except DeliveryError as mistake:
            report.finish("failed", str(mistake), unsettled)
            raise
        finally:
            sys.stderr.write(report.summary() + "\n")
            self._publish()
        if failure is not None:
            raise failure

    def _close(self, *, completed: bool) -> DeliveryError | None:
        """Settle what can be, and close all files; what went wrong with that. The run's end comes in any case."""
        failures: list[DeliveryError] = []
        if self._open_way is not None:
            with told_to(failures.append):
                self._open_way.end(completed=completed)
        return failures[0] if failures else None

    def _publish(self) -> None:
        """Write the report, and tell the webhook; of a report that cannot be written, too."""
        settings, report = self.settings, self.report
        try:
            if settings.report_path:
                write_report(report.content(), settings.report_path)
        except DeliveryError as error:
            report.finish("failed", str(error), report.unsettled)
            raise
        finally:
            if settings.notify_url:
                hook = Webhook(
                    settings.notify_url, settings.notify_when, settings.notify_rejected_percent, self._logger
                )
                hook.tell(report.content(), data_of(settings.report_path) if settings.report_path else None)

    def _take_test(self, stream: str) -> None:
        """Leave a record of Meltano's test stream alone: no other one comes that is bound to nothing."""
        self.report.read(stream, TEST_STREAM)
        self.report.settled(stream, TEST_STREAM, _TEST_RECORD)

    def _check_connection(self) -> None:
        """Check the connection, in the place of writing Meltano's test records."""
        for step, works, seen in self._target.check():
            if not works:
                raise SetupError(f"{step}: {seen}")
            self._logger.info("%s: %s", step, seen)


def _problem(bound: _Stream, record: dict[str, Any]) -> Verdict | None:
    """Return why a record is rejected before it is looked at, if it is."""
    if bound.validator is not None and (problem := bound.validator.problem(record)):
        return rejected("schema_violation", f"The record does not fit its stream's schema: {problem}.")
    for key in bound.keys:
        if key not in record:
            return rejected("missing_key", f"The record lacks `{key}`, a part of its stream's key.")
    return None
