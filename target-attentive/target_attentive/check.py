"""The connection check behind `--test`: one line each for what works. Nothing is changed at Attentive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.errors import CallError, DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_attentive.client import AttentiveClient
    from target_attentive.settings import AttentiveSettings


def check(client: AttentiveClient, settings: AttentiveSettings) -> Iterator[tuple[str, bool, str]]:
    """Try Attentive step by step, up to the first step that fails.

    Yields:
        Each step's name, whether it works, and what was seen or what to do.
    """
    steps: dict[str, Callable[[], str]] = {
        "key": lambda: _account(client),
        "scopes": lambda: _SCOPES,
        "annex": lambda: _annex(settings),
    }
    for name, step in steps.items():
        try:
            seen = step()
        except (CallError, DeliveryError) as error:
            yield name, False, str(error)
            return
        yield name, True, seen


_SCOPES = (
    "not checked: Attentive does not tell what a key may do; a permission that is missing shows as HTTP 403 at the "
    "first call that needs it, and the message names it"
)


def _account(client: AttentiveClient) -> str:
    account = client.call("Me", "GET", "/v1/me", changes=False).body
    known = account if isinstance(account, dict) else {}
    shown = {
        "app": known.get("applicationName"),
        "company": known.get("companyName"),
        "domain": known.get("attentiveDomainName"),
    }
    told = ", ".join(f"{what} '{name}'" for what, name in shown.items() if isinstance(name, str) and name)
    return told or "the key is accepted; Attentive says nothing of the account"


def _annex(settings: AttentiveSettings) -> str:
    annex = settings.annex_cloud
    if annex is None:
        return "Annex Cloud is not set up, so `annex_segment` cannot be used"
    return f"Annex Cloud: site {annex.site_id} at {annex.url}, token scheme {annex.token_scheme}; nothing was called"
