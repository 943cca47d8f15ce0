"""What a campaign may spend is set aside for all of its texts, whatever others of the run spend meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import LimitError
from singer_delivery.traffic import Traffic
from target_textlocal.campaign_groups import CampaignGroups
from target_textlocal.credits import Credits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .conftest import MakeTarget, Seen


def campaign(name: str) -> list[dict[str, Any]]:
    """A campaign in two languages, of three members each."""
    people = [f"+447700900{number}" for number in range(500, 506)]
    texts = [f"Hello from {name}", f"Bonjour, {name}"]
    return [{"phone": each, "campaign_id": name, "message": texts[place % 2]} for place, each in enumerate(people)]


def test_of_two_campaigns_at_once_one_goes_out_whole_and_nothing_of_the_other(
    target: MakeTarget, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = target(max_credits=11)  # for either, not for both
    fill = CampaignGroups.fill
    others = [campaign("summer")]

    def meanwhile(groups: CampaignGroups, group_id: str, numbers: Sequence[str]) -> set[str]:
        if others:
            with pytest.raises(LimitError, match="6 of the 11"):
                sender.deliver_all("campaigns", others.pop())
        return fill(groups, group_id, numbers)

    monkeypatch.setattr(CampaignGroups, "fill", meanwhile)
    assert {each.reason for each in sender.deliver_all("campaigns", campaign("spring"))} == {"sent"}
    assert not others
    assert not [name for name in seen.groups() if name.startswith("summer")]
    assert sum(seen.texts().values()) == 6


def test_what_was_set_aside_and_not_taken_can_be_spent_by_others(target: MakeTarget, seen: Seen) -> None:
    sender = target(max_credits=7)
    wrong = [{"phone": f"+44{number}", "campaign_id": "wrong", "message": "Hello"} for number in range(1, 6)]
    assert {each.reason for each in sender.deliver_all("campaigns", wrong)} == {"not_taken"}
    assert {each.reason for each in sender.deliver_all("campaigns", campaign("spring"))} == {"sent"}
    assert sender.traffic.spent == {"credits": 6}


def test_credits_that_were_set_aside_come_back_however_it_ends() -> None:
    traffic = Traffic()
    credits_ = Credits(10, traffic)

    def broken() -> None:
        with credits_.reserved(6) as purse:
            purse.take(4)
            purse.settle(4, 5)  # a number abroad
            raise LimitError("Something else.")

    with pytest.raises(LimitError):
        broken()
    assert traffic.spent == {"credits": 5}
    with pytest.raises(LimitError, match="spent 5 of the 10"), credits_.reserved(6):
        pass
    credits_.take(5)
