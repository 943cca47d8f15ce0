"""What is wrong with the target's own settings beyond what a JSON Schema can see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from target_textlocal.setting_texts import INDIA_URL, UK_URL
from target_textlocal.settings import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_KEY = re.compile(r"[!-~]+")
_BLANK = ("group_name", "group_id", "sender")
_SENDER = re.compile(r"[A-Za-z0-9 .&_-]{3,11}|[0-9]{3,13}")
"""3 to 11 letters and digits, or up to 13 digits, by the page of `send`. Which of them it has, the account says."""
_LOCAL = {"127.0.0.1", "localhost", "::1"}
_OF_A_GROUP = ("contacts", "remove")
_OPT_OUTS = "6"


def problems(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of each setting that is wrong, and what would be right. No message quotes a value."""
    named = _named_actions(config)
    key = config.get("api_key")
    if isinstance(key, str) and not _KEY.fullmatch(key.strip()):
        yield "`api_key` holds blanks, line breaks or letters that no key has. Copy it again."
    yield from (f"`{each}` is blank." for each in _BLANK if config.get(each) is not None and not text_of(config[each]))
    yield from _group(config, named)
    sender = text_of(config.get("sender"))
    if sender and not _SENDER.fullmatch(sender):
        yield "`sender` is no sender name: 3 to 11 letters and digits, or up to 13 digits."
    if isinstance(url := config.get("api_url", UK_URL), str):
        yield from _address(url.strip())


def _group(config: Mapping[str, Any], named: set[str]) -> Iterator[str]:
    name, group = text_of(config.get("group_name")), text_of(config.get("group_id"))
    if name and group:
        yield "Give either `group_name` or `group_id`, not both: one of them finds the group."
    if group and not group.isdecimal():
        yield "`group_id` is no id: it has digits only. A group is found by its name with `group_name`."
    if group == _OPT_OUTS:
        yield "`group_id` 6 is Textlocal's own list of who opted out: nobody is added to it, or taken off."
    for action in _OF_A_GROUP:
        if action in named and not (name or group):
            yield f"`group_name` or `group_id` is missing: `{action}` needs one of them."


def _named_actions(config: Mapping[str, Any]) -> set[str]:
    streams = config.get("streams")
    bound = list(streams.values()) if isinstance(streams, dict) else []
    return {each for each in (*bound, config.get("default_action")) if isinstance(each, str)}


def _address(url: str) -> Iterable[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f"`api_url` is no http or https address. Textlocal's are {UK_URL} and {INDIA_URL}."
    elif parts.scheme == "http" and parts.hostname not in _LOCAL:
        # The key and people's data would cross the net in the clear.
        yield "`api_url` must be an https address; http is for this machine only."
