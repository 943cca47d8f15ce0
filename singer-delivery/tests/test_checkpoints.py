from __future__ import annotations

import errno
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.checkpoints import Checkpoints
from singer_delivery.errors import OutputError
from singer_delivery.rows import Chunk


def chunk(rows: int, state: int | None = None) -> Chunk:
    return Chunk(unsettled=rows, state=None if state is None else {"bookmark": state})


def states(output: io.StringIO) -> list[int]:
    return [json.loads(line)["bookmark"] for line in output.getvalue().splitlines()]


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


def test_a_state_waits_for_every_record_before_it(output: io.StringIO) -> None:
    checkpoints = Checkpoints(output)
    first, second = chunk(2, state=1), chunk(1, state=2)
    checkpoints.add(first)
    checkpoints.add(second)
    checkpoints.settle(second, 1)
    checkpoints.settle(first, 1)
    checkpoints.advance(final=True)
    assert not states(output)
    checkpoints.settle(first, 1)
    checkpoints.advance(final=True)
    assert states(output) == [2]


def test_states_are_not_written_one_after_the_other_without_a_pause(output: io.StringIO) -> None:
    checkpoints = Checkpoints(output)
    for number in range(10):
        checkpoints.add(chunk(0, state=number))
        checkpoints.advance()
    checkpoints.advance(final=True)
    assert states(output) == [9]


def test_what_is_settled_together_lets_no_state_out_before_all_of_it(output: io.StringIO) -> None:
    checkpoints = Checkpoints(output)
    before, first, second = chunk(0, state=1), chunk(1, state=2), chunk(1, state=3)
    for each in (before, first, second):
        checkpoints.add(each)
    checkpoints.settle_together()
    checkpoints.settle(first, 1)
    checkpoints.advance(final=True)
    assert states(output) == [1]
    checkpoints.settle(second, 1)
    checkpoints.advance(final=True)
    assert states(output) == [1, 3]


def test_the_same_state_is_written_once(output: io.StringIO) -> None:
    checkpoints = Checkpoints(output)
    checkpoints.add(chunk(0, state=1))
    checkpoints.advance(final=True)
    checkpoints.add(chunk(0, state=1))
    checkpoints.advance(final=True)
    assert states(output) == [1]


def test_what_was_read_and_not_settled_is_counted(output: io.StringIO) -> None:
    checkpoints = Checkpoints(output)
    checkpoints.add(chunk(3))
    checkpoints.add(chunk(2))
    checkpoints.advance(final=True)
    assert checkpoints.unsettled == 5


@given(st.data())
def test_no_state_ever_passes_an_unsettled_record(data: st.DataObject) -> None:
    output = io.StringIO()
    checkpoints = Checkpoints(output)
    chunks = [
        chunk(rows, state=place) for place, rows in enumerate(data.draw(st.lists(st.integers(0, 3), max_size=8)))
    ]
    for each in chunks:
        checkpoints.add(each)
    order = data.draw(st.permutations([each for each in chunks for _ in range(each.unsettled)]))
    for each in order:
        checkpoints.settle(each, 1)
        checkpoints.advance(final=True)
        if written := states(output):
            assert not any(earlier.unsettled for earlier in chunks[: written[-1] + 1])
    checkpoints.advance(final=True)
    assert states(output)[-1:] == ([len(chunks) - 1] if chunks else [])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "The runner closed the pipe that state goes to: "),
        (OSError(errno.ENOSPC, "No space left"), "State cannot be written to standard output (No space left): "),
    ],
)
def test_a_state_that_nobody_takes_ends_the_run_and_says_why(
    output: io.StringIO, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def refuse(_text: str) -> None:
        raise error

    monkeypatch.setattr(output, "write", refuse)
    checkpoints = Checkpoints(output)
    checkpoints.add(chunk(0, state=1))
    with pytest.raises(OutputError, match=re.escape(said)):
        checkpoints.advance(final=True)
    checkpoints.advance(final=True)  # what is left to do on the way to the end is not hindered by it again
