"""Doubtful behaviour of Attentive's API, as switches."""

from __future__ import annotations

from vendor_sandbox.switches import Switch

_SILENT = "unknown: Attentive's description does not say"

SWITCHES = (
    Switch(
        "lenient-us",
        ("off", "on"),
        "whether ten digits are taken for a phone number of the United States, and shown as they were sent",
        "Attentive's description wants E.164; Annex Cloud's integration page shows ten digits",
        "C",
    ),
    Switch(
        "email-case",
        ("fold", "keep"),
        "whether two spellings of an e-mail address that differ in case are one address",
        _SILENT,
        "D",
    ),
    Switch(
        "accepted-seconds",
        ("0", "1", "5", "60"),
        "how long after a 202 it takes effect, by the sandbox's clock",
        "the description says that it is not done at once, and not how long it takes",
        "D",
    ),
    Switch("rate-limits", ("on", "off"), "whether there are limits of calls a second", "API Rate Limits page", "A"),
    Switch(
        "rate-window",
        ("second", "sliding"),
        "whether a limit is for each second of the wall clock, or for any second",
        "API Rate Limits page: counted per second; not how",
        "D",
    ),
    Switch(
        "rate-retry-after",
        ("absent", "1"),
        "Retry-After of a 429 that a limit causes",
        "not documented",
        "D",
    ),
    Switch(
        "unknown-fields",
        ("ignore", "refuse"),
        "what subscribe and unsubscribe do about a field that is not theirs: nothing, or 400",
        "Segment's action-destinations sends some in production",
        "C",
    ),
    Switch(
        "single-opt-in-text",
        ("legal", "none"),
        "whether single opt-in sends the legal text, or nothing",
        "the REST description says legal, the GraphQL description neither",
        "A",
    ),
    Switch(
        "text-after-stop",
        ("reply-y", "allow", "refuse"),
        "subscribing someone who answered STOP: only their own Y brings them back, or the call does, or nothing",
        "unknown: carriers' rules ask for a Y",
        "D",
    ),
    Switch(
        "opted-out-eligibility",
        ("false", "not-found"),
        "the eligibility of who unsubscribed: isEligible false, or no entry, which is 404 if there is no other",
        "the GraphQL description has reasons for ineligibility",
        "D",
    ),
    Switch(
        "empty-list",
        ("all", "none", "refuse"),
        "what an empty list of subscriptions means to unsubscribe: all of them, none, or 400",
        "the description says only that without the list all are meant",
        "D",
    ),
    Switch(
        "unsubscribe-unknown",
        ("not-found", "accepted"),
        "unsubscribing someone who never had a subscription: 404, or 202",
        "the description lists 404; one client takes it for done",
        "C",
    ),
    Switch(
        "message-opted-out",
        ("dropped", "sent"),
        "whether the legacy message reaches someone who unsubscribed",
        _SILENT,
        "D",
    ),
)
