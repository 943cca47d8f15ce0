"""Records whose text JSON has no form for: half of an emoji, numbers that are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from singer_delivery.outcomes import rejected
from singer_delivery.reject_lines import encode, lines
from singer_delivery.rejects import Reject, RejectsFile

if TYPE_CHECKING:
    from pathlib import Path

HALF = "\ud83d"
"""Half of an emoji that was cut in two."""


def test_a_number_that_json_has_no_form_for_is_null_beside_text_that_is_no_unicode() -> None:
    assert json.loads(encode({"name": HALF, "score": float("inf")})) == {"name": HALF, "score": None}
    assert json.loads(encode({"score": float("inf")})) == {"score": None}


def test_a_line_that_was_edited_so_that_it_is_no_json_is_passed_over() -> None:
    good = b'{"id": "1", "stream": "people", "record": {"name": "\\ud83d"}}\n'
    edited = good.replace(b'"name"', b'"score": NaN, "name"')
    found = list(lines([good, edited]))
    assert found[0] is not None
    assert json.loads(bytes(found[0].record)) == {"name": HALF}
    assert found[1] is None


def test_a_file_is_closed_once_however_often_that_is_asked_and_opens_again(tmp_path: Path) -> None:
    rejects = RejectsFile(tmp_path / "rejects.jsonl")
    rejects.close()
    verdict = rejected("invalid_phone", "The phone number cannot exist.")
    rejects.add([Reject("people", "join", {"id": 1}, ("id",), verdict)])
    rejects.close()
    rejects.close()
    assert len((tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines()) == 1
