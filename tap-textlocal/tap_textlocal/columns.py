"""The columns of the streams.

What Textlocal's answers hold, by the vendor's pages and by clients that read them; names are those of the vendor in
the spelling of this tap. Ids are texts: Textlocal itself writes them now as numbers, now as texts.
"""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

_GROUP_ID = th.Property("group_id", th.StringType, description="Id of the group.")
_GROUP_NAME = th.Property("group_name", th.StringType, description="Name of the group.")
_CAMPAIGN = th.Property(
    "campaign", th.StringType, description="Campaign that the batch is of, as target-textlocal was told."
)
_SENT_AT = th.Property(
    "sent_at", th.DateTimeType, description="When the batch went out, or was to. Null where only its id is known."
)


def _key(name: str, description: str) -> th.Property[Any]:
    return th.Property(name, th.StringType, required=True, description=description)


def _text(name: str, description: str) -> th.Property[Any]:
    return th.Property(name, th.StringType, description=description)


def _count(name: str, description: str) -> th.Property[Any]:
    return th.Property(name, th.IntegerType, description=description)


_PERSON = (
    _text("first_name", "First name."),
    _text("last_name", "Last name."),
    _text("custom1", "First custom field."),
    _text("custom2", "Second custom field."),
    _text("custom3", "Third custom field."),
)

TEMPLATES = (
    _key("id", "Textlocal's id of the template."),
    _text("title", "Its title, by which target-textlocal's `template` names it."),
    _text("body", "Its text, with placeholders."),
    _text("sender_name", "Sender that it is approved for."),
    th.Property("is_my_dnd", th.BooleanType, description="As Textlocal says (`isMyDND`); of accounts in India."),
)
SENDER_NAMES = (
    _key("sender_name", "A sender that texts may come from."),
    th.Property("is_default", th.BooleanType, description="Whether it is the one of texts that name none."),
)
GROUPS = (
    _key("id", "Textlocal's id of the group."),
    _text("name", "Its name."),
    _count("size", "How many contacts it has."),
)
CONTACTS = (
    _key("group_id", "Id of the group. A person who is in several has a row of each."),
    _key("number", "Phone number: digits, country code first."),
    _GROUP_NAME,
    *_PERSON,
)
OPTOUTS = (_key("number", "Phone number: digits, country code first."), *_PERSON)
SCHEDULED = (
    _key("id", "Textlocal's id of what waits for its time."),
    th.Property("scheduled_for", th.DateTimeType, description="When it goes out."),
    _count("how_many", "To how many it goes."),
    _text("message", "The text."),
    _text("origin", "Where it comes from, as Textlocal says."),
    _GROUP_ID,
    _GROUP_NAME,
)
CAMPAIGN_METRICS = (
    _key("batch_id", "Textlocal's id of the batch."),
    th.Property("as_of_date", th.DateType, required=True, description="Day on which these figures were fetched."),
    _CAMPAIGN,
    _text("template", "Title of the template."),
    _GROUP_ID,
    _SENT_AT,
    _count("day", "How many days after it went out this is."),
    _count("total", "Messages of the batch. Null where Textlocal does not say."),
    _count("delivered", "Messages that arrived."),
    _count("undelivered", "Messages that did not, for a handset that was off for two days, as a rule."),
    _count("expired", "Messages that were given up when their validity ended. Null where Textlocal does not say."),
    _count("unknown", "Messages of which the operator says nothing."),
    _count("invalid", "Messages to numbers that are none."),
    _count("pending", "Messages under way: what is in none of the counters before."),
    th.Property("rate", th.NumberType, description="Delivered of total, from 0 to 1."),
)
MESSAGE_STATUS = (
    _key("batch_id", "Textlocal's id of the batch."),
    _key("number", "Phone number that the message went to."),
    _text("status", "Its state in Textlocal's letter: D, U, E, ?, I or P."),
    _text("status_text", "The same in a word: delivered, undelivered, expired, unknown, invalid or pending."),
    _CAMPAIGN,
    _SENT_AT,
    th.Property("as_of_date", th.DateType, description="Day on which this was so."),
)
HISTORY = (
    _key("source", "What it was sent by: api, single, group or email; Textlocal's history of which it is."),
    _key("id", "Textlocal's id of the message; in `group`, of the batch."),
    th.Property("datetime", th.DateTimeType, description="When it was sent."),
    _text("batch_id", "Id of the batch, where Textlocal says it."),
    _text("number", "Phone number that it went to. Not in `group`."),
    _text("sender", "Whom it came from."),
    _text("message", "The text, where Textlocal says it."),
    _text("status", "State of the message, where Textlocal says it."),
    _text("custom", "What the call had as `custom`, where Textlocal says it."),
    _GROUP_ID,
    _GROUP_NAME,
    th.Property("num_credits", th.NumberType, description="What it cost, where Textlocal says it."),
)
