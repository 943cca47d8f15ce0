"""The tap: settings, wiring and the command line."""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from singer_command.tap import TapCommandLine

from tap_listrak.account import Account
from tap_listrak.check import check
from tap_listrak.client import ListrakClient
from tap_listrak.errors import ListrakError
from tap_listrak.fetch import FetchAhead
from tap_listrak.settings import CONFIG_SCHEMA, Settings, problems
from tap_listrak.streams import STREAMS
from tap_listrak.writer import PageWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_sdk import Stream
    from singer_sdk.singerlib.encoding.base import GenericSingerWriter


class TapListrak(TapCommandLine):
    """Lists, messages, sends, opens, reads, clicks, bounces, unsubscribes and subscribers from Listrak's SOAP API."""

    name = "tap-listrak"
    config_jsonschema: ClassVar[dict[str, Any]] = deepcopy(CONFIG_SCHEMA)  # the SDK adds its own settings to it
    message_writer_class: type[GenericSingerWriter[Any, Any]] = PageWriter
    stream_classes: ClassVar[Sequence[type[Stream]]] = STREAMS
    own_errors: ClassVar[tuple[type[Exception], ...]] = (ListrakError,)
    # There is no state to save: a full-table run begins anew.
    after_signal: ClassVar[str] = "Nothing is deleted downstream; run again."
    checks: ClassVar[Sequence[str]] = ("service", "login", "address", "lists")

    @property
    def writer(self) -> PageWriter:
        """The message writer, by its own type."""
        return cast("PageWriter", self.message_writer)

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

    def check(self) -> Iterator[tuple[str, bool, str]]:
        """Try the service, the login and the lists."""
        return check(self.account)

    @classmethod
    def further_problems(cls, config: Mapping[str, Any], *, fits: bool) -> Iterable[str]:
        """Yield what a JSON Schema cannot see."""
        del fits
        return problems(config)
