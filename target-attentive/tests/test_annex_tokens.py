"""Annex Cloud's two tokens: what they hold, and that the sandbox takes them for the very bytes that are sent."""

from __future__ import annotations

import base64
import json
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from singer_delivery.errors import SetupError
from singer_delivery.settings import DeliverySettings
from singer_delivery.traffic import Traffic
from target_attentive.annex import tokens
from target_attentive.annex.client import AnnexClient
from target_attentive.annex_settings import AnnexSettings
from target_attentive.settings import config_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

SECRET, SITE = "sandbox-annex-secret", "1001"
LOYALTY = "sandbox-loyalty-token"
NOW = 1_795_000_000.7
SEGMENT = {"name": "Only Members", "fromDate": "2020-01-17", "toDate": "2020-02-14", "member": "a@example.com"}


def common(**settings: Any) -> DeliverySettings:
    defaults = {name: each.get("default") for name, each in config_schema()["properties"].items()}
    return DeliverySettings.from_config({**defaults, **settings})


@pytest.fixture
def annex(clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AnnexClient]:
    """Make clients of the sandbox's Annex Cloud: `annex(token="wrong")`."""
    monkeypatch.setattr("target_attentive.annex.client.BACKOFF", 0.001)
    clean_sandbox.switch("annex-cloud", error_status="real")

    def make(**settings: str) -> AnnexClient:
        usual = {"url": f"{clean_sandbox.url}/annex-cloud", "site_id": SITE, "site_name": "Shop", "token": SECRET}
        return AnnexClient(AnnexSettings(**{**usual, **settings}), common(), Traffic())

    return make


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The JWTs that clients sign with."""
    kept: list[str] = []
    sign = tokens.signed_token

    def keep(*arguments: Any, **options: Any) -> str:
        kept.append(sign(*arguments, **options))
        return kept[-1]

    monkeypatch.setattr("target_attentive.annex.client.signed_token", keep)
    return kept


def claims_of(token: str) -> Any:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_jwt_says_which_site_and_until_when_and_signs_the_body() -> None:
    secret = "x" * 40
    token = tokens.signed_token(b'{"name":"x"}', site_id=SITE, site_name="Shop", secret=secret, now=NOW)
    claims = jwt.decode(token, secret, algorithms=["HS256"], options={"verify_exp": False})
    assert claims == {
        "sub": "Shop",
        "exp": int(NOW) + tokens.LIFETIME,
        "site_id": SITE,
        "hmac": tokens.body_signature(b'{"name":"x"}', secret),
    }
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}


def test_the_signature_of_a_body_is_that_of_its_base64() -> None:
    # echo -n '{"name":"x"}' | base64 -w0 | openssl dgst -sha256 -hmac secret -binary | base64
    assert tokens.body_signature(b'{"name":"x"}', "secret") == "e/zC7o8jzGM7kP6OOdU/08IDj5SlhX1yGT9VuWgVO1o="


def test_the_older_token_is_a_json_array_in_base64() -> None:
    assert json.loads(base64.b64decode(tokens.loyalty_token("token ü", "17"))) == ["token ü", "17"]


@pytest.mark.parametrize("secret", ["s", "kürzer als zweiunddreißig", "x" * 200])
def test_a_secret_of_any_length_signs_without_a_warning(secret: str) -> None:
    token = tokens.signed_token(b"{}", site_id=SITE, site_name="Shop", secret=secret, now=NOW)
    assert token.count(".") == 2


@pytest.mark.parametrize(
    "segment",
    [
        SEGMENT,
        {**SEGMENT, "name": 'Größte Käufer 🎈 "quoted" \\ /'},
        {**SEGMENT, "member": ",".join(f"person{number}@example.com" for number in range(20_000))},
    ],
    ids=["short", "umlauts", "long"],
)
@pytest.mark.parametrize(("scheme", "token", "taken"), [("jwt", SECRET, "jwt"), ("legacy", LOYALTY, "token")])
def test_both_tokens_are_taken_for_the_bytes_that_are_sent(
    annex: Callable[..., AnnexClient], clean_sandbox: Sandbox, segment: Any, scheme: str, token: Any, taken: str
) -> None:
    clean_sandbox.switch("annex-cloud", auth_scheme=taken)
    answer = annex(token=token, token_scheme=scheme).make_segment(segment)
    assert (answer.body["segmentName"], answer.body["member"]) == (segment["name"], segment["member"])


@pytest.mark.parametrize(
    "settings",
    [
        {"token": "wrong"},
        {"site_id": "2002"},
        {"token": LOYALTY},
        {"token": SECRET, "token_scheme": "legacy"},
    ],
)
def test_a_token_that_is_refused_ends_the_run_and_names_the_settings(
    annex: Callable[..., AnnexClient], settings: dict[str, Any]
) -> None:
    with pytest.raises(SetupError, match="`annex_cloud`: `site_id`, `token`, and `token_scheme`") as error:
        annex(**settings).make_segment(SEGMENT)
    assert settings.get("token", SECRET) not in str(error.value)


def test_an_address_that_is_none_is_told_by_the_name_of_its_setting(annex: Callable[..., AnnexClient]) -> None:
    with pytest.raises(SetupError, match=r"Check `annex_cloud\.url`"):
        annex(url="http://").make_segment(SEGMENT)


def test_each_attempt_has_a_token_of_its_own_that_is_not_over(
    annex: Callable[..., AnnexClient], clean_sandbox: Sandbox, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    began = int(time.time())
    clock = iter(range(began, began + 1_000, 100))
    monkeypatch.setattr("target_attentive.annex.client.time", SimpleNamespace(time=lambda: next(clock)))
    clean_sandbox.faults("http-429", vendor="annex-cloud", times=2)
    annex().make_segment(SEGMENT)
    ends = [claims_of(token)["exp"] for token in sent]
    assert ends == [began + passed + tokens.LIFETIME for passed in (0, 100, 200)]


def test_a_token_outlives_clocks_that_differ_by_minutes(
    annex: Callable[..., AnnexClient], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.advance(tokens.LIFETIME - 30)
    assert annex().make_segment(SEGMENT).ok
    clean_sandbox.advance(60)
    with pytest.raises(SetupError, match="minutes off"):
        annex().make_segment(SEGMENT)


def test_neither_secret_nor_token_is_shown(
    annex: Callable[..., AnnexClient], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client = annex()
    client.make_segment(SEGMENT)
    shown = f"{caplog.text} {client._settings!r} {client!r}"
    assert SECRET not in shown
    assert "Bearer" not in shown
    assert "a@example.com" not in shown
