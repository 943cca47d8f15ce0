"""Actions of target-attentive."""

from __future__ import annotations

import json
from typing import Any

from chaos.case import ANNEX, ATTENTIVE, Case, kind
from chaos.checker import Texts
from chaos.inputs import STREAM, People
from target_attentive.target import TargetAttentive

_SEGMENT = "gold"
# New people, some who are at the vendor already, and some who opted out there: see the sandbox's own people.
_ATTENTIVE = People(
    ("+13035550150", "+13035550151", "+12025550100", "+13035550152", "+12025550110"), ("+12025550112", "+12025550114")
)
_ATTENTIVE_KNOWN = People(("+12025550100", "+12025550101", "+12025550102", "+12025550103"), ("+12025550112",))
_ORDER = kind(_ATTENTIVE_KNOWN, lambda number: {"message": f"Order {number} is ready."})


def _member(number: int) -> dict[str, Any]:
    return {"name": ("Gold", "Silver")[number % 2], "from_date": "2026-01-01", "to_date": "2026-12-31"}


def _order(number: int) -> dict[str, Any]:
    items = [{"product_id": f"{number}", "product_variant_id": f"{number}-red", "price": 19.99}]
    return {"type": "purchase", "order_id": f"order-{number}", "items": json.dumps(items)}


CASES = (
    Case(
        "target-attentive subscribe",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE, lambda _: {}, deletes=True),
        {"default_action": "subscribe"},
        texts=Texts.PEOPLE,
    ),
    Case(
        "target-attentive unsubscribe, told of it",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE_KNOWN, lambda _: {}),
        {"default_action": "unsubscribe", "notify_on_unsubscribe": True},
    ),
    Case(
        "target-attentive attributes in bulk",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE_KNOWN, lambda number: {"tier": f"tier{number}"}),
        {"default_action": "attributes"},
        switches={"job_seconds": "0"},
    ),
    Case(
        "target-attentive segment_members",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE_KNOWN, lambda _: {}, deletes=True),
        {"default_action": "segment_members", "segment": "Gold", "segment_external_id": _SEGMENT},
        switches={"job_seconds": "0"},
    ),
    Case(
        "target-attentive events",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE_KNOWN, lambda _: {"type": "Visit"}),
        {"default_action": "events"},
        texts=Texts.EACH,
    ),
    Case(
        "target-attentive messages",
        TargetAttentive,
        ATTENTIVE,
        _ORDER,
        {"default_action": "messages", "legacy_token": "sandbox-attentive-legacy"},
        texts=Texts.EACH,
    ),
    Case(
        "target-attentive attributes, one by one (v1)",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE_KNOWN, lambda number: {"tier": f"tier{number}"}),
        {"default_action": "attributes", "attributes_api": "v1"},
    ),
    Case(
        "target-attentive ecommerce",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE_KNOWN, _order),
        {"default_action": "ecommerce"},
        texts=Texts.EACH,
    ),
    Case(
        "target-attentive identities",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE_KNOWN, lambda number: {"client_user_id": f"shop-{number}"}),
        {"default_action": "identities"},
    ),
    Case(
        "target-attentive privacy_delete",
        TargetAttentive,
        ATTENTIVE,
        kind(_ATTENTIVE_KNOWN, lambda _: {}),
        {"default_action": "privacy_delete", "allow_privacy_delete": True},
    ),
    # Members are known by their addresses, which have the digits of their phones: by those a trial tells of people.
    Case(
        "target-attentive annex_segment",
        TargetAttentive,
        ANNEX,
        kind(_ATTENTIVE_KNOWN, _member),
        {
            "default_action": "annex_segment",
            "stream_maps": {STREAM: {"email": "phone.replace('+', '') + '@example.com'"}},
        },
        texts=Texts.EACH,
    ),
)
