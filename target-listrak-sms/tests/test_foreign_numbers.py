"""Numbers of other countries than the sender code's: written without a plus, they could be somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.outcomes import Outcome
from target_listrak_sms.account import SenderCode
from target_listrak_sms.phones import Numbering

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

NORWEGIAN, MEXICAN, BRITISH, AMERICAN = "+4792345678", "+525512345678", "+447700900123", "+13125550150"


@pytest.mark.parametrize("action", ["subscribe", "update", "unsubscribe", "opt_out"])
@pytest.mark.parametrize("form", ["e164_digits", "national", "e164_plus"])
def test_a_foreign_number_is_rejected_before_any_call_is_made_about_it(
    target: MakeTarget, clean_sandbox: Sandbox, action: str, form: str
) -> None:
    listrak = target(phone_format=form)
    for phone in (NORWEGIAN, MEXICAN, BRITISH):
        verdict = listrak.deliver(action, {"phone": phone, "first_name": "Zoe"})
        assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, "foreign_number")
        assert "+1" in verdict.message
        assert phone not in verdict.message
    assert listrak.calls() == {}
    assert listrak.deliver(action, {"phone": AMERICAN, "first_name": "Zoe"}).reason != "foreign_number"


def test_a_stranger_whose_number_looks_alike_is_neither_created_nor_welcomed(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    rows = [{"phone": NORWEGIAN, "first_name": "Zoe"}, {"phone": MEXICAN, "opted_out": True}]
    run = run_target(tap("subscribe", rows), max_rejected_percent=100)
    assert run.reasons == {"foreign_number": 2}
    assert seen.contact("14792345678") is None
    assert not seen.texts()


@pytest.mark.parametrize(
    ("country", "textable", "foreign"),
    [
        ("US", [AMERICAN], [NORWEGIAN, BRITISH]),
        ("CA", [AMERICAN], [NORWEGIAN, BRITISH]),
        ("GB", [BRITISH], [AMERICAN, NORWEGIAN]),
        ("", [AMERICAN], [NORWEGIAN, BRITISH]),
        ("USA", [AMERICAN], [NORWEGIAN, BRITISH]),
    ],
)
def test_a_sender_code_texts_the_numbers_of_its_own_country(country: str, textable: Any, foreign: Any) -> None:
    numbering = Numbering(country)
    assert [numbering.refusal(each) for each in textable] == [None] * len(textable)
    assert all(numbering.refusal(each) for each in foreign)


def test_the_country_is_the_sender_codes_own(target: MakeTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    listrak = target()
    sender = SenderCode(501, "10150", "Example Outfitters", "GB")
    monkeypatch.setattr(listrak.account, "sender", lambda: sender)
    assert listrak.plan("opt_out", {"phone": AMERICAN}).reason == "foreign_number"
    assert listrak.plan("opt_out", {"phone": BRITISH}).key == BRITISH
