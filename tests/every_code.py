"""Where a user looks for the reason of an error of a vendor's: the rejects, the report, and the one message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.error_table import Then

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from singer_delivery.error_table import ErrorRule
    from singer_delivery.testing import TargetRun
    from vendor_sandbox.documented import Documented


def params(documented: Iterable[Documented], ordinary: Collection[str]) -> list[Any]:
    """Return a vendor's errors as parameters; all but some are slow tests."""
    return [
        pytest.param(
            *each, id=f"{each.operation}-{each.code}", marks=[] if each.code in ordinary else pytest.mark.slow
        )
        for each in documented
    ]


def rejects_of(run: TargetRun) -> list[dict[str, Any]]:
    """Return the lines of a run's rejects file, but for those that hold schemas."""
    return [
        content
        for path in run.folder.glob("*-rejects.jsonl")
        for content in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if "schema" not in content
    ]


def assert_told(run: TargetRun, rule: ErrorRule, code: str) -> None:
    """What a table says of a code is told where it belongs, by what it does to the run of one record."""
    report = run.report
    if rule.then is Then.REJECT:
        assert (run.code, report["reasons"]) == (0, {rule.reason: 1}), run.stderr
        (line,) = rejects_of(run)
        assert (line["reason"], line["vendor_code"]) == (rule.reason, code)
        assert line["message"] == f"{rule.cause} {rule.next_step}"
        assert rule.next_step in " ".join(run.stderr.split())
    elif rule.then is Then.ALREADY:
        assert (run.code, report["reasons"], report["outcomes"]["already"]) == (0, {rule.reason: 1}, 1), run.stderr
    else:
        assert run.code == 1
        assert report["unsettled"] == 1
        for said in (report["error"], " ".join(run.stderr.split())):
            assert rule.cause in said
            assert rule.next_step in said
        assert not rejects_of(run)
