"""What answers hold that is no row: left out, counted and said, and nothing is deleted downstream for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from serving import QuietHandler, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Run

CANARY = "447700900123"
PERSON = {"number": "447700900001", "first_name": "Ana"}
ANSWERS: dict[str, Any] = {
    "get_groups": {"groups": [{"id": 1, "name": "Customers", "size": 1}]},
    "get_contacts": {"contacts": [PERSON], "num_contacts": 1},
    "get_templates": {"templates": [{"id": 1, "title": "Sale"}]},
    "get_sender_names": {"default_sender_name": "ACME", "sender_names": ["ACME", "ACMEShop"]},
    "get_scheduled": {"scheduled": [{"id": 1}]},
    "get_history_api": {"messages": [{"id": 1}], "total": 1},
    "get_history_single": {"messages": [], "total": 0},
    "get_history_group": {"messages": [], "total": 0},
    "get_history_email": {"messages": [], "total": 0},
    "status_batch": {"num_messages": 1, "messages": [{"recipient": 447700900001, "status": "D"}]},
}
ODD = [CANARY, None, [CANARY]]
"""What is no object."""


@pytest.fixture
def answers() -> dict[str, Any]:
    """The answer to each command, to be changed."""
    return dict(ANSWERS)


@pytest.fixture
def run(
    answers: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> Iterator[Callable[..., Run]]:
    """Run streams on them: `run(*streams, **settings) -> Run`."""

    class Vendor(QuietHandler):
        def answer(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            answer = {"status": "success", **answers[self.path.strip("/")]}
            if form.get("start", ["0"]) != ["0"]:  # each list is one page
                answer |= {name: [] for name in ("contacts", "messages") if name in answer}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Vendor) as url:

        def finished(*streams: str, **settings: Any) -> Run:
            config = {"api_key": "key", "api_url": url, "requests_per_second": 1000, **settings}
            done = run_tap(config, catalog=select(*streams))
            assert done.code == 0, done.stderr
            assert CANARY not in done.stderr
            return done

        yield finished


@pytest.mark.parametrize(
    ("stream", "command", "rows"),
    [
        ("templates", "get_templates", "templates"),
        ("scheduled", "get_scheduled", "scheduled"),
        ("contacts", "get_contacts", "contacts"),
        ("optouts", "get_contacts", "contacts"),
    ],
)
def test_rows_that_are_no_objects_are_counted_and_nothing_is_deleted(
    answers: dict[str, Any], run: Callable[..., Run], stream: str, command: str, rows: str
) -> None:
    whole = run(stream)
    assert whole.activated == [stream]
    answers[command] = {**ANSWERS[command], rows: [*ODD, *ANSWERS[command][rows]], "num_contacts": 4}
    odd = run(stream)
    assert odd.records == whole.records
    assert f"{stream}: Textlocal gave rows of `{rows}` that are no objects, which are left out: 3." in odd.stderr
    assert not odd.activated


def test_rows_of_a_history_that_are_no_objects_are_counted(answers: dict[str, Any], run: Callable[..., Run]) -> None:
    answers["get_history_api"] = {"messages": [*ODD, {"id": 1}], "total": 4}
    done = run("history")
    assert [each["id"] for each in done.records["history"]] == ["1"]
    assert "history: Textlocal gave rows of `messages` that are no objects, which are left out: 3." in done.stderr


def test_groups_without_an_id_are_counted_and_their_people_are_not_deleted(
    answers: dict[str, Any], run: Callable[..., Run]
) -> None:
    answers["get_groups"] = {"groups": [*ODD, {"name": CANARY}, *ANSWERS["get_groups"]["groups"]]}
    done = run("groups", "contacts")
    assert [each["id"] for each in done.records["groups"]] == ["1"]
    assert len(done.records["contacts"]) == 1
    for stream in ("groups", "contacts"):
        assert f"{stream}: Textlocal gave groups without an id, which are left out: 4." in done.stderr
    assert not done.activated


def test_a_list_of_people_that_ends_before_its_own_count_deletes_nobody(
    answers: dict[str, Any], run: Callable[..., Run]
) -> None:
    answers["get_contacts"] = {"contacts": [], "num_contacts": 120}
    done = run("contacts")
    assert "contacts: Textlocal gave no row from row 0 on, and counts 120" in done.stderr
    assert not done.activated


def test_senders_that_php_wrote_as_an_object_are_all_there(answers: dict[str, Any], run: Callable[..., Run]) -> None:
    whole = run("sender_names")
    answers["get_sender_names"] = {"default_sender_name": "ACME", "sender_names": {"0": "ACME", "2": "ACMEShop"}}
    holes = run("sender_names")
    assert holes.records == whole.records
    assert len(holes.records["sender_names"]) == 2
    assert holes.activated == ["sender_names"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "answered get_sender_names without `sender_names`, which is taken for an empty list."),
        ({"sender_names": None}, "answered get_sender_names without `sender_names`"),
        ({"sender_names": [[CANARY], None]}, "gave sender names that are no texts, which are left out: 2."),
    ],
)
def test_senders_that_are_not_told_are_not_deleted(
    answers: dict[str, Any], run: Callable[..., Run], told: dict[str, Any], words: str
) -> None:
    answers["get_sender_names"] = {"default_sender_name": "ACME", **told}
    done = run("sender_names")
    assert [each["sender_name"] for each in done.records["sender_names"]] == ["ACME"]
    assert f"sender_names: Textlocal {words}" in done.stderr
    assert not done.activated


def test_messages_of_a_batch_that_name_nobody_are_counted(answers: dict[str, Any], run: Callable[..., Run]) -> None:
    known = ANSWERS["status_batch"]["messages"]
    answers["status_batch"] = {"messages": [*ODD, {"status": "D", "id": CANARY}, *known]}
    done = run("campaign_metrics", "message_status", batch_ids=["700000001"])
    assert [each["number"] for each in done.records["message_status"]] == ["447700900001"]
    assert "message_status: 4 rows without `number` left out" in done.stderr
    assert done.records["campaign_metrics"][0]["total"] == 5


@pytest.mark.parametrize("streams", [("message_status",), ("campaign_metrics", "message_status")])
@pytest.mark.parametrize(("told", "total"), [({"num_messages": 40}, 40), ({}, None)])
def test_a_batch_without_its_messages_is_said_and_its_figures_are_what_is_told(
    answers: dict[str, Any], run: Callable[..., Run], streams: tuple[str, ...], told: dict[str, int], total: int | None
) -> None:
    answers["status_batch"] = told
    done = run(*streams, batch_ids=["700000001", "700000002"])
    assert not done.records["message_status"]
    assert "message_status: Textlocal gave batches without `messages`, which are left out: 2." in done.stderr
    assert [each["total"] for each in done.records["campaign_metrics"]] == [total] * 2 * (len(streams) - 1)


def test_a_batch_of_no_messages_lacks_none(answers: dict[str, Any], run: Callable[..., Run]) -> None:
    answers["status_batch"] = {"num_messages": 0}
    assert "left out" not in run("message_status", batch_ids=["700000001"]).stderr
