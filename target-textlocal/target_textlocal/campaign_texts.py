"""What a campaign's texts say: templates and values, kept apart until they are sent.

What is planned of a record holds the values of its template's variables, and not the text. So a later run can tell
without a call whether a record is as it was: it knows the variables from the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.outcomes import Verdict, rejected
from target_textlocal.sending import Text
from target_textlocal.texts import Template, folded, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from singer_delivery.actions import Record
    from singer_delivery.columns import Columns
    from target_textlocal.campaign_facts import CampaignFacts
    from target_textlocal.campaign_mapping import Part
    from target_textlocal.texts import Variable
    from target_textlocal.wording import Wording

_TEMPLATE_CHANGED = rejected(
    "template_changed",
    "The template has other variables than when the campaign was planned. Replay the record: it is filled in anew.",
)


class CampaignTexts:
    """Fills in templates. Threads may share it.

    Args:
        wording: Has the account's templates and senders.
        facts: Remembers the variables that a campaign's templates had.
    """

    def __init__(self, wording: Wording, facts: CampaignFacts) -> None:
        self._wording = wording
        self._facts = facts

    def values(
        self, campaign: str, template: str, record: Record, columns: Columns
    ) -> tuple[tuple[str, str], ...] | Verdict:
        """Return what a template's variables are filled in with, by their folded names.

        Returns:
            The values; or a rejection: `unknown_template`, `ambiguous_template`, and those of `Template.rendered`.
        """
        variables = self._variables(campaign, template)
        if isinstance(variables, Verdict):
            return variables
        given = values_of(record, columns.known) if variables else {}
        found: dict[str, str] = {}
        for variable in variables:
            value = Template((variable,)).rendered(given)
            if isinstance(value, Verdict):
                return value
            found[folded(variable.name)] = value
        return tuple(sorted(found.items()))

    def keep(self, campaign: str, parts: Iterable[Part]) -> None:
        """Remember the variables of the templates of what is about to be sent."""
        found: dict[str, Sequence[Variable]] = {}
        for template in {part.template for part in parts if part.template is not None}:
            variables = self._variables(campaign, template)
            if not isinstance(variables, Verdict):
                found[template] = variables
        self._facts.keep_variables(campaign, found)

    def text_of(self, campaign: str, part: Part) -> Text | Verdict:
        """Return the text of a part.

        Returns:
            It; or a rejection: `wrong_sender`, `too_long`, `needs_unicode`, `template_changed`, or one of a template.
        """
        title, content = None, part.message or ""
        if part.template is not None:
            found = self._wording.template(part.template)
            if isinstance(found, Verdict):
                return found
            title, template = found
            if {folded(each.name) for each in template.variables} - dict(part.values).keys():
                self._facts.keep_variables(campaign, {part.template: template.variables})
                return _TEMPLATE_CHANGED
            rendered = template.rendered(dict(part.values))
            if isinstance(rendered, Verdict):
                return rendered
            content = rendered
        sender = self._wording.sender(part.sender)
        if isinstance(sender, Verdict):
            return sender
        return self._wording.problem_of(content) or Text(content, sender, part.send_at, campaign, title)

    def _variables(self, campaign: str, template: str) -> Sequence[Variable] | Verdict:
        known = self._facts.variables(campaign, template)
        if known is not None:
            return known
        found = self._wording.template(template)
        return found if isinstance(found, Verdict) else found[1].variables
