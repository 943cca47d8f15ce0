"""What all targets share: the SDK's target, with delivery in the place of loading."""

from __future__ import annotations

import gc
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import click
from singer_command.about import Offer
from singer_command.plugin import CommandLine
from singer_sdk import Target
from singer_sdk.exceptions import MapExpressionError, StreamMapConfigError
from singer_sdk.helpers.capabilities import PluginCapabilities, TargetCapabilities
from singer_sdk.mapper import RemoveRecordTransform, SameRecordTransform

from singer_delivery.boundary import told_to
from singer_delivery.errors import CallError, DeliveryError, InputError, SetupError
from singer_delivery.quiet import keep_quiet
from singer_delivery.reader import LineReader
from singer_delivery.reject_lines import StreamSchema
from singer_delivery.report_command import show_report
from singer_delivery.rows import Source
from singer_delivery.run import Run
from singer_delivery.settings import DeliverySettings, problems
from singer_delivery.sink import DeliverySink
from singer_delivery.stream_maps import mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import FrameType
    from typing import IO, NoReturn

    from singer_sdk.helpers.capabilities import CapabilitiesEnum
    from singer_sdk.singerlib.encoding.base import GenericSingerReader
    from singer_sdk.sinks import Sink

    from singer_delivery.actions import Action
    from singer_delivery.clients import Calls
    from singer_delivery.traffic import Traffic

_SIGNAL_EXIT = 128
_COLLECTION = (50_000, 20, 100)


class Interrupted(BaseException):
    """A signal has come, and nothing is in hand: the run ends here."""


