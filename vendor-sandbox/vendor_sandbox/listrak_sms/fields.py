"""What a contact's body may hold, and what is wrong with it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vendor_sandbox.listrak_sms import eastern, phones
from vendor_sandbox.listrak_sms.account import ACTIVE, FIELDS
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.store import SYSTEM_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sandbox.listrak_sms.account import ProfileField
    from vendor_sandbox.switches import Switchboard

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_NUMBER = re.compile(r"-?\d+(\.\d{1,2})?", re.ASCII)
# What the Email import guide takes for a checkbox (help article 4752952).
_CHECKBOX = {"on": "on", "true": "on", "1": "on", "off": "off", "false": "off", "0": "off"}
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def folded(value: Mapping[str, Any]) -> dict[str, Any]:
    """An object with its names in lower case: the server binds without case, as the description's samples show."""
    return {name.lower(): item for name, item in value.items()}


def text(value: object, name: str, switches: Switchboard) -> str | None:
    """A text, or null. By `json-types` a number is taken for its digits, as .NET binds it.

    Raises:
        ApiError: It is neither.
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool) and switches["json-types"] == "coerce":
        return str(value)
    raise ApiError.invalid(name)


def phone_of(body: Mapping[str, Any], switches: Switchboard) -> str:
    """The phone number of a body with `folded` names, as it is stored.

    Raises:
        ApiError: It is no text, or no number.
    """
    written = text(body.get("phonenumber"), "phoneNumber", switches)
    return phones.from_body(written, lenient=switches["phone-format"] == "lenient")


def boolean(value: object, name: str) -> bool:
    """True, false, or either as a text; null is false.

    Raises:
        ApiError: It is none.
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str) and value.lower() in _BOOLEANS:
        return _BOOLEANS[value.lower()]
    raise ApiError.invalid(name)


def integer(value: object, name: str) -> int:
    """A 32-bit integer, or its digits.

    Raises:
        ApiError: It is none.
    """
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"-?[0-9]{1,10}", digits) or not -(2**31) <= int(digits) < 2**31:
        raise ApiError.invalid(name)
    return int(digits)


def _email(value: object, switches: Switchboard) -> str | None:
    email = text(value, "emailAddress", switches)
    if email is not None and not _EMAIL.fullmatch(email):
        raise ApiError("ERROR_INVALID_EMAIL_ADDRESS")
    return email


def _birthday(value: object, _switches: Switchboard) -> str | None:
    if value is None:
        return None
    if value == "":
        raise ApiError("ERROR_BIRTHDAY_FIELD_NULL")
    try:
        return f"{eastern.parse(str(value))[:10]}T00:00:00"
    except ValueError as error:
        raise ApiError.invalid("birthday") from error


_READERS: dict[str, Callable[[object, Switchboard], str | None]] = {
    "emailAddress": _email,
    "firstName": lambda value, switches: text(value, "firstName", switches),
    "lastName": lambda value, switches: text(value, "lastName", switches),
    "birthday": _birthday,
    "postalCode": lambda value, switches: text(value, "postalCode", switches),
}


def read_profile(body: Mapping[str, Any], company: int, switches: Switchboard) -> dict[str, Any]:
    """The changes a body wants.

    Args:
        body: With `folded` names.
        company: Whose fields there are.
        switches: `put-omitted` and `put-null` as they stand, and how values are written.

    Returns:
        System fields, and custom values as `fields` (id, as text, to value; an empty one clears).

    Raises:
        ApiError: A value cannot be.
    """
    changes: dict[str, Any] = {}
    for name in SYSTEM_FIELDS:
        if name.lower() in body:
            value = _READERS[name](body[name.lower()], switches)
            if value is not None or switches["put-null"] == "clear":
                changes[name] = value
        elif switches["put-omitted"] == "blank":
            changes[name] = None
    changes["fields"] = _custom(body.get("segmentationfieldvalues"), company, switches)
    return changes


def _custom(wanted: object, company: int, switches: Switchboard) -> dict[str, str]:
    if wanted is not None and not isinstance(wanted, list):
        raise ApiError.invalid("segmentationFieldValues")
    values: dict[str, str] = {}
    for each in wanted or []:
        if not isinstance(each, dict):
            raise ApiError.invalid("segmentationFieldValues")
        item = folded(each)
        field = known_field(item.get("segmentationfieldid"), company)
        if str(field.id) in values:
            raise ApiError.invalid("segmentationFieldId")
        values[str(field.id)] = custom_value(field, item.get("value"), switches)
    return values


def known_field(identifier: object, company: int) -> ProfileField:
    """An active profile field of a company.

    Raises:
        ApiError: There is none, or it is disabled or purged.
    """
    number = integer(identifier, "segmentationFieldId")
    if number not in FIELDS[company]:
        raise ApiError("ERROR_INVALID_SEGMENTATION_FIELD_ID", number)
    field = FIELDS[company][number]
    if field.status != ACTIVE:
        raise ApiError("ERROR_SEGMENTATION_FIELD_DISABLED", number)
    return field


def custom_value(field: ProfileField, value: object, switches: Switchboard) -> str:
    """A custom value as it is stored; an empty one clears the field.

    Raises:
        ApiError: It is not of the field's type, or too long.
    """
    if value is None and switches["null-custom-value"] == "reject":
        raise ApiError.invalid("value")
    if isinstance(value, bool) and switches["json-types"] == "coerce":
        value = str(value).lower()
    written = text(value, "value", switches) or ""
    if not written:
        return ""
    if field.length is not None and len(written) > field.length:
        raise ApiError("ERROR_SEGMENTATION_MAX_LENGTH", field.id)
    stored = _TYPES[field.type](written, switches)
    if stored is None:
        raise ApiError.invalid("value")
    return stored


def _date(written: str, switches: Switchboard) -> str | None:
    form = switches["date-format"]
    try:
        if form != "us" and _ISO_DAY.fullmatch(written):
            day = eastern.parse(written)[:10]
        elif form != "iso":
            day = eastern.parse_us(written)
        else:
            return None
    except ValueError:
        return None
    return f"{day[5:7]}/{day[8:]}/{day[:4]}"


def _number(written: str, _switches: Switchboard) -> str | None:
    return format(Decimal(written), "f") if _NUMBER.fullmatch(written) else None


_TYPES: dict[str, Callable[[str, Switchboard], str | None]] = {
    "Checkbox": lambda written, _switches: _CHECKBOX.get(written.lower()),
    "Date": _date,
    "Number": _number,
    "Text": lambda written, _switches: written,
}
