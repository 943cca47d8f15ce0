"""The webhook: which runs it is told of, what it gets, and that nothing about it fails a run or holds one up."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery import notify
from singer_delivery.notify import Webhook, message
from singer_delivery.outcomes import BEYOND_MAX_RECORDS, accepted, rejected
from singer_delivery.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from singer_delivery.report_content import Content

TOKEN = "s3cret-canary"
BAD_PHONE = rejected("invalid_phone", "The phone number cannot exist. Correct it at its source.")


def _content(
    finished: str = "completed",
    error: str | None = None,
    *,
    rejects: int = 0,
    beyond: int = 0,
    dry_run: bool = False,
) -> Content:
    report = Report("target-sms", dry_run)
    report.read("customers", "subscribe", 100 + beyond)
    if beyond:
        report.settled("customers", "subscribe", BEYOND_MAX_RECORDS, beyond)
    report.settled("customers", "subscribe", accepted("created"), 100 - rejects)
    if rejects:
        report.settled("customers", "subscribe", BAD_PHONE, rejects)
    report.finish(finished, error)
    return report.content()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "_PAUSE", 0.01)


@pytest.fixture
def tell(vendor: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> Callable[..., float]:
    """Tell of a run; how long that took."""

    def tell(content: Content, when: str = "failed", percent: int | None = None, url: str | None = None) -> float:
        hook = Webhook(f"{url or vendor.url}/{TOKEN}", when, percent, logging.getLogger("target-sms"))
        start = time.monotonic()
        with caplog.at_level(logging.DEBUG):
            hook.tell(content, Path("/data/report.json"))
        assert TOKEN not in caplog.text
        return time.monotonic() - start

    return tell


@pytest.fixture
def silent() -> Iterator[SimpleNamespace]:
    """An address that takes connections and says nothing, or a byte now and then."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        open_ones = []
        said = SimpleNamespace(url=f"http://127.0.0.1:{server.getsockname()[1]}", bytes=b"")

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                open_ones.append(connection)
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

        def drip(connection: socket.socket) -> None:
            try:
                for place in range(len(said.bytes)):
                    connection.send(said.bytes[place : place + 1])
                    time.sleep(0.05)
            except OSError:
                return

        thread = threading.Thread(target=serve)
        thread.start()
        yield said
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for each in open_ones:
            each.close()


@pytest.mark.parametrize(
    ("content", "when", "percent", "told"),
    [
        (_content(), "failed", None, False),
        (_content("failed", "No."), "failed", None, True),
        (_content("interrupted"), "failed", None, True),
        (_content(rejects=5), "failed", None, False),
        (_content(rejects=5), "failed", 5, False),
        (_content(rejects=6), "failed", 5, True),
        (_content(rejects=6, beyond=900), "failed", 5, True),
        (_content(rejects=1), "failed", 0, True),
        (_content(), "failed", 0, False),
        (_content(), "always", None, True),
        (_content("failed", "No.", dry_run=True), "failed", 0, False),
        (_content(dry_run=True), "always", None, True),
    ],
)
def test_it_is_told_of_what_the_settings_ask_for(
    tell: Callable[..., float], vendor: SimpleNamespace, content: Any, when: Any, percent: Any, told: Any
) -> None:
    tell(content, when, percent)
    assert len(vendor.seen) == told


