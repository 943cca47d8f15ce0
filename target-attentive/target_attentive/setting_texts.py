"""The target's own settings as a JSON Schema has them: what there is, and what it says to who sets it."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

from target_attentive.annex_settings import ANNEX_CLOUD

API_URL = "https://api.attentivemobile.com"
SUBSCRIPTION_TYPES = ("MARKETING", "TRANSACTIONAL")
"""What can be subscribed to. CHECKOUT_ABANDONED is reported and can be left, but not asked for."""
ATTRIBUTE_TYPES = ("string", "number", "boolean", "date")
_TEXT = th.StringType(min_length=1)

_CALLER = (
    th.Property(
        "api_key",
        _TEXT,
        required=True,
        secret=True,
        title="API key",
        description=(
            "Key of a custom app (in Attentive: Marketplace > Create app), with the permissions of what is to be "
            "delivered: Subscribers, Custom Attributes, Custom Events, eCommerce, Identity, Segments, Privacy."
        ),
        examples=["$ATTENTIVE_API_KEY"],
    ),
)

_SUBSCRIBERS = (
    th.Property(
        "sign_up_source_id",
        # A number, not an integer: from the environment the SDK would make an integer of any text, or fail.
        th.CustomType({"type": ["string", "number"], "minLength": 1}),
        title="Sign-up source id",
        description=(
            "Id of the API sign-up unit that people are subscribed by (in Attentive: Sign-up Units, column ID). This, "
            "or `locale` with `subscription_type`; only `subscribe` needs it."
        ),
        examples=["132109"],
    ),
    th.Property(
        "locale",
        _TEXT,
        title="Locale",
        description=(
            "Language and country instead of `sign_up_source_id`, with `subscription_type`: Attentive then takes the "
            "one API sign-up unit that has them. Case counts."
        ),
        examples=["en-US", "fr-CA"],
    ),
    th.Property(
        "subscription_type",
        th.StringType(allowed_values=list(SUBSCRIPTION_TYPES)),
        title="Subscription type",
        description=(
            "What people are subscribed to. Required with `locale`. With `sign_up_source_id` it says which of a "
            "person's subscriptions is looked at before anybody is subscribed, MARKETING if it is not set; it must be "
            "the type of that unit."
        ),
        examples=["MARKETING"],
    ),
    th.Property(
        "single_opt_in",
        th.BooleanType,
        default=False,
        title="Single opt-in",
        description=(
            "Subscribe to texts without asking the person to answer Y. Only if Attentive's account team agreed."
        ),
        examples=[True],
    ),
    th.Property(
        "resubscribe_opted_out",
        th.BooleanType,
        default=False,
        title="Resubscribe opted-out people",
        description=(
            "Let `subscribe` ask again who has a subscription that is not eligible: people who opted out, or who have "
            "not answered Y. Each of them gets a text."
        ),
        examples=[True],
    ),
    th.Property(
        "in_doubt_minutes",
        th.IntegerType(minimum=0),
        default=15,
        title="Minutes in doubt",
        description=(
            "How long after a subscribe call Attentive may still carry it out. If the call broke off, until then a "
            "person without a subscription is reported as `unknown` and gets no second text; after that the call "
            "counts as lost, and the next run makes it again. An unsubscribe that finds no subscription until then is "
            "rejected, to be replayed (`pending_subscription`)."
        ),
        examples=[60],
    ),
    th.Property(
        "notify_on_unsubscribe",
        th.BooleanType,
        default=False,
        title="Notify on unsubscribe",
        description="Let Attentive text people that they were unsubscribed.",
        examples=[True],
    ),
    th.Property(
        "notification_language",
        th.StringType(allowed_values=["en-US", "fr-CA"]),
        title="Notification language",
        description="Language of that text. Without it Attentive chooses.",
        examples=["fr-CA"],
    ),
    th.Property(
        "unsubscribe_types",
        th.ArrayType(th.StringType(allowed_values=[*SUBSCRIPTION_TYPES, "CHECKOUT_ABANDONED"])),
        title="Types to unsubscribe from",
        description="What `unsubscribe` takes people off. Without it: everything.",
        examples=[["MARKETING"]],
    ),
)

_ATTRIBUTES = (
    th.Property(
        "attributes_api",
        th.StringType(allowed_values=["bulk", "v1"]),
        default="bulk",
        title="Attributes API",
        description=(
            "`bulk` sends 256 people a call, names and addresses too, and needs both of the permissions Custom "
            "Attributes and Subscribers. `v1` is for keys that have only Custom Attributes: one person a call, custom "
            "attributes alone."
        ),
        examples=["v1"],
    ),
    th.Property(
        "wait_for_jobs",
        th.BooleanType,
        default=True,
        title="Wait for jobs",
        description=(
            "Follow each bulk job to its end, so that each record has its own outcome. If off, a record counts as "
            "accepted (`submitted`) when Attentive has taken the job, whatever comes of it."
        ),
        examples=[False],
    ),
    th.Property(
        "job_timeout_minutes",
        th.IntegerType(minimum=1),
        default=240,
        title="Job time-out, in minutes",
        description=(
            "A bulk job that takes longer ends the run; its records are sent again by the next one. Attentive aims at "
            "four hours for the first 10,000 records of a day, and is mostly done in minutes."
        ),
        examples=[60],
    ),
    th.Property(
        "attribute_types",
        th.ObjectType(additional_properties=th.StringType(allowed_values=list(ATTRIBUTE_TYPES))),
        default={},
        title="Attribute types",
        description=(
            "Types of custom attributes by name: `string`, `number`, `boolean` or `date`. Attentive keeps the type of "
            "the first value for ever, and so does this target; a type given here comes before what it saw."
        ),
        examples=[{"Member Number": "string"}],
    ),
)

_EVENTS = (
    th.Property(
        "old_events",
        th.StringType(allowed_values=["send", "skip"]),
        default="send",
        title="Old events",
        description=(
            "What to do about events older than 12 hours, which Attentive keeps, but starts no journey for: `send` or "
            "`skip` them (`too_old`). They are counted either way."
        ),
        examples=["skip"],
    ),
    th.Property(
        "event_ids_deduplicate",
        th.BooleanType,
        default=False,
        title="Event ids de-duplicate",
        description=(
            "Attentive told you that it passes over an event whose `externalEventId` it has. Then an event whose call "
            "broke off is sent again; otherwise it is reported as `unknown`, since it may have started a journey."
        ),
        examples=[True],
    ),
)

_SEGMENTS = (
    th.Property(
        "segment",
        _TEXT,
        title="Segment",
        description="Name of the segment that `segment_members` adds to and removes from, exactly as in Attentive.",
        examples=["Gold members"],
    ),
    th.Property(
        "segment_external_id",
        _TEXT,
        title="External id of the segment",
        description="External id of that segment. It finds the segment whatever it is called.",
        examples=["SEG_abc123def456"],
    ),
    th.Property(
        "create_segment",
        th.BooleanType,
        default=True,
        title="Create segment",
        description="Make the segment if it is not there. It needs a name then: `segment`.",
        examples=[False],
    ),
)

_DANGEROUS = (
    th.Property(
        "allow_privacy_delete",
        th.BooleanType,
        default=False,
        title="Allow privacy delete",
        description=(
            "Let `privacy_delete` ask Attentive to delete people with everything it holds about them. It cannot be "
            "undone."
        ),
        examples=[True],
    ),
    th.Property(
        "legacy_token",
        _TEXT,
        secret=True,
        title="Legacy token",
        description=(
            "Token of the legacy messages API, for `messages`: another one than `api_key`, given out by Attentive on "
            "request. That call is not in today's public API; a custom event that starts a journey replaces it."
        ),
        examples=["$ATTENTIVE_LEGACY_TOKEN"],
    ),
)

_WHERE = (
    th.Property(
        "api_url",
        _TEXT,
        default=API_URL,
        title="API address",
        description="Base address of Attentive's API. Another one only for tests.",
        examples=["http://127.0.0.1:8700/attentive"],
    ),
)

OWN: tuple[th.Property[Any], ...] = (
    *_CALLER,
    *_SUBSCRIBERS,
    *_ATTRIBUTES,
    *_EVENTS,
    *_SEGMENTS,
    *_DANGEROUS,
    ANNEX_CLOUD,
    *_WHERE,
)
"""In the order in which users meet them."""
