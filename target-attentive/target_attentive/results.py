"""What a bulk job says of each of its records: the lines of its results, read as verdicts. Pure, no I/O.

Attentive documents that there is a line of JSON for each record with its response, and not how a line looks (vendor
description of v2, bulk jobs). So lines are read tolerantly: the record, or its identifiers, under `request` or on
the line itself; the status under `response` or on the line itself, as a number, its digits, a word, or `success`::

    {"request": {"identifiers": {"phone": "+12025550100"}}, "response": {"status": 200, "message": "OK"}}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from singer_delivery.outcomes import Verdict, accepted, rejected
from target_attentive.error_words import code_of
from target_attentive.errors import ATTENTIVE_ERRORS
from target_attentive.identifiers import custom_key

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

UNVERIFIED = accepted("unverified")
"""The job is at its end, and nobody can read in its results what became of the record."""
NO_RESULT = rejected(
    "no_result",
    "The results of the bulk job say nothing of this record, so nobody knows whether it was written. Replay it: to "
    "write it twice does no harm.",
)
_SUCCESS, _SERVER_ERROR = range(200, 300), 500
_WORDS = {
    **dict.fromkeys(("ok", "success", "successful", "succeeded", "completed", "accepted", "updated", "created"), 200),
    **dict.fromkeys(("error", "failed", "failure", "rejected", "refused", "invalid", "bad_request"), 400),
}
"""Words that may stand in a status' place."""
_MOST_REMEMBERED = 1_000


@dataclass(frozen=True)
class ResultRules:
    """What lines mean for one kind of job.

    Attributes:
        done: Of a line that says success.
        no_line: Of a record that has no line.
        words: Pattern to be found in a line's message in lower case, and its verdict; they come before the status.
        by_status: Verdicts of statuses that mean something of their own here.
    """

    done: Verdict
    no_line: Verdict = NO_RESULT
    words: Sequence[tuple[re.Pattern[str], Verdict]] = ()
    by_status: Mapping[int, Verdict] = field(default_factory=dict)
    _seen: dict[tuple[int, str], Verdict] = field(init=False, repr=False, compare=False, default_factory=dict)

    def verdict(self, status: int, message: str) -> Verdict:
        """Return what a line means. Its message is looked through, and never shown: it may quote the record."""
        verdict = self._seen.get((status, message))
        if verdict is None:
            verdict = self._read(status, message.lower())
            if len(self._seen) < _MOST_REMEMBERED:  # most lines say the same, word for word
                self._seen[status, message] = verdict
        return verdict

    def _read(self, status: int, message: str) -> Verdict:
        for pattern, verdict in self.words:
            if pattern.search(message):
                return verdict
        if known := self.by_status.get(status):
            return known
        return self.done if status in _SUCCESS else _refusal(status, message)


def read_results(body: bytes, keys: Sequence[str], rules: ResultRules) -> list[Verdict] | None:
    """Find the verdict of each record.

    Lines are matched by identifiers, in any order; what is left, by its place, if there are as many lines as records.

    Args:
        body: The results: JSON lines, or a JSON array of the same objects.
        keys: The keys of the job's deliveries (`Identifiers.key`), in the order in which they were sent.
        rules: What lines mean.

    Returns:
        Verdicts in the order of the keys; None if there is no JSON in it, as in a page of some server between.
    """
    lines = _lines(body)
    if lines is None:
        return None
    said = [_verdict(line, rules) for line in lines]
    if lines and not any(said):
        return [UNVERIFIED] * len(keys)
    places: dict[str, list[int]] = {}
    for place in range(len(keys) - 1, -1, -1):  # of equal keys the first is taken first, from the list's end
        places.setdefault(keys[place], []).append(place)
    verdicts: list[Verdict | None] = [None] * len(keys)
    left = []
    for number, line in enumerate(lines):
        if fitting := places.get(_key(line)):
            verdicts[fitting.pop()] = said[number] or UNVERIFIED
        else:
            left.append(number)
    if len(lines) == len(keys) and left == [place for place, verdict in enumerate(verdicts) if verdict is None]:
        for place in left:
            verdicts[place] = said[place]
    return [verdict or rules.no_line for verdict in verdicts]


def _lines(body: bytes) -> list[Mapping[str, Any]] | None:
    """Return the lines, an empty one for what is no JSON object; None if that is every one."""
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return []
    whole = _decoded(text) if text.startswith(b"[") else None
    decoded = whole if isinstance(whole, list) else [_decoded(line) for line in text.split(b"\n") if line.strip()]
    lines: list[Mapping[str, Any]] = [line if isinstance(line, dict) else {} for line in decoded]
    return lines if any(lines) or not decoded else None


def _decoded(text: bytes | str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return None


def _object(value: Any) -> Mapping[str, Any]:
    """Return an object, also one that is written as text within the line; an empty one for anything else."""
    if isinstance(value, str) and value.startswith("{"):
        value = _decoded(value)
    return value if isinstance(value, dict) else {}


def _verdict(line: Mapping[str, Any], rules: ResultRules) -> Verdict | None:
    """Return what a line says; None if it has no status."""
    for at in (_object(line.get("response")), line):
        status = _status(at)
        if status is not None:
            message = at.get("message", at.get("error", ""))
            return rules.verdict(status, message if isinstance(message, str) else str(message))
    return None


def _status(said: Mapping[str, Any]) -> int | None:
    for name in ("status", "statusCode"):
        value = said.get(name)
        if type(value) is int:
            return value
        if isinstance(value, str):
            known = _WORDS.get(value.strip().lower())
            if known is not None or (value.isdecimal() and value.isascii()):
                return known or int(value)
    success = said.get("success")
    return (200 if success else 400) if isinstance(success, bool) else None


def _key(line: Mapping[str, Any]) -> str:
    """Return the key of the delivery that a line is about, by the rule of `Identifiers.key`; empty if unclear."""
    request = _object(line.get("request")) or line
    who = _object(request.get("identifiers")) or _object(request.get("user")) or request
    if isinstance(phone := who.get("phone"), str) and phone:
        return phone
    if isinstance(email := who.get("email"), str) and email:
        return email.lower()
    if isinstance(number := who.get("clientUserId"), str) and number:
        return f"id:{number}"
    custom = who.get("customIdentifiers")
    first = custom[0] if isinstance(custom, list) and custom else None
    if isinstance(first, dict):
        return custom_key(first.get("key", first.get("name")), first.get("value"))
    return ""


def _refusal(status: int, message: str) -> Verdict:
    """Return what a refusal means: the same as that of a call, as far as one record can be its cause."""
    code = code_of(message) if status == HTTPStatus.BAD_REQUEST else None
    return ATTENTIVE_ERRORS.rule(min(status, _SERVER_ERROR), code).verdict(code or f"HTTP {status}")
