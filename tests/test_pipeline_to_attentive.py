"""The jobs of meltano.yml for target-attentive, from PostgreSQL through Meltano: what is in a table arrives, once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from crm import Crm

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo_postgres import Database
    from projects import Project
    from sandboxes import Sandbox

TABLES = """
CREATE TABLE subscribers (customer_id integer PRIMARY KEY, mobile text, email text, sms_consent boolean);
INSERT INTO subscribers VALUES
    (1, '(303) 555-0101', 'ana@example.com', true),
    (2, '+1 303 555 0102', NULL, true),
    (3, '3035550103', NULL, NULL),              -- was never asked
    (4, '202-555-0100', NULL, true),            -- is subscribed
    (5, '202-555-0112', NULL, true),            -- answered STOP
    (6, '303-555-01', NULL, true);

CREATE VIEW profiles AS
SELECT customer_id, mobile, 'Ana 🎉' AS first_name, 'Abe' AS last_name, date '1990-04-01' AS birthday,
       '02134' AS postal_code, 'Gold' AS loyalty_tier, 12.50 AS loyalty_points, date '2026-01-31' AS last_purchase,
       'nobody''s business' AS note
FROM subscribers WHERE customer_id = 1;

CREATE TABLE customer_ids (customer_id text PRIMARY KEY, mobile text, email text, crm_id integer);
INSERT INTO customer_ids VALUES ('1', '3035550101', NULL, 901);

CREATE TABLE gold_members (mobile text, left_at timestamptz);
INSERT INTO gold_members VALUES ('2025550100', NULL), ('2025550101', NULL), ('2025550105', '2026-01-31');

CREATE TABLE loyalty_events (
    event_id integer PRIMARY KEY, kind text, happened_at timestamptz, mobile text, points integer, balance numeric
);
INSERT INTO loyalty_events VALUES (7, 'Earned', now() - interval '1 hour', '2025550100', 120, 1230.25);

CREATE TABLE orders (order_id integer PRIMARY KEY, ordered_at timestamptz, mobile text, items jsonb);
INSERT INTO orders VALUES (1001, now(), '2025550100',
    '[{"product_id": "8", "product_variant_id": "8-red", "name": "Shirt", "price": 19.90, "quantity": 2}]');

CREATE TABLE annex_members (email text, valid_from date, valid_to date);
INSERT INTO annex_members VALUES
    ('b@example.com', '2026-01-17', '2026-02-14'), ('a@example.com', '2026-01-17', '2026-02-14');

CREATE TABLE opt_outs (opt_out_id integer PRIMARY KEY, mobile text, email text, channel text);
INSERT INTO opt_outs VALUES (1, '2025550101', 'person1@example.com', 'TEXT'), (2, NULL, 'person8@example.com', NULL);

CREATE TABLE erasure_requests (request_id integer PRIMARY KEY, mobile text, email text);
INSERT INTO erasure_requests VALUES (1, '2025550105', NULL);

CREATE TABLE texts (text_id integer PRIMARY KEY, mobile text, message text, sms_consent boolean);
INSERT INTO texts VALUES
    (1, '2025550100', 'Your order is ready.', true), (2, '2025550106', 'Your order is ready.', false);
"""


@pytest.fixture
def crm(postgres: Database) -> Crm:
    return Crm(postgres, TABLES)


@pytest.fixture
def run(crm: Crm, project: Project, clean_sandbox: Sandbox) -> Callable[..., Any]:
    """Run jobs of meltano.yml: how many calls of each operation that made, or what was said where it `fails`."""
    settings = {
        **crm.settings,
        "TARGET_ATTENTIVE_API_KEY": "sandbox-attentive",
        "TARGET_ATTENTIVE_API_URL": clean_sandbox.attentive_url,
        "TARGET_ATTENTIVE_SIGN_UP_SOURCE_ID": "132109",
        "TARGET_ATTENTIVE_DEFAULT_COUNTRY": "US",
        "TARGET_ATTENTIVE_MAX_REJECTED_PERCENT": "100",
        "TARGET_ATTENTIVE_ANNEX_CLOUD_URL": f"{clean_sandbox.url}/annex-cloud",
        "TARGET_ATTENTIVE_ANNEX_CLOUD_SITE_ID": "1001",
        "TARGET_ATTENTIVE_ANNEX_CLOUD_TOKEN": "sandbox-annex-secret",
    }

    def calls() -> Counter[str]:
        return Counter({**clean_sandbox.calls("attentive"), **clean_sandbox.calls("annex-cloud")})

    def run(*jobs: str, fails: bool = False, **more: str) -> Any:
        before = calls()
        done = project.meltano("run", *jobs, fails=fails, **settings, **more)
        return done.stdout + done.stderr if fails else dict(calls() - before)

    return run


@pytest.fixture
def held(clean_sandbox: Sandbox) -> Callable[..., list[dict[str, Any]]]:
    """What the sandbox's Attentive holds: `held("people", phone="+12025550100")`."""
    return lambda what, **who: clean_sandbox.get(f"/_sandbox/attentive/{what}?{urlencode(who)}")[what]


def states(held: Callable[..., list[dict[str, Any]]], **who: str) -> dict[tuple[str, str], str]:
    return {(each["type"], each["channel"]): each["state"] for each in held("subscriptions", **who)}


