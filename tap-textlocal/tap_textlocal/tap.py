"""The tap: settings, wiring and the command line."""

from __future__ import annotations

import sys
from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

import click
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.plugin_base import JSONSchemaValidator

from singer_delivery.errors import CallError, DeliveryError
from singer_delivery.settings import describe
from tap_textlocal.account import Account
from tap_textlocal.check import check
from tap_textlocal.setting_texts import CONFIG_SCHEMA
from tap_textlocal.settings import Settings, problems
from tap_textlocal.streams import STREAMS
from tap_textlocal.writer import LineWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from singer_sdk import Stream
    from singer_sdk.singerlib.encoding.base import GenericSingerWriter

    from tap_textlocal.stream import TextlocalStream


class TapTextlocal(Tap):
    """Templates, senders, groups, contacts, opt-outs, scheduled texts, delivery figures and history from Textlocal."""

    name = "tap-textlocal"
    config_jsonschema: ClassVar[dict[str, Any]] = deepcopy(CONFIG_SCHEMA)  # the SDK adds its own settings to it
    message_writer_class: type[GenericSingerWriter[Any, Any]] = LineWriter

    @cached_property
    def settings(self) -> Settings:
        """The settings, typed."""
        return Settings.from_config(self.config)

    @cached_property
    def account(self) -> Account:
        """What all streams share. Making it calls nothing."""
        if self.settings.as_of_is_set:
            self.logger.warning("`as_of` is set: %s is taken for now.", self.settings.now.isoformat())
        return Account(self.settings)

    def discover_streams(self) -> Sequence[Stream]:
        """Return the streams; needs neither network nor credentials."""
        return [stream(self) for stream in STREAMS]

    @property
    def streams(self) -> dict[str, Stream]:
        """The streams by name, in the order of their dependence instead of the SDK's alphabet."""
        position = {stream: place for place, stream in enumerate(STREAMS)}
        return dict(
            sorted(super().streams.items(), key=lambda item: position[cast("type[TextlocalStream]", type(item[1]))])
        )

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Find everything that is wrong with the config at once, without quoting a value."""
        schema = self.config_jsonschema
        self.append_builtin_config(schema)
        errors = [describe(error) for error in JSONSchemaValidator(schema).iter_errors(self._config)]
        errors += problems(self._config)
        if unknown := sorted(self._config.keys() - schema["properties"].keys()):
            self.logger.warning("The config has settings that this tap does not know: %s", ", ".join(unknown))
        if errors and raise_errors:
            raise ConfigValidationError("The config is not valid", errors=errors, schema=schema)
        return errors

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the SDK's signature
        """End the run, behind the line in hand and with the signal's exit code: the SDK's 0 looks like success."""
        self.logger.warning("Signal %d: the run ends here. The next one goes on from the last state.", signum)
        cast("LineWriter", self.message_writer).interrupt(signum)

    @classmethod
    def invoke(cls, **kwargs: Any) -> None:
        """Run the tap; an error that a user can do something about is one message instead of a traceback."""
        try:
            super().invoke(**kwargs)
        except (DeliveryError, CallError) as error:
            cls.logger.error("%s", error)  # noqa: TRY400 - the message says it all
            sys.exit(1)
        except BrokenPipeError:
            cls.logger.error("The loader closed the pipe before the end. See its own messages.")  # noqa: TRY400
            sys.exit(1)

    @classmethod
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        """Check the connection and say line by line what works; `--test=schema` stays the SDK's."""
        if value != "all":
            super().cb_test(ctx, param, value)
            return
        given = ctx.params["config"]
        try:
            tap = cls(config=given.config, parse_env_config=given.parse_env)
        except ConfigValidationError as problem:
            for error in problem.errors:
                click.echo(f"config   FAILED  {error}")
            ctx.exit(1)
        works = True
        for step, worked, seen in check(tap.account):
            works = works and worked
            click.echo(f"{step:<8} {'ok' if worked else 'FAILED':<7} {seen}")
        ctx.exit(0 if works else 1)
