"""All plugins, taps and targets, and how each is started against a sandbox: for tests of what all have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_delivery.testing import Program, TargetRunner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

TAP_LISTRAK = Program(
    """
import sys
import tenacity
from tap_listrak import client
from tap_listrak.tap import TapListrak
client.BACKOFF = tenacity.wait_none()
sys.argv[0] = "tap-listrak"
""",
    "TapListrak.cli()",
)
TAP_TEXTLOCAL = Program(
    """
import sys
from tap_textlocal import client
from tap_textlocal.tap import TapTextlocal
client.BACKOFF = 0.02
sys.argv[0] = "tap-textlocal"
""",
    "TapTextlocal.cli()",
)


@dataclass(frozen=True)
class Plugin:
    """A plugin, and what is to be known of its settings.

    Attributes:
        name: Its name.
        required: A setting that it cannot do without.
        secret: The setting that it is known by at its vendor.
        address: The setting with its vendor's address.
        first_check: The first step of its check that meets a wrong secret.
        start: Makes a runner of it from a sandbox; of a target, the name of its fixture in `target_runs`.
    """

    name: str
    required: str
    secret: str
    address: str
    first_check: str
    start: Callable[[Any, Path], TargetRunner] | str

    @property
    def is_tap(self) -> bool:
        """Whether it is a tap."""
        return self.name.startswith("tap-")

    def variable(self, setting: str) -> str:
        """Return the variable that a setting is read from."""
        return f"{self.name}_{setting}".upper().replace("-", "_")


def _tap_listrak(sandbox: Any, folder: Path) -> TargetRunner:
    config = {"username": sandbox.username, "password": sandbox.password, "wsdl_url": sandbox.wsdl_url}
    return TargetRunner(TAP_LISTRAK, folder, config)


def _tap_textlocal(sandbox: Any, folder: Path) -> TargetRunner:
    config = {"api_key": "sandbox-textlocal", "api_url": sandbox.textlocal_url, "requests_per_second": 1000}
    return TargetRunner(TAP_TEXTLOCAL, folder, config)


PLUGINS = (
    Plugin("tap-listrak", "username", "password", "wsdl_url", "login", _tap_listrak),
    Plugin("tap-textlocal", "api_key", "api_key", "api_url", "key", _tap_textlocal),
    Plugin("target-attentive", "api_key", "api_key", "api_url", "key", "attentive"),
    Plugin("target-listrak-sms", "sender_code", "client_secret", "auth_url", "token", "listrak_sms"),
    Plugin("target-textlocal", "api_key", "api_key", "api_url", "key", "textlocal"),
)


def runner_of(plugin: Plugin, request: pytest.FixtureRequest, folder: Path) -> TargetRunner:
    """Make a runner of a plugin against the sandbox of a test, in a folder of its own that exists already."""
    sandbox = request.getfixturevalue("clean_sandbox")
    if isinstance(plugin.start, str):
        made: TargetRunner = request.getfixturevalue(plugin.start)(sandbox)
    else:
        made = plugin.start(sandbox, folder / "run")
    made.folder.mkdir(exist_ok=True)
    return made
