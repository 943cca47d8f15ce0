"""Reading the values of a body; what is null counts as not given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MARKETING, TRANSACTIONAL = "MARKETING", "TRANSACTIONAL"
TEXT, EMAIL = "TEXT", "EMAIL"
TYPES = (MARKETING, TRANSACTIONAL, "CHECKOUT_ABANDONED")
CHANNELS = (TEXT, EMAIL)
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def text(body: Mapping[str, Any], name: str, most: int | None = None, least: int = 0) -> str | None:
    """A text, or None.

    Raises:
        ApiError: It is something else, or too short or long.
    """
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ApiError.bad(f"{name} must be a string")
    if len(value) < least or (most is not None and len(value) > most):
        raise ApiError.bad(f"{name} must have {least} to {most or 'any number of'} characters")
    return value


def needed(body: Mapping[str, Any], name: str, most: int | None = None) -> str:
    """A text that must be there, and not be blank.

    Raises:
        ApiError: It is not.
    """
    value = text(body, name, most)
    if value is None or not value.strip():
        raise ApiError.bad(f"{name} must not be blank")
    return value


def boolean(body: Mapping[str, Any], name: str) -> bool:
    """True or false; false if it is not given.

    Raises:
        ApiError: It is neither.
    """
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise ApiError.bad(f"{name} must be a boolean")
    return bool(value)


def mapping(body: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """An object, or None.

    Raises:
        ApiError: It is something else.
    """
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise ApiError.bad(f"{name} must be an object")
    return value


def mappings(body: Mapping[str, Any], name: str, most: int | None = None) -> list[dict[str, Any]] | None:
    """A list of objects, or None.

    Raises:
        ApiError: It is something else, or empty where it has a greatest length, or longer than that.
    """
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ApiError.bad(f"{name} must be an array of objects")
    if most is not None and not 1 <= len(value) <= most:
        raise ApiError.bad(f"{name} must have between 1 and {most} items")
    return value


def one_of(body: Mapping[str, Any], name: str, choices: Iterable[str]) -> str | None:
    """One of some texts, or None.

    Raises:
        ApiError: It is another.
    """
    value = text(body, name)
    if value is not None and value not in choices:
        raise ApiError.bad(f"{name} must be one of {', '.join(choices)}")
    return value


def locale(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """A locale as language and country, or None; it is an object, and its case is exact.

    Raises:
        ApiError: It is no locale.
    """
    value = mapping(body, "locale")
    if value is None:
        return None
    language, country = text(value, "language") or "", text(value, "country") or ""
    if not _LANGUAGE.fullmatch(language) or not _COUNTRY.fullmatch(country):
        raise ApiError.bad(
            "locale must have a language (ISO 639-1, lower case) and a country (ISO 3166-1, upper case)"
        )
    return language, country
