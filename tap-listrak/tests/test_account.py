"""Lists and messages, read once for all streams."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import pytest

from tap_listrak.account import Account, MessageIndex
from tap_listrak.client import Answer
from tap_listrak.errors import SetupError
from tap_listrak.fetch import FetchAhead
from tap_listrak.mapping import Findings
from tap_listrak.spool import RowSpool
from tap_listrak.tap import TapListrak

if TYPE_CHECKING:
    from tap_listrak.client import Call, ListrakClient
    from tap_listrak.rows import RowReader


class Client:
    """Stands for a service with these lists."""

    def __init__(self, *lists: int) -> None:
        self._lists = [{"ListID": number} for number in lists]

    def fetch(self, _call: Call, _reader: RowReader) -> Answer:
        rows = RowSpool(1)
        rows.add(self._lists)
        return Answer(rows, Findings(), 0)


def account(*lists: int, **settings: Any) -> Account:
    config = {"username": "u", "password": "p", **settings}
    client = cast("ListrakClient", Client(*lists))
    return Account(client, TapListrak(config=config).settings, FetchAhead(1))


def test_a_user_without_lists_is_an_error_for_going_on_would_empty_every_table() -> None:
    with pytest.raises(SetupError, match="Listrak shows this user no list"):
        account().lists()


def test_chosen_lists_keep_the_order_of_the_service() -> None:
    assert [each["ListID"] for each in account(3, 1, 2, list_ids=[2, 3]).lists()] == [3, 2]


def test_windows_are_years_that_meet_and_end_now() -> None:
    windows = account(7, start_date="2022-06-01").windows()
    assert len(windows) >= 4
    assert windows[0].start.isoformat() == "2022-06-01T00:00:00"
    for window, following in pairwise(windows):
        assert window.end == following.start
        assert (window.end - window.start).days == 365
    assert windows[-1].end == account(7).settings.end or windows[-1].end.year >= 2026


def test_the_index_takes_a_message_once_and_treats_a_missing_counter_as_not_zero() -> None:
    index = MessageIndex()
    record = {"ListID": 1, "MsgID": 5, "OpenCount": None, "ReadCount": 0, "ClickCount": 2, "RemoveCount": 0}
    assert index.add(record)
    assert not index.add(dict(record))
    assert len(index) == 1
    assert [tuple(message) for message in index] == [(1, 5, (1, 0, 2, 0))]