class DeliveryTarget(CommandLine, Target):
    """A target that delivers to a vendor. A vendor's target says who it is, and how to connect."""

    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
        TargetCapabilities.VALIDATE_RECORDS,
    ]
    default_sink_class: type[Sink] = DeliverySink
    message_reader_class: type[GenericSingerReader[Any]] = LineReader
    spellings: ClassVar[Mapping[str, str]] = {}
    """The vendor's own spellings of columns, and our names of columns that only this vendor has."""
    actions: ClassVar[Mapping[str, str]] = {}
    """Its actions by name, and what each does, for `--about`."""
    own_errors: ClassVar[tuple[type[Exception], ...]] = (DeliveryError, CallError)
    ready: ClassVar[str] = "Ready. Nothing was written; a run with `dry_run` tells what would be, and writes nothing."
    stdin_words: ClassVar[str] = "Reads Singer messages from standard input; writes STATE to standard output."
    usage: ClassVar[Sequence[tuple[str, str]]] = (
        ("--config config.json --test", "check the connection; nothing is written"),
        ("--config config.json --input messages.jsonl", "a run; or behind a tap: your-tap | ..."),
        ("--config config.json --report", "what became of the last run (`report_path`)"),
        ("--about --format=json", "this page for programs"),
    )

    def __init__(self, **kwargs: Any) -> None:
        self._signal: int | None = None
        self._in_hand = False
        self._listening = False
        self._run: Run | None = None
        self._sources: dict[str, Source] = {}
        self._source: Source
        keep_quiet()
        super().__init__(**kwargs)
        self.max_parallelism = 1

    # What a vendor's target says.

    def connect(self, settings: DeliverySettings, traffic: Traffic) -> tuple[Calls, Sequence[Action]]:
        """Make the vendor's client (or `Clients`) and actions. Makes no call.

        Args:
            settings: The settings that every target has.
            traffic: Counts calls.
        """
        raise NotImplementedError

    @classmethod
    def config_problems(cls, config: Mapping[str, Any]) -> Iterable[str]:
        """Yield what is wrong with the vendor's own settings beyond what a JSON Schema can see."""
        del config
        return ()

    # A run.

    @property
    def run(self) -> Run:
        """This run. Made when the first message comes."""
        if self._run is None:
            self._run = Run(self, self._raise_signal)
        return self._run

    # `final` in the SDK, which has no other place at which a run could be ended in order.
    def listen(self, file_input: IO[str] | None = None) -> None:  # type: ignore[misc]
        """Deliver what the tap sends, to the end."""
        self._listening = True
        try:
            with told_to(self._fail):
                self._deliver(file_input)
        except Interrupted:
            number = self._signal or signal.SIGTERM
            self.logger.warning("Signal %d: calls under way are finished, the rest is left for the next run.", number)
            self._in_hand = True  # what follows is not to be interrupted by a first signal's handler
            self.run.end("interrupted")
            sys.exit(_SIGNAL_EXIT + number)

    def _deliver(self, file_input: IO[str] | None) -> None:
        try:
            super().listen(file_input)
        except (MapExpressionError, StreamMapConfigError) as error:  # they quote nothing but the expression
            raise SetupError(f"{error} Correct `stream_maps`.") from None

    def _fail(self, error: DeliveryError) -> NoReturn:
        self._in_hand = True
        self.run.end("failed", error)
        raise error from None

    def get_sink(self, stream_name: str, **of_stream: Any) -> Sink:
        """Return a stream's sink when its SCHEMA comes, and bind the stream to its action, unless maps drop all of it.

        Streams that `stream_maps` give one name share the sink, and nothing else.
        """
        sink = super().get_sink(stream_name, **of_stream)
        source = self._source
        maps = [each for each in self.mapper.stream_maps[source.stream] if each.stream_alias == stream_name]
        if not all(isinstance(each, RemoveRecordTransform) for each in maps):
            source = replace(source, key_properties=tuple(source.key_properties or sink.key_properties))
            self.run.bind(stream_name, source, sink.original_schema, sink.key_properties)
        return sink

    # The SDK's messages.

    def _process_schema_message(self, message_dict: dict[str, Any]) -> None:
        self._in_hand = True
        stream, schema, keys = message_dict["stream"], message_dict["schema"], message_dict.get("key_properties")
        # Now: the mapper renames and drops columns of what it calls the raw schema.
        columns = dict.fromkeys(schema["properties"]).keys()
        self._source = Source(stream, columns, tuple(keys or ()), StreamSchema.of(stream, schema))
        self._sources[stream] = self._source
        super()._process_schema_message(message_dict)
        self._put_down()

    def _process_record_message(self, message_dict: dict[str, Any]) -> None:
        self._in_hand = True
        stream, raw = message_dict["stream"], message_dict["record"]
        maps = self.mapper.stream_maps.get(stream)
        if maps is None:
            raise InputError(
                f"A record of stream `{stream}` came before its SCHEMA message. The tap does not "
                "follow the Singer specification; nothing after it was read."
            )
        is_left_out = True
        for stream_map in maps:
            record, verdict = raw, None
            # The usual case goes without the cost of the others.
            if type(stream_map) is not SameRecordTransform or stream_map.flattening_enabled:
                record, verdict = mapped(stream_map, raw, self._sources[stream].columns)
            if record is not None:
                is_left_out = False
                self.run.take(stream, stream_map.stream_alias, record, raw, verdict)
        if is_left_out:
            self.run.report.filtered(1)
        self._put_down()

    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        self._in_hand = True
        self.run.state(message_dict["value"])
        self._put_down()

    def _process_activate_version_message(self, message_dict: dict[str, Any]) -> None:
        """Do nothing: absence is no reason to take somebody off, and no action here asks for it."""

    def process_endofpipe(self) -> None:
        """Settle everything, write the report, and say how it went."""
        self._in_hand = True
        self.run.finish()
        for sink in self._sinks_active.values():
            sink.record_counter_metric.increment(self.run.report.read_of(sink.stream_name))
        super().process_endofpipe()
        self.run.end("completed")

    # Signals.

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the SDK's signature
        """End the run behind the message in hand, at once when nothing is; the same signal again ends it in any case.

        Another signal does not: for a Ctrl-C, a runner may send SIGTERM after the terminal's SIGINT.
        """
        if self._signal == signum:
            signal.signal(signum, signal.SIG_DFL)
            signal.raise_signal(signum)
        is_first, self._signal = self._signal is None, self._signal or signum
        if not self._listening:
            sys.exit(_SIGNAL_EXIT + signum)
        if is_first and not self._in_hand:  # another one finds the run on its way to its end
            raise Interrupted

    def _put_down(self) -> None:
        """The message is done with: a signal that came meanwhile takes effect."""
        self._in_hand = False
        self._raise_signal()

    def _raise_signal(self) -> None:
        if self._signal is not None:
            raise Interrupted

    # Settings and the command line.

    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Leave out the SDK's setting that has no meaning here."""
        super().append_builtin_config(config_jsonschema)
        config_jsonschema["properties"].pop("add_record_metadata", None)

    @classmethod
    def further_problems(cls, config: Mapping[str, Any], *, fits: bool) -> Iterable[str]:
        """Yield what a JSON Schema cannot see: of the settings that every target has, and of its own."""
        return [*problems(config), *cls.config_problems(config)] if fits else ()

    @classmethod
    def offer(cls) -> Offer:
        """Return the actions."""
        return Offer("Actions", cls.actions)

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """Add `--test` and `--report` to the SDK's command."""
        command = super().get_singer_command()
        command.params += [
            _flag("--test", cls._cb_test, "Check the connection step by step; nothing is written at the vendor."),
            _flag(
                "--report",
                cls._cb_report,
                "Show the report of the last run (`report_path`); on a terminal, open its page in a browser.",
            ),
        ]
        return command

    @classmethod
    def _cb_test(cls, ctx: click.Context, param: click.Option, value: bool) -> None:  # noqa: ARG003, FBT001 - click's
        if value:
            cls.run_check(ctx)

    @classmethod
    def _cb_report(cls, ctx: click.Context, param: click.Option, value: bool) -> None:  # noqa: ARG003, FBT001 - click's
        if value:
            given = ctx.params["config"]
            # What is wrong with other settings is no hindrance.
            target = cls(config=given.config, parse_env_config=given.parse_env, validate_config=False)
            show_report(target.name, target.config.get("report_path"))
            ctx.exit(0)

    @classmethod
    def invoke(cls, **kwargs: Any) -> None:
        """Run the target."""
        # Records come and go without cycles: looking through all objects as often as usual costs an eighth of time.
        gc.freeze()
        gc.set_threshold(*_COLLECTION)
        super().invoke(**kwargs)


def _flag(name: str, callback: Callable[[click.Context, click.Option, bool], None], words: str) -> click.Option:
    return click.Option([name], is_flag=True, expose_value=False, callback=callback, help=words)
