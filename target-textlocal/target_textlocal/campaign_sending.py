"""One campaign on its way out: a group for each of its texts, filled, read back, and one `send` to it.

Each step can break off, and each can be found again by the group's name: a group that has a send is left alone, and
one that has none is deleted and made anew. So nothing here is sent twice, whatever was known when it began. Whether
one may have gone out of which no group tells, is asked before (`campaign_doubts`).
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from singer_delivery.errors import OutcomeUnknownError, RefusedError
from singer_delivery.outcomes import Outcome, Verdict, accepted
from target_textlocal.batches import Batch
from target_textlocal.campaign_mapping import MOST_TEXTS, group_name, texts_by_template
from target_textlocal.campaign_verdicts import (
    CHANGED,
    NOT_TAKEN,
    SEND_TIME_PAST,
    SENT_BEFORE,
    STRANGERS,
    TOO_MANY_TEXTS,
    UNCLEAR,
)
from target_textlocal.groups import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_textlocal.campaign_facts import CampaignFacts
    from target_textlocal.campaign_groups import CampaignGroups, Fate
    from target_textlocal.campaign_mapping import Part
    from target_textlocal.credits import Purse
    from target_textlocal.groups import Group
    from target_textlocal.sending import Sending, Text

Members = dict[str, Verdict]
"""What becomes of each number."""


@dataclass(frozen=True, slots=True)
class CampaignSender:
    """Sends campaigns. Threads may share it.

    Args:
        groups: Makes groups and looks for what became of their texts.
        sending: Makes the call.
        facts: Remembers what was sent.
        text_of: Returns the text of a part, or why there is none; of a campaign.
        test: Whether Textlocal only tests: then nothing stays behind.
    """

    groups: CampaignGroups
    sending: Sending
    facts: CampaignFacts
    text_of: Callable[[str, Part], Text | Verdict]
    test: bool

    def send(
        self, campaign: str, wanted: Mapping[Part, Sequence[str]], *, begun_before: bool = False
    ) -> dict[Part, Members]:
        """Send a campaign, or find that it was sent: then it is only looked who is in it.

        Args:
            campaign: Its id.
            wanted: Whom each part goes to: numbers, each in one part only.
            begun_before: Whether an earlier run broke off in it: then it is looked for where groups are gone, too.

        Returns:
            A verdict for each number of each part.

        Raises:
            OutcomeUnknownError: A send broke off, and is nowhere to be found.
            LimitError: It would take more credits than the run may spend. Nothing of it is sent then.
            DeliveryError: Ends the run for another reason.
        """
        label = f"test {campaign}" if self.test else campaign  # what is tested has groups of its own
        way = _Way(self, campaign, label, wanted, self.groups.of(label), self.facts.closed(campaign) and not self.test)
        try:
            way.find_what_was_sent(gone=begun_before)
        except RefusedError:
            if not begun_before:
                raise
            # A rejection would let the ledger forget that it was begun, and the next run send it.
            raise OutcomeUnknownError("Textlocal does not tell what became of a campaign that broke off.") from None
        way.leave_what_was_sent()
        way.check()
        way.send()
        if not self.test and any(self.facts.was_sent(campaign, part) for part in wanted):
            self.facts.close(campaign)
        return way.done

    def find_what_was_deleted(self, campaign: str, wanted: Mapping[Part, Sequence[str]]) -> None:
        """Remember which texts went out, or wait, although somebody has deleted their groups.

        Args:
            campaign: Its id.
            wanted: Its parts, each with the numbers that it goes to.

        Raises:
            RefusedError: Textlocal does not say.
        """
        _Way(self, campaign, campaign, wanted, self.groups.of(campaign), closed=False).find_what_was_deleted()


@dataclass(slots=True)
class _Way:
    """One campaign, step by step.

    Attributes:
        label: What its groups are named by.
        there: Its groups, by folded names.
        closed: Whether it has gone out before: then nothing is sent.
        done: What became of the members of each part, as far as that is clear.
        texts: The texts of the other parts.
    """

    sender: CampaignSender
    campaign: str
    label: str
    wanted: Mapping[Part, Sequence[str]]
    there: Mapping[str, Group]
    closed: bool
    done: dict[Part, Members] = field(default_factory=dict)
    texts: dict[Part, Text] = field(default_factory=dict)

    def find_what_was_sent(self, *, gone: bool) -> None:
        """Look what became of the groups that are there, or are gone; those without a send are deleted."""
        parts = {folded(group_name(self.label, part)): part for part in self.wanted}
        changed = not (self.closed or self.sender.test) and self.sender.facts.has_others(self.campaign, self.wanted)
        others: Verdict | None = CHANGED if changed else None
        for name, group in self.there.items():
            try:
                fate = self.sender.groups.fate(group.id)
            except RefusedError:
                others = UNCLEAR
                continue
            part = parts.get(name)
            if fate is None:
                if not (self.closed or changed or (part is not None and self._was_sent(part))):
                    self.sender.groups.delete(group.id)
            elif part is not None:
                self._found(part, group.id, fate)
            elif not self.closed:  # it went out with another text, or at another time
                others = CHANGED
        if gone and not (self.closed or self.sender.test):
            others = others or self.find_what_was_deleted()
        if others is not None:
            self._settle(dict.fromkeys(self.wanted, others))

    def find_what_was_deleted(self) -> Verdict | None:
        """Look for texts that went out, or wait, although their groups are gone; what the other parts are then.

        Who was in such a group cannot be told any more, so everybody in it counts as having the text.
        """
        parts = {folded(group_name(self.label, part)): part for part in self.wanted}
        others: Verdict | None = None
        for name, (group_id, fate) in self.sender.groups.fates_of_gone(self.label, self.there).items():
            part = parts.get(name)
            if part is None:
                others = CHANGED
                continue
            self.done[part] = dict.fromkeys(self.wanted[part], SENT_BEFORE)
            if not self._was_sent(part):
                self._keep(part, group_id, fate, len(self.wanted[part]))
        return others

    def leave_what_was_sent(self) -> None:
        """Settle the parts that Textlocal took once, although it does not tell of them any more."""
        sent = [part for part in self.wanted if self._was_sent(part)]
        self._settle(dict.fromkeys(sent, SENT_BEFORE))
        if self.closed:
            self._settle(dict.fromkeys(self.wanted, CHANGED))

    def check(self) -> None:
        """Settle the parts that cannot be sent."""
        numbers = texts_by_template(self.wanted)
        verdicts: dict[Part, Verdict] = {}
        for part in self.wanted:
            if part not in self.done:
                found = self._text(part) if numbers[part.template] <= MOST_TEXTS else TOO_MANY_TEXTS
                if isinstance(found, Verdict):
                    verdicts[part] = found
                else:
                    self.texts[part] = found
        self._settle(verdicts)

    def send(self) -> None:
        """Send what is left, one part after the other, once all that it may take is set aside.

        So the run ends before the first of several sends, not between them, whatever other threads spend.
        """
        total = sum(text.credits * len(self.wanted[part]) for part, text in self.texts.items())
        with self.sender.sending.credits.reserved(0 if self.sender.test else total) as purse:
            for part, text in self.texts.items():
                self.done[part] = self._sent(part, text, purse)

    def _text(self, part: Part) -> Text | Verdict:
        if part.send_at is not None and part.send_at <= time.time():
            return SEND_TIME_PAST
        return self.sender.text_of(self.campaign, part)

    def _sent(self, part: Part, text: Text, purse: Purse) -> Members:
        groups, numbers = self.sender.groups, self.wanted[part]
        group_id = None
        try:
            group_id = groups.make(group_name(self.label, part))
            taken = groups.fill(group_id, numbers)
            others = not taken.issubset(numbers)  # `send` would text them, too
            members = dict.fromkeys(numbers, STRANGERS if others else NOT_TAKEN)
            if not others and (there := [number for number in numbers if number in taken]):
                members.update(self._text_to(part, text, group_id, there, purse))
        except RefusedError as refusal:
            members = dict.fromkeys(numbers, refusal.rule.verdict(refusal.code))
        if group_id is not None and (self.sender.test or not any(map(_may_have_gone_out, members.values()))):
            self._drop(group_id)
        return members

    def _text_to(self, part: Part, text: Text, group_id: str, numbers: Sequence[str], purse: Purse) -> Members:
        try:
            members = dict(self.sender.sending.to_group(text, group_id, numbers, purse).verdicts)
        except OutcomeUnknownError:
            fate = self._fate(group_id)
            if fate is None:
                raise
            self._remember(part, group_id, fate, len(numbers), text.template)
            members = dict.fromkeys(numbers, accepted(fate.state))
        if not self.sender.test and any(each.outcome is Outcome.ACCEPTED for each in members.values()):
            self.sender.facts.keep_sent(self.campaign, part, group_id)
        return members

    def _fate(self, group_id: str) -> Fate | None:
        try:
            return self.sender.groups.fate(group_id)
        except RefusedError:
            return None

    def _drop(self, group_id: str) -> None:
        """Delete a group that nothing was sent to. What Textlocal does not delete, the next run does."""
        try:
            self.sender.groups.delete(group_id)
        except RefusedError:
            return

    def _found(self, part: Part, group_id: str, fate: Fate) -> None:
        """Settle a part that was sent before: whoever is in its group gets the text, and nobody else."""
        members = self.sender.groups.members(group_id)
        taken, absent = (SENT_BEFORE, CHANGED) if self.closed else (accepted(fate.state), NOT_TAKEN)
        self.done[part] = {number: taken if number in members else absent for number in self.wanted[part]}
        if not self._was_sent(part):  # else its batch is known, and when it was taken
            self._keep(part, group_id, fate, len(members))

    def _keep(self, part: Part, group_id: str, fate: Fate, recipients: int) -> None:
        """Remember a part that turned out to be sent."""
        text = self.sender.text_of(self.campaign, part)
        template = part.template if isinstance(text, Verdict) else text.template
        self._remember(part, group_id, fate, recipients, template)
        self.sender.facts.keep_sent(self.campaign, part, group_id)

    def _was_sent(self, part: Part) -> bool:
        return not self.sender.test and self.sender.facts.was_sent(self.campaign, part)

    def _remember(self, part: Part, group_id: str, fate: Fate, recipients: int, template: str | None) -> None:
        if fate.batch_id is not None:
            batch = Batch(recipients, self.campaign, template, group_id, part.send_at)
            self.sender.sending.batches.remember([(fate.batch_id, batch)])

    def _settle(self, verdicts: Mapping[Part, Verdict]) -> None:
        for part, verdict in verdicts.items():
            self.done.setdefault(part, dict.fromkeys(self.wanted[part], verdict))


def _may_have_gone_out(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.ACCEPTED or verdict.reason == "unknown"


def by_part(wishes: Sequence[tuple[Part, str]]) -> dict[Part, list[str]]:
    """Return whom each part goes to."""
    found: dict[Part, list[str]] = defaultdict(list)
    for part, number in wishes:
        found[part].append(number)
    return found
