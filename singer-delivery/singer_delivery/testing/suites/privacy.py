# ruff: noqa: S101 - assert is how pytest asserts
"""Nothing of anybody and no secret in what a target says. Only rejects and plan may hold people."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.testing.audience import audience, person, phone, record, schema
from singer_delivery.testing.suites.base import PEOPLE, Suite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from singer_delivery.testing.runs import TargetRun, TargetRunner
    from singer_delivery.testing.vendors import Vendor

_PEOPLE = re.compile(r"213\D{0,3}555\D{0,2}01\d\d|(?:First|Last)\d|person\d+@|bearer [\w.-]{9}", re.IGNORECASE)
_WRONG = "s3cret-canary"


class Privacy(Suite):
    """Logs, errors, state and reports are anonymous at any level: `everything` is that of each library, too."""

    @pytest.fixture(params=["info", "debug", "everything"])
    def said(self, request: pytest.FixtureRequest, target: TargetRunner) -> None:
        """The target says as much as the level lets it."""
        if request.param == "everything":
            target.log_everything()
        else:
            target.environment = {"LOGLEVEL": request.param.upper()}

    @pytest.mark.usefixtures("said")
    def test_nothing_of_anybody_is_told_whatever_goes_wrong(self, target: TargetRunner, vendor: Vendor) -> None:
        """Broken records, a vendor that refuses in the middle, and a tap that dies."""
        secrets = _secrets(target)
        broken = [
            person(30, phone="213-555-01"),
            person(31, email="person31@@example"),
            person(32, id="Last32"),
            person(33, phone=["+12135550133"]),
            person(34, last_name="\ud83d Last34"),
            {"phone": phone(35)},
        ]
        vendor.break_at(phone(12))
        run = target([schema(), *map(record, broken), *audience(PEOPLE)[1:]])
        assert run.code == 1
        assert run.outcomes["rejected"] == len(broken), run.reasons
        assert not leaks(run, secrets)
        run = target([*audience(PEOPLE), '{"type": "RECORD", "record": {"phone": "+12135550101", Last1}}\n'])
        assert run.code == 1
        assert not leaks(run, secrets)

    @pytest.mark.usefixtures("said")
    def test_no_secret_is_told_by_a_run_that_is_let_in_nowhere(self, target: TargetRunner, vendor: Vendor) -> None:
        """Neither the right nor the wrong credentials, by a run and by a check."""
        secrets = _secrets(target)
        wrong: dict[str, Any] = {
            name: _WRONG if isinstance(value, str) else value for name, value in vendor.no_access.items()
        }
        for arguments in ((), ("--test",)):
            run = target(audience(3), *arguments, **wrong)
            assert run.code == 1
            assert not leaks(run, [*secrets, _WRONG])


def leaks(run: TargetRun, secrets: list[str]) -> list[str]:
    """Return what a run said that it must not, each with a little around it."""
    said = {"stdout": run.stdout, "stderr": run.stderr}
    for name in ("report.json", "report.html"):
        if (run.folder / name).exists():
            said[name] = (run.folder / name).read_text(encoding="utf-8")
    words = [_PEOPLE, *(re.compile(re.escape(each)) for each in secrets)]
    return [
        f"{where}: {text[max(found.start() - 60, 0) : found.end() + 20]!r}"
        for where, text in said.items()
        for word in words
        for found in word.finditer(text)
    ]


def _secrets(target: TargetRunner) -> list[str]:
    """Return the values of the settings that the target says are secret."""
    about = target((), "--about", "--format=json", "--config=ENV")
    assert about.code == 0, about.stderr
    return list(_values(json.loads(about.stdout)["settings"], target.config))


def _values(schema: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[str]:
    for name, each in schema.get("properties", {}).items():
        value = config.get(name)
        if isinstance(value, dict):
            yield from _values(each, value)
        elif value and each.get("secret"):
            yield str(value)
