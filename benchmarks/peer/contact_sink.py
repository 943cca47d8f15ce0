"""The peer of target-textlocal: a plain SDK target, a record a call, one after the other.

What the SDK's cookiecutter template makes ("Per record"), with what its sample comment asks for: a `requests.Session`
and one POST for each record, to Textlocal's `create_contacts`, which takes numbers alone. It has the SDK's own
validation, and nothing else: no names, no consent, no ledger, no retries, no limiter, no look at who is there. Runs in
our environment, for its SDK is the same: `python contact_sink.py --config CONFIG < MESSAGES`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import requests
from singer_sdk import typing as th
from singer_sdk.sinks import RecordSink
from singer_sdk.target_base import Target

_SECONDS = 60


class GroupSink(RecordSink):
    """Puts each record's number into the group."""

    @cached_property
    def _session(self) -> requests.Session:
        return requests.Session()

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Send a record."""
        form = {
            "apikey": self.config["api_key"],
            "group_id": self.config["group_id"],
            "numbers": record["phone"].removeprefix("+"),
        }
        answer = self._session.post(f"{self.config['api_url']}/create_contacts/", data=form, timeout=_SECONDS)
        answer.raise_for_status()
        if answer.json()["status"] != "success":
            raise RuntimeError("Textlocal refused a contact.")


class TargetGroup(Target):
    """The target."""

    name = "target-group"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("api_url", th.StringType, required=True),
        th.Property("api_key", th.StringType, required=True, secret=True),
        th.Property("group_id", th.StringType, required=True),
    ).to_dict()
    default_sink_class = GroupSink


if __name__ == "__main__":
    TargetGroup.cli()
