"""The streams but for those on batches."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import RefusedError, SetupError
from tap_textlocal import columns
from tap_textlocal.account import OPT_OUTS, Group
from tap_textlocal.batch_streams import CampaignMetrics, MessageStatus
from tap_textlocal.errors import UNKNOWN_GROUP, is_unexplained
from tap_textlocal.mapping import boolean, decimal, identifier, moment, number, rows_of, text, whole
from tap_textlocal.paging import pages
from tap_textlocal.setting_texts import HISTORY_DAYS
from tap_textlocal.stream import Kept, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_textlocal.mapping import Record
    from tap_textlocal.stream import TextlocalStream

_PERSON = ("first_name", "last_name", "custom1", "custom2", "custom3")


class Templates(Snapshot):
    """The account's templates."""

    name = "templates"
    primary_keys = ("id",)
    columns = columns.TEMPLATES

    def rows(self) -> Iterator[Record]:
        """Yield them; an account without any may answer with a failure."""
        for row in self.objects(self.read_list("get_templates", "templates"), "templates"):
            yield {
                "id": identifier(row.get("id")),
                "title": text(row.get("title")),
                "body": text(row.get("body")),
                "sender_name": text(row.get("senderName")),
                "is_my_dnd": boolean(row.get("isMyDND")),
            }


class SenderNames(Snapshot):
    """The names that texts may come from."""

    name = "sender_names"
    primary_keys = ("sender_name",)
    columns = columns.SENDER_NAMES

    def rows(self) -> Iterator[Record]:
        """Yield them, the default among them even if it is not listed."""
        body = self.read("get_sender_names")
        default = text(body.get("default_sender_name"))
        listed = rows_of(body, "sender_names")
        if listed is None:
            self.doubts.append("answered get_sender_names without `sender_names`, which is taken for an empty list")
        names = [text(name) for name in listed or ()]
        self.left_out["sender names that are no texts"] += names.count(None)
        for name in dict.fromkeys([*names, default]):
            if name:
                yield {"sender_name": name, "is_default": name == default}


class Groups(Snapshot):
    """The groups. Textlocal does not list its built-in ones."""

    name = "groups"
    primary_keys = ("id",)
    columns = columns.GROUPS

    def rows(self) -> Iterator[Record]:
        """Yield them."""
        for group in _groups(self, chosen=False):
            yield {"id": group.id, "name": group.name, "size": group.size}


class Contacts(Snapshot):
    """The contacts of each group."""

    name = "contacts"
    primary_keys = ("group_id", "number")
    columns = columns.CONTACTS

    def rows(self) -> Iterator[Record]:
        """Yield them, group by group. A group that vanishes meanwhile has none."""
        for group in _groups(self, chosen=True):
            for person in _people(self, group):
                yield {"group_id": group.id, "group_name": group.name, **person}


class Optouts(Snapshot):
    """Who opted out: the members of the built-in group 6. What rows of `get_optouts` hold is described nowhere."""

    name = "optouts"
    primary_keys = ("number",)
    columns = columns.OPTOUTS

    def rows(self) -> Iterator[Record]:
        """Yield them."""
        return _people(self, Group(OPT_OUTS))


class Scheduled(Snapshot):
    """What waits for its time."""

    name = "scheduled"
    primary_keys = ("id",)
    columns = columns.SCHEDULED

    def rows(self) -> Iterator[Record]:
        """Yield it."""
        for row in self.objects(self.read_list("get_scheduled", "scheduled"), "scheduled"):
            yield {
                "id": identifier(row.get("id")),
                "scheduled_for": moment(row.get("scheduledFor"), self.settings.zone),
                "how_many": whole(row.get("howmany")),
                "message": text(row.get("message")),
                "origin": text(row.get("origin")),
                "group_id": identifier(row.get("groupid")),
                "group_name": text(row.get("groupName")),
            }


