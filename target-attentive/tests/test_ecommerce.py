"""E-commerce events against the sandbox: the right call, the exact price, once."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from serving import QuietHandler, serving

from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

PHONE = "+12025550150"
PRICES = ["19.99", "0.10", "1234567.89", "20", "0.1", "1e2"]
CALLS = {"product_view": "ProductView", "add_to_cart": "AddToCart", "purchase": "Purchase"}


def order(number: int = 1, price: str = "19.99", **columns: str) -> str:
    """A record as JSON text, so that the price stands in it as it is."""
    items = f'[{{"product_id": "8", "product_variant_id": "8-red", "price": {price}}}]'
    fields = {"id": number, "phone": PHONE, "type": "purchase", "order_id": str(number), **columns}
    return json.dumps(fields)[:-1] + f', "items": {items}}}'


@pytest.fixture
def lines(tap: Tap) -> Callable[..., list[Any]]:
    """Make Singer messages of records that are JSON texts."""

    def make(*records: str, stream: str = "ecommerce") -> list[Any]:
        schema, *_, state = tap(stream, [json.loads(each) for each in records], keys=["id"])
        written = [f'{{"type": "RECORD", "stream": "{stream}", "record": {each}}}\n' for each in records]
        return [schema, *written, state]

    return make


@pytest.fixture
def recorder() -> Iterator[tuple[str, list[Any]]]:
    """A server that keeps the bodies of what it gets, and answers as Attentive answers events."""
    bodies = []

    class Handler(QuietHandler):
        def answer(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Handler) as url:
        yield url, bodies


def prices(seen: Seen) -> list[list[dict[str, float | str]]]:
    return [each["body"]["items"][0]["price"] for each in seen.shown("events")]


@pytest.mark.parametrize("kind", CALLS)
def test_each_type_is_a_call_of_its_own(target: MakeTarget, seen: Seen, kind: Any) -> None:
    record = {**json.loads(order()), "type": kind, "sales_channel": "web", "first_name": "Zoe"}
    attentive = target()
    verdict = attentive.deliver("ecommerce", record)
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, "sent")
    assert attentive.calls() == {CALLS[kind]: 1}
    (event,) = seen.shown("events")
    purchase = {"orderId": "1", "salesChannel": {"channelType": "WEB"}} if kind == "purchase" else {}
    item = {"productId": "8", "productVariantId": "8-red", "price": [{"value": 19.99, "currency": "USD"}]}
    assert event["body"] == {"items": [item], "user": {"phone": PHONE}, **purchase}


def test_prices_arrive_as_they_stand_in_the_singer_message(
    run_target: TargetRunner, lines: Callable[..., list[Any]], seen: Seen
) -> None:
    run = run_target(lines(*(order(number, price) for number, price in enumerate(PRICES)), order(99, '"19.99"')))
    assert run.outcomes == {"accepted": 7}, run.stderr
    got = sorted(str(value["value"]) for (value,) in prices(seen))
    assert got == sorted(["19.99", "0.1", "1234567.89", "20", "0.1", "100", "19.99"])


def test_prices_are_sent_digit_for_digit(
    run_target: TargetRunner, lines: Callable[..., list[Any]], recorder: tuple[str, list[Any]]
) -> None:
    """The sandbox reads numbers, and 0.10 is 0.1 to it: here are the bytes."""
    address, bodies = recorder
    run = run_target(lines(*(order(number, price) for number, price in enumerate(PRICES))), api_url=address)
    assert run.outcomes == {"accepted": 6}, run.stderr
    sent = sorted(re.findall(rb'"price":\[\{"value":([^,]*),"currency":"USD"\}\]', b"".join(bodies)))
    assert sent == sorted([b"19.99", b"0.10", b"1234567.89", b"20", b"0.1", b"100"])


def test_a_dry_run_sends_nothing(run_target: TargetRunner, lines: Callable[..., list[Any]], seen: Seen) -> None:
    assert run_target(lines(order()), dry_run=True).reasons == {"would_be_sent": 1}
    assert seen.shown("events") == []
    assert run_target(lines(order())).outcomes == {"accepted": 1}


def test_items_that_a_warehouse_keeps_as_text_are_read(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    text = (
        '[{"productId": 8, "productVariantId": 9, "price": 0.10}, {"productId": 7, "productVariantId": 1, "price": 5}]'
    )
    run = run_target(tap("ecommerce", [{"id": 1, "phone": PHONE, "type": "Add to cart", "items": text}], keys=["id"]))
    assert run.outcomes == {"accepted": 1}
    (event,) = seen.shown("events")
    assert [each["productId"] for each in event["body"]["items"]] == ["8", "7"]


def test_bad_items_reject_their_record_alone(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    good = json.loads(order())
    wrong = {
        "missing_items": [],
        "wrong_type": "shoes",
        "wrong_item": [{"product_id": "8", "price": 1}],
        "wrong_price": [{**good["items"][0], "price": -1}],
    }
    records = [good, *({**good, "id": number, "items": each} for number, each in enumerate(wrong.values(), 2))]
    run = run_target(tap("ecommerce", records, keys=["id"]), max_rejected_percent=100)
    assert run.reasons == {"sent": 1, **dict.fromkeys(wrong, 1)}
    assert len(seen.shown("events")) == 1


@pytest.mark.parametrize("fault", ["drop-after", "drop-before"])
def test_a_purchase_whose_answer_is_lost_is_unknown_and_never_sent_again(
    run_target: TargetRunner, lines: Callable[..., list[Any]], seen: Seen, clean_sandbox: Sandbox, fault: str
) -> None:
    clean_sandbox.faults(fault, "Purchase", vendor="attentive", times=1)
    records = lines(order())
    assert run_target(records, event_ids_deduplicate=True).reasons == {"unknown": 1}  # a purchase has no event id
    assert run_target(records, event_ids_deduplicate=True).reasons == {"unknown": 1}
    assert len(seen.shown("events")) == (fault == "drop-after")


def test_no_purchase_is_sent_twice(
    run_target: TargetRunner, lines: Callable[..., list[Any]], seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("http-429", "Purchase", vendor="attentive", times=2, retry_after=0)
    records = [order(number) for number in range(3)]
    assert run_target(lines(*records)).outcomes == {"accepted": 3}
    assert run_target(lines(*records), resend=True).outcomes == {"unchanged": 3}
    changed = run_target(lines(*(order(number, "5") for number in range(3))))
    assert changed.reasons == {"sent_before": 3}
    assert len(seen.shown("events")) == 3


@pytest.mark.parametrize(("how", "reasons"), [("send", {"sent": 1}), ("skip", {"too_old": 1})])
def test_old_purchases_are_sent_or_left_out(
    run_target: TargetRunner, lines: Callable[..., list[Any]], how: str, reasons: dict[str, Any]
) -> None:
    then = datetime.now(timezone.utc) - timedelta(hours=13)
    run = run_target(lines(order(occurred_at=then.isoformat())), old_events=how)
    assert run.reasons == reasons
    assert any("1 events of `ecommerce`" in note for note in run.report["notes"]) == (how == "send")


def test_columns_without_a_place_are_warned_about(
    run_target: TargetRunner, lines: Callable[..., list[Any]], seen: Seen
) -> None:
    run = run_target(lines(order(coupon="SAVE", first_name="Zoe")))
    assert run.outcomes == {"accepted": 1}
    assert "no place for `first_name`, `coupon`" in run.stderr


def test_without_the_permission_the_run_ends_with_its_name(
    run_target: TargetRunner, lines: Callable[..., list[Any]]
) -> None:
    run = run_target(lines(order()), api_key="sandbox-attentive-read")
    assert run.code == 1
    assert "`ecommerce:write`" in run.stderr
