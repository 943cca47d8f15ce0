"""A page for each plugin's settings, from what the plugin says of itself."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readme_settings import FIRST_OF_THE_SDK, PLUGINS, flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KINDS = {
    "array": "list",
    "boolean": "true or false",
    "integer": "whole number",
    "number": "number",
    "object": "object",
    "string": "text",
}


def pages() -> dict[str, str]:
    """Return the pages by their paths in the repository."""
    with ThreadPoolExecutor() as pool:
        told = dict(zip(PLUGINS, pool.map(_about, PLUGINS), strict=True))
    return {f"docs/settings/{plugin}.md": "\n".join(_page(plugin, told[plugin])) for plugin in PLUGINS}


def properties_of(plugin: str) -> dict[str, Any]:
    """Return all settings of a plugin, with those that every plugin of the SDK has."""
    properties: dict[str, Any] = _about(plugin)["settings"]["properties"]
    return properties


def _about(plugin: str) -> dict[str, Any]:
    command = [str(Path(sys.executable).parent / plugin), "--about", "--format=json"]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


def _page(plugin: str, about: Mapping[str, Any]) -> Iterator[str]:
    properties, required = about["settings"]["properties"], set(about["settings"].get("required", ()))
    names = list(properties)
    own = {name: properties[name] for name in names[: names.index(FIRST_OF_THE_SDK)]}
    of_the_sdk = {name: properties[name] for name in names[names.index(FIRST_OF_THE_SDK) :]}
    variable = plugin.upper().replace("-", "_")
    yield f"# Settings of {plugin}\n"
    yield f"Version {about['version']}. Made from `{plugin} --about`.\n"
    yield f"How they are given: [settings](index.md). What they are for: [{plugin}](../../{plugin}/README.md).\n"
    needed = ", ".join(f"[`{name}`](#{_anchor(name)})" for name in own if name in required)
    yield f"Needed in any case: {needed}.\n"
    for name, setting in flat(own):
        yield from _setting(name, setting, variable, name in required)
    yield "## Settings that every plugin of the SDK has\n"
    for name, setting in flat(of_the_sdk):
        yield from _setting(name, setting, variable, required=False)


def _setting(name: str, setting: Mapping[str, Any], variable: str, required: bool) -> Iterator[str]:  # noqa: FBT001
    facts = [_kind(setting)]
    if required:
        facts.append("**required**")
    if setting.get("secret"):
        facts.append("secret")
    if "default" in setting:
        facts.append(f"default {_code(setting['default'])}")
    facts.append(f"<code>{variable}_{name.upper().replace('.', '_')}</code>")
    yield f"### `{name}` {{ #{_anchor(name)} }}\n"
    yield f'<p class="facts">{" · ".join(facts).replace("**required**", "<strong>required</strong>")}</p>\n'
    yield f"{setting.get('description', '').strip()}\n"
    choices = [each for each in setting.get("enum", ()) if each is not None]
    if choices:
        yield f"One of {', '.join(f'`{each}`' for each in choices)}.\n"
    if setting.get("examples"):
        yield f"Example: `{json.dumps(setting['examples'][0], ensure_ascii=False)}`\n"


def _kind(setting: Mapping[str, Any]) -> str:
    kinds = setting.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind != "null":
            return _KINDS[kind]
    return "text, or other"


def _code(value: object) -> str:
    return f"<code>{html.escape(json.dumps(value, ensure_ascii=False), quote=False)}</code>"


def _anchor(name: str) -> str:
    return name.replace(".", "-")
