"""The connection check behind `--test`: one line each for what works. Nothing is changed at Attentive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.checking import checked
from singer_delivery.errors import SetupError
from target_attentive.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_attentive.client import AttentiveClient
    from target_attentive.settings import AttentiveSettings

_SCOPES = (
    "not checked: Attentive does not tell what a key may do; a permission that is missing shows as HTTP 403 at the "
    "first call that needs it, and the message names it"
)
_LEGACY = "not checked: all that the legacy token can do is text somebody"


def check(client: AttentiveClient, settings: AttentiveSettings) -> Iterator[tuple[str, bool, str]]:
    """Try Attentive step by step, up to the first step that fails.

    Returns:
        Each step's name, whether it works, and what was seen or what to do.
    """
    steps: dict[str, Callable[[], str]] = {
        "key": lambda: _account(client),
        "scopes": lambda: _SCOPES,
        "unit": lambda: _unit(settings),
        "segment": lambda: _segment(client, settings),
        "annex": lambda: _annex(settings),
    }
    if settings.legacy_token is not None:
        steps["legacy"] = lambda: _LEGACY
    return checked(steps)


def _account(client: AttentiveClient) -> str:
    body = client.call("Me", "GET", "/v1/me", changes=False).body
    names = ("applicationName", "companyName", "attentiveDomainName")
    found = [body.get(each) if isinstance(body, dict) else None for each in names]
    if not any(found):
        raise SetupError("What answers says nothing of an account. Check `api_url`.")
    shown = [f"'{each}'" if each else "(not told)" for each in found]
    return "application {}, company {}, domain {}".format(*shown)


def _unit(settings: AttentiveSettings) -> str:
    if settings.sign_up_source_id is not None:
        named = f"sign-up source {settings.sign_up_source_id}"
    elif settings.locale is not None:
        named = f"the sign-up unit of {settings.locale}, {settings.subscription_type}"
    else:
        return "none is set, so `subscribe` cannot be used"
    return f"{named}; not checked: Attentive does not show sign-up units"


def _segment(client: AttentiveClient, settings: AttentiveSettings) -> str:
    if settings.segment is None and settings.segment_external_id is None:
        return "none is set, so `segment_members` cannot be used"
    found = Segments(client, settings).find()
    return f"segment {found}" if found else "not there yet: the first run that adds somebody makes it"


def _annex(settings: AttentiveSettings) -> str:
    annex = settings.annex_cloud
    if annex is None:
        return "Annex Cloud is not set up, so `annex_segment` cannot be used"
    return f"Annex Cloud, site {annex.site_id} at {annex.url}, token scheme {annex.token_scheme}; nothing was called"
