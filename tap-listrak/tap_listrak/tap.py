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

from tap_listrak.account import Account
from tap_listrak.check import check
from tap_listrak.client import ListrakClient
from tap_listrak.errors import ListrakError
from tap_listrak.fetch import FetchAhead
from tap_listrak.settings import CONFIG_SCHEMA, Settings, problems
from tap_listrak.streams import STREAMS
from tap_listrak.writer import LineWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from jsonschema import ValidationError
    from singer_sdk import Stream
    from singer_sdk.singerlib.encoding.base import GenericSingerWriter

    from tap_listrak.stream import ListrakStream


class TapListrak(Tap):
    """Lists, messages, sends, opens, reads, clicks, bounces, unsubscribes and subscribers from Listrak's SOAP API."""

    name = "tap-listrak"
    config_jsonschema: ClassVar[dict[str, Any]] = deepcopy(CONFIG_SCHEMA)  # the SDK adds its own settings to it
    message_writer_class: type[GenericSingerWriter[Any, Any]] = LineWriter

    @property
    def writer(self) -> LineWriter:
        """The message writer, by its own type."""
        return cast("LineWriter", self.message_writer)

    @cached_property
    def settings(self) -> Settings:
        """The settings, typed."""
        return Settings.from_config(self.config)

    @cached_property
    def account(self) -> Account:
        """What all streams share: the client, the lists and the messages. Making it calls nothing."""
        settings = self.settings
        client = ListrakClient(
            username=settings.username,
            password=settings.password,
            wsdl_url=settings.wsdl_url,
            connections=settings.concurrency,
            timeout=settings.request_timeout,
        )
        return Account(client, settings, FetchAhead(settings.concurrency))

    def discover_streams(self) -> Sequence[Stream]:
        """Return the nine streams; needs neither network nor credentials."""
        return [stream(self) for stream in STREAMS]

    @property
    def streams(self) -> dict[str, Stream]:
        """The streams by name, in the order of their dependence instead of the SDK's alphabet."""
        position = {stream: place for place, stream in enumerate(STREAMS)}
        return dict(
            sorted(super().streams.items(), key=lambda item: position[cast("type[ListrakStream]", type(item[1]))])
        )

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Find everything that is wrong with the config at once, without quoting a value."""
        schema = self.config_jsonschema
        self.append_builtin_config(schema)
        errors = [_describe(error) for error in JSONSchemaValidator(schema).iter_errors(self._config)]
        errors += problems(self._config)
        if unknown := sorted(self._config.keys() - schema["properties"].keys()):
            self.logger.warning("The config has settings that this tap does not know: %s", ", ".join(unknown))
        if errors and raise_errors:
            raise ConfigValidationError("The config is not valid", errors=errors, schema=schema)
        return errors

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002  (the SDK's signature)
        """End the run, behind the line in hand and with the signal's exit code: the SDK's 0 would look like success.

        There is no state to save: a full-table run begins anew.
        """
        self.logger.warning("Signal %d: the run ends here. Nothing is deleted downstream; run again.", signum)
        self.writer.interrupt(signum)

    @classmethod
    def invoke(cls, **kwargs: Any) -> None:
        """Run the tap; an error that a user can do something about is one message instead of a traceback."""
        try:
            super().invoke(**kwargs)
        except ListrakError as error:
            cls.logger.error("%s", error)  # noqa: TRY400  (the message says it all)
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


def _describe(error: ValidationError) -> str:
    """Say what is wrong with a setting. The SDK's own words quote the value, which may be a password."""
    name = ".".join(map(str, error.absolute_path))
    if error.validator == "required":
        return f"{error.message.replace(chr(39), '`')}."  # the one message that quotes a name, and no value
    expected = {
        "type": f"must be of type {error.validator_value}",
        "enum": f"must be one of {error.validator_value}",
        "minLength": "must not be empty",
        "minimum": f"must be at least {error.validator_value}",
        "maximum": f"must be at most {error.validator_value}",
    }
    return f"`{name}` {expected.get(str(error.validator), f'is not valid ({error.validator})')}."
