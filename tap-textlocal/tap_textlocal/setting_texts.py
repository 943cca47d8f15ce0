"""The settings as a JSON Schema has them: what there is, and what it says to who sets it."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

UK_URL = "https://api.txtlocal.com"
INDIA_URL = "https://api.textlocal.in"
DEFAULT_ZONE = "UTC"
MOST_DAYS = 90
"""As long as target-textlocal remembers a batch."""
HISTORY_DAYS = 184
"""Days of history that are read at first: half a year at its longest, which is what Textlocal gives by itself."""
_TEXT = th.StringType(min_length=1)
# Ids are digits, and people write them with and without quotes.
_ID = th.CustomType({"type": ["string", "integer"], "minLength": 1})

_CALLER = (
    th.Property(
        "api_key",
        _TEXT,
        required=True,
        secret=True,
        title="API key",
        description=(
            "Key of the account (in Textlocal: Settings > All settings > API keys). If it is limited to IP "
            "addresses, that of the machine that runs this tap must be among them."
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

_WHAT = (
    th.Property(
        "group_names",
        th.ArrayType(_TEXT),
        title="Group names",
        description=(
            "Read the contacts of these groups; with `group_ids`, of those too. Case and blanks around a name do not "
            "count. All groups that Textlocal lists, if neither is set."
        ),
        examples=[["Customers"]],
    ),
    th.Property(
        "group_ids",
        th.ArrayType(_ID),
        title="Group ids",
        description=(
            "Read the contacts of the groups with these ids. Textlocal does not list the built-in group of contacts: "
            "it is 5."
        ),
        examples=[["412345", "5"]],
    ),
    th.Property(
        "ledger_url",
        _TEXT,
        secret=True,
        title="Ledger address",
        description=(
            "The ledger of target-textlocal, as in its own `ledger_url`: it knows every batch that the target sent, "
            "of which campaign it is, and when it goes out. It is only read."
        ),
        examples=["sqlite:///target-textlocal-ledger.db", "postgresql://user:password@host/database"],
    ),
    th.Property(
        "batch_ids",
        th.ArrayType(_ID),
        title="Batch ids",
        description=(
            "Batches to fetch figures of that were not sent by target-textlocal. Their days count from the first run "
            "that has them. Not batches that were sent as a test: Textlocal cannot look those up."
        ),
        examples=[["700000001"]],
    ),
    th.Property(
        "metrics_days",
        th.IntegerType(minimum=1, maximum=MOST_DAYS),
        default=7,
        title="Days of figures",
        description=(
            "For how many days after it went out a batch's figures are fetched, once a day. What a missed run left "
            f"out of the last day is fetched later. At most {MOST_DAYS}: longer than that target-textlocal remembers "
            "no batch."
        ),
        examples=[7],
    ),
)

_WHEN = (
    th.Property(
        "start_date",
        th.StringType,
        title="Start date",
        description=(
            "Only what was sent from here on is read into `history`, and only the figures of batches that went out "
            "from here on. An ISO date or date-time; without a zone it is read in `timezone`. Without it, six "
            "months of history are read, and every batch that is known has its figures fetched. With an earlier one "
            "than before, batches that the old one left out have theirs fetched once; `history` does not go back."
        ),
        examples=["2026-01-01", "2026-01-01T00:00:00+00:00"],
    ),
    th.Property(
        "lookback_hours",
        th.IntegerType(minimum=0, maximum=24 * 365),
        default=72,
        title="Look-back",
        description=(
            "How many hours before the last row of `history` the next run begins, for rows that Textlocal enters "
            "late. They are read again, and loaded over themselves by their key."
        ),
        examples=[72],
    ),
    th.Property(
        "timezone",
        th.StringType,
        default=DEFAULT_ZONE,
        title="Time zone",
        description=(
            "IANA name of the zone that Textlocal's times are in, which come without one, and in which days begin and "
            "end. Textlocal documents GMT for what it is sent, and nothing for what it shows."
        ),
        examples=[DEFAULT_ZONE, "Europe/London", "Asia/Kolkata"],
    ),
)

_HOW = (
    th.Property(
        "requests_per_second",
        th.IntegerType(minimum=1, maximum=1000),
        default=5,
        title="Requests per second",
        description="Calls a second at most. Textlocal publishes no limit.",
        examples=[5],
    ),
    th.Property(
        "request_timeout",
        th.IntegerType(minimum=1, maximum=3600),
        default=60,
        title="Request time-out",
        description=(
            "Seconds without a byte from Textlocal after which a call counts as hung and is made again. The figures "
            "of large batches take it some seconds."
        ),
        examples=[60],
    ),
    th.Property(
        "emit_activate_version_messages",
        th.BooleanType,
        default=True,
        title="Emit ACTIVATE_VERSION",
        description=(
            "Tell the loader, after each complete stream that is read whole each time, that rows it was not sent "
            "again are gone. Turn it off where several runs fill the same tables, for example each with other groups."
        ),
        examples=[False],
    ),
    th.Property(
        "as_of",
        th.StringType,
        title="As of",
        description=(
            "Take this moment for now: an ISO date-time. For trials against a sandbox whose clock was moved; never "
            "for a real account."
        ),
        examples=["2026-11-28T09:00:00+00:00"],
    ),
)

CONFIG_SCHEMA: dict[str, Any] = th.PropertiesList(*_CALLER, *_WHAT, *_WHEN, *_HOW).to_dict()
"""In the order in which users meet them."""
