"""The tap: settings, wiring and the command line."""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_command.tap import TapCommandLine

from singer_delivery.errors import CallError, DeliveryError, UnavailableError
from tap_textlocal.account import Account
from tap_textlocal.check import check
from tap_textlocal.setting_texts import CONFIG_SCHEMA
from tap_textlocal.settings import Settings, problems
from tap_textlocal.streams import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_sdk import Stream


class TapTextlocal(TapCommandLine):
    """Templates, senders, groups, contacts, opt-outs, scheduled texts, delivery figures and history from Textlocal."""

    name = "tap-textlocal"
    config_jsonschema: ClassVar[dict[str, Any]] = deepcopy(CONFIG_SCHEMA)  # the SDK adds its own settings to it
    stream_classes: ClassVar[Sequence[type[Stream]]] = STREAMS
    own_errors: ClassVar[tuple[type[Exception], ...]] = (DeliveryError, CallError)
    after_signal: ClassVar[str] = "The next one goes on from the last state."
    checks: ClassVar[Sequence[str]] = ("key", "groups", "batches")

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

    # `final` in the SDK, as `TapCommandLine` says.
    def sync_all(self) -> None:  # type: ignore[misc]
        """Read all streams, and end with an error if batches had to be left out on the way.

        Raises:
            UnavailableError: They had.
        """
        super().sync_all()
        if said := self.account.unread():
            raise UnavailableError(said)

    def check(self) -> Iterator[tuple[str, bool, str]]:
        """Try the key, the groups and the batches."""
        return check(self.account)

    @classmethod
    def further_problems(cls, config: Mapping[str, Any], *, fits: bool) -> Iterable[str]:
        """Yield what a JSON Schema cannot see."""
        del fits
        return problems(config)
