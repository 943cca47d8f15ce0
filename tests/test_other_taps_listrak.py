"""PyPI's tap-listrak 1.1.0, made without the SDK and so without stream maps, into target-attentive, which has them."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing.runs import TargetRunner

pytestmark = pytest.mark.slow
ENVIRONMENT = Path(__file__).parents[1] / "benchmarks" / "peer" / "environment.py"
STREAM = "subscribed_contacts"


@pytest.fixture(scope="module")
def command() -> list[Path]:
    """How the tap is started."""
    spec = importlib.util.spec_from_file_location("peer_environment", ENVIRONMENT)
    assert spec
    assert spec.loader
    environment = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(environment)
    try:
        return [environment.peer_python(), environment.RUNNER]
    except environment.NoPythonError as error:
        pytest.skip(str(error))


@pytest.fixture
def written(command: list[Path], start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> list[str]:
    """What the tap writes of the contacts of an account."""
    sandbox = start_sandbox(lists=1, messages=1, contacts=40)
    sandbox.switch(nil_rows="off", empty_result="empty")
    config = {"start_date": "2000-01-01T00:00:00Z", "username": sandbox.username, "password": sandbox.password}
    (tmp_path / "config.json").write_text(json.dumps(config))

    def run(*arguments: str | Path) -> str:
        asked = [*command, sandbox.wsdl_url, "-c", tmp_path / "config.json", *arguments]
        return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=240).stdout

    catalog = json.loads(run("-d"))
    for stream in catalog["streams"]:
        # It writes the lists in any case; selected, with a SCHEMA before them.
        selected = {"selected": stream["tap_stream_id"] in {STREAM, "lists"}}
        stream["metadata"].append({"breadcrumb": [], "metadata": selected})
        stream["schema"].update(selected)
    (tmp_path / "catalog.json").write_text(json.dumps(catalog))
    return run("-p", tmp_path / "catalog.json").splitlines(keepends=True)


def test_attentive_knows_of_each_contact_that_it_is_at_listrak(
    written: list[str], attentive: Callable[..., TargetRunner], clean_sandbox: Sandbox
) -> None:
    messages = [json.loads(line) for line in written]
    emails = {each["record"]["EmailAddress"] for each in messages if each.get("stream") == STREAM and "record" in each}
    columns = {"email": "EmailAddress", "Nickname": "str(ListID)", "__else__": "__NULL__"}
    mapped = {STREAM: {**columns, "__key_properties__": ["email"]}, "__else__": "__NULL__"}
    target = attentive(clean_sandbox, default_action="attributes", stream_maps=mapped, max_rejected_percent=100)

    done = target(written)

    assert done.code == 0, done.stderr
    assert done.outcomes["accepted"] == len(emails - {None, ""}), done.reasons
    people = clean_sandbox.get("/_sandbox/attentive/people")["people"]
    known = {email for each in people if each["attributes"].get("Nickname") for email in each["identifiers"]["email"]}
    assert known == {email.lower() for email in emails if email}
