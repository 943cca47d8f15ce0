"""The peer of target-listrak-sms: a plain SDK target, a record a call, one after the other.

What the SDK's cookiecutter template makes ("Per record"), with what its sample comment asks for: a `requests.Session`
and one POST for each record, to the same Listrak operation with the same body as ours for people who are new. It has
the SDK's own validation, and nothing else: no consent, no ledger, no retries, no limiter. Runs in our environment, for
its SDK is the same: `python record_sink.py --config CONFIG < MESSAGES`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import requests
from singer_sdk import typing as th
from singer_sdk.sinks import RecordSink
from singer_sdk.target_base import Target

_FIELDS = {"email": "emailAddress", "first_name": "firstName", "last_name": "lastName", "postal_code": "postalCode"}
_SECONDS = 60


class ContactSink(RecordSink):
    """Creates a contact for each record."""

    @cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        config = self.config
        form = {name: config[name] for name in ("client_id", "client_secret")}
        answer = session.post(config["auth_url"], data={"grant_type": "client_credentials", **form}, timeout=_SECONDS)
        answer.raise_for_status()
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return session

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Send a record."""
        body = {theirs: record[ours] for ours, theirs in _FIELDS.items()}
        body["phoneNumber"] = record["phone"].removeprefix("+")
        body["birthday"] = f"{record['birthday']:%Y-%m-%dT00:00:00}"
        body["segmentationFieldValues"] = [
            {"segmentationFieldId": 9001, "value": "on" if record["Loyalty Member"] else "off"},
            {"segmentationFieldId": 9002, "value": str(record["Loyalty Points"])},
            {"segmentationFieldId": 9003, "value": f"{record['Last Purchase']:%m/%d/%Y}"},
            {"segmentationFieldId": 9005, "value": record["Preferred Store"]},
        ]
        answer = self._session.post(self.config["contacts_url"], json=body, timeout=_SECONDS)
        answer.raise_for_status()


class TargetContacts(Target):
    """The target."""

    name = "target-contacts"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("auth_url", th.StringType, required=True),
        th.Property("contacts_url", th.StringType, required=True),
        th.Property("client_id", th.StringType, required=True),
        th.Property("client_secret", th.StringType, required=True, secret=True),
    ).to_dict()
    default_sink_class = ContactSink


if __name__ == "__main__":
    TargetContacts.cli()
