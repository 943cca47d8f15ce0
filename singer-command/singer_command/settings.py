"""Settings, of which one may hold what is no value of its kind: read from the environment, and checked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from jsonschema import validators
from singer_sdk.configuration._dict_config import parse_environment_config
from singer_sdk.plugin_base import JSONSchemaValidator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import ValidationError

_SDKS_PROPERTIES = JSONSchemaValidator.VALIDATORS["properties"]


def _properties(
    validator: Any, properties: Mapping[str, Any], instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Look at an object's settings. Where a list stands in its place, `type` says so, and nothing can be in it.

    Null is no value of a setting that has a default: it gets the default, as one that is not there.
    """
    if isinstance(instance, dict):
        for name in [name for name, setting in properties.items() if "default" in setting]:
            if instance.get(name) is None:
                instance.pop(name, None)
        yield from _SDKS_PROPERTIES(validator, properties, instance, schema)


# Its stubs do not say what it takes.
SettingsValidator = validators.extend(JSONSchemaValidator, {"properties": _properties})  # type: ignore[no-untyped-call]
"""The SDK's, which sets defaults, for values of any type, null among them."""


def from_environment(schema: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Read settings from the environment, and from a `.env` file, as the SDK does.

    Args:
        schema: The settings as a JSON Schema.
        prefix: What the names of variables begin with.

    Returns:
        The settings. One that cannot be read (`ten` for a number) is its text, which fits no schema: so it is named
        with all else that is wrong, where the SDK would end at it and quote it.
    """
    try:
        return parse_environment_config(dict(schema), prefix)
    except ValueError:  # that of JSON is one, too
        found: dict[str, Any] = {}
    for name, setting in schema["properties"].items():
        found |= _one(name, setting, prefix)
    return found


def _one(name: str, setting: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    try:
        return parse_environment_config({"properties": {name: setting}}, prefix)
    except ValueError:
        return {name: os.environ[f"{prefix}{name.upper().replace('-', '_')}"]}
