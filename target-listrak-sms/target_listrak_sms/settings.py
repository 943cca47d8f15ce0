"""The target's own settings: what there is, what a value must look like, and their typed form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from singer_sdk import typing as th

from singer_delivery.settings import target_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAME = "target-listrak-sms"
ACTIONS: Mapping[str, str] = {
    "subscribe": "creates people or updates them, and puts them on the list unless they opted out",
    "update": "writes profiles of people whom Listrak knows; creates, subscribes and texts nobody",
    "unsubscribe": "takes people off the list; they stay on the sender code and its other lists",
    "opt_out": "opts people out of the whole sender code",
}
"""What can be done, and what each does in a few words."""
SPELLINGS: Mapping[str, str] = {
    "phoneNumber": "phone",
    "emailAddress": "email",
    "firstName": "first_name",
    "lastName": "last_name",
    "postalCode": "postal_code",
    "optedOut": "opted_out",
}
"""Listrak's own names of columns, and ours."""
API_URL = "https://api.listrak.com/sms"
AUTH_URL = "https://auth.listrak.com/OAuth2/Token"
REQUESTS_PER_SECOND = 10
_ADDRESSES = {"api_url": API_URL, "auth_url": AUTH_URL}
_LOCAL = {"127.0.0.1", "localhost", "::1"}


class PhoneFormat(str, Enum):
    """How a phone number is written in calls."""

    E164_DIGITS = "e164_digits"
    NATIONAL = "national"
    E164_PLUS = "e164_plus"


_OWN: tuple[th.Property[Any], ...] = (
    th.Property(
        "client_id",
        th.StringType(min_length=1),
        required=True,
        title="Client id",
        description=(
            "Client id of an integration of the type SMS (in Listrak: Integrations > Integration Management)."
        ),
        examples=["1abcd2efgh3ijkl4mnop"],
    ),
    th.Property(
        "client_secret",
        th.StringType(min_length=1),
        required=True,
        secret=True,
        title="Client secret",
        description="Client secret of that integration. Listrak shows it once, when the integration is made.",
        examples=["$LISTRAK_CLIENT_SECRET"],
    ),
    th.Property(
        "sender_code",
        th.CustomType({"type": ["string", "integer"], "minLength": 1, "minimum": 1}),
        required=True,
        title="Sender code",
        description="The sender code (formerly short code): its id, or the digits that people see.",
        examples=["12345"],
    ),
    th.Property(
        "list_name",
        th.StringType(min_length=1),
        title="List name",
        description=(
            "Name of the SMS list to subscribe to and unsubscribe from, in any case. This or `list_id`; `update` and "
            "`opt_out` need neither."
        ),
        examples=["Master List"],
    ),
    th.Property(
        "list_id",
        th.IntegerType(minimum=1),
        title="List id",
        description="Id of that list, instead of `list_name`.",
        examples=[7001],
    ),
    th.Property(
        "include_custom_fields",
        th.BooleanType,
        default=True,
        title="Include custom fields",
        description=(
            "Send every column whose name is that of a custom profile field, in any case. If off, only phone, e-mail "
            "address, names, birthday and postal code are sent."
        ),
        examples=[False],
    ),
    th.Property(
        "on_unknown_field",
        th.StringType(allowed_values=["warn", "error", "ignore"]),
        default="warn",
        title="On unknown field",
        description=(
            "What to do about a column that is no field at Listrak: `warn` says so once a stream and leaves it out, "
            "`error` ends the run before the first record, `ignore` leaves it out."
        ),
        examples=["error"],
    ),
    th.Property(
        "on_null",
        th.StringType(allowed_values=["keep", "clear"]),
        default="keep",
        title="On null",
        description=(
            "What a null or blank value means: `keep` leaves Listrak's value alone, `clear` empties it. A column that "
            "a record lacks is always left alone."
        ),
        examples=["clear"],
    ),
    th.Property(
        "on_too_long",
        th.StringType(allowed_values=["reject", "truncate"]),
        default="reject",
        title="On too long",
        description="What to do about a text longer than its custom field: `reject` the record or `truncate` it.",
        examples=["truncate"],
    ),
    th.Property(
        "custom_date_format",
        th.StringType(allowed_values=["us", "iso"]),
        default="us",
        title="Custom date format",
        description="How custom fields of the type Date are written: `us` is 12/31/2025, `iso` is 2025-12-31.",
        examples=["iso"],
    ),
    th.Property(
        "phone_format",
        th.StringType(allowed_values=[each.value for each in PhoneFormat]),
        default=PhoneFormat.E164_DIGITS.value,
        title="Phone format",
        description=(
            "How Listrak wants phone numbers: `e164_digits` is 12125550100, `national` is 2125550100, `e164_plus` is "
            "+12125550100. Change it only if Listrak refuses or does not find all numbers."
        ),
        examples=["national"],
    ),
    th.Property(
        "resubscribe_opted_out",
        th.BooleanType,
        default=False,
        title="Resubscribe opted-out people",
        description=(
            "Let `subscribe` bring back people who opted out of the sender code, whom `unsubscribe` took off the "
            "list, or who left it before this target knew them. Only with a consent that is newer than that."
        ),
        examples=[True],
    ),
    th.Property(
        "bulk_updates",
        th.BooleanType,
        default=False,
        title="Bulk updates",
        description=(
            "Let `update` send records that hold nothing but custom fields through Listrak's contact import, many in "
            "a call. Listrak tells nothing about single rows of an import; a sample is read back."
        ),
        examples=[True],
    ),
    th.Property(
        "api_url",
        th.StringType(min_length=1),
        default=API_URL,
        title="API address",
        description="Base address of the SMS API. Another one only for tests.",
        examples=["http://127.0.0.1:8700/listrak/sms"],
    ),
    th.Property(
        "auth_url",
        th.StringType(min_length=1),
        default=AUTH_URL,
        title="Token address",
        description="Where tokens are given out. Another one only for tests.",
        examples=["http://127.0.0.1:8700/listrak-auth/OAuth2/Token"],
    ),
)


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """What decides how a record becomes a profile. Pure mapping needs no more."""

    include_custom_fields: bool = True
    clear_nulls: bool = False
    truncate: bool = False
    iso_dates: bool = False


