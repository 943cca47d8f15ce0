"""Who calls: a token that was refused is replaced once, by whichever thread comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.authorization import Authorization

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tokens:
    """A source of tokens that counts them."""

    def __init__(self) -> None:
        self.number = 1
        self.refused: list[str] = []

    def authorize(self, headers: dict[str, str]) -> None:
        headers["Authorization"] = f"token {self.number}"

    def renew(self, used: Mapping[str, str]) -> None:
        self.refused.append(used["Authorization"])
        self.number += 1


def test_who_was_refused_with_a_token_that_is_replaced_already_renews_nothing() -> None:
    tokens = Tokens()
    authorization = Authorization(tokens.authorize, tokens.renew)
    first = authorization.headers()
    assert authorization.renewed(first)
    assert authorization.renewed(first), "there is another one: the one that the first refusal brought"
    assert tokens.refused == ["token 1"]
    assert authorization.headers() == {"Authorization": "token 2"}
