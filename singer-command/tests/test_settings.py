"""Settings as they are checked: null is none, at any depth, and defaults take its place."""

from __future__ import annotations

from typing import Any

import pytest
from singer_command.settings import SettingsValidator
from singer_sdk import typing as th

INNER = th.ObjectType(th.Property("scheme", th.StringType, default="jwt"), th.Property("site", th.StringType))
SCHEMA = th.PropertiesList(
    th.Property("days", th.IntegerType(minimum=1), default=7),
    th.Property("proxy", INNER),
).to_dict()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({}, {"days": 7}),
        ({"days": None}, {"days": 7}),
        ({"days": 3}, {"days": 3}),
        ({"proxy": {"scheme": None, "site": None}}, {"days": 7, "proxy": {"scheme": "jwt", "site": None}}),
    ],
)
def test_null_gets_the_default_where_there_is_one(given: dict[str, Any], read: dict[str, Any]) -> None:
    assert list(SettingsValidator(SCHEMA).iter_errors(given)) == []
    assert given == read


def test_a_list_in_the_place_of_an_object_is_of_the_wrong_type_and_no_more() -> None:
    (error,) = SettingsValidator(SCHEMA).iter_errors({"proxy": ["jwt"]})
    assert error.validator == "type"
