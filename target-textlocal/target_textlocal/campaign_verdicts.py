"""What becomes of a campaign's members, where that is not Textlocal's own word."""

from __future__ import annotations

from singer_delivery.outcomes import already, rejected
from target_textlocal.campaign_mapping import MOST_TEXTS

CHANGED = rejected(
    "campaign_changed",
    "The campaign was scheduled or sent before, without this member, or with another text, sender or time. Nothing is "
    "sent beside it: give what is new a `campaign_id` of its own; `cancel` stops what still waits.",
)
SENT_BEFORE = already("sent_before")
NOT_TAKEN = rejected(
    "not_taken",
    "Textlocal has not taken the number into the campaign's group, so the text does not go to it. Check the number; "
    "then send it in a campaign of its own.",
)
STRANGERS = rejected(
    "other_members",
    "Textlocal shows numbers in the campaign's new group that were not put there, perhaps as it writes numbers in "
    "another form. It is not clear whom the text would reach, so it was sent to nobody. Compare how the account shows "
    "the numbers of its groups with those of the records, or ask Textlocal; then replay the records.",
)
UNCLEAR = rejected(
    "unclear_campaign",
    "A group of this campaign is there already, and Textlocal does not tell whether its text went out. Look there: if "
    "it did not, delete the group and replay the records; if it did, nothing is to be done.",
)
TOO_MANY_TEXTS = rejected(
    "too_many_texts",
    f"The campaign has more than {MOST_TEXTS} different texts of one template, or as many senders or times: each "
    "would be a group and a send of its own. For personal texts use `messages`.",
)
SEND_TIME_PAST = rejected(
    "send_time_past",
    "The time to send at has passed. Give a later one and replay the record; without a time it goes out at once.",
)
