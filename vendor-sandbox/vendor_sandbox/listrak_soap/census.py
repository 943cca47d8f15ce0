"""What the account of user `sandbox` holds, per stream of a Singer tap: what a complete extract must agree with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sandbox.listrak_soap.account import EVER
from vendor_sandbox.listrak_soap.reports import report
from vendor_sandbox.listrak_soap.rows import REPORT_ROWS

if TYPE_CHECKING:
    from vendor_sandbox.listrak_soap.account import Account
    from vendor_sandbox.listrak_soap.subscriptions import Unsubscribed

Counts = dict[str, int]


def census(account: Account, unsubscribed: Unsubscribed, *, tests: bool = False) -> dict[str, Counts]:
    """Count rows, nil ones aside.

    Args:
        account: The account.
        unsubscribed: Who left by hand.
        tests: Whether to count test messages and their reports.

    Returns:
        For each stream `rows`, `keys` (different complete keys) and `without_key` (rows that lack a part of theirs).
    """
    lists = range(len(account.layout.lists))
    places = [(index, number) for index in lists for number in _numbers(account, index, tests=tests)]
    return {
        "lists": _counts(len(lists), len(lists), 0),
        "messages": _counts(len(places), len(places), 0),
        **_reports(account, places),
        "subscribed_contacts": _subscribed(account, unsubscribed),
    }


def _counts(rows: int, keys: int, without_key: int) -> Counts:
    return {"rows": rows, "keys": keys, "without_key": without_key}


def _numbers(account: Account, index: int, *, tests: bool) -> range:
    messages = account.layout.lists[index].messages
    return range(messages + (len(account.layout.tests(index)) if tests else 0))


def _reports(account: Account, places: list[tuple[int, int]]) -> dict[str, Counts]:
    counted = {stream: _counts(0, 0, 0) for stream in REPORT_ROWS}
    for place in places:
        message = account.message(*place)
        for stream, counts in counted.items():
            each = report(message, stream)
            counts["rows"] += each.rows
            counts["keys"] += each.keys
            counts["without_key"] += each.keyless_rows
    return counted


def _subscribed(account: Account, unsubscribed: Unsubscribed) -> Counts:
    rows = nameless = 0
    for index in range(len(account.layout.lists)):
        positions = account.subscribed(index, *EVER)
        gone = unsubscribed.among(index, positions)
        rows += len(positions) - len(gone)
        nameless += account.nameless(index) in positions and account.nameless(index) not in gone
    return _counts(rows, rows - nameless, nameless)