@pytest.mark.slow
def test_people_are_subscribed_described_linked_and_put_into_a_segment(
    run: Callable[..., Any], held: Callable[..., list[dict[str, Any]]], project: Project, clean_sandbox: Sandbox
) -> None:
    made = run("attentive-subscribe", "attentive-attributes", "attentive-identities", "attentive-segment-members")

    # Two are new. Who is subscribed, or left, is asked for and let be; who never agreed is not even asked for.
    assert (made["Eligibility"], made["Subscribe"]) == (4, 2)
    assert sorted(each["phone"] for each in clean_sandbox.texts()) == ["13035550101", "13035550102"]
    assert states(held, phone="+13035550101") == {("MARKETING", "TEXT"): "pending"}
    assert not held("subscriptions", email="ana@example.com")  # consent was to texts
    (ana,) = held("people", phone="+13035550101")
    assert ana["identifiers"] == {"phone": ["+13035550101"], "clientUserId": ["1"], "custom:crm": ["901"]}
    assert ana["profile"] == {
        "firstName": "Ana 🎉",
        "lastName": "Abe",
        "demographic": {"dateOfBirth": "1990-04-01"},
        "location": {"zip": "02134"},
    }
    assert ana["attributes"] == {"Loyalty Tier": "Gold", "Loyalty Points": 12.5, "Last Purchase": "2026-01-31"}
    (segment,) = held("segments")
    assert segment["name"] == "Gold members"
    assert {each["phone"] for each in segment["members"]} == {"+12025550100", "+12025550101"}
    # Each loader has a file of its own for what it rejects, so that no other one is fed with it.
    rejected = {each.name: each.read_text() for each in project.folder.glob("*-rejects.jsonl")}
    assert "303-555-01" in rejected.pop("target-attentive--subscribe-rejects.jsonl")
    assert not any("303-555-01" in each for each in rejected.values())


@pytest.mark.slow
def test_what_happened_is_sent_once(
    run: Callable[..., Any], held: Callable[..., list[dict[str, Any]]], clean_sandbox: Sandbox
) -> None:
    jobs = ("attentive-events", "attentive-ecommerce", "attentive-annex-segment")

    assert run(*jobs) == {"CustomEvent": 1, "Purchase": 1, "PostSegment": 1}
    earned, bought = (each["body"] for each in sorted(held("events"), key=lambda each: each["operation"]))
    assert (earned["type"], earned["user"]) == ("Points Earned", {"phone": "+12025550100"})
    assert earned["properties"] == {"event_id": 7, "points": 120, "balance": 1230.25}
    assert (bought["orderId"], bought["user"]) == ("1001", {"phone": "+12025550100"})
    (shirt,) = bought["items"]
    assert (shirt["productVariantId"], shirt["quantity"]) == ("8-red", 2)
    assert shirt["price"] == [{"value": 19.9, "currency": "USD"}]
    (segment,) = clean_sandbox.get("/_sandbox/annex-cloud/segments")["segments"]
    assert (segment["segmentName"], segment["member"]) == ("Only Members", "a@example.com,b@example.com")

    assert run(*jobs) == {}


@pytest.mark.slow
def test_who_left_is_taken_off_without_a_text_and_not_brought_back(
    run: Callable[..., Any], held: Callable[..., list[dict[str, Any]]], crm: Crm, clean_sandbox: Sandbox
) -> None:
    crm.execute("INSERT INTO opt_outs VALUES (3, '303 555 0101', NULL, 'TEXT')")

    made = run("attentive-unsubscribe", "attentive-subscribe")

    assert (made["Unsubscribe"], made["Subscribe"]) == (3, 1)
    assert [each["phone"] for each in clean_sandbox.texts()] == ["13035550102"]
    assert states(held, phone="+12025550101") == {("MARKETING", "TEXT"): "unsubscribed"}
    assert states(held, email="person1@example.com") == {("MARKETING", "EMAIL"): "subscribed"}  # left TEXT alone
    assert states(held, email="person8@example.com") == {("MARKETING", "EMAIL"): "unsubscribed"}
    assert not held("subscriptions", phone="+13035550101")


@pytest.mark.slow
def test_jobs_that_text_or_delete_for_good_are_off_unless_their_setting_is_given(
    run: Callable[..., Any], held: Callable[..., list[dict[str, Any]]], clean_sandbox: Sandbox
) -> None:
    for job, setting in (("attentive-privacy-delete", "allow_privacy_delete"), ("attentive-messages", "legacy_token")):
        assert f"`{setting}`" in run(job, fails=True)
    assert clean_sandbox.calls("attentive") == {}
    assert not clean_sandbox.texts()

    on = {
        "TARGET_ATTENTIVE_ALLOW_PRIVACY_DELETE": "true",
        "TARGET_ATTENTIVE_LEGACY_TOKEN": "sandbox-attentive-legacy",
    }
    jobs = ("attentive-privacy-delete", "attentive-messages")
    assert run(*jobs, **on) == {"PrivacyDelete": 1, "Message": 1}
    assert run(*jobs, **on) == {}
    assert [each["subjectPhone"] for each in held("privacy")] == ["+12025550105"]
    assert [(each["phone"], each["text"]) for each in clean_sandbox.texts()] == [
        ("12025550100", "Your order is ready.")
    ]
