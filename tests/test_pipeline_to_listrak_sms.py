"""MeltanoLabs' tap-postgres into target-listrak-sms through Meltano: whom a view holds gets what it says, once."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from crm import Crm
from meltano_project import BIN

if TYPE_CHECKING:
    from pathlib import Path

    from demo_postgres import Database
    from projects import Project
    from sandboxes import Sandbox

REJECTS = "target-listrak-sms-rejects.jsonl"
LEDGER = "target-listrak-sms-ledger.db"
PLAN = "target-listrak-sms-plan.jsonl"

PEOPLE = """
CREATE TABLE people (
    id integer PRIMARY KEY, phone text, sms_consent boolean, email text, first_name text, last_name text,
    birthday date, postal_code text, member boolean, points numeric(8, 2), bought timestamptz
);
INSERT INTO people VALUES
    (1, '(303) 555-0101', true, 'Ana@Example.com', 'Ana 🎉', 'Abe', '1990-04-01', '02134', true, 12.50, '2025-12-31Z'),
    (2, '+1 303 555 0102', true, NULL, 'نور', 'O''Brien', NULL, NULL, false, NULL, NULL),
    (3, '3035550103', NULL, 'bo@example.com', 'Bo', 'Berg', '1980-01-01', '10001', true, 1, NULL),
    (4, '303-555-01', true, 'eun@example.com', 'Eun', 'Diaz', '1980-01-01', '10001', true, 1, NULL);
"""
AUDIENCE = """
CREATE VIEW sms_audience AS
SELECT id, phone, sms_consent, email, first_name, last_name, birthday, postal_code, member AS "Loyalty Member",
       points AS "Loyalty Points", bought AS "Last Purchase"
FROM people
"""


@pytest.fixture
def crm(postgres: Database) -> Crm:
    return Crm(postgres, PEOPLE)


@pytest.fixture
def listrak(clean_sandbox: Sandbox) -> dict[str, Any]:
    """What the target has to know of the sandbox."""
    return {
        "TARGET_LISTRAK_SMS_CLIENT_ID": "sandbox-sms",
        "TARGET_LISTRAK_SMS_CLIENT_SECRET": "sandbox-secret",
        "TARGET_LISTRAK_SMS_SENDER_CODE": "10150",
        "TARGET_LISTRAK_SMS_LIST_NAME": "Master List",
        "TARGET_LISTRAK_SMS_API_URL": clean_sandbox.sms_url,
        "TARGET_LISTRAK_SMS_AUTH_URL": clean_sandbox.auth_url,
        "TARGET_LISTRAK_SMS_MAX_REJECTED_PERCENT": "100",
    }


def contact(sandbox: Sandbox, phone: str) -> Any:
    """A person's profile at the vendor, without what is empty; None if there is nobody."""
    found = sandbox.get(f"/_sandbox/listrak-sms/contacts?phone={phone}")["contacts"]
    return {name: value for name, value in found[0].items() if value} if found else None


def rejects(project: Project) -> list[dict[str, Any]]:
    lines = (project.folder / REJECTS).read_text(encoding="utf-8").splitlines()
    return [content for content in map(json.loads, lines) if "schema" not in content]


