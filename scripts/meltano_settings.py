"""A plugin's settings as Meltano's definitions write them, from what the plugin says of itself."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KINDS = {
    "array": "array",
    "boolean": "boolean",
    "integer": "integer",
    "number": "decimal",
    "object": "object",
    "string": "string",
}
_PLAIN = ("name", "label", "kind")  # values that YAML reads as they stand
_WIDTH = 109  # of descriptions, with what they are indented by below the setting


def definition(name: str, setting: Mapping[str, Any]) -> dict[str, Any]:
    """Return a setting as Meltano has it.

    Args:
        name: Its name.
        setting: Its JSON Schema, from `--about`.
    """
    told = {"name": name, "label": setting["title"]}
    choices = [each for each in setting.get("enum", ()) if each is not None]
    told["kind"] = "options" if choices else _KINDS[setting["type"][0]]
    if choices:
        told["options"] = [{"label": each.capitalize(), "value": each} for each in choices]
    if holds_a_secret(setting):
        told["sensitive"] = True
    if "default" in setting:
        told["value"] = setting["default"]
    told["description"] = setting["description"]
    return told


def holds_a_secret(setting: Mapping[str, Any]) -> bool:
    """Return whether a setting is a secret, or has one in it: Meltano shows an object as a whole."""
    return bool(setting.get("secret")) or any(map(holds_a_secret, setting.get("properties", {}).values()))


def refreshed(text: str, plugin: str, settings: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a file with the plugin's settings of today: the list below the comment that says so.

    Raises:
        ValueError: The file has no such comment.
    """
    begin = rf"(?P<indent> *)# Equal to `{re.escape(plugin)} --about`.*\n(?P=indent)settings:\n"
    found = re.search(rf"(?m)^{begin}(?P<list>(?:(?P=indent)(?:-|  ).*\n)*)", text)
    if found is None:
        raise ValueError(f"no settings equal to `{plugin} --about`")
    lines = [line for name, setting in settings.items() for line in _written(definition(name, setting))]
    return text[: found.start("list")] + "".join(f"{found['indent']}{line}\n" for line in lines) + text[found.end() :]


_wrap = textwrap.TextWrapper(
    _WIDTH, initial_indent="    ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
).wrap


def _written(setting: Mapping[str, Any]) -> Iterator[str]:
    bullet = "-"
    for key, value in setting.items():
        if key == "description":
            yield f"{bullet} {key}: >-"
            yield from _wrap(value)
        elif key == "options":
            yield f"{bullet} {key}:"
            yield from (f"  - {{label: {each['label']}, value: {each['value']}}}" for each in value)
        else:
            yield f"{bullet} {key}: {value if key in _PLAIN else json.dumps(value)}"
        bullet = " "
