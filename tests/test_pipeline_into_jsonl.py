"""tap-listrak into PyPI's target-jsonl through Meltano: every row becomes a line, with the values it has."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from listrak_reader import by_key, read_account

if TYPE_CHECKING:
    from projects import Project
    from sandboxes import Sandbox


@pytest.mark.slow
def test_every_row_that_has_its_key_becomes_a_line(project: Project, clean_sandbox: Sandbox) -> None:
    project.meltano(
        "run",
        "listrak-to-jsonl",
        TAP_LISTRAK_USERNAME=clean_sandbox.username,
        TAP_LISTRAK_PASSWORD=clean_sandbox.password,
        TAP_LISTRAK_WSDL_URL=clean_sandbox.wsdl_url,
    )

    written = {
        file.stem: [json.loads(line, parse_float=Decimal) for line in file.read_text(encoding="utf-8").splitlines()]
        for file in (project.folder / "output").glob("*.jsonl")
    }
    assert {stream: len(rows) for stream, rows in written.items()} == {
        stream: counts["rows"] - counts["without_key"] for stream, counts in clean_sandbox.rows().items()
    }
    for rows in written.values():
        assert all(row.keys() == rows[0].keys() for row in rows)
    account = read_account(clean_sandbox.wsdl_url, clean_sandbox.username, clean_sandbox.password)
    for stream, rows in written.items():
        assert by_key(stream, rows) == by_key(stream, account[stream]), stream
