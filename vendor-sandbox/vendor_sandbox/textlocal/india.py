"""What holds in India only: texts that must match an approved template, and hours in which nothing may be sent.

Pure functions. A placeholder of a template is `%%|name^{"inputtype":"text","maxlength":"8"}%%` (seen in clients'
code). That nothing is sent at night, and a schedule time at night refused, is the vendor's errors 192 and 191; which
hours those are is the regulator's for promotional texts, 21:00 to 09:00.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLACEHOLDER = re.compile(r"%%\|([^%^]*)(?:\^(\{[^{}]*\}))?%%")
_HALF_HOURS = 19_800
_DAY = 86_400
_MORNING, _EVENING = 9 * 3600, 21 * 3600
LONGEST = 30
"""Characters of a placeholder that has no length of its own: made up."""


def at_night(moment: float) -> bool:
    """Whether it is night in India at a time (seconds since 1970, UTC), which is 5:30 ahead all the year."""
    second = (moment + _HALF_HOURS) % _DAY
    return not _MORNING <= second < _EVENING


def approved(text: str, templates: Iterable[str]) -> bool:
    """Whether a text is one of the templates with something in each of its placeholders."""
    return any(_pattern(template).fullmatch(text) for template in templates)


def _pattern(template: str) -> re.Pattern[str]:
    pieces: list[str] = []
    end = 0
    for found in _PLACEHOLDER.finditer(template):
        pieces += [re.escape(template[end : found.start()]), f".{{0,{_length(found.group(2))}}}"]
        end = found.end()
    return re.compile("".join([*pieces, re.escape(template[end:])]), re.DOTALL)


def _length(options: str | None) -> int:
    try:
        return int(json.loads(options or "{}").get("maxlength", LONGEST))
    except (TypeError, ValueError):
        return LONGEST
