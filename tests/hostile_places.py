"""Where our programs meet an answer: every target and tap, its first call, and the endpoint of tokens."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from singer_delivery.testing import Program, TargetRunner
from singer_delivery.testing.audience import audience, schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from singer_delivery.testing import TargetRun

SECRETS = {
    "client_secret": "s3cret-client-secret",
    "api_key": "s3cret-api-key",
    "password": "s3cret-password",
    "token": "s3cret-token",
}
TOKEN = b'{"access_token": "s3cret-access-token", "expires_in": 3599, "token_type": "Bearer"}'
PEAK = """
import atexit, pathlib, resource
atexit.register(lambda: pathlib.Path("peak").write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)))
"""
"""Leaves the most memory that a run had, in KiB, beside its files."""

_TAP_LISTRAK = Program(
    """
import sys
import tenacity
from tap_listrak import client
from tap_listrak.tap import TapListrak
client.BACKOFF = tenacity.wait_none()
client._LONGEST_RETRY_AFTER = 0.01
sys.argv[0] = "tap-listrak"
""",
    "TapListrak.cli()",
)
_TAP_TEXTLOCAL = Program(
    """
import sys
from tap_textlocal import client
from tap_textlocal.tap import TapTextlocal
client.BACKOFF = 0.001
sys.argv[0] = "tap-textlocal"
""",
    "TapTextlocal.cli()",
)


@dataclass(frozen=True)
class Place:
    """A program that calls a server.

    Attributes:
        run: Runs it: where the server is, the fixtures, and settings that differ.
    """

    name: str
    run: Callable[..., TargetRun]

    def __str__(self) -> str:
        """Name it."""
        return self.name


def _target(runner: str, lines: list[Any], **usual: Any) -> Callable[..., TargetRun]:
    def run(url: str, request: pytest.FixtureRequest, *, measured: bool = False, **config: Any) -> TargetRun:
        where = SimpleNamespace(
            sms_url=f"{url}/sms", auth_url=f"{url}/token", attentive_url=f"{url}/api", textlocal_url=f"{url}/api"
        )
        made = request.getfixturevalue(runner)(where, **{**usual, "request_timeout": 5, **config})
        made.config = {**made.config, **{name: SECRETS[name] for name in SECRETS.keys() & made.config.keys()}}
        if "annex_cloud" in made.config:
            made.config["annex_cloud"] = {**made.config["annex_cloud"], "url": url}
        return (_measured(made) if measured else made)(lines)

    return run


def _tap(program: Program, setting: str, path: str, **usual: Any) -> Callable[..., TargetRun]:
    def run(
        url: str, request: pytest.FixtureRequest, folder: str = "run", *, measured: bool = False, **config: Any
    ) -> TargetRun:
        where: Path = request.getfixturevalue("tmp_path") / folder
        made = TargetRunner(program, where, {**usual, setting: url + path, "request_timeout": 5, **config})
        return (_measured(made) if measured else made)(())

    return run


def _measured(runner: TargetRunner) -> TargetRunner:
    program = runner.program
    assert isinstance(program, Program)
    return dataclasses.replace(runner, program=Program(program.imports, PEAK + program.main))


_SEGMENT = [
    {**schema("annex_segment"), "key_properties": []},
    {
        "type": "RECORD",
        "stream": "annex_segment",
        "record": {
            "email": "somebody@example.com",
            "name": "Members",
            "from_date": "2020-01-17",
            "to_date": "2020-02-14",
            "external_id": "1",
        },
    },
    {"type": "STATE", "value": {"bookmark": 1}},
]
_SEGMENT[0]["schema"] = {"properties": {name: {"type": "string"} for name in _SEGMENT[1]["record"]}}
_ANNEX = {"url": "", "site_id": "1001", "token": SECRETS["token"]}
_PEOPLE = audience(3, state_every=1)
_TEXTLOCAL = {"api_key": SECRETS["api_key"], "requests_per_second": 1000}

PLACES = (
    Place("target-listrak-sms", _target("listrak_sms", _PEOPLE)),
    Place("target-attentive", _target("attentive", _PEOPLE, default_action="attributes")),
    Place("annex-cloud", _target("attentive", _SEGMENT, annex_cloud=_ANNEX, default_action="annex_segment")),
    Place("target-textlocal", _target("textlocal", _PEOPLE, default_country="US")),
    Place("tap-textlocal", _tap(_TAP_TEXTLOCAL, "api_url", "/api", **_TEXTLOCAL)),
)
TAP_LISTRAK = Place(
    "tap-listrak",
    _tap(_TAP_LISTRAK, "wsdl_url", "/service?WSDL", username="reporting", password=SECRETS["password"]),
)
