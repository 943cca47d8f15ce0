"""The rows of one answer, in memory or on disk."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from full_disk import FullDisk, no_folder

from tap_listrak.errors import SetupError
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


@pytest.mark.parametrize("made", [no_folder, lambda **_: FullDisk()], ids=["when made", "when written"])
def test_a_full_temporary_folder_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, made: Any) -> None:
    monkeypatch.setattr("tap_listrak.spool.tempfile.TemporaryFile", made)
    with pytest.raises(SetupError, match=r"No space left on device.*TMPDIR") as error:
        RowSpool(2).add([{"a": 1, "b": 1}] * CELLS_IN_MEMORY)
    assert error.value.__suppress_context__
