"""The rejects file: what is in it, what a crash does to it, and which rows are still open."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import textwrap
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.errors import RejectsError
from singer_delivery.outcomes import rejected
from singer_delivery.rejects import Reject, RejectsFile, row_id

if TYPE_CHECKING:
    from pathlib import Path

    from singer_delivery.outcomes import Verdict

BAD_PHONE = rejected("invalid_phone", "The phone number cannot exist.")
BAD_FIELD = rejected("custom_field", "`Colour` is too long.", "ERROR_FIELD")


def _reject(number: int, verdict: Verdict = BAD_PHONE, **columns: str) -> Reject:
    return Reject("customers", "subscribe", {"id": number, "phone": "1", **columns}, ("id",), verdict)


def _id(number: int) -> str:
    return row_id("customers", {"id": number}, ("id",))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some" / "folder" / "rejects.jsonl"


def test_a_line_tells_what_was_rejected_and_why(path: Path) -> None:
    RejectsFile(path).add([_reject(7, BAD_FIELD, name="Zoë")])
    [line] = _lines(path)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "stream": "customers",
        "action": "subscribe",
        "record": {"id": 7, "phone": "1", "name": "Zoë"},
        "reason": "custom_field",
        "message": "`Colour` is too long.",
        "vendor_code": "ERROR_FIELD",
        "id": _id(7),
        "key_properties": ["id"],
    }


def test_only_its_owner_may_read_it(path: Path) -> None:
    umask = os.umask(0)
    try:
        RejectsFile(path).add([_reject(1)])
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_rejects_there_is_no_file(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([])
    rejects.resolve([("customers", _id(1))])
    assert not rejects.has_open
    assert not path.parent.exists()


def test_the_same_row_is_written_again_only_with_another_record_or_reason(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1), _reject(1), _reject(2)])
    rejects.add([_reject(1)])
    RejectsFile(path).add([_reject(1)])
    assert len(_lines(path)) == 2
    rejects.add([_reject(1, BAD_FIELD), _reject(2, name="new")])
    assert len(_lines(path)) == 4


def test_a_row_that_comes_through_is_open_no_more_until_it_is_rejected_again(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1), _reject(2)])
    rejects.resolve(iter([("customers", _id(1)), ("customers", _id(3))]))
    assert set(rejects.open_rejects) == set(RejectsFile(path).open_rejects) == {_id(2)}
    assert {**_lines(path)[-1], "at": ""} == {"id": _id(1), "stream": "customers", "resolved": True, "at": ""}
    rejects.resolve([("customers", _id(1))])
    assert len(_lines(path)) == 3
    rejects.add([_reject(1)])
    assert set(RejectsFile(path).open_rejects) == {_id(1), _id(2)}


def test_a_row_is_known_by_its_key_or_else_by_all_of_it() -> None:
    record = {"id": 1, "zone": "a", "phone": "x"}
    by_key = row_id("s", record, ("id", "zone"))
    assert by_key == row_id("s", {**record, "phone": "y"}, ["id", "zone"])
    assert by_key != row_id("other", record, ("id", "zone"))
    assert by_key != row_id("s", {**record, "id": "1"}, ("id", "zone"))
    whole = row_id("s", record, ())
    assert whole == row_id("s", dict(reversed(record.items())), ())
    assert whole != row_id("s", {**record, "phone": "y"}, ())


@pytest.mark.parametrize("missing", [{}, {"id": None}])
def test_rows_that_lack_their_key_are_not_taken_for_one_another(missing: Any) -> None:
    one, other = ({**missing, "phone": phone} for phone in "xy")
    assert row_id("s", one, ("id",)) != row_id("s", other, ("id",))


def test_every_place_at_which_a_crash_can_tear_the_file_loses_no_complete_line(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jsonl"
    RejectsFile(whole).add([_reject(1), _reject(2, name="é😀"), _reject(3, name="\ud83d")])
    content = whole.read_bytes()
    ends = [place + 1 for place, byte in enumerate(content) if byte == ord("\n")]
    for cut in range(ends[0], len(content) + 1):
        torn = tmp_path / "torn.jsonl"
        torn.write_bytes(content[:cut])
        # A line is complete with its last brace; only the line break may be missing.
        complete = {_id(number) for number, end in enumerate(ends, 1) if cut >= end - 1}
        rejects = RejectsFile(torn)
        assert set(rejects.open_rejects) == complete, cut
        rejects.add([_reject(4)])
        rejects.resolve([("customers", _id(1))])
        rejects.close()
        assert set(RejectsFile(torn).open_rejects) == (complete | {_id(4)}) - {_id(1)}, cut


def test_a_line_that_another_process_tears_meanwhile_does_not_spoil_the_next_one(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1)])
    with path.open("ab") as file:
        file.write(b'{"stream":"cust')
    rejects.add([_reject(2)])
    assert set(RejectsFile(path).open_rejects) == {_id(1), _id(2)}


@pytest.mark.parametrize(
    "junk",
    [b"\0" * 100, b"\xff\xfe{}", b"[]", b"1", b"{}", b'{"stream":"s","id":"x","record":5}', b'"\\ud800"', b"[" * 5000],
)
def test_lines_that_are_none_are_passed_over(path: Path, junk: Any) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1)])
    with path.open("ab") as file:
        file.write(junk + b"\n\n \r\n")
    rejects.add([_reject(2)])
    assert set(RejectsFile(path).open_rejects) == {_id(1), _id(2)}


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    with pytest.raises(RejectsError, match=r"/file/rejects\.jsonl cannot be written: Not a directory"):
        RejectsFile(tmp_path / "file" / "rejects.jsonl").check()
    with pytest.raises(RejectsError, match="cannot be written: Is a directory"):
        RejectsFile(tmp_path).add([_reject(1)])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")  # noqa: PTH110
def test_a_full_disk_is_an_error_and_the_row_does_not_count_as_written() -> None:
    rejects = RejectsFile("/dev/full")
    with pytest.raises(RejectsError, match="/dev/full cannot be written: No space left on device"):
        rejects.add([_reject(1)])
    assert not rejects.has_open


def test_a_disk_that_fills_up_in_the_middle_of_a_line_costs_that_line_only(tmp_path: Path) -> None:
    script = """
        import resource, signal
        from singer_delivery.errors import RejectsError
        from singer_delivery.outcomes import rejected
        from singer_delivery.rejects import Reject, RejectsFile
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        rejects = RejectsFile("rejects.jsonl")
        def add(n):
            rejects.add([Reject("customers", "subscribe", {"id": n}, ["id"], rejected("r", "m"))])
        add(1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
        try:
            add(2)
        except RejectsError as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        add(3)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "rejects.jsonl cannot be written: File too large" in done.stdout
    assert len((tmp_path / "rejects.jsonl").read_bytes().splitlines()) == 3
    assert set(RejectsFile(tmp_path / "rejects.jsonl").open_rejects) == {_id(1), _id(3)}


def test_a_device_is_written_to_and_never_read() -> None:
    rejects = RejectsFile("/dev/null")
    rejects.add([_reject(1)])
    rejects.check()
    assert rejects.has_open


def test_an_error_says_nothing_of_the_record(tmp_path: Path) -> None:
    with pytest.raises(RejectsError) as caught:
        RejectsFile(tmp_path).add([_reject(1, phone="+12125550123")])
    assert "2125550123" not in str(caught.value)
    assert caught.value.__suppress_context__


@given(
    st.dictionaries(
        st.text(st.characters()),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(st.characters())
        | st.decimals(allow_nan=False, allow_infinity=False),
    )
)
def test_an_id_is_the_same_after_json(record: dict[str, Any]) -> None:
    sent = json.loads(json.dumps({key: None if isinstance(v, Decimal) else v for key, v in record.items()}))
    again = json.loads(json.dumps(sent))
    assert (
        row_id("s", sent, ()) == row_id("s", again, ()) == row_id("s", dict(sorted(again.items(), reverse=True)), ())
    )
    for key in sent:
        assert row_id("s", sent, (key,)) == row_id("s", again, (key,))


def test_closing_a_file_that_nothing_was_written_to_makes_none(tmp_path: Path) -> None:
    RejectsFile(tmp_path / "rejects.jsonl").close()
    assert not [*tmp_path.iterdir()]
