"""The second peer of our targets: targets of hotglue-singer-sdk 1.0.51, a fork of the SDK with classes for targets.

What its own targets are made like: a `TargetHotglue` that lists its sinks, and a `HotglueSink` with the two methods
that it asks for: `preprocess_record` makes the body, `upsert_record` sends it. Calls go through the fork's
`request_api` where it can make them, so each has the fork's retries and its `requests.request`. A record that failed
is entered into the state, and the run goes on. The bodies are those of the plain targets beside this one.

Runs in an environment of its own: `python hotglue_targets.py contacts --config CONFIG < MESSAGES`; `attributes` and
`group` are the other two.
"""

from __future__ import annotations

import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from hotglue_singer_sdk import typing as th
from hotglue_singer_sdk.target_sdk.auth import ApiAuthenticator, OAuthAuthenticator
from hotglue_singer_sdk.target_sdk.client import HotglueSink
from hotglue_singer_sdk.target_sdk.target import TargetHotglue

_STREAM = "customers"
_FIELDS = {"email": "emailAddress", "first_name": "firstName", "last_name": "lastName", "postal_code": "postalCode"}
_CUSTOM = ("Loyalty Member", "Loyalty Points", "Last Purchase", "Preferred Store")


class _Login(OAuthAuthenticator):
    """A token for the client's own name and secret; the fork's asks for one with a refresh token."""

    @property
    def oauth_request_body(self) -> dict[str, str]:
        form = {name: self._config[name] for name in ("client_id", "client_secret")}
        return {"grant_type": "client_credentials", **form}


class ContactSink(HotglueSink):
    """Creates a contact at Listrak for each record."""

    name = _STREAM
    endpoint = ""

    @property
    def base_url(self) -> str:
        """Where calls go, in front of the endpoint."""
        return str(self.config["contacts_url"])

    @cached_property
    def authenticator(self) -> _Login:
        """What adds the token to a call."""
        return _Login(self._target, auth_endpoint=self.config["auth_url"])

    def preprocess_record(self, record: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        """Make the body."""
        body = {theirs: record[ours] for ours, theirs in _FIELDS.items()}
        body["phoneNumber"] = record["phone"].removeprefix("+")
        body["birthday"] = f"{record['birthday']:%Y-%m-%dT00:00:00}"
        body["segmentationFieldValues"] = [
            {"segmentationFieldId": 9001, "value": "on" if record["Loyalty Member"] else "off"},
            {"segmentationFieldId": 9002, "value": str(record["Loyalty Points"])},
            {"segmentationFieldId": 9003, "value": f"{record['Last Purchase']:%m/%d/%Y}"},
            {"segmentationFieldId": 9005, "value": record["Preferred Store"]},
        ]
        return body

    def upsert_record(self, record: dict[str, Any], context: dict[str, Any]) -> tuple[None, bool, dict[str, Any]]:
        """Send it; the answer tells no id."""
        return None, self.request_api("POST", request_data=record).ok, {}


class AttributeSink(HotglueSink):
    """Writes the attributes of each record's person at Attentive."""

    name = _STREAM
    endpoint = "/v2/user/attributes"

    @property
    def base_url(self) -> str:
        """Where calls go, in front of the endpoint."""
        return str(self.config["api_url"])

    @cached_property
    def authenticator(self) -> ApiAuthenticator:
        """What adds the key to a call."""
        return ApiAuthenticator(self._target, header_name="Authorization", header_value_prefix="Bearer ")

    def preprocess_record(self, record: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        """Make the body."""
        custom = {name: record[name] for name in _CUSTOM}
        return {
            "identifiers": {"email": record["email"], "clientUserId": record["client_user_id"]},
            "attributes": {
                "firstName": record["first_name"],
                "lastName": record["last_name"],
                "demographic": {"dateOfBirth": f"{record['birthday']:%Y-%m-%d}"},
                "location": {"zip": record["postal_code"]},
                "custom": {**custom, "Last Purchase": f"{record['Last Purchase']:%Y-%m-%d}"},
            },
        }

    def upsert_record(self, record: dict[str, Any], context: dict[str, Any]) -> tuple[None, bool, dict[str, Any]]:
        """Send it; the answer tells no id."""
        return None, self.request_api("POST", request_data=record).ok, {}


class GroupSink(HotglueSink):
    """Puts each record's number into a group at Textlocal."""

    name = _STREAM
    endpoint = "/create_contacts/"

    @property
    def base_url(self) -> str:
        """Where calls go, in front of the endpoint."""
        return str(self.config["api_url"])

    def preprocess_record(self, record: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        """Make the form."""
        numbers = record["phone"].removeprefix("+")
        return {"apikey": self.config["api_key"], "group_id": self.config["group_id"], "numbers": numbers}

    def upsert_record(self, record: dict[str, Any], context: dict[str, Any]) -> tuple[None, bool, dict[str, Any]]:
        """Send it as a form, which `request_api` cannot."""
        answer = requests.post(self.url(), data=record, timeout=self.timeout)
        self.validate_response(answer)
        return None, answer.json()["status"] == "success", {}


def _settings(*names: str) -> dict[str, Any]:
    schema: dict[str, Any] = th.PropertiesList(
        *(th.Property(each, th.StringType, required=True) for each in names)
    ).to_dict()
    return schema


class TargetContacts(TargetHotglue):
    """The target for Listrak."""

    name = "target-contacts"
    SINK_TYPES = (ContactSink,)
    config_jsonschema = _settings("auth_url", "contacts_url", "client_id", "client_secret")


class TargetAttributes(TargetHotglue):
    """The target for Attentive."""

    name = "target-attributes"
    SINK_TYPES = (AttributeSink,)
    config_jsonschema = _settings("api_url", "api_key")


class TargetGroup(TargetHotglue):
    """The target for Textlocal."""

    name = "target-group"
    SINK_TYPES = (GroupSink,)
    config_jsonschema = _settings("api_url", "api_key", "group_id")


_TARGETS = {"contacts": TargetContacts, "attributes": TargetAttributes, "group": TargetGroup}

if __name__ == "__main__":
    # The fork keeps files in `../.secrets`: nobody's shall be read or written but the benchmark's own.
    os.chdir(Path(sys.argv[-1]).parent)
    _TARGETS[sys.argv.pop(1)].cli()
