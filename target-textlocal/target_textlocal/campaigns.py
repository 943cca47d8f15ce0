"""The action `campaigns`: all members of a campaign, gathered over the whole run, and one `send` for each text.

A campaign goes out once. What comes later under its id, other members, texts or times, is told and not sent: two
texts of one campaign to one person are worse than none.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, cast

from singer_delivery.actions import Action, Doubt, Gathered
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import SUPERSEDED, SUPPRESSED, Verdict, skipped
from target_textlocal.batches import Batches
from target_textlocal.campaign_doubts import CampaignDoubts
from target_textlocal.campaign_facts import CampaignFacts
from target_textlocal.campaign_groups import CampaignGroups
from target_textlocal.campaign_mapping import (
    SPELLINGS,
    CampaignDelivery,
    Wish,
    campaign_of,
    cancels,
    group_name,
    member_of,
    part_of,
)
from target_textlocal.campaign_sending import CampaignSender, by_part
from target_textlocal.campaign_texts import CampaignTexts
from target_textlocal.campaign_verdicts import CHANGED
from target_textlocal.cancelling import Cancelling
from target_textlocal.directory import Directory
from target_textlocal.groups import folded
from target_textlocal.opt_outs import OptOuts
from target_textlocal.replies import OPTED_OUT
from target_textlocal.sending import Sending
from target_textlocal.served_groups import clean_up
from target_textlocal.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from singer_delivery.actions import Delivery, Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.memory import Memory
    from singer_delivery.people import Person
    from target_textlocal.account import Account
    from target_textlocal.campaign_mapping import Part
    from target_textlocal.client import TextlocalClient
    from target_textlocal.credits import Credits
    from target_textlocal.settings import TextlocalSettings

CANCELLED = skipped(
    "cancelled",
    "The campaign was cancelled, and stays so. Give it another `campaign_id` if it is to go out after all.",
)
_SECONDS = 60


class Campaigns(Action):
    """Sends campaigns, each of them once.

    Args:
        client: Who calls.
        account: Has groups, templates and sender names.
        settings: What may be sent, and how.
        scope: What the ledger keeps its deliveries under.
        dry_run: Whether only reading calls are made.
        credits_: What the run may spend.
        suppressed: Says of a number, in E.164, whether it is in the suppression file.

    Attributes:
        cancelling: What is done with a record that cancels.
    """

    name: ClassVar[str] = "campaigns"
    needs_ledger: ClassVar[bool] = True
    identity: ClassVar[tuple[str, ...]] = ("phone", "customer_id", "campaign_id")
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS
    gathers: ClassVar[bool] = True

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        client: TextlocalClient,
        account: Account,
        settings: TextlocalSettings,
        scope: str,
        *,
        dry_run: bool,
        credits_: Credits,
        suppressed: Callable[[str], bool],
    ) -> None:
        super().__init__(scope)
        self.repeatable = settings.test_mode  # a test texts nobody
        self._settings = settings
        self._dry_run = dry_run
        self._suppressed = suppressed
        self._facts = CampaignFacts()
        self._groups = CampaignGroups(client, account)
        self._sending = Sending(client, settings, credits_, Batches())
        self._texts = CampaignTexts(Wording(client, account, settings), self._facts)
        self._sender = CampaignSender(
            self._groups, self._sending, self._facts, self._texts.text_of, test=settings.test_mode
        )
        self._doubts = CampaignDoubts(client, account, self._groups, self._facts, settings.default_country)
        self._begun_before: set[str] = set()
        self.cancelling = Cancelling(self._groups, self._facts, f"cancel_{scope}", test=settings.test_mode)
        self._directory = Directory(client, account, settings)
        self._opt_outs = OptOuts(client, settings)

    def route(self, record: Record, columns: Columns) -> Action | Verdict:
        """Let a record cancel its campaign, if it says so."""
        found = cancels(record, columns)
        return found if isinstance(found, Verdict) else self.cancelling if found else self

    def recall(self, memory: Memory) -> None:
        """Take where batches are remembered."""
        self._sending.batches.recall(memory)

    def planner(self, columns: Columns) -> Planner:
        """Return a planner.

        Raises:
            SetupError: The stream lacks what a campaign needs.
        """
        self._check(columns)

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            campaign = campaign_of(record, columns)
            if isinstance(campaign, Verdict):
                return campaign
            if self._facts.cancelled(campaign):
                return CANCELLED
            member = member_of(record, columns, person)
            if isinstance(member, Verdict):
                return member
            part = part_of(record, columns, lambda template: self._texts.values(campaign, template, record, columns))
            if isinstance(part, Verdict):
                return part
            return CampaignDelivery(self, campaign, {}, wishes=(Wish(part, member),))

        return plan

    def _check(self, columns: Columns) -> None:
        if "campaign_id" not in columns.known or not {"template", "message"} & columns.known.keys():
            raise SetupError(
                f"Stream `{columns.stream}`: `campaigns` needs a column `campaign_id`, and `template` or `message`. "
                "Add them by `stream_maps`."
            )
        if not {"phone", "customer_id"} & columns.known.keys():
            raise SetupError(
                f"Stream `{columns.stream}` has no column `phone` or `customer_id`, by which `campaigns` knows whom "
                "to text. Add one by `stream_maps`."
            )
        settings = self._settings
        has_directory = settings.customer_id_field and (settings.group_name or settings.group_id)
        if "phone" not in columns.known and not has_directory:
            raise SetupError(
                f"Stream `{columns.stream}` names people by `customer_id`: set `group_name` or `group_id` to the "
                "group that they are in, and `customer_id_field` to the field that holds the id there."
            )

    def together(self, deliveries: Sequence[Delivery]) -> Delivery:
        """Return one delivery with the wishes of all."""
        wishes = [wish for each in deliveries if isinstance(each, CampaignDelivery) for wish in each.wishes]
        return CampaignDelivery.of(self, deliveries[0].key, wishes)

    def again(self, delivery: Delivery) -> Verdict | None:
        """Tell that a campaign has changed since it was sent, or is no more.

        Where it still has a text that was sent, `send` looks who got that, and who is new. It sends nothing then.
        """
        campaign = delivery.key
        if self._facts.cancelled(campaign):
            return CANCELLED
        parts = {part for part, _ in _wishes(delivery)}
        is_there = self._settings.test_mode or any(self._facts.was_sent(campaign, part) for part in parts)
        return None if is_there else CHANGED

    def send(self, deliveries: Sequence[Delivery]) -> Gathered:
        """Send a campaign.

        Args:
            deliveries: The one.
        """
        (delivery,) = deliveries
        wishes = _wishes(delivery)
        if self._facts.cancelled(delivery.key):  # since it was planned
            return Gathered([CANCELLED] * len(wishes))
        self._texts.keep(delivery.key, {part for part, _ in wishes})
        numbers = self._numbers(wishes)
        wanted = _wanted(wishes, numbers)
        done = self._sender.send(delivery.key, wanted, begun_before=delivery.key in self._begun_before)
        return Gathered(
            [
                number if isinstance(number, Verdict) else done[part][number]
                for (part, _), number in zip(wishes, numbers, strict=True)
            ]
        )

    def resolve(self, delivery: Delivery) -> Gathered | Doubt:
        """Say whether a campaign may be taken up where it broke off: `send` finds what was sent of it."""
        if delivery.in_doubt_since is None:  # `send` has looked for it a moment ago
            return Doubt.REMAINS
        self._begun_before.add(delivery.key)
        if time.time() - delivery.in_doubt_since >= self._settings.in_doubt_minutes * _SECONDS:
            return self._looked_for(delivery, delivery.in_doubt_since)
        groups = self._groups.of(delivery.key)
        names = {folded(group_name(delivery.key, part)) for part, _ in _wishes(delivery)}
        there = [groups[name] for name in names if name in groups]
        if len(there) == len(names) and all(self._groups.fate(each.id) for each in there):
            return Doubt.NOT_DONE
        return Doubt.REMAINS

    def _looked_for(self, delivery: Delivery, since: float) -> Doubt:
        """Say whether a campaign is nowhere but, perhaps, where `send` finds it."""
        campaign = delivery.key
        if self._facts.closed(campaign):  # `send` sends nothing
            return Doubt.NOT_DONE
        wishes = _wishes(delivery)
        wanted = _wanted(wishes, self._numbers(wishes))
        self._sender.find_what_was_deleted(campaign, wanted)
        return Doubt.REMAINS if self._doubts.may_have_gone_out(campaign, wanted, since) else Doubt.NOT_DONE

    def notes(self) -> Iterator[str]:
        """Delete the groups that have served, and say what there is to say."""
        yield from self._sending.credits.notes()
        days = self._settings.delete_groups_after_days
        if days is not None and not self._dry_run:
            yield from clean_up(self._groups, self._facts, days)

    def _numbers(self, wishes: Sequence[Wish]) -> list[str | Verdict]:
        """Return the number of each member, or why they get nothing. Of two wishes of one number the last counts."""
        found: list[str | Verdict] = [self._number(each) for each in wishes]
        last = {number: place for place, number in enumerate(found) if isinstance(number, str)}
        return [
            SUPERSEDED if isinstance(each, str) and last[each] != place else each for place, each in enumerate(found)
        ]

    def _number(self, wish: Wish) -> str | Verdict:
        phone, customer_id = wish.member
        number = phone.removeprefix("+") if phone else self._directory.number(customer_id)
        if isinstance(number, Verdict):
            return number
        if not phone and self._suppressed(f"+{number}"):
            return SUPPRESSED
        return OPTED_OUT if number in self._opt_outs else number


def _wanted(wishes: Sequence[Wish], numbers: Sequence[str | Verdict]) -> Mapping[Part, Sequence[str]]:
    """Return whom each part goes to, of wishes and what `_numbers` found for them."""
    return by_part(
        [(part, number) for (part, _), number in zip(wishes, numbers, strict=True) if isinstance(number, str)]
    )


def _wishes(delivery: Delivery) -> Sequence[Wish]:
    return cast("CampaignDelivery", delivery).wishes  # it comes from `together`
