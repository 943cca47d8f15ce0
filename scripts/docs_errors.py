"""Pages of what can go wrong, from the code's own tables: vendors' codes, and the reasons of outcomes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from docs_reasons import reasons

from singer_delivery.error_table import ErrorRule, Then
from tap_listrak.errors import ACCOUNT_ERRORS
from tap_textlocal.errors import TEXTLOCAL_ERRORS as TAP_TEXTLOCAL_ERRORS
from target_attentive.annex.errors import ANNEX_ERRORS
from target_attentive.errors import ATTENTIVE_ERRORS, OF_OPERATION, PERMISSIONS, forbidden, legacy_rule
from target_listrak_sms.errors import LISTRAK_ERRORS
from target_textlocal.errors import OF_COMMAND, TEXTLOCAL_ERRORS, UNKNOWN_COMMAND
from target_textlocal.errors import rule_of as textlocal_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_delivery.error_table import ErrorTable

_THEN = {
    Then.ALREADY: "the record is `already` so",
    Then.REJECT: "the record is rejected",
    Then.RETRY: "tried again, then the run stops",
    Then.REAUTHENTICATE: "a new token, once; then the run stops",
    Then.STOP: "the run stops",
}
_CODES_HEAD = """# Vendors' error codes

Each code that a vendor answers with, what the plugin does then, and your next step. Made from the error tables in the
code (`make format`), so it says what the program does. A run that stops names the same cause and next step.

Look for the code in the run's last message, in the rejects file (`vendor_code`), or in what `singer-rejects list`
prints.
"""
_REASONS_HEAD = """# Reasons of outcomes

Every record of a target ends in one of five [outcomes](../records.md), each with a reason. These are the reasons that
the code gives, read from it by `make format`. `would_be_` and one of them is what a dry run says.

A word in braces stands for what is filled in, such as a column's name. It is never a value of the record. Reasons that
come from a vendor's answer stand with [its error codes](codes.md).
"""
_LEGACY_STATUSES = (401, 403, 404)
"""Those of Attentive's legacy messages that mean something of their own."""
_OUTCOMES = {
    "rejected": "Not deliverable. The record is in the rejects file, and can be [replayed](../recipes/replay.md).",
    "skipped": "Left alone on purpose.",
    "already": "The vendor says that it was so before.",
    "accepted": "The vendor took it.",
    "unchanged": "Equal to what the vendor took last time: no call was made.",
}


class Vendor(NamedTuple):
    """What a vendor may answer to a plugin."""

    title: str
    plugin: str
    rules: tuple[ErrorRule, ...]


def vendors() -> list[Vendor]:
    """Return the rules of all plugins whose errors are in tables."""
    attentive = (
        *_rules(ATTENTIVE_ERRORS),
        *OF_OPERATION.values(),
        *map(forbidden, PERMISSIONS),
        *(legacy_rule("Message", status, None) for status in _LEGACY_STATUSES),
    )
    upgraded = textlocal_rule("get_groups", HTTPStatus.OK, UNKNOWN_COMMAND)
    textlocal = (*_rules(TEXTLOCAL_ERRORS), *OF_COMMAND.values(), upgraded)
    return [
        Vendor("Listrak SMS", "target-listrak-sms", _rules(LISTRAK_ERRORS)),
        Vendor("Attentive", "target-attentive", tuple(_once(attentive))),
        Vendor("Annex Cloud", "target-attentive", _rules(ANNEX_ERRORS)),
        Vendor("Textlocal", "target-textlocal", tuple(_once(textlocal))),
        Vendor("Textlocal, reading", "tap-textlocal", _rules(TAP_TEXTLOCAL_ERRORS)),
    ]


def pages() -> dict[str, str]:
    """Return the pages by their paths in the repository."""
    return {
        "docs/troubleshooting/codes.md": "\n".join(_codes()),
        "docs/troubleshooting/reasons.md": "\n".join(_reasons()),
    }


def _codes() -> Iterator[str]:
    yield _CODES_HEAD
    yield "## Listrak SOAP\n"
    yield "[tap-listrak](../../tap-listrak/README.md). The code stands in brackets in Listrak's answer.\n"
    yield "| code | then | what it means, and what to do |\n| --- | --- | --- |"
    for code, error in ACCOUNT_ERRORS.items():
        yield f"| `{code}` | the run stops, nothing is tried again | {_cell(error.advice)} |"
    for vendor in vendors():
        yield f"\n## {vendor.title}\n\n[{vendor.plugin}](../../{vendor.plugin}/README.md).\n"
        yield "| code | reason | then | what it means | what to do |\n| --- | --- | --- | --- | --- |"
        for rule in vendor.rules:
            code = f"`{rule.code}`" if rule.code else "any other"
            cells = (code, f"`{rule.reason}`", _THEN[rule.then], _cell(rule.cause), _cell(rule.next_step))
            yield f"| {' | '.join(cells)} |"
    yield ""


def _reasons() -> Iterator[str]:
    yield _REASONS_HEAD
    found = reasons()
    for outcome, meaning in _OUTCOMES.items():
        yield f"## {outcome}\n\n{meaning}\n"
        yield "| reason | given by | what is said |\n| --- | --- | --- |"
        for reason, by_package in sorted(found[outcome].items()):
            for package, messages in sorted(by_package.items()):
                yield f"| `{reason}` | {package} | {'<br>'.join(map(_cell, sorted(messages)))} |"
        yield ""


def _rules(table: ErrorTable) -> tuple[ErrorRule, ...]:
    """Return each rule of a table once: one may stand for many statuses."""
    return tuple(_once((*table.rules, *table.by_status.values())))


def _once(rules: Iterable[ErrorRule]) -> Iterator[ErrorRule]:
    seen = set()
    for rule in rules:
        if (rule.code, rule.cause, rule.then) not in seen:
            seen.add((rule.code, rule.cause, rule.then))
            yield rule


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
