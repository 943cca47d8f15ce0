"""The peer of target-attentive: a plain SDK target, a record a call, one after the other.

What the SDK's cookiecutter template makes ("Per record"), with what its sample comment asks for: a `requests.Session`
and one POST for each record, to Attentive's `POST /v2/user/attributes`, which takes one person with the same body that
ours sends 256 of. It has the SDK's own validation, waits where it is told that it is too fast, and nothing else: no
consent, no ledger, no check of types, no results. Runs in our environment, for its SDK is the same:
`python attribute_sink.py --config CONFIG < MESSAGES`.
"""

from __future__ import annotations

import time
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar

import requests
from singer_sdk import typing as th
from singer_sdk.sinks import RecordSink
from singer_sdk.target_base import Target

_CUSTOM = ("Loyalty Member", "Loyalty Points", "Last Purchase", "Preferred Store")
_SECONDS = 60
_TOO_FAST = 0.05
"""Seconds to wait after a 429, which says nothing of how long; the limit is counted by the second."""


class AttributeSink(RecordSink):
    """Writes the attributes of each record's person."""

    @cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.config['api_key']}"
        return session

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Send a record."""
        custom = {name: record[name] for name in _CUSTOM}
        body = {
            "identifiers": {"email": record["email"], "clientUserId": record["client_user_id"]},
            "attributes": {
                "firstName": record["first_name"],
                "lastName": record["last_name"],
                "demographic": {"dateOfBirth": f"{record['birthday']:%Y-%m-%d}"},
                "location": {"zip": record["postal_code"]},
                "custom": {**custom, "Last Purchase": f"{record['Last Purchase']:%Y-%m-%d}"},
            },
        }
        url = f"{self.config['api_url']}/v2/user/attributes"
        answer = self._session.post(url, json=body, timeout=_SECONDS)
        while answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            time.sleep(_TOO_FAST)
            answer = self._session.post(url, json=body, timeout=_SECONDS)
        answer.raise_for_status()


class TargetAttributes(Target):
    """The target."""

    name = "target-attributes"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("api_url", th.StringType, required=True),
        th.Property("api_key", th.StringType, required=True, secret=True),
    ).to_dict()
    default_sink_class = AttributeSink


if __name__ == "__main__":
    TargetAttributes.cli()
