"""The token: fetched once for all threads, renewed in time, and what is said when there is none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from singer_delivery.errors import SetupError
from target_listrak_sms.tokens import Tokens


class Endpoint:
    """Gives tokens that tell how many were given before."""

    def __init__(self, life: object = 3599) -> None:
        self.given = 0
        self.life = life
        self.now = 1000.0
        self.tokens = Tokens(self.give, clock=lambda: self.now)

    def give(self) -> tuple[int, dict[str, object]]:
        self.given += 1
        return 200, {"access_token": f"token-{self.given}", "token_type": "bearer", "expires_in": self.life}


def test_a_token_is_kept_and_renewed_a_minute_before_its_end() -> None:
    endpoint = Endpoint()
    assert endpoint.tokens.current() == "token-1"
    endpoint.now += 3599 - 61
    assert endpoint.tokens.current() == "token-1"
    endpoint.now += 2
    assert endpoint.tokens.current() == "token-2"


def test_a_short_lived_token_is_used_for_half_its_life() -> None:
    endpoint = Endpoint(life="10")
    endpoint.tokens.current()
    endpoint.now += 4
    assert endpoint.tokens.current() == "token-1"
    endpoint.now += 2
    assert endpoint.tokens.current() == "token-2"


@pytest.mark.parametrize("life", [None, "soon", 0, -5])
def test_a_life_that_is_none_counts_as_an_hour(life: int | str | None) -> None:
    endpoint = Endpoint(life)
    endpoint.tokens.current()
    endpoint.now += 3500
    assert endpoint.tokens.current() == "token-1"


def test_many_threads_that_were_refused_at_once_fetch_one_token() -> None:
    endpoint = Endpoint()

    def refused(_: object) -> str:
        endpoint.tokens.drop("token-1")
        return endpoint.tokens.current()

    assert endpoint.tokens.current() == "token-1"
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(refused, range(50))) == {"token-2"}
    assert endpoint.given == 2


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, {"error": "Invalid Credentials"}, "`client_id` and `client_secret`"),
        (
            400,
            {"status": 400, "error": "ERROR_INVALID_CREDENTIALS", "message": "x"},
            "`client_id` and `client_secret`",
        ),
        (401, {"status": 401, "error": "ERROR_UNAUTHORIZED", "message": "x"}, "IP address"),
        (401, {"status": 401, "error": "ERROR_INVALID_CREDENTIALS"}, "does not accept the credentials"),
        (403, None, "Either it does not accept the credentials"),
        (401, {"error": "ERROR_SOMETHING"}, "Or this machine's public IP address"),
        (200, {"access_token": None}, "`auth_url`"),
        (404, None, "`auth_url`"),
    ],
)
def test_a_refusal_says_where_to_look(status: int, body: dict[str, Any] | None, words: str) -> None:
    with pytest.raises(SetupError) as error:
        Tokens(lambda: (status, body)).current()
    assert words in str(error.value)