@pytest.mark.slow
def test_an_audience_is_tried_delivered_once_and_then_only_what_changed(
    crm: Crm, listrak: dict[str, Any], project: Project, clean_sandbox: Sandbox
) -> None:
    crm.execute(AUDIENCE)
    settings: dict[str, Any] = {**crm.settings, **listrak, "TARGET_LISTRAK_SMS_DEFAULT_COUNTRY": "US"}

    project.meltano("run", "audience-to-listrak-sms", **settings, TARGET_LISTRAK_SMS_DRY_RUN="true")

    assert contact(clean_sandbox, "13035550101") is None
    assert not (project.folder / LEDGER).exists()
    assert not (project.folder / REJECTS).exists()
    assert "13035550101" in (project.folder / PLAN).read_text()

    project.meltano("run", "audience-to-listrak-sms", **settings)

    ana = contact(clean_sandbox, "13035550101")
    fields = {each["segmentationFieldId"]: each["value"] for each in ana["segmentationFieldValues"]}
    assert fields == {9001: "on", 9002: "12.5", 9003: "12/31/2025"}
    assert (ana["firstName"], ana["lastName"], ana["emailAddress"]) == ("Ana 🎉", "Abe", "ana@example.com")
    assert (ana["birthday"], ana["postalCode"]) == ("1990-04-01T00:00:00", "02134")
    assert contact(clean_sandbox, "13035550102")["firstName"] == "نور"
    assert contact(clean_sandbox, "13035550103") is None  # did not agree
    assert [(each["record"]["id"], each["reason"]) for each in rejects(project)] == [(4, "invalid_phone")]
    assert sorted(text["phone"] for text in clean_sandbox.texts()) == ["13035550101", "13035550102"]

    before = clean_sandbox.calls("listrak-sms")
    crm.execute("UPDATE people SET last_name = 'Costa' WHERE id = 2")
    project.meltano("run", "audience-to-listrak-sms", **settings)

    assert contact(clean_sandbox, "13035550102")["lastName"] == "Costa"
    after = clean_sandbox.calls("listrak-sms")
    made = {operation: after[operation] - before.get(operation, 0) for operation in after}
    assert sum(made[each] for each in made if "_Put" in each or "_Post" in each) == 1
    assert len(clean_sandbox.texts()) == 2

    project.meltano("run", "audience-to-listrak-sms", **settings)

    assert clean_sandbox.calls("listrak-sms") == after


def _map_columns_of_another_name(crm: Crm, project: Project) -> None:
    crm.execute("""CREATE VIEW customers AS
        SELECT id, phone AS "Mobile No.", first_name AS fname, postal_code,
               CASE WHEN sms_consent THEN now() END AS opted_in_at
        FROM people""")
    definition = yaml.safe_load((project.folder / "meltano.yml").read_text())
    (target,) = [each for each in definition["plugins"]["loaders"] if each["name"] == "target-listrak-sms"]
    (tap,) = [each for each in definition["plugins"]["extractors"] if each["name"] == "tap-postgres"]
    stream = f"{crm.schema}-customers"
    tap["select"] = [f"{stream}.*"]
    target["config"] = yaml.safe_load(f"""
        streams: {{"{stream}": subscribe}}
        consent_field: agreed
        stream_maps:
          {stream}:
            phone: record["Mobile No."]
            first_name: fname
            agreed: bool(opted_in_at)
            __else__: __NULL__
    """)
    (project.folder / "meltano.yml").write_text(yaml.safe_dump(definition))


@pytest.mark.slow
def test_columns_of_any_tap_get_their_names_by_stream_maps_and_rejects_are_replayed(
    crm: Crm, listrak: dict[str, Any], project: Project, clean_sandbox: Sandbox
) -> None:
    _map_columns_of_another_name(crm, project)

    project.meltano("run", "tap-postgres", "target-listrak-sms", **crm.settings, **listrak)

    assert contact(clean_sandbox, "13035550102")["firstName"] == "نور"
    assert [each["record"]["Mobile No."] for each in rejects(project)] == ["(303) 555-0101", "303-555-01"]

    # Numbers without a country code: they are in the United States.
    listrak["TARGET_LISTRAK_SMS_DEFAULT_COUNTRY"] = "US"
    command: list[str | Path] = [BIN / "singer-rejects", "replay", project.folder / REJECTS]
    again = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    project.meltano("invoke", "target-listrak-sms", reads=again, **listrak)

    ana = contact(clean_sandbox, "13035550101")
    assert ana["firstName"] == "Ana 🎉"
    assert "postalCode" not in ana  # the stream map names it not
    still = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert [line["record"]["Mobile No."] for line in map(json.loads, still.splitlines()) if "record" in line] == [
        "303-555-01"
    ]
    assert sorted(text["phone"] for text in clean_sandbox.texts()) == ["13035550101", "13035550102"]
