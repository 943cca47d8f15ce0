"""The tap's settings: what there is, what a value must look like, and their typed form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEFAULT_WSDL = "https://webservices.listrak.com/v31/IntegrationService.asmx?WSDL"
DEFAULT_START = "2000-01-01"
DEFAULT_ZONE = "America/New_York"
MOST_CONCURRENT = 64

CONFIG_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "username",
        th.StringType(min_length=1),
        required=True,
        title="User name",
        description="User name of a Listrak user with the permissions 'API Access' and 'Analytics Access'.",
        examples=["reporting-user"],
    ),
    th.Property(
        "password",
        th.StringType(min_length=1),
        required=True,
        secret=True,
        title="Password",
        description="Password of that user.",
        examples=["$LISTRAK_PASSWORD"],
    ),
    th.Property(
        "start_date",
        th.StringType,
        default=DEFAULT_START,
        title="Start date",
        description=(
            "Only messages sent, events that happened and contacts added from here on are read. An ISO date or "
            "date-time; without a zone it is read in `timezone`. A later one saves calls: messages are asked for "
            "year by year."
        ),
        examples=["2024-01-01", "2024-01-01T00:00:00-05:00"],
    ),
    th.Property(
        "list_ids",
        th.ArrayType(th.IntegerType),
        title="List ids",
        description="Read only these lists, with their messages and contacts. All that the user may see, if not set.",
        examples=[[12345, 67890]],
    ),
    th.Property(
        "include_test_messages",
        th.BooleanType,
        default=False,
        title="Include test messages",
        description="Read test sends as messages too.",
        examples=[True],
    ),
    th.Property(
        "skip_empty_reports",
        th.BooleanType,
        default=False,
        title="Skip empty reports",
        description=(
            "Make no call for the opens, reads, clicks or unsubscribes of a message whose counter for them is 0. "
            "Saves many calls, but trusts counters of which nobody documents that they are complete at once."
        ),
        examples=[True],
    ),
    th.Property(
        "timezone",
        th.StringType,
        default=DEFAULT_ZONE,
        title="Time zone",
        description=(
            "IANA name of the zone that Listrak's times are in, which come without one. Listrak documents Eastern "
            "time for scheduling, and nothing for reports."
        ),
        examples=[DEFAULT_ZONE, "UTC"],
    ),
    th.Property(
        "concurrency",
        th.IntegerType(minimum=1, maximum=MOST_CONCURRENT),
        default=10,
        title="Concurrency",
        description="How many calls are made at once. The output is the same whatever it is.",
        examples=[10, 32],
    ),
    th.Property(
        "request_timeout",
        th.IntegerType(minimum=1, maximum=3600),
        default=300,
        title="Request time-out",
        description="Seconds without a byte from Listrak after which a call counts as hung and is made again.",
        examples=[300],
    ),
    th.Property(
        "on_report_error",
        th.StringType(allowed_values=["fail", "skip"]),
        default="fail",
        title="On report error",
        description=(
            "What to do when the report of one message stays broken after all attempts: `fail` ends the run, `skip` "
            "leaves the message out with a warning, and nothing is deleted downstream for that stream."
        ),
        examples=["skip"],
    ),
    th.Property(
        "emit_activate_version_messages",
        th.BooleanType,
        default=True,
        title="Emit ACTIVATE_VERSION",
        description=(
            "Tell the loader, after each complete stream, that rows it was not sent again are gone. Turn it off where "
            "several runs fill the same tables, for example each with other `list_ids`."
        ),
        examples=[False],
    ),
    th.Property(
        "wsdl_url",
        th.StringType,
        default=DEFAULT_WSDL,
        title="WSDL address",
        description="Where the service's description is; calls go to the same address. Another one only for tests.",
        examples=["http://127.0.0.1:8700/listrak-soap/v31/IntegrationService.asmx?WSDL"],
    ),
).to_dict()


@dataclass(frozen=True)
class Settings:
    """The settings, checked and typed. Times are wall-clock times of `zone`, without an offset, as on the wire."""

    username: str
    password: str
    wsdl_url: str
    start: datetime
    end: datetime
    zone: ZoneInfo
    list_ids: tuple[int, ...]
    include_test_messages: bool
    skip_empty_reports: bool
    concurrency: int
    request_timeout: int
    skip_broken_reports: bool
    activate_versions: bool

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Read a config that `problems` found nothing wrong with."""
        zone = ZoneInfo(config["timezone"])
        return cls(
            username=config["username"],
            password=config["password"],
            wsdl_url=config["wsdl_url"],
            start=_wall_clock(config["start_date"], zone),
            # Fixed once for the run, so that pages do not shift while they are read.
            end=datetime.now(zone).replace(tzinfo=None, microsecond=0),
            zone=zone,
            list_ids=tuple(config.get("list_ids") or ()),
            include_test_messages=config["include_test_messages"],
            skip_empty_reports=config["skip_empty_reports"],
            concurrency=config["concurrency"],
            request_timeout=config["request_timeout"],
            skip_broken_reports=config["on_report_error"] == "skip",
            activate_versions=config["emit_activate_version_messages"],
        )


def problems(config: Mapping[str, Any]) -> Iterable[str]:
    """Yield what a JSON Schema cannot see: the name of each setting that is wrong, and what would be right."""
    zone = _zone(config.get("timezone", DEFAULT_ZONE))
    if zone is None:
        yield "`timezone` is not the name of a time zone. Give an IANA name such as America/New_York or UTC."
    start = config.get("start_date", DEFAULT_START)
    if isinstance(start, str):
        try:
            moment = _wall_clock(start, zone or ZoneInfo("UTC"))
        except (ValueError, OverflowError):  # none, or one that is in no calendar of the zone
            yield "`start_date` is not an ISO date or date-time. Give one such as 2024-01-31 or 2024-01-31T00:00:00Z."
        else:
            if moment > datetime.now(zone).replace(tzinfo=None) + timedelta(days=1):
                yield "`start_date` lies in the future: nothing could be read."
    url = config.get("wsdl_url", DEFAULT_WSDL)
    if isinstance(url, str) and not _is_address(url):
        yield "`wsdl_url` is not an http or https address."


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) else ZoneInfo(DEFAULT_ZONE)
    except (KeyError, OSError, ValueError):  # not found, a folder of the database, not even a path
        return None


def _wall_clock(value: str, zone: ZoneInfo) -> datetime:
    """Read a date or date-time as a wall-clock time of `zone`.

    Raises:
        ValueError: It is neither.
        OverflowError: It is before or behind what a calendar holds, in the zone.
    """
    # Python 3.10 does not read the `Z`.
    moment = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    return (moment.astimezone(zone) if moment.tzinfo else moment).replace(tzinfo=None)
