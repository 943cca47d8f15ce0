"""Where each target finds its account in a sandbox: credentials, addresses, and whom people are added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandboxes import Sandbox

GROUP = "Customers"
"""Textlocal's group of people."""


def listrak_sms_account(sandbox: Sandbox) -> dict[str, Any]:
    """Return the settings with which target-listrak-sms reaches a sandbox."""
    return {
        "client_id": "sandbox-sms",
        "client_secret": "sandbox-secret",
        "sender_code": "501",
        "list_id": 7001,
        "api_url": sandbox.sms_url,
        "auth_url": sandbox.auth_url,
        "default_country": "US",
    }


def attentive_account(sandbox: Sandbox) -> dict[str, Any]:
    """Return the settings with which target-attentive reaches a sandbox."""
    return {
        "api_key": "sandbox-attentive",
        "sign_up_source_id": "132109",
        "api_url": sandbox.attentive_url,
        "default_country": "US",
    }


def textlocal_account(sandbox: Sandbox) -> dict[str, Any]:
    """Return the settings with which target-textlocal reaches a sandbox."""
    return {
        "api_key": "sandbox-textlocal",
        "group_name": GROUP,
        "api_url": sandbox.textlocal_url,
        "default_country": "GB",
    }
