"""The segment that is meant: by name among many, by external id, made once, and the words for each mistake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.client import Answer
from singer_delivery.errors import SetupError, UnavailableError
from target_attentive.segments import Segment, Segments, segment_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from target_attentive.client import AttentiveClient

    from .conftest import MakeTarget, Seen


@pytest.fixture
def segments(target: MakeTarget, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Segments]:
    """Look for the segment of settings: `segments(segment="VIP")`. Pages are short."""
    monkeypatch.setattr("target_attentive.segments.PAGE_SIZE", 3)

    def make(**settings: Any) -> Segments:
        made = target(**settings)
        return Segments(made.client, made.settings)

    return make


@dataclass
class There:
    client: AttentiveClient

    def __call__(self, name: str, **fields: Any) -> str:
        answer = self.client.call("CreateSegment", "POST", "/v2/segments", json={"name": name, **fields})
        return str(answer.body["externalId"])


@pytest.fixture
def there(target: MakeTarget) -> There:
    """Make segments beforehand: `there("VIP", externalId="vip")`; their external id."""
    return There(target().client)


@pytest.fixture
def archive(there: There) -> Callable[..., Any]:
    """Archive a segment by its external id."""
    return lambda number: there.client.call("ArchiveSegment", "DELETE", f"/v2/segments/external/{number}")


def problem(call: Callable[[], object]) -> str:
    with pytest.raises(SetupError) as error:
        call()
    return str(error.value)


def test_a_segment_is_found_by_its_name_among_several_pages_of_similar_ones(
    segments: Callable[..., Segments], there: There, clean_sandbox: Sandbox
) -> None:
    for number in range(7):
        there(f"VIP {number}")
    external_id = there("VIP")
    there("Old VIP")
    assert segments(segment=" VIP ").find() == Segment(external_id, "VIP")
    assert clean_sandbox.calls("attentive")["ListSegments"] == 3


def test_a_segment_is_found_by_its_external_id_whatever_it_is_called(
    segments: Callable[..., Segments], there: There
) -> None:
    there("Gold", externalId="a/b?c d ü")
    assert segments(segment_external_id="a/b?c d ü").find() == Segment("a/b?c d ü", "Gold")
    assert segments(segment_external_id="a/b?c d ü", segment="Other").made().name == "Gold"


def test_a_segment_that_is_not_there_is_made_when_it_is_first_needed(
    segments: Callable[..., Segments], seen: Seen
) -> None:
    gold = segments(segment="Gold")
    assert gold.find() is None
    assert seen.shown("segments") == []
    assert list(gold.notes()) == []
    made = gold.made()
    assert [(each["name"], each["externalId"]) for each in seen.shown("segments")] == [("Gold", made.external_id)]
    assert gold.find() == made
    (note,) = gold.notes()
    assert made.external_id in note
    assert "`resend`" in note


def test_a_segment_is_made_with_the_external_id_of_the_settings(segments: Callable[..., Segments], seen: Seen) -> None:
    assert segments(segment="Gold", segment_external_id="gold-1").made() == Segment("gold-1", "Gold")
    assert segments(segment_external_id="gold-1").made().name == "Gold"
    assert len(seen.shown("segments")) == 1


def test_many_threads_make_one_segment(segments: Callable[..., Segments], seen: Seen, clean_sandbox: Sandbox) -> None:
    gold = segments(segment="Gold")
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: gold.made(), range(40)))
    assert len(found) == len(seen.shown("segments")) == 1
    assert clean_sandbox.calls("attentive") == {"ListSegments": 1, "CreateSegment": 1}


def test_a_segment_is_not_made_where_that_is_not_wanted(segments: Callable[..., Segments], seen: Seen) -> None:
    for settings in ({"segment": "Gold"}, {"segment_external_id": "gold-1", "segment": "Gold"}):
        said = problem(segments(create_segment=False, **settings).find)
        assert "no segment" in said
        assert "`create_segment`" in said
    assert "`segment`, so that it can be made" in problem(segments(segment_external_id="gold-1").find)
    assert seen.shown("segments") == []


def test_a_name_that_several_have_is_told_with_their_external_ids(
    segments: Callable[..., Segments], there: There
) -> None:
    numbers = [there("VIP") for _ in range(12)]
    said = problem(segments(segment="VIP").find)
    assert numbers[0] in said
    assert "and 2 more" in said
    assert "`segment_external_id`" in said


def test_a_name_that_differs_in_case_is_told_and_no_second_one_is_made(
    segments: Callable[..., Segments], there: There, seen: Seen
) -> None:
    external_id = there("VIP")
    assert f"differs in case: 'VIP' ({external_id})" in problem(segments(segment="vip").made)
    assert len(seen.shown("segments")) == 1
    assert segments(segment="vip", segment_external_id="vip-2").made() == Segment("vip-2", "vip")


def test_no_segment_in_the_settings_is_told(segments: Callable[..., Segments]) -> None:
    assert "`segment` or `segment_external_id` is missing" in problem(segments().find)


def test_an_archived_segment_is_told_until_somebody_restores_it(
    segments: Callable[..., Segments], there: There, archive: Callable[..., Any], clean_sandbox: Sandbox
) -> None:
    archive(there("Gold", externalId="gold-1"))
    said = problem(segments(segment="Gold", segment_external_id="gold-1").made)
    assert "archived: restore it in Attentive" in said
    clean_sandbox.post("/_sandbox/attentive/restore-segment", {"externalId": "gold-1"})
    assert segments(segment="Gold", segment_external_id="gold-1").made() == Segment("gold-1", "Gold")


def test_a_name_of_which_only_an_archived_segment_is_there_makes_another(
    segments: Callable[..., Segments], there: There, archive: Callable[..., Any], seen: Seen
) -> None:
    archive(there("Gold", externalId="gold-1"))
    assert segments(segment="Gold").made().external_id != "gold-1"


@pytest.mark.parametrize("switches", [{}, {"duplicate_segment": "update"}, {"duplicate_name": "refuse"}], ids=str)
def test_whatever_becomes_of_duplicates_what_is_there_is_used(
    segments: Callable[..., Segments], there: There, clean_sandbox: Sandbox, seen: Seen, switches: dict[str, Any]
) -> None:
    clean_sandbox.switch("attentive", **switches)
    there("Gold", externalId="gold-1")
    assert segments(segment="Gold").made().external_id == "gold-1"
    assert segments(segment="Other", segment_external_id="gold-1").made().name == "Gold"
    assert [each["name"] for each in seen.shown("segments")] == ["Gold"]


def test_a_name_that_attentive_wants_once_only_is_told(
    segments: Callable[..., Segments], there: There, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", duplicate_name="refuse")
    there("Gold", externalId="gold-1")
    assert "another one of its name" in problem(segments(segment="Gold", segment_external_id="gold-2").made)


def test_a_segment_that_another_run_makes_meanwhile_is_used(
    segments: Callable[..., Segments], there: There, clean_sandbox: Sandbox
) -> None:
    for switches in ({"duplicate_name": "refuse"}, {"duplicate_segment": "refuse"}):
        clean_sandbox.switch("attentive", **switches)
    by_name, by_number = segments(segment="Gold"), segments(segment="Gold", segment_external_id="gold-1")
    assert by_name.find() is by_number.find() is None
    there("Gold", externalId="gold-1")
    assert by_name.made() == by_number.made() == Segment("gold-1", "Gold")


@pytest.mark.parametrize("fault", ["drop-after", "spring-error-after"])
def test_a_segment_whose_answer_was_lost_is_found_and_not_made_twice(
    segments: Callable[..., Segments], clean_sandbox: Sandbox, seen: Seen, fault: str
) -> None:
    clean_sandbox.faults(fault, "CreateSegment", vendor="attentive", times=1)
    made = segments(segment="Gold").made()
    assert [each["externalId"] for each in seen.shown("segments")] == [made.external_id]


def test_a_segment_that_attentive_breaks_on_ends_the_run(
    segments: Callable[..., Segments], clean_sandbox: Sandbox, seen: Seen
) -> None:
    clean_sandbox.faults("drop-before", "CreateSegment", vendor="attentive")
    with pytest.raises(UnavailableError, match="did not say whether it made the segment"):
        segments(segment="Gold").made()
    assert clean_sandbox.calls("attentive")["CreateSegment"] == 1


def test_a_dry_run_makes_no_segment(segments: Callable[..., Segments], seen: Seen) -> None:
    gold = segments(segment="Gold", dry_run=True)
    assert gold.made().name == "Gold"
    assert seen.shown("segments") == []
    assert list(gold.notes()) == []


@pytest.mark.parametrize(
    ("operation", "settings"),
    [
        ("GetSegment", {"segment_external_id": "gold-1"}),
        ("ListSegments", {"segment": "Gold"}),
        ("CreateSegment", {"segment": "Gold"}),
    ],
)
@pytest.mark.parametrize(("status", "words"), [(403, "Segments:"), (400, "Check `segment`")])
def test_what_attentive_refuses_about_segments_ends_the_run(
    segments: Callable[..., Segments],
    clean_sandbox: Sandbox,
    operation: str,
    settings: dict[str, Any],
    status: int,
    words: str,
) -> None:
    clean_sandbox.faults("spring-error", operation, vendor="attentive", status=status)
    assert words in problem(segments(**settings).made)


@pytest.mark.parametrize("body", [None, [], {"segments": {}}, {"segments": [{"name": "Gold"}]}, {"hello": "world"}])
def test_what_is_no_list_of_segments_ends_the_run(
    segments: Callable[..., Segments], monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    gold = segments(segment="Gold")
    monkeypatch.setattr(gold._client, "call", lambda *_, **__: Answer(200, body, {}))
    assert "Check `api_url`" in problem(gold.find)


def test_pages_that_go_round_in_circles_end_the_run(
    segments: Callable[..., Segments], monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = segments(segment="Gold")
    page = Answer(200, {"segments": [], "cursor": "again", "hasMore": True}, {})
    monkeypatch.setattr(gold._client, "call", lambda *_, **__: page)
    with pytest.raises(UnavailableError, match="do not come to an end"):
        gold.find()


def test_the_ledger_keeps_segments_apart(target: MakeTarget) -> None:
    scopes = {
        segment_scope(target(**settings).settings)
        for settings in (
            {"segment": "gold"},
            {"segment": "Gold"},
            {"segment": "id/gold"},
            {"segment_external_id": "gold"},
            {"segment_external_id": "gold", "api_url": "https://api.attentivemobile.com"},
        )
    }
    assert len(scopes) == 5
    assert not any("/" in each for each in scopes)
    assert "id:gold" in scopes
