"""The settings of a target: their schema, what a schema cannot see, and their typed form."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from phonenumbers import SUPPORTED_REGIONS
from singer_sdk import typing as th

from singer_delivery.common_settings import common
from singer_delivery.errors import SetupError
from singer_delivery.paths import path_of
from singer_delivery.report_files import files_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_OPERATIONAL = frozenset(
    {
        "batch_size_rows",
        "concurrency",
        "dry_run",
        "ledger_url",
        "load_method",
        "max_records",
        "max_rejected_percent",
        "max_removal_percent",
        "notify_rejected_percent",
        "notify_url",
        "notify_when",
        "on_unknown",
        "plan_path",
        "rejects_path",
        "report_path",
        "request_timeout",
        "requests_per_second",
        "resend",
        "suppression_file",  # its content counts, not where it is
        "validate_records",
    }
)
"""Settings that change how a run goes, and nothing about what is planned for a record."""
_LEDGERS = ("sqlite://", "postgresql://", "postgresql+psycopg://")
_FILES = ("plan_path", "rejects_path", "report_path", "suppression_file")


def target_schema(target: str, *own: th.Property[Any], actions: Sequence[str] = ()) -> dict[str, Any]:
    """Return a target's settings as a JSON Schema: its own, then those that every target has.

    Args:
        target: Name of the target, `target-example`: files are named after it by default.
        own: Its own settings. One with the name of a common setting takes that one's place.
        actions: Names of its actions; then no other can be named.
    """
    names = {each.name for each in own}
    return th.PropertiesList(*own, *(each for each in common(target, actions) if each.name not in names)).to_dict()


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """The settings that every target has, checked and typed.

    Attributes:
        requests_per_second: None where the vendor sets the pace.
        request_timeout: Seconds.
        default_country: In capitals.
        ledger_url: May hold a password.
        notify_url: May hold a token.
    """

    streams: Mapping[str, str]
    default_action: str | None
    default_country: str | None
    consent_field: str | None
    suppression_file: Path | None
    dry_run: bool
    plan_path: Path
    max_records: int | None
    resend: bool
    requests_per_second: float | None
    concurrency: int
    request_timeout: int
    max_rejected_percent: int
    max_removal_percent: int
    on_unknown: str
    rejects_path: Path
    report_path: Path | None
    ledger_url: str = field(repr=False)
    notify_url: str | None = field(repr=False)
    notify_when: str
    notify_rejected_percent: int | None
    batch_size_rows: int
    validate_records: bool

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> DeliverySettings:
        """Read a config that holds its defaults and that `problems` found nothing wrong with."""
        rate, country = config.get("requests_per_second"), config.get("default_country")
        return cls(
            streams=dict(config.get("streams") or {}),
            default_action=config.get("default_action"),
            default_country=country.strip().upper() if country else None,
            consent_field=config.get("consent_field"),
            suppression_file=_path(config, "suppression_file"),
            dry_run=config["dry_run"],
            plan_path=path_of(config["plan_path"], "plan_path"),
            max_records=config.get("max_records"),
            resend=config["resend"],
            requests_per_second=None if rate is None else _rate(rate),
            concurrency=config["concurrency"],
            request_timeout=config["request_timeout"],
            max_rejected_percent=config["max_rejected_percent"],
            max_removal_percent=config["max_removal_percent"],
            on_unknown=config["on_unknown"],
            rejects_path=path_of(config["rejects_path"], "rejects_path"),
            report_path=_path(config, "report_path"),
            ledger_url=config["ledger_url"],
            notify_url=config.get("notify_url"),
            notify_when=config["notify_when"],
            notify_rejected_percent=config.get("notify_rejected_percent"),
            batch_size_rows=config["batch_size_rows"],
            validate_records=config["validate_records"],
        )


def problems(config: Mapping[str, Any]) -> Iterable[str]:
    """Yield what a JSON Schema cannot see: the name of each setting that is wrong, and what would be right."""
    country = config.get("default_country")
    if isinstance(country, str) and country.strip().upper() not in SUPPORTED_REGIONS:
        hint = " (GB, not UK)" if country.strip().upper() == "UK" else ""
        yield f"`default_country` is no country{hint}. Give its two letters of ISO 3166, such as US or GB."
    rate = config.get("requests_per_second")
    if rate is not None and _rate(rate) is None:
        yield "`requests_per_second` is not a number above 0. Give one such as 10 or 0.5."
    url = config.get("ledger_url")
    if isinstance(url, str) and not url.startswith(_LEDGERS):
        yield (
            "`ledger_url` is the address of no ledger. Give one such as sqlite:///ledger.db or "
            "postgresql://user:password@host/database."
        )
    hook = config.get("notify_url")
    if isinstance(hook, str) and not _is_web_address(hook):
        yield "`notify_url` is no address of the web. Give one such as https://hooks.example.com/services/token."
    yield from _file_problems(config)


def _file_problems(config: Mapping[str, Any]) -> Iterable[str]:
    places: dict[Path | None, str] = {}
    for name in _FILES:
        if not isinstance(path := config.get(name), str):
            continue
        try:
            named = files_of(path) if name == "report_path" else (path_of(path, name).absolute(),)
        except SetupError as error:
            yield str(error)
            continue
        other = next((places[each] for each in named if each in places), None)
        places |= {each: name for each in named if each is not None}
        if other is not None:
            yield f"`{other}` and `{name}` name the same file. Give each its own."


def rules_of(config: Mapping[str, Any], schema: Mapping[str, Any]) -> bytes:
    """Return all that decides, beside a record, what is planned for it: canonical JSON without any secret.

    Args:
        config: The config. Settings that nobody knows count, too: better plan once too often.
        schema: The target's settings as a JSON Schema; tells what is a secret.
    """
    rules = _without_secrets(config, schema)
    for name in _OPERATIONAL:
        rules.pop(name, None)
    if isinstance(streams := rules.get("streams"), dict):
        rules["streams"] = list(streams.items())  # their order counts
    return json.dumps(rules, sort_keys=True, separators=(",", ":"), default=str).encode()


def _without_secrets(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    kept = {}
    for name, value in config.items():
        setting = properties.get(name, {})
        if not setting.get("secret"):
            kept[name] = _without_secrets(value, setting) if isinstance(value, dict) else value
    return kept


def _rate(value: Any) -> float | None:
    try:
        rate = float(value)
    except (TypeError, ValueError):
        return None
    return rate if rate > 0 and math.isfinite(rate) and not isinstance(value, bool) else None


def _is_web_address(url: str) -> bool:
    try:
        found = urlsplit(url)
        return found.scheme in {"http", "https"} and bool(found.hostname) and (found.port or 1) > 0
    except ValueError:
        return False


def _path(config: Mapping[str, Any], name: str) -> Path | None:
    value = config.get(name)
    return path_of(value, name) if value else None
