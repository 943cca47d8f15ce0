"""What all actions share: the account, the calls, and how a stream's columns become Listrak's fields."""

from __future__ import annotations

import logging
import threading
from functools import cached_property
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError
from target_listrak_sms.account import Account
from target_listrak_sms.contacts import Contacts
from target_listrak_sms.mapping import PLACES, Mapper, Matched, match
from target_listrak_sms.phones import Numbering
from target_listrak_sms.settings import NAME

if TYPE_CHECKING:
    from singer_delivery.columns import Columns
    from target_listrak_sms.client import ListrakClient
    from target_listrak_sms.settings import ListrakSettings

_MOST_FIELDS = 50
_LOGGER = logging.getLogger(NAME)


class Listrak:
    """The account and what is known of it. Making it calls nothing.

    Args:
        client: Who calls.
        settings: This target's own settings.
        dry_run: Whether only reading calls are made.
    """

    def __init__(self, client: ListrakClient, settings: ListrakSettings, *, dry_run: bool) -> None:
        self.client = client
        self.settings = settings
        self.dry_run = dry_run
        self.account = Account(client, settings)
        self.contacts = Contacts(client, self.account, settings.phone_format)
        self._warned: set[str] = set()
        self._lock = threading.Lock()

    @cached_property
    def numbering(self) -> Numbering:
        """Which numbers the sender code can text. Reads the sender code, if that was not done yet.

        Raises:
            SetupError: It cannot be used.
        """
        return Numbering(self.account.sender().country)

    def mapper(self, columns: Columns) -> Mapper:
        """Match a stream's columns with Listrak's fields. Reads the custom fields, if there are columns for them.

        Raises:
            SetupError: A column is no field, and `on_unknown_field` says so; or it is not clear which field it is.
        """
        mapping = self.settings.mapping
        candidates = columns.others or any(each in columns.known for each in PLACES)
        if not (mapping.include_custom_fields and candidates):
            return Mapper(columns, {}, mapping)
        matched = match(columns, self.account.fields())
        if matched.ambiguous:
            raise SetupError(
                f"Stream `{columns.stream}`: {'; '.join(matched.ambiguous)}. Rename columns by `stream_maps`, or "
                "fields in Listrak."
            )
        if matched.unknown:
            self._tell_unknown(columns.stream, matched)
        return Mapper(columns, matched.fields, mapping)

    def _tell_unknown(self, stream: str, matched: Matched) -> None:
        how = self.settings.on_unknown_field
        if how == "ignore":
            return
        names = ", ".join(f"`{each}`" for each in matched.unknown)
        said = f"Stream `{stream}`: Listrak has no custom profile field, or none that is enabled, for {names}."
        if how == "error":
            there_are = ", ".join(f"'{each.name}'" for each in self.account.fields()[:_MOST_FIELDS] if each.usable)
            raise SetupError(
                f"{said} Make the fields in Listrak, rename the columns by `stream_maps`, or set `on_unknown_field`. "
                f"Fields there are: {there_are or 'none'}."
            )
        with self._lock:
            told = stream in self._warned
            self._warned.add(stream)
        if not told:
            _LOGGER.warning(
                "%s They are left out. Make the fields in Listrak, or rename the columns by `stream_maps`; "
                "`on_unknown_field: ignore` silences this.",
                said,
            )
