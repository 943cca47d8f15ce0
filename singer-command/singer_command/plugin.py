"""What taps and targets do alike when they are called, beside what the SDK does: one place where every error ends."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import click
from singer_sdk.exceptions import ConfigValidationError, MapExpressionError, StreamMapConfigError
from singer_sdk.helpers._classproperty import classproperty
from singer_sdk.plugin_base import PluginBase, SingerCommand

from singer_command.about import show
from singer_command.checklist import Checklist
from singer_command.log_lines import keep_printable
from singer_command.settings import SettingsValidator, from_environment
from singer_command.words import (
    ENVIRONMENT,
    UsageProblem,
    bad_config,
    describe,
    mistake,
    unknown_settings,
    unreadable_config,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_command.about import Offer

EXIT_CODES = "Exit codes: 0 all went well; 1 it did not, and the last message says why; 2 wrong options."

_SAYING_NOTHING = {"Error initializing target sink '%s'", "An unhandled error occurred while syncing '%s'"}
"""What the SDK logs as an error before the error itself, of which we say all that there is to say."""


class Command(SingerCommand):
    """The SDK's command, of which every error is one paragraph, and none a traceback.

    Args:
        plugin: The plugin.
        given: As of `SingerCommand`.
    """

    def __init__(self, plugin: type[CommandLine], **given: Any) -> None:
        super().__init__(**given, logger=plugin.logger)
        self._plugin = plugin

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read the options; some of them do all that is to be done."""
        keep_printable()
        with self._in_words():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the plugin."""
        for handler in logging.getLogger().handlers:
            handler.addFilter(_says_something)
        with self._in_words():
            return super().invoke(ctx)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except self._plugin.own_errors as error:
            self._end(str(error))
        except UsageProblem as problem:
            self._end(str(problem))
        except (MapExpressionError, StreamMapConfigError) as error:  # they quote nothing but the expression
            self._end(f"{error} Correct `stream_maps`.")
        except Exception as error:  # noqa: BLE001 - the program's boundary: an error's own words may hold a value
            self._end(f"{mistake(error)} Please report this line.")

    def _end(self, words: str) -> None:
        self.logger.error("%s", words)
        sys.exit(1)


def _says_something(record: logging.LogRecord) -> bool:
    return record.msg not in _SAYING_NOTHING


class CommandLine(PluginBase):
    """The command line of a plugin: what it declares is all that is special about it."""

    own_errors: ClassVar[tuple[type[Exception], ...]] = ()
    """Errors whose words are for the user: what, where, what to do."""
    checks: ClassVar[Sequence[str]] = ()
    """The steps of `check`, in order; others may come between them."""
    ready: ClassVar[str] = ""
    """What `--test` says when all works."""
    usage: ClassVar[Sequence[tuple[str, str]]] = ()
    """Commands that `--about` ends with, without the plugin's name, and what each is for."""
    stdin_words: ClassVar[str] = ""
    """What the command reads and writes, for `--help`."""

    def check(self) -> Iterator[tuple[str, bool, str]]:
        """Try the vendor step by step, up to the first that fails; changes nothing.

        Yields:
            Each step's name, whether it works, and what was seen or what to do.
        """
        raise NotImplementedError

    @classmethod
    def offer(cls) -> Offer:
        """Return what the plugin has to offer: actions or streams."""
        raise NotImplementedError

    @classmethod
    def further_problems(cls, config: Mapping[str, Any], *, fits: bool) -> Iterable[str]:
        """Yield what is wrong with settings beyond what a JSON Schema can see.

        Args:
            config: The config.
            fits: Whether it fits its schema: if not, any value may be of any type.
        """
        raise NotImplementedError

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Find everything that is wrong with the config at once, without quoting a value.

        A setting that is null counts as not given, whatever its type: what reads it expects a value, or its default.
        """
        self._config = {name: value for name, value in self._config.items() if value is not None}
        schema = self.config_jsonschema
        self.append_builtin_config(schema)
        errors = [describe(error) for error in SettingsValidator(schema).iter_errors(self._config)]
        errors += self.further_problems(self._config, fits=not errors)
        known = schema["properties"].keys()
        if unknown := self._config.keys() - known:
            self.logger.warning("%s", unknown_settings(self.name, unknown, known))
        if errors and raise_errors:
            raise ConfigValidationError("The config is not valid", errors=errors, schema=schema)
        return errors

    @classproperty
    def _env_var_config(cls) -> dict[str, Any]:  # noqa: N805 - a property of the class
        """The settings from the environment. What cannot be read is handed on, to be named with all that is wrong."""
        schema = cls.config_jsonschema
        cls.append_builtin_config(schema)
        return from_environment(schema, cls._env_var_prefix)

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """Return the SDK's command, with our words and errors."""
        command = super().get_singer_command()
        words = " ".join((cls.__doc__ or "").split())
        ours = Command(
            cls,
            name=command.name,
            callback=command.callback,
            context_settings={"help_option_names": ["-h", "--help"]},
            params=command.params,
            help=f"{words}\n\n{cls.stdin_words}",
            epilog=EXIT_CODES,
        )
        helps = {
            "config": "A JSON file of settings, or ENV for those in the environment. The last one of several wins.",
            "about": "Tell what this is, what it does, and all its settings.",
            "about_format": "With --about: for programs.",
        }
        for param in ours.params:
            if isinstance(param, click.Option) and param.name in helps:
                param.help = helps[param.name]
        return ours

    @classmethod
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        """Read the files of settings and the environment, one by one and in the order in which they are named.

        So the last one wins, where the SDK would let the environment win; and the file which cannot be read is named.
        """
        ctx.meta[__name__] = value
        given = super().cb_config(ctx, param, ())
        for place in value:
            if place == ENVIRONMENT:
                given.config |= cls._env_var_config
                continue
            try:
                given.config |= super().cb_config(ctx, param, (place,)).config
            except (OSError, ValueError, TypeError) as error:
                raise unreadable_config(cls.name, place, error) from None
        return given

    @classmethod
    def invoke(cls, **kwargs: Any) -> None:
        """Run the plugin; settings that are wrong are one message."""
        with cls.config_in_words():
            super().invoke(**kwargs)

    @classmethod
    @contextmanager
    def config_in_words(cls) -> Iterator[None]:
        """Run what makes the plugin.

        Raises:
            UsageProblem: Settings are wrong: all of them, and where they came from.
        """
        try:
            yield
        except ConfigValidationError as error:
            context = click.get_current_context(silent=True)
            places = context.meta.get(__name__, ()) if context else ()
            raise bad_config(cls.name, error.errors, places, next(iter(cls.config_jsonschema["properties"]))) from None

    @classmethod
    def run_check(cls, ctx: click.Context) -> None:
        """Do what `--test` is for: try the connection, print a checklist, and end the command."""
        given = ctx.params["config"]
        checklist = Checklist(cls.checks)
        try:
            plugin = cls(config=given.config, parse_env_config=given.parse_env)
        except ConfigValidationError as problem:
            for error in problem.errors:
                checklist.show("config", False, error)
        else:
            for step, works, seen in plugin.check():
                checklist.show(step, works, seen)
        ctx.exit(0 if checklist.end(cls.ready) else 1)

    @classmethod
    def print_about(cls, output_format: str | None = None) -> None:
        """Print what the plugin is, does and can be told."""
        if output_format:
            super().print_about(output_format)
            return
        show(cls._get_about_info(), cls.offer(), [(f"{cls.name} {options}", words) for options, words in cls.usage])
