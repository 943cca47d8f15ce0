"""The rows of one answer, in memory or on disk."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import Any

import pytest

from tap_listrak.spool import CELLS_IN_MEMORY, RowSpool


@pytest.mark.parametrize("count", [0, 1, CELLS_IN_MEMORY // 3 + 1, CELLS_IN_MEMORY * 2])
def test_rows_come_back_as_they_went_in(count: Any) -> None:
    rows = [{"MsgID": number, "OpenPercent": Decimal("1.50"), "Subject": f"Grüße {number}"} for number in range(count)]
    spool = RowSpool(3)
    for start in range(0, count, 97):
        spool.add(rows[start : start + 97])
    assert spool.count == count
    assert list(chain.from_iterable(spool.chunks())) == rows


def test_large_answers_are_handed_on_in_pieces() -> None:
    spool = RowSpool(2)
    for number in range(CELLS_IN_MEMORY):
        spool.add([{"a": number, "b": 1}])
    assert max(map(len, spool.chunks())) <= CELLS_IN_MEMORY // 2 + 1
