"""The jobs of meltano.yml for Textlocal, out of PostgreSQL and back: what is in a table arrives, once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from crm import Crm
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo_postgres import Database
    from projects import Project
    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

    Run = Callable[..., Counter[str]]
    Load = Callable[[datetime], None]

TABLES = """
CREATE TABLE sms_contacts (
    customer_id text PRIMARY KEY, mobile text, first_name text, last_name text, loyalty_tier text, sms_consent boolean,
    note text
);
INSERT INTO sms_contacts VALUES
    ('C2001', '07700 900201', 'Zoë', 'Évora', 'gold', true, 'nobody''s business'),
    ('C2002', '+44 (0)7700 900202', 'Seán', 'O''Neill', NULL, true, NULL),
    ('C2003', '07700 900203', 'Ana', 'Abe', NULL, NULL, NULL),   -- was never asked
    ('C2004', '020 7946 0958', 'Ben', 'Abe', NULL, true, NULL),  -- a landline
    ('C1001', '07700 900001', 'Priya', 'Patel', 'silver', true, NULL);  -- is in the group, with another name

CREATE TABLE sms_leavers (leaver_id integer PRIMARY KEY, mobile text, since date);
INSERT INTO sms_leavers VALUES (1, '07700 900002', '2026-11-01'), (2, '07700 900299', '2026-11-01');

CREATE TABLE sms_messages (
    message_id integer PRIMARY KEY, mobile text, template text, first_name text, order_number text,
    send_at timestamptz, sms_consent boolean
);
INSERT INTO sms_messages VALUES
    (1, '07700 900003', 'Spring sale', 'Zoë', NULL, NULL, true),
    (2, '07700 900004', 'spring SALE', 'Anaïs', NULL, NULL, true),
    (3, '07700 900005', 'Order ready', NULL, 'A-17', now() + interval '1 hour', true),
    (4, '07700 900006', 'Spring sale', 'Ben', NULL, NULL, false);

CREATE TABLE campaigns AS SELECT 'winter' AS campaign_id, now() + interval '2 hours' AS send_at;
CREATE TABLE sms_campaign_stops (campaign_id text PRIMARY KEY, note text);
CREATE TABLE members (customer_id text PRIMARY KEY, language text);
INSERT INTO members VALUES ('C1010', 'en'), ('C1011', 'fr'), ('C1012', 'en'),
    ('C1013', 'en'),  -- did not agree
    ('C1019', 'en');  -- opted out

CREATE VIEW sms_campaign_members AS
SELECT campaign_id, CASE language WHEN 'fr' THEN 'Nocturne' ELSE 'Late night' END AS template, send_at, customer_id,
       customer_id <> 'C1013' AS sms_consent
FROM members CROSS JOIN campaigns;
"""
ENGLISH, FRENCH = "Today we are open until 10 pm", "Aujourd'hui, nous sommes ouverts jusqu'à 22 h"
GROUP = "Customers"


@pytest.fixture
def crm(postgres: Database) -> Crm:
    return Crm(postgres, TABLES)


@pytest.fixture
def run(crm: Crm, project: Project, clean_sandbox: Sandbox) -> Run:
    """Run jobs of meltano.yml: how many calls of each command that made."""
    settings: dict[str, Any] = {
        **crm.settings,
        "TARGET_TEXTLOCAL_API_KEY": "sandbox-textlocal",
        "TARGET_TEXTLOCAL_API_URL": clean_sandbox.textlocal_url,
        "TARGET_TEXTLOCAL_GROUP_NAME": GROUP,
        "TARGET_TEXTLOCAL_DEFAULT_COUNTRY": "GB",
        "TARGET_TEXTLOCAL_MAX_REJECTED_PERCENT": "100",
    }

    def run(*jobs: str, **more: str) -> Counter[str]:
        before = Counter(clean_sandbox.calls("textlocal"))
        project.meltano("run", *jobs, **{**settings, **more})
        return Counter(clean_sandbox.calls("textlocal")) - before

    return run


@pytest.fixture
def load(postgres: Database, project: Project, clean_sandbox: Sandbox) -> Iterator[Load]:
    """Load Textlocal's tables as of a moment; they are in the schema `textlocal`."""

    def load(now: datetime) -> None:
        settings: dict[str, Any] = {
            "TAP_TEXTLOCAL_API_KEY": "sandbox-textlocal",
            "TAP_TEXTLOCAL_API_URL": clean_sandbox.textlocal_url,
            "TAP_TEXTLOCAL_AS_OF": now.isoformat(),
            "TARGET_POSTGRES_SQLALCHEMY_URL": postgres.sqlalchemy_url,
        }
        project.meltano("run", "textlocal-to-postgres", **settings)

    yield load
    with psycopg.connect(postgres.url) as connection:
        connection.execute("DROP SCHEMA IF EXISTS textlocal CASCADE")


