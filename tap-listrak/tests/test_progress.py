"""What is said of a long run where nobody watches a terminal."""

from __future__ import annotations

import logging

from tap_listrak import progress
from tap_listrak.progress import StreamProgress


def test_a_line_now_and_then_tells_how_far_the_stream_is(caplog, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    with caplog.at_level(logging.INFO), StreamProgress("message_opens", "messages", logging.getLogger("t")) as shown:
        shown.expect(1200)
        shown.page(2500)
        assert caplog.messages == []
        clock[0] = 16.0
        shown.unit_done()
        shown.page(10)
        clock[0] = 17.0
        shown.page(10)
    assert caplog.messages == ["message_opens: 1 of 1,200 messages done, 2 pages, 2,510 rows so far"]