def test_it_gets_the_numbers_of_the_report_and_a_line_for_a_chat(
    tell: Callable[..., float], vendor: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    tell(_content("failed", "More than 5 % were rejected.", rejects=6))
    (seen,) = vendor.seen
    body = json.loads(seen.body)
    assert seen.headers["Content-Type"] == "application/json"
    assert body.pop("text").startswith(
        "target-sms: FAILED after 0.0 s. 100 records read: 94 accepted, 6 rejected. More"
    )
    assert body.pop("started_at").endswith("+00:00")
    assert body.pop("seconds") >= 0
    assert body == {
        "event": "run_finished",
        "target": "target-sms",
        "finished": "failed",
        "dry_run": False,
        "error": "More than 5 % were rejected.",
        "read": 100,
        "outcomes": {"accepted": 94, "unchanged": 0, "already": 0, "skipped": 0, "rejected": 6},
        "reasons": {"created": 94, "invalid_phone": 6},
        "unsettled": 0,
        "requests": 0,
        "spent": {},
        "rejects_path": None,
        "open_rejects": None,
        "report": "/data/report.json",
    }
    assert not caplog.records


def test_a_long_error_is_cut_in_the_line_and_whole_beside_it() -> None:
    told = message(_content("failed", "x " * 400), None)
    assert len(told["text"]) < 500
    assert told["error"] == "x " * 400
    assert told["report"] is None


def test_a_name_in_the_line_calls_nobody_in_a_chat() -> None:
    told = message(_content("failed", "Stream `<!channel> & <@U1>` has no column."), None)
    assert "`&lt;!channel&gt; &amp; &lt;@U1&gt;`" in told["text"]
    assert told["error"] == "Stream `<!channel> & <@U1>` has no column."


def test_half_characters_in_names_and_paths_do_not_keep_it_from_being_told(
    tell: Callable[..., float], vendor: SimpleNamespace
) -> None:
    content = _content("failed", "Stream `x\ud83d` has no column.")
    content.rejects_path = "/data/\udcff.jsonl"
    content.spent = {"\ud83d": 1.5}
    tell(content)
    body = json.loads(vendor.seen[0].body)
    assert body["error"] == "Stream `x?` has no column."
    assert body["rejects_path"] == "/data/?.jsonl"
    assert body["spent"] == {"?": 1.5}


def test_a_server_error_is_tried_once_more_and_then_left(
    tell: Callable[..., float], vendor: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.answers += [(500, {}, b""), (200, {}, b"ok")]
    tell(_content("failed", "No."))
    assert len(vendor.seen) == 2
    assert not caplog.records
    vendor.answers += [(500, {}, b""), (503, {}, b"")]
    tell(_content("failed", "No."))
    assert len(vendor.seen) == 4
    (line,) = caplog.messages
    assert line == "The webhook (`notify_url`) was not told of this run: it answered HTTP 503."


@pytest.mark.parametrize("status", [302, 307, 404, 429])
def test_a_redirect_is_not_followed_and_a_no_is_not_argued_with(
    tell: Callable[..., float], vendor: SimpleNamespace, caplog: pytest.LogCaptureFixture, status: Any
) -> None:
    vendor.answers.append((status, {"Location": f"{vendor.url}/elsewhere"}, b""))
    tell(_content("failed", "No."))
    assert [each.path for each in vendor.seen] == [f"/{TOKEN}"]
    assert f"it answered HTTP {status}." in caplog.text


def test_a_refused_connection_is_one_line(tell: Callable[..., float], caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    tell(_content("failed", "No."), url=f"http://127.0.0.1:{port}")
    (line,) = caplog.messages
    assert "could not be reached" in line
    assert str(port) not in line


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000])
def test_a_hook_that_does_not_answer_or_answers_for_ever_does_not_hold_up_the_run(
    tell: Callable[..., float],
    silent: SimpleNamespace,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    said: Any,
) -> None:
    monkeypatch.setattr(notify, "TIMEOUT", 0.2)
    silent.bytes = said
    assert tell(_content("failed", "No."), url=silent.url) < 1
    assert "in time" in caplog.text


def test_after_a_signal_there_is_one_short_attempt(
    tell: Callable[..., float],
    silent: SimpleNamespace,
    vendor: SimpleNamespace,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notify, "TIMEOUT", 60)
    monkeypatch.setattr(notify, "TIMEOUT_OF_SIGNAL", 0.2)
    assert tell(_content("interrupted"), url=silent.url) < 1
    vendor.answers.append((500, {}, b""))
    tell(_content("interrupted"))
    assert len(vendor.seen) == 1


def test_an_address_that_is_none_is_one_line_and_tried_once(
    tell: Callable[..., float], caplog: pytest.LogCaptureFixture
) -> None:
    tell(_content("failed", "No."), url="http://.example.com")
    (line,) = caplog.messages
    assert "its address is wrong" in line
    assert "example.com" not in line
