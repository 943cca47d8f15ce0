"""`--about` for people: what a plugin is, does and can be told. `--format` stays the SDK's, for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from singer_command.terminal import console
from singer_command.words import as_objects, prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console
    from singer_sdk.about import AboutInfo

_FIRST_OF_THE_SDK = "stream_maps"
"""From here on, settings are those that every plugin of the SDK has."""
_MOST_CHOICES = 4
_WIDE = 110
"""Characters in a line from which types and defaults have a column of their own."""
_SETTING_WIDTH = 32
_INDENT = (0, 0, 0, 2)
_DEEPER = (0, 0, 0, 6)


class Offer(NamedTuple):
    """What a plugin has to offer.

    Attributes:
        title: `Actions` of a target, `Streams` of a tap.
        each: By name, what it does or holds.
    """

    title: str
    each: Mapping[str, str]


def show(info: AboutInfo, offer: Offer, usage: Sequence[tuple[str, str]]) -> None:
    """Print the page on standard output.

    Args:
        info: What the SDK tells of the plugin.
        offer: Its actions or streams.
        usage: Commands to go on with, and what each is for.
    """
    to = console(sys.stdout)
    with to.capture() as page:
        _page(to, info, offer, usage)
    text = page.get()
    if not to.is_terminal:
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    sys.stdout.write(text)


def _page(to: Console, info: AboutInfo, offer: Offer, usage: Sequence[tuple[str, str]]) -> None:
    _head(to, info)
    _section(to, offer.title, _offered(offer))
    settings = list(info.settings["properties"].items())
    names = [name for name, _ in settings]
    first = names.index(_FIRST_OF_THE_SDK) if _FIRST_OF_THE_SDK in names else len(names)
    required = set(info.settings.get("required", []))
    _section(to, "Settings", _settings(dict(settings[:first]), required, to))
    to.print()
    variable = f"{prefix(info.name)}{names[0].upper()}"
    to.print(
        Padding(f"Each may come from the environment: `{names[0]}` as {variable}, with `--config=ENV`.", _INDENT),
    )
    _section(to, "Settings of every plugin of the Singer SDK", _settings(dict(settings[first:]), required, to))
    to.print(Text("\nGo on with", "bold"))
    for command, words in usage:
        to.print(Padding(Text(command, "cyan"), _INDENT))
        to.print(Padding(words, _DEEPER))
    to.print(f"\nEverything else is in the README of {info.name}.")


def _head(to: Console, info: AboutInfo) -> None:
    versions = info.supported_python_versions or []
    python = f", Python {versions[0]} to {versions[-1]}" if versions else ""
    title = Text.assemble((info.name, "bold cyan"), " ", info.version)
    to.print(title.append(f"   Singer SDK {info.sdk_version}{python}", "dim"))
    to.print(" ".join((info.description or "").split()))
    to.print(f"\nCapabilities: {', '.join(each.value for each in info.capabilities)}")


def _section(to: Console, title: str, table: Table) -> None:
    if table.row_count:
        to.print()
        to.print(Text(title, "bold"))
        to.print(Padding(table, _INDENT))


def _offered(offer: Offer) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, words in offer.each.items():
        table.add_row(name, Text(words))
    return table


def _settings(settings: Mapping[str, Any], required: set[str], to: Console) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD if to.is_terminal else None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        show_lines=False,
        header_style="bold",
    )
    narrow = to.width < _WIDE
    table.add_column("setting", overflow="fold", max_width=_SETTING_WIDTH if narrow else None)
    if not narrow:
        table.add_column("type and default", overflow="fold", max_width=_SETTING_WIDTH)
    table.add_column("what it is", overflow="fold", ratio=1)
    for name, setting in as_objects(settings):
        cells = [_name(name, setting, required=name in required), _type(setting)]
        if narrow:
            cells = [Text("\n").join(cells)]
        table.add_row(*cells, Text(_description(setting)))
    return table


def _name(name: str, setting: Mapping[str, Any], *, required: bool) -> Text:
    text = Text(name, "bold")
    for mark, applies, style in (("required", required, "red"), ("secret", setting.get("secret"), "yellow")):
        if applies:
            text.append(f"\n{mark}", style)
    return text


def _type(setting: Mapping[str, Any]) -> Text:
    kinds = setting.get("type", "any")
    named = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null"]
    choices = [each for each in setting.get("enum", ()) if each is not None]
    text = Text(" | ".join(choices if 0 < len(choices) <= _MOST_CHOICES else named))
    if setting.get("default") is not None:
        text.append(f"\n{json.dumps(setting['default'], ensure_ascii=False)}", "green")
    return text


def _description(setting: Mapping[str, Any]) -> str:
    return "\n".join(_paragraphs(setting.get("description", "")))


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a description, each as one line."""
    for paragraph in text.split("\n\n"):
        yield " ".join(paragraph.split())
