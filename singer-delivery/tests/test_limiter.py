"""The limiter with real threads."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import AbandonedError, UnavailableError
from singer_delivery.limiter import Limiter, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = 86_400.0


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def in_threads(count: int, work: Callable[..., Any]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_threads_share_a_rate() -> None:
    limiter = Limiter(500)
    start = time.monotonic()
    for thread in in_threads(10, lambda: [limiter.acquire() for _ in range(10)]):
        thread.join()
    assert 0.19 <= time.monotonic() - start < 1


def test_without_a_limit_nobody_waits() -> None:
    limiter = Limiter(None, Clock())
    assert [limiter.acquire().left for _ in range(1000)] == [1000.0] * 1000


def test_without_a_limit_the_first_refusal_makes_one() -> None:
    clock = Clock()
    limiter = Limiter(None, clock)
    turns = []
    for _ in range(100):
        turns.append(limiter.acquire())
        clock.now += 0.01
    limiter.throttled(None, turns[-1])
    assert 60 <= limiter.per_second <= 100


def test_a_pause_holds_everybody_back_and_is_over_in_time() -> None:
    limiter = Limiter(1000)
    limiter.throttled(0.15)
    start, went = time.monotonic(), []
    for thread in in_threads(8, lambda: went.append(limiter.acquire().left)):
        thread.join()
    assert 0.14 <= min(went) - start < 0.3


def test_closing_wakes_all_who_wait() -> None:
    limiter = Limiter(0.5)
    limiter.acquire()
    met = []

    def wait() -> None:
        with pytest.raises(AbandonedError):
            limiter.acquire()
        met.append(1)

    threads = in_threads(5, wait)
    limiter.close()
    for thread in threads:
        thread.join(5)
    assert len(met) == 5


def test_a_pause_of_a_day_ends_the_run_in_plain_words_also_for_those_who_wait() -> None:
    limiter = Limiter(0.5)
    limiter.acquire()
    met = []

    def wait() -> None:
        with pytest.raises(UnavailableError) as caught:
            limiter.acquire()
        met.append(str(caught.value))

    threads = in_threads(3, wait)
    limiter.throttled(DAY)
    for thread in threads:
        thread.join(5)
    assert len(met) == 3
    assert "1440 minutes" in met[0]
    assert "`requests_per_second`" in met[0]


@pytest.mark.parametrize(
    ("headers", "window", "expected"),
    [
        ({"x-ratelimit-limit": "20", "x-ratelimit-remaining": "3"}, 1.0, 20),
        ({"ratelimit-limit": "100;w=60"}, None, 100 / 60),
        ({"x-ratelimit-limit": "20", "x-ratelimit-remaining": "3"}, None, 100),
        ({"x-ratelimit-limit": "many"}, 1.0, 100),
        ({"x-ratelimit-limit": "500"}, 1.0, 100),
        ({}, 1.0, 100),
    ],
)
def test_the_rate_follows_the_vendors_word(headers: Any, window: Any, expected: Any) -> None:
    limiter = Limiter(100, Clock())
    limiter.learn(headers, window)
    assert limiter.per_second == pytest.approx(expected)


def test_a_quota_follows_the_vendors_word_beyond_what_is_published_but_not_beyond_the_users() -> None:
    limits = Limits(50, {"slow": 5})
    for told, held in ((20, 20), (100, 50), (3, 3)):
        limits.limiter("slow").learn({"x-ratelimit-limit": str(told)}, 1.0)
        assert limits.limiter("slow").per_second == held
    assert limits.limiter("default").per_second == 50


def test_when_nothing_remains_all_wait_for_the_reset() -> None:
    clock = Clock()
    limiter = Limiter(100, clock)
    limiter.learn({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "301"})
    with pytest.raises(UnavailableError, match="6 minutes"):
        limiter.acquire()
    clock.now += 302
    limiter.acquire()


def test_an_answer_that_comes_after_an_eternity_teaches_nothing() -> None:
    clock = Clock()
    limiter = Limiter(10, clock)
    turn = limiter.acquire()
    clock.now += 100
    limiter.acquire()
    limiter.throttled(None, turn)
    assert limiter.per_second == 10


def test_each_quota_has_a_rate_of_its_own_and_none_more_than_the_user_allows() -> None:
    limits = Limits(50, {"slow": 5, "fast": 100})
    assert limits.limiter("slow").per_second == 5
    assert limits.limiter("fast").per_second == 50
    assert limits.limiter("default") is limits.limiter("anything else")
    assert Limits(None, {"slow": 5}).limiter("slow").per_second == 5
    assert Limits(None, {"slow": 5}).limiter("default").per_second == math.inf
    limits.close()
    for quota in ("slow", "fast", "default"):
        with pytest.raises(AbandonedError):
            limits.limiter(quota).acquire()