class History(Kept):
    """What was sent, by any way: four histories, each with a place of its own in the state."""

    name = "history"
    primary_keys = ("source", "id")
    replication_key = "datetime"
    columns = columns.HISTORY
    kept_as = "read_through"
    sources = ("api", "single", "group", "email")

    def rows(self) -> Iterator[Record]:
        """Yield the histories, each from a while before where the last run ended. Its place moves when it was read."""
        places: dict[str, str] = self.kept
        for source in self.sources:
            since = datetime.fromisoformat(places[source]) if source in places else None
            start = since - self.settings.lookback if since else self.settings.start or self._half_a_year_ago
            if self.settings.start:
                start = max(start, self.settings.start)
            latest = since
            for record in self._history(source, start):
                yield record
                if record["datetime"]:
                    sent = datetime.fromisoformat(record["datetime"])
                    # Not beyond now, where the zone in the settings is another one than Textlocal's.
                    latest = max(filter(None, (latest, min(sent, self.settings.now))))
            if latest:
                places[source] = latest.astimezone(timezone.utc).isoformat()

    @property
    def _half_a_year_ago(self) -> datetime:
        return self.settings.now - timedelta(days=HISTORY_DAYS)

    def _history(self, source: str, start: datetime) -> Iterator[Record]:
        # Pages would shift if texts that are sent meanwhile were among them, and where Textlocal is left to say from
        # when on: half a year before each call.
        fields: dict[str, str | int] = {
            "min_time": int(start.timestamp()),
            "max_time": int(self.settings.now.timestamp()),
            "sort_order": "asc",
        }
        command = f"get_history_{source}"

        def read(place: int, limit: int) -> dict[str, Any]:
            return self.account.client.read(command, start=place, limit=limit, **fields)

        try:
            for page in pages(read, "messages", "total", self.doubts.append):
                for row in self.objects(page, "messages"):
                    yield self._record(source, row)
        except RefusedError as refusal:
            if not is_unexplained(refusal.rule):
                raise SetupError(f"{command} was refused. {refusal.rule.cause} {refusal.rule.next_step}") from None
            self.doubts.append(f"refused {command} (code {refusal.code}), which is taken for an empty history")

    def _record(self, source: str, row: Mapping[str, Any]) -> Record:
        batch_id = identifier(row.get("batch_id"))
        return {
            "source": source,
            "id": batch_id if source == "group" and batch_id else identifier(row.get("id")) or batch_id,
            "datetime": moment(row.get("datetime"), self.settings.zone),
            "batch_id": batch_id,
            "number": number(row.get("number")),
            "sender": text(row.get("sender")),
            "message": text(row.get("message")),
            "status": text(row.get("status")),
            "custom": text(row.get("custom")),
            "group_id": identifier(row.get("group_id")),
            "group_name": text(row.get("group_name")),
            "num_credits": decimal(row.get("num_credits")),
        }


STREAMS: tuple[type[TextlocalStream], ...] = (
    Templates,
    SenderNames,
    Groups,
    Contacts,
    Optouts,
    Scheduled,
    CampaignMetrics,
    MessageStatus,
    History,
)
"""In the order in which they are read."""


def _groups(stream: TextlocalStream, *, chosen: bool) -> list[Group]:
    account = stream.account
    try:
        groups = account.chosen_groups if chosen else account.groups
    except RefusedError as refusal:
        raise SetupError(f"get_groups was refused (code {refusal.code}). {refusal.rule.cause}") from None
    stream.left_out["groups without an id"] += account.groups_without_id
    return groups


def _people(stream: TextlocalStream, group: Group) -> Iterator[Record]:
    """Yield who is in a group, without the group."""

    def read(place: int, limit: int) -> dict[str, Any]:
        return stream.account.client.read("get_contacts", group_id=group.id, start=place, limit=limit)

    try:
        for page in pages(read, "contacts", "num_contacts", stream.doubts.append, group.size):
            for row in stream.objects(page, "contacts"):
                yield {"number": number(row.get("number")), **{name: text(row.get(name)) for name in _PERSON}}
    except RefusedError as refusal:
        if refusal.code != UNKNOWN_GROUP or group.name is None:
            raise SetupError(
                f"get_contacts of group {group.id} was refused (code {refusal.code}). {refusal.rule.cause} "
                f"{refusal.rule.next_step}"
            ) from None
        stream.logger.warning("%s: group %s was deleted while it was read.", stream.name, group.id)
