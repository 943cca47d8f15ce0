"""The nine streams, read from the sandbox over HTTP."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from slow_share import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

    from .conftest import Run

STREAMS = [
    "lists",
    "messages",
    "message_sends",
    "message_opens",
    "message_reads",
    "message_clicks",
    "message_bounces",
    "message_unsubs",
    "subscribed_contacts",
]


def keyed(records: list[dict[str, Any]], *keys: str) -> set[tuple[int | str, ...]]:
    return {tuple(record[key] for key in keys) for record in records}


def test_every_row_with_a_key_arrives_and_what_is_dropped_is_counted(full_run: Run, sandbox: Sandbox) -> None:
    assert full_run.code == 0
    for stream, held in sandbox.rows().items():
        assert len(full_run.records[stream]) == held["rows"] - held["without_key"], stream
        if held["without_key"]:
            assert f"{stream}: {held['without_key']}: records dropped because a part of their key" in full_run.stderr


def test_distinct_keys_are_those_of_the_account(full_run: Run, sandbox: Sandbox) -> None:
    keys = {message["stream"]: message["key_properties"] for message in full_run.of_type("SCHEMA")}
    for stream, held in sandbox.rows().items():
        assert len(keyed(full_run.records[stream], *keys[stream])) == held["keys"], stream


def test_records_fit_their_schema(full_run: Run) -> None:
    for message in full_run.of_type("SCHEMA"):
        validator = Draft202012Validator(message["schema"], format_checker=FormatChecker())
        columns = set(message["schema"]["properties"])
        for record in full_run.records[message["stream"]]:
            validator.validate(record)
            assert set(record) == columns


def test_each_stream_is_schema_then_records_then_state_then_activation(full_run: Run) -> None:
    order = [(message["type"], message.get("stream")) for message in full_run.messages]
    runs = [each for at, each in enumerate(order) if at == 0 or order[at - 1] != each]
    expected = []
    for stream in STREAMS:
        expected += [("SCHEMA", stream), ("RECORD", stream), ("STATE", None), ("ACTIVATE_VERSION", stream)]
    assert runs == expected


def test_records_carry_the_version_that_is_activated(full_run: Run) -> None:
    versions = {message["stream"]: message["version"] for message in full_run.of_type("ACTIVATE_VERSION")}
    for message in full_run.of_type("RECORD"):
        assert message["version"] == versions[message["stream"]]


@pytest.mark.parametrize("concurrency", in_turn([32, 3, 1]))
def test_the_output_is_the_same_at_every_concurrency(
    full_run: Run, config: dict[str, Any], run_tap: Callable[..., Run], concurrency: int
) -> None:
    run = run_tap({**config, "concurrency": concurrency})
    assert run.content == full_run.content


def test_pages_are_written_as_the_sdk_writes_records(
    full_run: Run, config: dict[str, Any], run_tap: Callable[..., Run]
) -> None:
    run = run_tap(config, one_by_one=True)
    assert run.content == full_run.content


def test_small_pages_hold_the_same_as_large_ones(
    start_sandbox: Callable[..., Sandbox], config: dict[str, Any], full_run: Run, run_tap: Callable[..., Run]
) -> None:
    paged = start_sandbox(scale="small", seed=7, page_size=50)
    run = run_tap({**config, "wsdl_url": paged.wsdl_url})
    assert run.content == full_run.content


def test_clicks_that_repeat_their_key_are_all_there_in_order(full_run: Run) -> None:
    clicks = full_run.records["message_clicks"]
    repeats = Counter((click["MsgID"], click["EmailAddress"]) for click in clicks)
    assert repeats.most_common(1)[0][1] > 1
    assert len({tuple(click.items()) for click in clicks}) > len(repeats)


def test_a_message_is_there_once_although_windows_meet(full_run: Run) -> None:
    ids = [message["MsgID"] for message in full_run.records["messages"]]
    assert len(ids) == len(set(ids))


def test_times_have_the_offset_of_the_zone(
    full_run: Run, config: dict[str, Any], select: Callable[..., dict[str, Any]], run_tap: Callable[..., Run]
) -> None:
    for message in full_run.records["messages"]:
        moment = datetime.fromisoformat(message["SendDate"])
        offset = moment.utcoffset()
        assert offset is not None
        assert offset.total_seconds() in (-4 * 3600, -5 * 3600)
    utc = run_tap({**config, "timezone": "UTC"}, catalog=select("messages"))
    for eastern, universal in zip(full_run.records["messages"], utc.records["messages"], strict=True):
        assert eastern["SendDate"][:19] == universal["SendDate"][:19]
        assert universal["SendDate"].endswith("+00:00")


def test_subjects_of_every_script_arrive(full_run: Run) -> None:
    subjects = "".join(message["Subject"] or "" for message in full_run.records["messages"])
    assert re.search("[\u0590-\u08ff]", subjects), "right to left"
    assert re.search("[\u3040-\u9fff]", subjects), "Japanese or Chinese"
    assert re.search("[\U0001f300-\U0001faff]", subjects), "emoji"
    assert re.search("[à-ÿ]", subjects), "accents"


def test_chosen_lists_narrow_everything(full_run: Run, config: dict[str, Any], run_tap: Callable[..., Run]) -> None:
    chosen = full_run.records["lists"][1]["ListID"]
    run = run_tap({**config, "list_ids": [chosen]})
    messages = keyed([each for each in full_run.records["messages"] if each["ListID"] == chosen], "MsgID")
    assert keyed(run.records["lists"], "ListID") == {(chosen,)}
    assert keyed(run.records["messages"], "MsgID") == messages
    assert keyed(run.records["subscribed_contacts"], "ListID") == {(chosen,)}
    assert keyed(run.records["message_sends"], "MsgID") <= messages


def test_a_list_that_is_not_there_is_named_with_those_that_are(
    full_run: Run, config: dict[str, Any], run_tap: Callable[..., Run]
) -> None:
    seen = full_run.records["lists"][0]["ListID"]
    run = run_tap({**config, "list_ids": [seen, 99999]})
    assert run.code == 1
    assert "does not see: 99999" in run.stderr
    assert str(seen) in run.stderr
    assert run.activated == []


def test_the_start_date_bounds_messages_and_events(
    full_run: Run, config: dict[str, Any], run_tap: Callable[..., Run]
) -> None:
    middle = sorted(message["SendDate"] for message in full_run.records["messages"])[30][:10]
    run = run_tap({**config, "start_date": middle})
    expected = [each for each in full_run.records["messages"] if each["SendDate"][:10] >= middle]
    assert run.records["messages"] == expected
    for stream, column in [("message_clicks", "ClickDate"), ("subscribed_contacts", "AdditionDate")]:
        assert run.records[stream]
        assert all(each[column] is None or each[column][:10] >= middle for each in run.records[stream])


def test_test_messages_are_read_only_when_asked_for(
    full_run: Run, config: dict[str, Any], sandbox: Sandbox, run_tap: Callable[..., Run]
) -> None:
    run = run_tap({**config, "include_test_messages": True})
    held = sandbox.rows(tests=True)
    assert len(run.records["messages"]) == held["messages"]["rows"] > len(full_run.records["messages"])
    assert len(run.records["message_sends"]) == held["message_sends"]["rows"] - held["message_sends"]["without_key"]


def test_stream_maps_and_flattening_work_on_every_stream(
    full_run: Run, config: dict[str, Any], run_tap: Callable[..., Run]
) -> None:
    run = run_tap(
        {
            **config,
            "stream_maps": {
                "message_clicks": {
                    "__alias__": "clicks",
                    "__key_properties__": ["click_id"],
                    "click_id": "sha256(str(record))",
                },
                "message_sends": "__NULL__",
            },
            "flattening_enabled": True,
            "flattening_max_depth": 1,
        }
    )
    assert run.code == 0, run.stderr
    assert len(run.records["clicks"]) == len(full_run.records["message_clicks"])
    assert keyed(run.records["clicks"], "LinkUrl") == keyed(full_run.records["message_clicks"], "LinkUrl")
    distinct = {tuple(click.items()) for click in full_run.records["message_clicks"]}
    assert len(keyed(run.records["clicks"], "click_id")) == len(distinct)
    assert "message_sends" not in run.records
    assert {"Vmta__VmtaID", "Vmta__Description"} <= set(run.records["lists"][0])
    assert run.records["message_opens"] == full_run.records["message_opens"]
    assert run.activated == [
        {"message_clicks": "clicks"}.get(each, each) for each in STREAMS if each != "message_sends"
    ]


def test_batches_hold_the_same_records(
    full_run: Run,
    config: dict[str, Any],
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    tmp_path: Path,
) -> None:
    batch = {
        "encoding": {"format": "jsonl", "compression": "gzip"},
        "storage": {"root": tmp_path.as_uri(), "prefix": "b-"},
    }
    run = run_tap({**config, "batch_config": batch}, catalog=select("message_clicks"))
    assert run.code == 0, run.stderr
    assert run.of_type("BATCH")
    lines = [line for path in tmp_path.iterdir() for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert [json.loads(line) for line in lines] == full_run.records["message_clicks"]
    assert "records dropped because a part of their key was missing" in run.stderr
    # Rows of a batch carry no version: activating one would let a loader delete them.
    assert run.activated == []
