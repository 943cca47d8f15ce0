"""The type that an attribute keeps: seen in its values, decided by the first one, learned from run to run."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from singer_delivery.columns import Columns
from target_attentive.attribute_mapping import AttributeMapper
from target_attentive.attribute_types import AttributeTypes, type_of

CANARY = "c4nary-value"


def attributes(record: dict[str, Any], types: AttributeTypes) -> Any:
    return AttributeMapper(Columns.of("people", record, {}), types).attributes(record)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Gold", "string"),
        ("24", "number"),
        ("-24.5", "number"),
        ("24,5", "string"),
        ("1e5", "string"),
        ("-", "string"),
        ("٣", "string"),
        ("TRUE", "boolean"),
        ("false", "boolean"),
        ("true story", "string"),
        ("2025-01-31", "date"),
        ("2025-01-31T10:00:00Z", "date"),
        ("2025-01-31 10:00:00.123+01:00", "date"),
        ("2025-01", "string"),
        (24, "number"),
        (Decimal("1.5"), "number"),
        (True, "boolean"),
        ([1], None),
        (2**64, None),
        (Decimal("NaN"), None),
    ],
)
def test_a_type_is_seen_in_a_text_too(value: Any, kind: str | None) -> None:
    assert type_of(value) == kind


def test_the_first_value_of_a_run_decides_a_type_and_another_is_rejected() -> None:
    types = AttributeTypes({})
    assert attributes({"points": 24}, types) == {"custom": {"points": 24}}
    assert attributes({"points": "25"}, types) == {"custom": {"points": "25"}}
    refused = attributes({"points": CANARY}, types)
    assert refused.reason == "type_locked"
    assert "`points`: the value is a string, and the attribute of that name a number" in refused.message
    assert CANARY not in refused.message


def test_names_differ_by_case_as_they_do_at_attentive() -> None:
    types = AttributeTypes({})
    attributes({"points": 24}, types)
    assert attributes({"Points": "many"}, types) == {"custom": {"Points": "many"}}


def test_a_string_attribute_takes_texts_that_look_like_something_else_but_no_number() -> None:
    types = AttributeTypes({})
    attributes({"size": "M"}, types)
    assert attributes({"size": "24"}, types) == {"custom": {"size": "24"}}
    assert attributes({"size": 24}, types).reason == "type_locked"


def test_a_record_that_is_rejected_decides_no_type() -> None:
    types = AttributeTypes({"b": "number"})
    assert attributes({"a": "text", "b": "text"}, types).reason == "type_locked"
    assert attributes({"a": 1}, types) == {"custom": {"a": 1}}


def test_a_pinned_type_counts_instead_of_the_first_value() -> None:
    types = AttributeTypes({"size": "string", "since": "date"})
    assert attributes({"size": "24"}, types) == {"custom": {"size": "24"}}
    assert attributes({"size": "M"}, types) == {"custom": {"size": "M"}}
    assert attributes({"since": "soon"}, types).reason == "type_locked"


class Memory:
    def __init__(self, **facts: str) -> None:
        self.facts = facts

    def known(self) -> dict[str, str]:
        return dict(self.facts)

    def learn(self, name: str, value: str) -> None:
        self.facts[name] = value


def test_what_an_earlier_run_learned_counts_unless_the_settings_say_otherwise() -> None:
    types = AttributeTypes({"since": "date"})
    memory: Any = Memory(points="number", since="string")
    types.recall(memory)
    assert attributes({"points": "many"}, types).reason == "type_locked"
    assert attributes({"since": "2025-01-31"}, types) == {"custom": {"since": "2025-01-31"}}
    types.confirm(["since"])
    assert memory.facts == {"points": "number", "since": "date"}


def test_a_type_is_learned_when_attentive_has_accepted_a_value_and_forgotten_when_it_refused_the_first() -> None:
    types = AttributeTypes({})
    memory: Any = Memory()
    types.recall(memory)
    attributes({"points": 24, "tier": "Gold"}, types)
    assert memory.facts == {}
    types.confirm(["points"])
    types.doubt(["points", "tier"])
    assert memory.facts == {"points": "number"}
    assert attributes({"tier": 1}, types) == {"custom": {"tier": 1}}
    assert attributes({"points": "many"}, types).reason == "type_locked"
