"""Answers that no vendor should give, to every target and tap: a clear message, exit 1, nobody else told anything."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest
from hostile import HostileServer, whole
from hostile_answers import ANSWERS, CANARY, LIVES, NONSENSE, TOKENS
from hostile_places import PLACES, SECRETS, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hostile import Request
    from hostile_places import Place

    from singer_delivery.testing import TargetRun

LONGEST = 60
"""Seconds that a run may take whatever a vendor says of waiting: these have hardly any pause between attempts."""
STATE = re.compile(r'"bookmark":|"bookmarks":\{.*:\{"')
"""A target's state, and a tap's that has got anywhere."""
EVERY_ANSWER = [(name, PLACES[number % len(PLACES)]) for number, name in enumerate(ANSWERS)]
"""Each at one place: all but the tap for SOAP share what reads answers."""
SMS = PLACES[0]


@pytest.fixture
def elsewhere() -> Iterator[HostileServer]:
    """A server that nobody is to call."""
    server = HostileServer.start(lambda request: whole(b"{}"))
    yield server
    server.stop()
    assert not server.seen


@pytest.fixture
def hostile() -> Iterator[Callable[..., HostileServer]]:
    """Start servers: `hostile(lambda request: pieces)`. Tokens are good ones."""
    started = []

    def start(answer: Callable[[Request], Iterable[bytes]], **options: bool) -> HostileServer:
        started.append(
            HostileServer.start(
                lambda request: whole(TOKEN) if request.path == "/token" else answer(request), **options
            )
        )
        return started[-1]

    yield start
    for each in started:
        each.stop()


def assert_is_clear(run: TargetRun, words: str = "", code: int = 1) -> None:
    """One message that says what was wrong; no state, nothing of anybody, no secret and nothing of the answer."""
    assert run.code == code, run.stderr
    assert not code or not STATE.search(run.stdout)
    assert re.search(words, run.stderr), run.stderr
    for said in ("Traceback", "A mistake in this program", CANARY, "2135550", *SECRETS.values(), "s3cret"):
        assert said not in run.stderr, run.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "place"), EVERY_ANSWER, ids=str)
def test_every_answer_ends_every_run_with_a_clear_message(
    name: str,
    place: Place,
    hostile: Callable[..., HostileServer],
    elsewhere: HostileServer,
    request: pytest.FixtureRequest,
) -> None:
    answer = ANSWERS[name]
    server = hostile(lambda asked: answer.pieces(elsewhere.url))
    began = time.monotonic()
    run = place.run(server.url, request)
    assert time.monotonic() - began < LONGEST
    unknown = place.name == "annex-cloud" and "another" not in answer.words and "minutes" not in answer.words
    if unknown:  # a call that must not be repeated is not: its effect is unknown, and said to be
        assert_is_clear(run, code=run.code)
        assert len(server.seen) == 1 or "HTTP 429" in answer.words
    else:
        assert_is_clear(run, answer.words)
    assert not any(asked.headers["Cookie"] for asked in server.seen)


@pytest.mark.parametrize("last", ["gzip-bomb", "redirect-307"])  # no program asks again behind one of these
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_program_meets_all_that_is_worst_and_survives(
    place: Place,
    last: str,
    hostile: Callable[..., HostileServer],
    elsewhere: HostileServer,
    request: pytest.FixtureRequest,
) -> None:
    worst = [ANSWERS[name] for name in ("page", "deep", "no-http", last)]
    answers = iter(worst)
    server = hostile(lambda asked: next(answers, worst[-1]).pieces(elsewhere.url))
    run = place.run(server.url, request)
    assert_is_clear(run, code=run.code)
    assert run.code or place.name == "annex-cloud"
    assert len(server.seen) >= (1 if place.name == "annex-cloud" else len(worst))  # what may be made is not repeated


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_nonsense_in_json_is_no_mistake_of_ours(
    place: Place, hostile: Callable[..., HostileServer], request: pytest.FixtureRequest
) -> None:
    for name, body in NONSENSE.items():
        server = hostile(lambda asked, body=body: whole(body.encode()))
        run = place.run(server.url, request, folder=name)
        assert_is_clear(run, code=run.code)


@pytest.mark.slow
@pytest.mark.parametrize("name", TOKENS)
def test_an_endpoint_of_tokens_that_gives_none_ends_the_run(name: str, request: pytest.FixtureRequest) -> None:
    server = HostileServer.start(lambda asked: whole(TOKENS[name].encode()))
    run = SMS.run(server.url, request)
    server.stop()
    assert_is_clear(run, "Check `auth_url`|check `auth_url`")
    assert {asked.path for asked in server.seen} == {"/token"}


@pytest.mark.parametrize("name", ["redirect-307", "gzip-bomb"])
def test_an_endpoint_of_tokens_is_believed_no_more_than_others(
    name: str, elsewhere: HostileServer, request: pytest.FixtureRequest
) -> None:
    server = HostileServer.start(lambda asked: ANSWERS[name].pieces(elsewhere.url))
    run = SMS.run(server.url, request)
    server.stop()
    assert_is_clear(run, ANSWERS[name].words)


@pytest.mark.slow
def test_a_token_of_any_life_is_used_once_and_for_all(request: pytest.FixtureRequest) -> None:
    lives = iter(LIVES)
    gone = json.dumps({"error": "ERROR_UNAUTHORIZED"}).encode()

    def answer(asked: Request) -> list[bytes]:
        if asked.path == "/token":
            return whole(b'{"access_token": "s3cret", "expires_in": %s}' % next(lives, "1").encode())
        return whole(gone, status="403 Forbidden")

    server = HostileServer.start(answer)
    for _ in LIVES:
        assert_is_clear(SMS.run(server.url, request))
    server.stop()
    assert sum(asked.path == "/token" for asked in server.seen) >= len(LIVES)
