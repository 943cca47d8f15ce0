"""Batches of which nothing can be read: they keep no other from its figures, and the run says so at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

import pytest
from full_disk import FullDisk, no_folder
from serving import QuietHandler, serving

from singer_delivery.errors import SetupError
from tap_textlocal.reports import Report, Reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Run

TOLD = b'{"status": "success", "num_messages": 1, "messages": [{"recipient": 447700900001, "status": "D"}]}'
HISTORY = b'{"status": "success", "total": 0, "messages": []}'
REFUSED = b'{"status": "failure", "errors": [{"code": 4711}]}'
BROKEN = {"error": (500, b"{}"), "too large": (200, b" " * ((16 << 20) + 1)), "hangs": (0, b"")}
BATCHES = ["700000001", "700000002", "700000003"]
BOTH = ("campaign_metrics", "message_status", "history")


class Vendor:
    """What `status_batch` answers of each batch, and about which it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def run(vendor: Vendor, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]) -> Iterator[Any]:
    """Run the streams: `run(state=None, **settings) -> Run`."""

    class Handler(QuietHandler):
        def answer(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, body = 200, HISTORY
            if "batch_id" in form:
                vendor.asked += form["batch_id"]
                status, body = vendor.answers.get(form["batch_id"][0], (200, TOLD))
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as url:

        def finished(state: dict[str, Any] | None = None, **settings: Any) -> Run:
            config = {"api_key": "key", "api_url": url, "requests_per_second": 1000, "batch_ids": BATCHES, **settings}
            vendor.asked.clear()
            return run_tap(config, catalog=select(*BOTH), state=state)

        yield finished


def told_of(run: Run, stream: str) -> list[str]:
    return [each["batch_id"] for each in run.records[stream]]


@pytest.mark.parametrize("how", BROKEN)
def test_a_batch_that_always_fails_keeps_no_other_back_and_is_said_at_the_end(
    vendor: Vendor, run: Callable[..., Run], how: str
) -> None:
    vendor.answers["700000001"] = BROKEN[how]
    first = run()
    assert first.code == 1
    for stream in BOTH[:2]:
        assert told_of(first, stream) == BATCHES[1:]
        assert f"{stream}: batch 700000001 is left out. status_batch " in first.stderr
    assert "Of 1 batches nothing could be read: 700000001. All else was." in first.stderr.splitlines()[-1]
    assert "history" in first.state["bookmarks"]
    assert vendor.asked.count("700000001") == (1 if how == "too large" else 6)
    vendor.answers.clear()
    second = run(first.state)
    assert second.code == 0, second.stderr
    assert vendor.asked == ["700000001"]
    assert told_of(second, "campaign_metrics") == told_of(second, "message_status") == ["700000001"]


def test_many_broken_batches_in_a_row_are_no_longer_one_batchs_trouble(
    vendor: Vendor, run: Callable[..., Run]
) -> None:
    ids = [str(700000001 + number) for number in range(5)]
    vendor.answers.update(dict.fromkeys(ids[:4], (500, b"{}")))
    first = run(batch_ids=ids)
    assert first.code == 1
    assert len(set(vendor.asked)) == 3
    assert not first.records
    second = run(first.state, batch_ids=ids)
    assert told_of(second, "campaign_metrics") == ids[4:]


def test_where_every_batch_is_refused_nothing_is_settled_and_the_run_fails(
    vendor: Vendor, run: Callable[..., Run]
) -> None:
    vendor.answers.update(dict.fromkeys(BATCHES, (200, REFUSED)))
    refused = run()
    assert refused.code == 1
    assert "Textlocal refused all 3 batches that it was asked about" in refused.stderr.splitlines()[-1]
    assert "700000001 (code 4711), 700000002 (code 4711), 700000003 (code 4711)" in refused.stderr.splitlines()[-1]
    assert "history" in refused.state["bookmarks"]


def test_a_single_batch_that_is_refused_may_be_a_test(vendor: Vendor, run: Callable[..., Run]) -> None:
    vendor.answers["700000001"] = (200, REFUSED)
    alone = run(batch_ids=["700000001"])
    assert alone.code == 0, alone.stderr
    assert "looks up no batch of these ids" in alone.stderr


def test_a_gateway_that_refuses_by_a_status_of_its_own_ends_the_run(vendor: Vendor, run: Callable[..., Run]) -> None:
    vendor.answers["700000002"] = (400, REFUSED)
    gateway = run()
    assert gateway.code == 1
    assert "Something between here and Textlocal refuses the call (HTTP 400)" in gateway.stderr
    assert told_of(gateway, "campaign_metrics") == BATCHES[:1]
    assert vendor.asked == BATCHES[:2]


@pytest.mark.parametrize("made", [no_folder, lambda **_: FullDisk()], ids=["when made", "when written"])
def test_a_full_temporary_folder_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, made: Any) -> None:
    class Client:
        def read(self, _command: str, **_fields: str) -> dict[str, Any]:
            return {"num_messages": 0}

    monkeypatch.setattr("tap_textlocal.reports.tempfile.TemporaryFile", made)
    reports = Reports(cast("Any", Client()))
    assert isinstance(reports.ask("700000001", put_aside=False), Report)
    with pytest.raises(SetupError, match=r"No space left on device.*TMPDIR"):
        reports.ask("700000001", put_aside=True)
