"""The command line of a tap."""

from __future__ import annotations

import gc
import io
import json
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, ClassVar, cast

import click
from singer_sdk import Stream, Tap
from singer_sdk.singerlib import Catalog

from singer_command.about import Offer
from singer_command.plugin import CommandLine
from singer_command.reading import TapProgress
from singer_command.words import UsageProblem, unreadable_file
from singer_command.writer import LineWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from singer_sdk.singerlib.encoding.base import GenericSingerWriter


class TapCommandLine(CommandLine, Tap):
    """A tap whose errors are words, and that says how far it is."""

    stream_classes: ClassVar[Sequence[type[Stream]]] = ()
    """The streams, in the order in which they are read. The first sentence of a docstring tells what each is."""
    message_writer_class: type[GenericSingerWriter[Any, Any]] = LineWriter
    after_signal: ClassVar[str] = "Run again."
    """What is told of a run that a signal ends: what became of what it wrote, and how to go on."""
    ready: ClassVar[str] = "Ready. Nothing was written."
    stdin_words: ClassVar[str] = "Writes Singer messages to standard output, for a loader to read; all else to stderr."
    usage: ClassVar[Sequence[tuple[str, str]]] = (
        ("--config config.json --test", "check the connection"),
        ("--discover > catalog.json", "all streams and columns, to choose from; needs no credentials"),
        ("--config config.json --catalog catalog.json | your-loader", "a run"),
        ("--about --format=json", "this page for programs"),
    )

    @cached_property
    def progress(self) -> TapProgress:
        """How far the run is."""
        return TapProgress(self.name, sum(1 for each in self.streams.values() if each.selected), self.logger)

    @property
    def streams(self) -> dict[str, Stream]:
        """The streams by name, in the order of their dependence instead of the SDK's alphabet."""
        place = {stream: number for number, stream in enumerate(self.stream_classes)}
        return dict(sorted(super().streams.items(), key=lambda item: place[type(item[1])]))

    # `final` in the SDK, which has no other place around all streams.
    def sync_all(self) -> None:  # type: ignore[misc]
        """Read all streams, and show how far that is."""
        # What was imported stays to the end. Else it is gone through again and again, with each collection of garbage.
        gc.freeze()
        with self.progress:
            super().sync_all()

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the SDK's signature
        """End the run, behind the line in hand and with the signal's exit code: the SDK's 0 looks like success."""
        self.logger.warning("Signal %d: the run ends here. %s", signum, self.after_signal)
        cast("LineWriter", self.message_writer).interrupt(signum)

    @classmethod
    def offer(cls) -> Offer:
        """Return the streams."""
        return Offer(
            "Streams", {vars(each)["name"]: _first_sentence(each.__doc__ or "") for each in cls.stream_classes}
        )

    @classmethod
    def invoke(cls, *, catalog: IO[str] | None = None, state: IO[str] | None = None, **kwargs: Any) -> None:
        """Run the tap.

        Raises:
            UsageProblem: A file that was given cannot be used, or the loader closed the pipe.
        """
        given = {"--catalog": _read("--catalog", catalog), "--state": _read("--state", state)}
        try:
            super().invoke(catalog=given["--catalog"], state=given["--state"], **kwargs)
        except BrokenPipeError:
            raise UsageProblem("The loader closed the pipe before the end. See its own messages.") from None

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """Say of `--test` what it does here."""
        command = super().get_singer_command()
        option = next(each for each in command.params if each.name == "test" and isinstance(each, click.Option))
        option.help = (
            "Check the connection step by step; of the account only what the steps name is read. --test=schema prints "
            "the schemas of all streams."
        )
        return command

    @classmethod
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        """Check the connection and say line by line what works; `--test=schema` stays the SDK's."""
        if value == "all":
            cls.run_check(ctx)
        with cls.config_in_words():
            super().cb_test(ctx, param, value)


def _read(option: str, file: IO[str] | None) -> IO[str] | None:
    """Read a file that an option names, and see that it is what the SDK expects."""
    if file is None:
        return None
    try:
        text = file.read()
        content = {**json.loads(text)}
        if option == "--catalog":
            Catalog.from_dict({"streams": content["streams"]})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise unreadable_file(option, error) from None
    return io.StringIO(text)


def _first_sentence(text: str) -> str:
    return " ".join(text.split()).partition(". ")[0].rstrip(".") + "."
