"""The target's own settings as a JSON Schema has them: what there is, and what it says to who sets it."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

UK_URL = "https://api.txtlocal.com"
INDIA_URL = "https://api.textlocal.in"
CUSTOM_FIELDS = ("custom1", "custom2", "custom3")
_TEXT = th.StringType(min_length=1)
# A number, not an integer: from the environment the SDK would make an integer of any text, or fail.
_TEXT_OR_NUMBER = th.CustomType({"type": ["string", "number"], "minLength": 1})

_CALLER = (
    th.Property(
        "api_key",
        _TEXT,
        required=True,
        secret=True,
        title="API key",
        description=(
            "Key of the account (in Textlocal: Settings > All settings > API keys). If it is limited to IP "
            "addresses, that of the machine that runs this target must be among them."
        ),
        examples=["$TEXTLOCAL_API_KEY"],
    ),
    th.Property(
        "api_url",
        _TEXT,
        default=UK_URL,
        title="API address",
        description=f"Base address of Textlocal's API. For accounts in India: {INDIA_URL}.",
        examples=[INDIA_URL],
    ),
)

_GROUP = (
    th.Property(
        "group_name",
        _TEXT,
        title="Group",
        description=(
            "Name of the group that `contacts` fills, `remove` takes out of, and `campaigns` finds customer ids in. "
            "Case and blanks around it do not count. `contacts` makes it if it is not there."
        ),
        examples=["Customers"],
    ),
    th.Property(
        "group_id",
        _TEXT_OR_NUMBER,
        title="Group id",
        description="Id of that group, instead of its name. 5 is the account's built-in group of contacts.",
        examples=["412345"],
    ),
    th.Property(
        "customer_id_field",
        th.StringType(allowed_values=list(CUSTOM_FIELDS)),
        title="Customer id field",
        description=(
            "Which of a contact's three fields holds your customer id: the column `customer_id` goes there, and "
            "`campaigns` looks customers up by it. Textlocal has no field of its own for it."
        ),
        examples=["custom1"],
    ),
    th.Property(
        "existing_contacts",
        th.StringType(allowed_values=["update", "leave"]),
        default="update",
        title="Existing contacts",
        description=(
            "What `contacts` does about people who are in the group already. `update` reads the group once and sends "
            "who differs; `leave` never touches them."
        ),
        examples=["leave"],
    ),
)

_TEXTS = (
    th.Property(
        "sender",
        _TEXT_OR_NUMBER,
        title="Sender",
        description=(
            "Sender of texts whose record names none: one of the account's sender names. Without it: the account's "
            "default."
        ),
        examples=["ACME"],
    ),
    th.Property(
        "optouts",
        th.BooleanType,
        default=True,
        title="Heed opt-outs",
        description=(
            "Text nobody who is on the account's opt-out list, or on Textlocal's own. If off, Textlocal texts them: "
            "that is its default."
        ),
        examples=[True],
    ),
    th.Property(
        "max_credits",
        th.IntegerType(minimum=0),
        title="Most credits",
        description=(
            "Credits that a run may spend. They are counted before each call, and the run ends before one that would "
            "spend more. Without it: no limit but the account's balance."
        ),
        examples=[5000],
    ),
    th.Property(
        "test_mode",
        th.BooleanType,
        default=False,
        title="Test mode",
        description=(
            "Let Textlocal check every text and send none (its parameter `test`): no credit is used. What was tested "
            "is remembered apart from what was sent."
        ),
        examples=[True],
    ),
    th.Property(
        "unicode",
        th.StringType(allowed_values=["auto", "never"]),
        default="auto",
        title="Unicode",
        description=(
            "`auto` sends a text with letters that plain texts do not have, such as emoji, as unicode, of which fewer "
            "fit into a part. `never` rejects it, for accounts without unicode."
        ),
        examples=["never"],
    ),
    th.Property(
        "too_long",
        th.StringType(allowed_values=["reject", "send"]),
        default="reject",
        title="Too long",
        description=(
            "What to do about a text of more than 765 characters (335 in unicode): `reject` it, or `send` it, which "
            "Textlocal refuses or cuts."
        ),
        examples=["send"],
    ),
    th.Property(
        "in_doubt_minutes",
        th.IntegerType(minimum=0),
        default=15,
        title="Minutes in doubt",
        description=(
            "How long after a call that broke off Textlocal may still carry it out. Until then a text that is nowhere "
            "to be found is `unknown` and not sent again; after that a campaign counts as not sent, and the next run "
            "sends it."
        ),
        examples=[60],
    ),
)

_CAMPAIGNS = (
    th.Property(
        "delete_groups_after_days",
        th.IntegerType(minimum=8),
        title="Delete groups after days",
        description=(
            "Delete the groups that `campaigns` made, this many days after their texts went out, at the end of a run. "
            "Without it they are kept."
        ),
        examples=[30],
    ),
)

OWN: tuple[th.Property[Any], ...] = (*_CALLER, *_GROUP, *_TEXTS, *_CAMPAIGNS)
"""In the order in which users meet them."""
