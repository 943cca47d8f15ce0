"""Several streams of a tap that stream maps give one name: each keeps its own columns, key and rejects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import SCHEMA, person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Outcome, Vendor

MAPS = {name: {"__alias__": "join"} for name in ("shop_a", "shop_b")}
ANN, BOB = "person1@example.com", "person2@example.com"


def shop(stream: str, **renamed: str) -> dict[str, Any]:
    """A SCHEMA message, some of its columns by another name."""
    properties = {renamed.get(name, name): kind for name, kind in SCHEMA["schema"]["properties"].items()}
    return {**SCHEMA, "stream": stream, "schema": {"type": "object", "properties": properties}}


def test_each_of_them_is_read_by_its_own_columns(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    other = {"type": "RECORD", "stream": "shop_b", "record": {"id": 2, "EMAIL": BOB, "name": "Bob"}}
    shops = [shop("shop_a"), shop("shop_b", email="EMAIL", fullName="name")]
    outcome = deliver([*shops, person(1, stream="shop_a"), other], stream_maps=MAPS)
    assert outcome.reasons == {"taken": 2}
    assert vendor.calls == [(ANN, {"name": "Ann"}), (BOB, {"name": "Bob"})]
    assert outcome.report["streams"]["join"]["read"] == 2


def test_a_row_is_rejected_by_the_stream_that_it_came_from(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    vendor.refuse(ANN, BOB)
    rows = [person(1, stream="shop_a"), person(2, stream="shop_b")]
    outcome = deliver([shop("shop_a"), shop("shop_b"), *rows], stream_maps=MAPS)
    assert outcome.reasons == {"bad_value": 2}
    rejects = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    told = [(each["stream"], each["record"]["email"]) for each in rejects if "record" in each]
    assert sorted(told) == [("shop_a", ANN), ("shop_b", BOB)]


@pytest.mark.parametrize("streams", [["join", "shop_b"], ["shop_b", "join"]], ids=str)
def test_one_of_them_is_dropped_and_the_other_is_delivered(
    deliver: Callable[..., Outcome], vendor: Vendor, streams: list[str]
) -> None:
    maps = {"join": "__NULL__", "shop_b": {"__alias__": "join"}}
    outcome = deliver([*map(shop, streams), person(1), person(2, stream="shop_b")], stream_maps=maps)
    assert (outcome.reasons, outcome.report["filtered"]) == ({"taken": 1}, 1)
    assert [key for key, _ in vendor.calls] == [BOB]
