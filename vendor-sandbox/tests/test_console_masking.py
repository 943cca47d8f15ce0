"""Secrets are masked wherever they stand, whatever a body is, and quickly, whatever somebody made it of."""

from __future__ import annotations

import time

import pytest

from vendor_sandbox.console.masking import is_secret, mask_headers, mask_query, mask_text


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "Proxy-Authorization", "Cookie", "set-cookie", "X-Api-Key", "apikey", "api_key", "hash"),
        *("client_secret", "Password", "access_token", "refreshToken", "user.password", "pwd"),
    ],
)
def test_what_goes_by_such_a_name_is_secret(name: str) -> None:
    assert is_secret(name)
    assert mask_query(f"a=1&{name}=s3cret".encode()).startswith(f"a=1&{name}=•")


@pytest.mark.parametrize("name", ["token_type", "phone", "message", "hashtag", "key", "cookies_accepted", "tokens"])
def test_what_goes_by_another_is_not(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    "text",
    [
        '{"client_secret": "s3cret"}',
        '[{"user": {"PASSWORD" : "a\\"s3cret"}}]',
        '{"token": "s3cret',
        '{"api_key": s3cret}',
        "<Password>s3cret</Password>",
        '<a:Password x="1">s3cret</a:Password>',
        "<Password><![CDATA[s3cret]]></Password>",
        "<Password>s3cret",
        '<user name="x" password="s3cret"/>',
        "a=1&apikey=s3cret&b=2",
        'x\r\nContent-Disposition: form-data; name="apikey"\r\n\r\ns3cret\r\n--x',
        'x\r\nContent-Disposition: form-data; name="apikey"\r\nContent-Type: text/plain\r\n\r\ns3cret',
    ],
)
def test_a_secret_in_a_body_is_masked_whatever_the_body_is(text: str) -> None:
    masked = mask_text(text)
    assert "s3cret" not in masked
    assert "••••••" in masked


@pytest.mark.parametrize("text", ['{"a": "token", "phone": "1"}', "<a>password</a>", "message=my token is x", "plain"])
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask_text(text) == text


def test_of_an_authorization_the_scheme_stays() -> None:
    headers = [(b"authorization", b"Bearer s3cret"), (b"x-api-key", b"my s3cret"), (b"accept", b"*/*")]
    masked = [("authorization", "Bearer ••••••"), ("x-api-key", "••••••"), ("accept", "*/*")]
    assert mask_headers(headers) == masked


@pytest.mark.parametrize(
    "piece",
    [
        *('"', "\\", "<", "<a><![CDATA[", "<password>", "<password><![CDATA[", 'name="a"\r\n', 'name="token"\r\n'),
        *("w", " ", "a=b&", '"a":', "<a ", 'name="', "-token", "<w"),
    ],
)
def test_no_body_takes_long(piece: str) -> None:
    start = time.process_time()
    mask_text((piece * 65_536)[:65_536])
    assert time.process_time() - start < 2
