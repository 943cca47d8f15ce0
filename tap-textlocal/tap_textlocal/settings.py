"""The settings, checked and typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tap_textlocal.setting_texts import DEFAULT_ZONE, UK_URL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LEDGERS = ("sqlite://", "postgresql://", "postgresql+psycopg://")


@dataclass(frozen=True)
class Settings:
    """The settings, checked and typed. Times have a zone.

    Attributes:
        group_names: Without blanks around them, in lower case.
        now: When the run began, or `as_of`.
        as_of_is_set: Whether it is that.
    """

    api_key: str = field(repr=False)
    api_url: str
    group_names: tuple[str, ...]
    group_ids: tuple[str, ...]
    ledger_url: str | None = field(repr=False)
    batch_ids: tuple[str, ...]
    metrics_days: int
    start: datetime | None
    lookback: timedelta
    zone: ZoneInfo
    requests_per_second: float
    request_timeout: float
    activate_versions: bool
    now: datetime
    as_of_is_set: bool

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Read a config that `problems` found nothing wrong with."""
        zone = ZoneInfo(config["timezone"])
        start, as_of = config.get("start_date"), config.get("as_of")
        return cls(
            api_key=config["api_key"].strip(),
            api_url=config["api_url"].strip().rstrip("/"),
            group_names=tuple(name.strip().casefold() for name in config.get("group_names") or ()),
            group_ids=_ids(config.get("group_ids")),
            ledger_url=config.get("ledger_url"),
            batch_ids=_ids(config.get("batch_ids")),
            metrics_days=config["metrics_days"],
            start=_moment(start, zone) if start else None,
            lookback=timedelta(hours=config["lookback_hours"]),
            zone=zone,
            requests_per_second=config["requests_per_second"],
            request_timeout=config["request_timeout"],
            activate_versions=config["emit_activate_version_messages"],
            now=_moment(as_of, zone) if as_of else datetime.now(timezone.utc).replace(microsecond=0),
            as_of_is_set=bool(as_of),
        )

    @cached_property
    def today(self) -> date:
        """The day of `now`, where days begin and end as `timezone` says."""
        return self.now.astimezone(self.zone).date()

    @property
    def host(self) -> str:
        """The API's host, by which target-textlocal keeps its batches: one account's are not another's."""
        return urlsplit(self.api_url).hostname or ""


def problems(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a JSON Schema cannot see: the name of each setting that is wrong, and what would be right."""
    zone = _zone(config.get("timezone", DEFAULT_ZONE))
    if zone is None:
        yield "`timezone` is not the name of a time zone. Give an IANA name such as Europe/London or UTC."
    for name in ("start_date", "as_of"):
        value = config.get(name)
        if isinstance(value, str) and not _is_moment(value, zone or ZoneInfo("UTC")):
            yield f"`{name}` is not an ISO date or date-time. Give one such as 2026-01-31 or 2026-01-31T09:00:00Z."
    yield from _address_problems(config)
    for name in ("group_ids", "batch_ids"):
        values = config.get(name)
        for place, value in enumerate(values if isinstance(values, list) else ()):
            if isinstance(value, (str, int)) and not (str(value).strip().isascii() and str(value).strip().isdigit()):
                yield f"`{name}.{place}` is not an id: Textlocal's ids are digits."


def _address_problems(config: Mapping[str, Any]) -> Iterator[str]:
    url = config.get("api_url", UK_URL)
    if isinstance(url, str) and not _is_address(url.strip()):
        yield f"`api_url` is not an http or https address. Give one such as {UK_URL}."
    ledger = config.get("ledger_url")
    if isinstance(ledger, str) and not ledger.startswith(_LEDGERS):
        yield (
            "`ledger_url` is the address of no ledger. Give that of target-textlocal, such as "
            "sqlite:///target-textlocal-ledger.db or postgresql://user:password@host/database."
        )


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query and not parts.fragment


def _ids(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each).strip() for each in values or ()))


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(name))
    except (KeyError, OSError, ValueError):  # not found, a folder of the database, not even a path
        return None


def _is_moment(text: str, zone: ZoneInfo) -> bool:
    try:
        _moment(text, zone).astimezone(timezone.utc).astimezone(zone)
    except (ValueError, OverflowError):  # none, or one that is in no calendar of both zones
        return False
    return True


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO date or date-time; one without a zone is of `zone`."""
    text = text.strip()
    # Python 3.10 knows no `Z`.
    moment = datetime.fromisoformat(f"{text[:-1]}+00:00" if text[-1:] in {"Z", "z"} else text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
