"""The targets, ours and the two peers of each, made ready to deliver the same records to the same sandbox."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inputs import STREAM

if TYPE_CHECKING:
    from sandbox import Sandbox

sys.path.insert(0, str(Path(__file__).resolve().parent / "peer"))

# It is no package: the path above comes first.
from environment import HOTGLUE, hotglue_python

HERE = Path(__file__).resolve().parent
LISTRAK_SMS = Path(sys.executable).with_name("target-listrak-sms")
ATTENTIVE = Path(sys.executable).with_name("target-attentive")
TEXTLOCAL = Path(sys.executable).with_name("target-textlocal")
PEER = HERE / "peer" / "record_sink.py"
ATTENTIVE_PEER = HERE / "peer" / "attribute_sink.py"
TEXTLOCAL_PEER = HERE / "peer" / "contact_sink.py"
FILLER = HERE / "fill_ledger.py"
CREATE: Final = "Contact_PostContactListResource"
UPDATE: Final = "Contact_PutContactResource"
_INTEGRATION = {"client_id": "sandbox-sms", "client_secret": "sandbox-secret"}
_SENDER, _LIST = 501, 7001
_KEY = "sandbox-attentive"
_TEXTLOCAL_KEY = "sandbox-textlocal"
PEERS: Final = ("peer", "hotglue")
"""The plain target of the SDK, and that of hotglue's SDK."""
NO_LIMIT: Final = 100_000
"""A `requests_per_second` that nothing here can reach."""


@dataclass(frozen=True)
class Ours:
    """Our target with a config, a ledger and a report of its own.

    Attributes:
        program: The target.
        folder: Where all of them lie.
        config: The config's path.
    """

    program: Path
    folder: Path
    config: Path

    @property
    def command(self) -> list[str | Path]:
        """The command that runs it."""
        return [self.program, "--config", self.config]

    @property
    def fill(self) -> list[str | Path]:
        """The command that runs all of it but the calls; of target-listrak-sms alone."""
        return [sys.executable, FILLER, "--config", self.config]

    def report(self) -> dict[str, Any]:
        """The report of its last run."""
        found: dict[str, Any] = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        return found

    def forget(self) -> None:
        """Let the next run begin with an empty ledger."""
        for each in self.folder.glob("ledger.db*"):
            each.unlink()

    def ledger_bytes(self) -> int:
        """How large the ledger's files are."""
        return sum(each.stat().st_size for each in self.folder.glob("ledger.db*"))


def ours(server: Sandbox, folder: Path, *, per_second: float = NO_LIMIT, concurrency: int = 64) -> Ours:
    """Make our target ready, with an empty ledger; everything that is not named here is at its default.

    Args:
        server: What it delivers to.
        folder: For its files; made if it is not there.
        per_second: Its `requests_per_second`.
        concurrency: Its workers.
    """
    config = {
        **_INTEGRATION,
        "api_url": server.sms,
        "auth_url": server.tokens,
        "sender_code": str(_SENDER),
        "list_id": _LIST,
        "streams": {STREAM: "subscribe"},
        "consent_field": "sms_consent",
        "requests_per_second": per_second,
        "concurrency": concurrency,
    }
    return _made(LISTRAK_SMS, folder, config)


def attentive(server: Sandbox, folder: Path, action: str, **settings: Any) -> Ours:
    """Make target-attentive ready, with an empty ledger; everything that is not named here is at its default.

    Args:
        server: What it delivers to.
        folder: For its files; made if it is not there.
        action: What it does with every record.
        settings: Of the config.
    """
    config = {"api_key": _KEY, "api_url": server.attentive, "streams": {STREAM: action}, **settings}
    return _made(ATTENTIVE, folder, config)


def textlocal(server: Sandbox, folder: Path, action: str, **settings: Any) -> Ours:
    """Make target-textlocal ready, with an empty ledger; everything that is not named here is at its default.

    Args:
        server: What it delivers to.
        folder: For its files; made if it is not there.
        action: What it does with every record.
        settings: Of the config.
    """
    config = {"api_key": _TEXTLOCAL_KEY, "api_url": server.textlocal, "streams": {STREAM: action}, **settings}
    return _made(TEXTLOCAL, folder, config)


def _made(program: Path, folder: Path, config: dict[str, Any]) -> Ours:
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "ledger_url": f"sqlite:///{folder / 'ledger.db'}",
        "rejects_path": str(folder / "rejects.jsonl"),
        "report_path": str(folder / "report.json"),
    }
    made = Ours(program, folder, folder / "config.json")
    made.config.write_text(json.dumps({**config, **files}), encoding="utf-8")
    made.forget()
    return made


def peers(server: Sandbox, folder: Path) -> dict[str, list[str | Path]]:
    """Return the commands that run the plain target and that of hotglue's SDK, by name.

    Args:
        server: What they deliver to.
        folder: For their configs.
    """
    contacts = f"{server.sms}/v1/ShortCode/{_SENDER}/PhoneList/{_LIST}/Contact"
    return _both(PEER, "contacts", folder, {**_INTEGRATION, "auth_url": server.tokens, "contacts_url": contacts})


def attentive_peers(server: Sandbox, folder: Path) -> dict[str, list[str | Path]]:
    """Return the commands that run both peers of target-attentive; otherwise like `peers`."""
    return _both(ATTENTIVE_PEER, "attributes", folder, {"api_key": _KEY, "api_url": server.attentive})


def textlocal_peers(server: Sandbox, folder: Path, group_id: str) -> dict[str, list[str | Path]]:
    """Return the commands that run both peers of target-textlocal; otherwise like `peers`.

    Args:
        server: What they deliver to.
        folder: For their configs.
        group_id: The group that they fill.
    """
    config = {"api_key": _TEXTLOCAL_KEY, "api_url": server.textlocal, "group_id": group_id}
    return _both(TEXTLOCAL_PEER, "group", folder, config)


def python_of_hotglue() -> Path:
    """Return the Python of the environment of hotglue's SDK, which is made where it is not there yet."""
    return hotglue_python()


def _both(plain: Path, target: str, folder: Path, config: dict[str, str]) -> dict[str, list[str | Path]]:
    # Without it, hotglue's asks a service of hotglue's for a token first, and is refused.
    alone = {**config, "_refresh_token_via_hg_api": False}
    configs = {"peer": config, "hotglue": alone}
    paths = {name: folder / name / "config.json" for name in configs}
    for name, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(configs[name]), encoding="utf-8")
    return {
        "peer": [sys.executable, plain, "--config", paths["peer"]],
        "hotglue": [hotglue_python(), HOTGLUE, target, "--config", paths["hotglue"]],
    }