@dataclass(frozen=True, slots=True)
class ListrakSettings:
    """The target's own settings, checked and typed."""

    client_id: str
    client_secret: str
    sender_code: str
    list_name: str | None
    list_id: int | None
    on_unknown_field: str
    phone_format: PhoneFormat
    resubscribe_opted_out: bool
    bulk_updates: bool
    api_url: str
    auth_url: str
    mapping: MappingSettings

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> ListrakSettings:
        """Read a config that `problems` found nothing wrong with."""
        return cls(
            client_id=config["client_id"],
            client_secret=config["client_secret"],
            sender_code=str(config["sender_code"]).strip(),
            list_name=(config.get("list_name") or "").strip() or None,
            list_id=config.get("list_id"),
            on_unknown_field=config["on_unknown_field"],
            phone_format=PhoneFormat(config["phone_format"]),
            resubscribe_opted_out=config["resubscribe_opted_out"],
            bulk_updates=config["bulk_updates"],
            api_url=config["api_url"].rstrip("/"),
            auth_url=config["auth_url"],
            mapping=MappingSettings(
                include_custom_fields=config["include_custom_fields"],
                clear_nulls=config["on_null"] == "clear",
                truncate=config["on_too_long"] == "truncate",
                iso_dates=config["custom_date_format"] == "iso",
            ),
        )

    @property
    def sender_scope(self) -> str:
        """The sender code as the settings name it, for the ledger: what a sandbox took, Listrak itself has not."""
        return self.sender_code if self.api_url == API_URL else f"{self.sender_code}@{urlsplit(self.api_url).hostname}"

    @property
    def list_scope(self) -> str:
        """The list as the settings name it: what the ledger keeps subscriptions under."""
        name = (self.list_name or "").casefold()
        # A slash would put one list's scope below another's.
        return str(self.list_id) if self.list_id is not None else name.replace("/", "%2F")


def config_schema() -> dict[str, Any]:
    """Return the settings as a JSON Schema: this target's own, then those that every target has."""
    schema = target_schema(NAME, *_OWN, actions=tuple(ACTIONS))
    # Listrak publishes no limit, so this one is careful.
    schema["properties"]["requests_per_second"]["default"] = REQUESTS_PER_SECOND
    return schema


def problems(config: Mapping[str, Any]) -> Iterable[str]:
    """Yield what a JSON Schema cannot see: the name of each setting that is wrong, and what would be right."""
    code = config.get("sender_code")
    if code is not None and not (str(code).strip().isascii() and str(code).strip().isdigit()):
        yield "`sender_code` is neither an id nor the digits that people see: it must be a number."
    name, number = config.get("list_name"), config.get("list_id")
    if name is not None and number is not None:
        yield "Give either `list_name` or `list_id`, not both."
    if isinstance(name, str) and not name.strip():
        yield "`list_name` is blank."
    if name is None and number is None and (actions := sorted({"subscribe", "unsubscribe"} & _named_actions(config))):
        yield f"`list_name` or `list_id` is missing: {' and '.join(f'`{each}`' for each in actions)} need one of them."
    for setting, default in _ADDRESSES.items():
        url = config.get(setting, default)
        if isinstance(url, str):
            yield from _address_problems(setting, url)


def _named_actions(config: Mapping[str, Any]) -> set[str]:
    streams = config.get("streams")
    bound = list(streams.values()) if isinstance(streams, dict) else []
    return {each for each in (*bound, config.get("default_action")) if isinstance(each, str)}


def _address_problems(setting: str, url: str) -> Iterable[str]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f"`{setting}` is not an http or https address."
    elif parts.scheme == "http" and parts.hostname not in _LOCAL:
        # The secret, or people's data, would cross the net in the clear.
        yield f"`{setting}` must be an https address; http is for this machine only."