def got(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Phone and text of what people got."""
    return sorted((each["phone"], each["text"]) for each in sandbox.texts())


@pytest.mark.slow
def test_people_come_into_the_group_and_out_of_it(run: Run, textlocal_api: TextlocalApi, project: Project) -> None:
    made = run("textlocal-contacts", "textlocal-remove")

    assert made["delete_contact"] == 2
    there = {each["number"]: each for each in textlocal_api.shown(f"contacts?group={GROUP}")["contacts"]}
    zoe = there["447700900201"]
    assert [zoe[each] for each in ("first_name", "last_name", "custom1", "custom2", "custom3")] == [
        "Zoë",
        "Évora",
        "C2001",
        "gold",
        "",
    ]
    assert (there["447700900202"]["last_name"], there["447700900202"]["custom1"]) == ("O'Neill", "C2002")
    assert (there["447700900001"]["first_name"], there["447700900001"]["custom2"]) == ("Priya", "silver")
    assert not {"447700900203", "442079460958", "447700900002"} & there.keys()
    assert len(there) == 120 + 2 - 1
    newsletter = textlocal_api.shown("contacts?group=Newsletter")["contacts"]
    assert len(newsletter) == 40  # another group is left alone
    # Each loader has a file of its own for what it rejects, so that no other one is fed with it.
    rejected = {each.name: each.read_text(encoding="utf-8") for each in project.folder.glob("*-rejects.jsonl")}
    assert "020 7946 0958" in rejected.pop("target-textlocal--contacts-rejects.jsonl")
    assert not any("020 7946 0958" in each for each in rejected.values())

    assert not {"create_contacts_bulk", "create_contacts", "delete_contact"} & run("textlocal-contacts").keys()


@pytest.mark.slow
def test_each_row_is_one_text_with_its_columns_in_the_template_at_its_time(run: Run, clean_sandbox: Sandbox) -> None:
    made = run("textlocal-messages")

    assert (made["bulk_json"], made["send"]) == (1, 1)
    at_once = [
        ("447700900003", "Hi Zoë, 20% off everything until Sunday."),
        ("447700900004", "Hi Anaïs, 20% off everything until Sunday."),
    ]
    assert got(clean_sandbox) == at_once
    assert not run("textlocal-messages").keys() & {"send", "bulk_json"}
    clean_sandbox.advance(2 * 3600)
    assert got(clean_sandbox) == [
        *at_once,
        ("447700900005", "Your order A-17 is ready: https://example.com/o?id=A-17&s=sms"),
    ]


@pytest.mark.slow
def test_a_campaign_by_customer_id_goes_out_at_its_time_and_its_figures_come_back(
    run: Run, load: Load, clean_sandbox: Sandbox, textlocal_api: TextlocalApi, postgres: Database
) -> None:
    assert run("textlocal-campaigns")["send"] == 2
    assert run("textlocal-campaigns") == {}
    assert got(clean_sandbox) == []
    assert sorted(each["custom"] for each in textlocal_api.shown("scheduled")["scheduled"]) == ["winter", "winter"]

    noon = datetime.now(timezone.utc) + timedelta(hours=2)
    days = (0, 1, 7)
    for day in days:
        now = noon + timedelta(days=day, minutes=5)
        clean_sandbox.post("/_sandbox/clock", {"at": now.isoformat()})
        load(now)
    texts = dict(got(clean_sandbox))
    assert len(clean_sandbox.texts()) == 3
    assert texts.keys() == {"447700900010", "447700900011", "447700900012"}
    assert texts["447700900010"].startswith(ENGLISH)
    assert texts["447700900011"].startswith(FRENCH)

    statuses = {each["number"]: each["status"] for each in textlocal_api.shown("messages")["messages"]}
    with psycopg.connect(postgres.url) as connection:
        states: dict[str, str] = dict(
            connection.execute("SELECT number, status FROM textlocal.message_status").fetchall()
        )
        figures = connection.execute(
            "SELECT campaign, template, day, total, delivered + undelivered + expired + unknown + invalid + pending"
            " FROM textlocal.campaign_metrics ORDER BY template, day"
        ).fetchall()
        ((contacts,),) = connection.execute(
            sql.SQL("SELECT count(*) FROM textlocal.contacts WHERE group_name = {}").format(sql.Literal(GROUP))
        ).fetchall()
    assert states == statuses
    assert figures == [
        ("winter", template, day, total, total)
        for template, total in (("Late night", 2), ("Nocturne", 1))
        for day in days
    ]
    assert contacts == 120


@pytest.mark.slow
def test_a_campaign_that_waits_can_be_cancelled(
    run: Run, crm: Crm, clean_sandbox: Sandbox, textlocal_api: TextlocalApi
) -> None:
    run("textlocal-campaigns")
    crm.execute("INSERT INTO sms_campaign_stops VALUES ('winter', 'snow')")

    assert run("textlocal-cancel-campaigns")["cancel_scheduled"] == 2
    assert not run("textlocal-campaigns").keys() & {"send", "create_group"}

    assert textlocal_api.shown("scheduled")["scheduled"] == []
    clean_sandbox.advance(3 * 3600)
    assert got(clean_sandbox) == []


@pytest.mark.slow
def test_jobs_that_text_can_be_tried_without_a_text(run: Run, clean_sandbox: Sandbox) -> None:
    jobs = ("textlocal-messages", "textlocal-campaigns")

    assert not run(*jobs, TARGET_TEXTLOCAL_DRY_RUN="true").keys() & {"send", "bulk_json", "create_group"}
    assert run(*jobs, TARGET_TEXTLOCAL_TEST_MODE="true").keys() & {"send", "bulk_json"} == {"send", "bulk_json"}
    clean_sandbox.advance(3 * 3600)
    assert got(clean_sandbox) == []
