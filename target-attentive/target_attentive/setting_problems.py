"""What is wrong with the target's own settings beyond what a JSON Schema can see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from target_attentive.annex_settings import ANNEX_URL, text_of
from target_attentive.setting_texts import API_URL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LOCALE = re.compile(r"[a-z]{2}-[A-Z]{2}")
_KEY = re.compile(r"[!-~]+")
"""What can stand in a header: visible ASCII. Attentive's keys are base64-like and are not looked into further."""
_LOCAL = {"127.0.0.1", "localhost", "::1"}
_BLANK = ("locale", "sign_up_source_id", "segment", "segment_external_id")
_LONGEST = {"segment": 240, "segment_external_id": 255}
"""Characters, by Attentive's description of POST /v2/segments."""


def problems(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of each setting that is wrong, and what would be right. No message quotes a value."""
    named = _named_actions(config)
    yield from _keys(config)
    yield from (f"`{each}` is blank." for each in _BLANK if config.get(each) is not None and not text_of(config[each]))
    yield from _unit(config, named)
    if config.get("unsubscribe_types") == []:
        yield "`unsubscribe_types` is an empty list. Leave it out to unsubscribe from everything, or name the types."
    yield from _segment(config, named)
    yield from _dangerous(config, named)
    yield from _annex(config.get("annex_cloud") or {}, named)
    if isinstance(url := config.get("api_url", API_URL), str):
        yield from _address("api_url", url)


def _keys(config: Mapping[str, Any]) -> Iterator[str]:
    for name in ("api_key", "legacy_token"):
        value = config.get(name)
        if isinstance(value, str) and not _KEY.fullmatch(value.strip()):
            yield f"`{name}` holds blanks, line breaks or letters that no key has. Copy it again."


def _unit(config: Mapping[str, Any], named: set[str]) -> Iterator[str]:
    source, locale, kind = (config.get(each) for each in ("sign_up_source_id", "locale", "subscription_type"))
    if isinstance(source, float) and not source.is_integer():
        yield "`sign_up_source_id` is no id: a number with a fraction."
    if source is not None and locale is not None:
        yield "Give either `sign_up_source_id` or `locale`, not both: Attentive takes exactly one of them."
    if isinstance(locale, str) and locale.strip() and not _LOCALE.fullmatch(locale.strip()):
        yield "`locale` is not like en-US: two small letters, a hyphen, two capitals. Attentive minds the case."
    if locale is not None and kind is None:
        yield "`subscription_type` is missing: with `locale` it must be set, to MARKETING or TRANSACTIONAL."
    if source is None and locale is None and "subscribe" in named:
        yield "`sign_up_source_id` is missing, or `locale` with `subscription_type`: `subscribe` needs one of them."


def _segment(config: Mapping[str, Any], named: set[str]) -> Iterator[str]:
    given = {each for each in _LONGEST if config.get(each) is not None}
    for name in sorted(given):
        if len(text_of(config[name]) or "") > _LONGEST[name]:
            yield f"`{name}` is longer than the {_LONGEST[name]} characters that Attentive takes."
    if not given and "segment_members" in named:
        yield "`segment` or `segment_external_id` is missing: `segment_members` needs one of them."


def _dangerous(config: Mapping[str, Any], named: set[str]) -> Iterator[str]:
    if "privacy_delete" in named and not config.get("allow_privacy_delete"):
        yield "`privacy_delete` deletes people at Attentive for good: it needs `allow_privacy_delete` to be true."
    if "messages" in named and config.get("legacy_token") is None:
        yield "`legacy_token` is missing: `messages` needs it, beside `api_key`."


def _annex(annex: Mapping[str, Any], named: set[str]) -> Iterator[str]:
    given = {each for each in ("site_id", "token") if text_of(annex.get(each)) is not None}
    if given or "annex_segment" in named:
        for name in ("site_id", "token"):
            if name not in given:
                yield f"`annex_cloud.{name}` is missing: `annex_segment` needs it."
    if isinstance(site := annex.get("site_id"), float) and not site.is_integer():
        yield "`annex_cloud.site_id` is no id: a number with a fraction."
    if isinstance(url := annex.get("url") or ANNEX_URL, str):
        yield from _address("annex_cloud.url", url)


def _named_actions(config: Mapping[str, Any]) -> set[str]:
    streams = config.get("streams")
    bound = list(streams.values()) if isinstance(streams, dict) else []
    return {each for each in (*bound, config.get("default_action")) if isinstance(each, str)}


def _address(setting: str, url: str) -> Iterable[str]:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f"`{setting}` is not an http or https address."
    elif parts.scheme == "http" and parts.hostname not in _LOCAL:
        # The key, or people's data, would cross the net in the clear.
        yield f"`{setting}` must be an https address; http is for this machine only."
