"""What Textlocal's answers to `send` and `bulk_json` say of each number. Pure.

`send` answers `{"batch_id", "cost", "num_messages", "messages": [{"id", "recipient"}], "warnings"?, "status"}`, and
`bulk_json` a list of such, one for each text, beside `messages_not_sent`. Names of fields are those that several
clients read. A success may have sent nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_delivery.error_table import ErrorRule, Then
from singer_delivery.outcomes import UNKNOWN, Verdict, rejected, skipped
from target_textlocal.answers import code_of, warnings_of
from target_textlocal.errors import TEXTLOCAL_ERRORS, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_OK = 200
OPTED_OUT = skipped("opted_out", "The person has opted out at Textlocal. They are left alone unless `optouts` is off.")
_LEFT_OUT = skipped(
    "opted_out",
    "Textlocal left the number out without a warning, as it does with those on its own list of opt-outs.",
)
_ONE_OF_SEVERAL = rejected(
    "not_sent",
    "Textlocal left several numbers out of one call, for different reasons, and does not say which is whose. Replay "
    "the record.",
)
_NOTHING_SENT = rejected(
    "not_sent",
    "Textlocal says success, names nothing that it sent, and took no credits, as it does at hours when it sends no "
    "such texts. Replay the record in daytime.",
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer says.

    Attributes:
        verdicts: By number, of all that the call named. What the answer is silent about is `UNKNOWN`.
        batches: Ids of the batches that were made, with the numbers that each is known to go to.
        message_ids: Ids of the single texts.
        cost: Credits; None where they are not told, or are money.
        stops: What ends the run after this call, although it was a success: no credits left, the wrong hour.
    """

    verdicts: Mapping[str, Verdict]
    batches: tuple[tuple[str, Sequence[str]], ...] = ()
    message_ids: frozenset[str] = frozenset()
    cost: int | None = None
    stops: ErrorRule | None = None


def reply_to_send(body: Any, numbers: Sequence[str], taken: Verdict, *, optouts: bool) -> Reply:
    """Read the answer to a `send`.

    Args:
        body: A success.
        numbers: Whom it was for: digits, country code first.
        taken: The outcome of those who get the text.
        optouts: Whether Textlocal was told to leave out who opted out.
    """
    said = body if isinstance(body, Mapping) else {}
    rows = _rows(said, "messages")
    ids = frozenset(str(row["id"]) for row in rows if "id" in row)
    count = _whole(said.get("num_messages"))
    named = [*map(_recipient, rows)]
    if len(rows) == len(numbers) or (not rows and count == len(numbers)):
        verdicts = dict.fromkeys(numbers, taken)
    else:
        there = frozenset(named)
        # Numbers that were not asked for may be some that were, in another form: then nobody is known to be absent.
        is_clear = rows and (count is None or count == len(rows)) and there.issubset(numbers)
        absent = _of_the_absent(warnings_of(said), optouts=optouts) if is_clear else UNKNOWN
        verdicts = {number: taken if number in there else absent for number in numbers}
    return Reply(verdicts, _batch(said, named or numbers), ids, _whole(said.get("cost")))


def reply_to_bulk(body: Any, numbers: Sequence[str], taken: Verdict) -> Reply:
    """Read the answer to a `bulk_json`, each of whose texts is a batch of its own.

    Args:
        body: A success, of which nothing may have been sent.
        numbers: Whom it was for, each once.
        taken: The outcome of those who get their text.
    """
    said = body if isinstance(body, Mapping) else {}
    batches, refused = _rows(said, "messages"), _rows(said, "messages_not_sent")
    texts = [text for batch in batches for text in _rows(batch, "messages")]
    codes = {_digits(row.get("number")): code_of(row.get("error")) for row in refused}
    sent = frozenset(map(_recipient, texts))
    silent = _NOTHING_SENT if not (batches or refused) and _took_nothing(said) else UNKNOWN
    return Reply(
        {number: taken if number in sent else _not_sent(codes.get(number), silent) for number in numbers},
        tuple(each for batch in batches for each in _batch(batch, [*map(_recipient, _rows(batch, "messages"))])),
        frozenset(str(text["id"]) for text in texts if "id" in text),
        _whole(said.get("total_cost")),
        next((rule for rule in map(_rule, codes.values()) if rule.then is Then.STOP), None),
    )


def _of_the_absent(warnings: Iterable[str], *, optouts: bool) -> Verdict:
    """Return the outcome of numbers that a whole list of who was texted does not name."""
    verdicts = {verdict_of("send", code) for code in warnings}
    if len(verdicts) > 1:
        return _ONE_OF_SEVERAL
    return verdicts.pop() if verdicts else _LEFT_OUT if optouts else UNKNOWN


def _not_sent(code: str | None, silent: Verdict) -> Verdict:
    return silent if code is None else verdict_of("bulk_json", code)


def _rule(code: str) -> ErrorRule:
    return TEXTLOCAL_ERRORS.rule(_OK, code)


def _took_nothing(said: Mapping[str, Any]) -> bool:
    before, after = said.get("balance_pre_send"), said.get("balance_post_send")
    return before is not None and before == after and not said.get("test_mode") and not said.get("test")


def _batch(said: Mapping[str, Any], numbers: Sequence[str]) -> tuple[tuple[str, Sequence[str]], ...]:
    batch_id = said.get("batch_id")
    return () if batch_id in {None, ""} else ((str(batch_id), numbers),)


def _recipient(row: Mapping[str, Any]) -> str:
    return _digits(row.get("recipient"))


def _rows(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = said.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _digits(number: Any) -> str:
    return str(number).strip().removeprefix("+")


def _whole(value: Any) -> int | None:
    """Return a count, which some clients read as a text; None for money and for what is none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
