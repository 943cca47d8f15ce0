"""Calls whose body is a form, and credentials that go with it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from singer_delivery.errors import OutcomeUnknownError, RefusedError, SetupError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from .conftest import PlainClient

FORM = {"numbers": "447700900123", "message": "Grüße & 50 % 🎉", "test": ""}
KEY = "the secret+key/="


@pytest.fixture
def by_form(plain_client: type[PlainClient]) -> type[Any]:
    """A client whose vendor wants the key in the form."""

    class ByForm(plain_client):  # type: ignore[misc, valid-type] # the fixture is the class
        def authorize(self, headers: dict[str, str]) -> None:
            """Nothing in the headers."""

        def credentials(self) -> dict[str, str]:
            return {"apikey": KEY}

    return ByForm


def fields(request: SimpleNamespace) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True))


def test_a_form_goes_out_as_one_with_who_calls_among_its_fields(
    connect: Callable[..., Any], by_form: type[Any], vendor: SimpleNamespace
) -> None:
    connect(vendor.url, by_form).call("Send", "POST", "/send", form=FORM)
    (request,) = vendor.seen
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.path == "/send"
    assert fields(request) == {**FORM, "apikey": KEY}


def test_a_form_without_fields_still_says_who_calls(
    connect: Callable[..., Any], by_form: type[Any], vendor: SimpleNamespace
) -> None:
    connect(vendor.url, by_form).call("Balance", "POST", "/balance", form={}, changes=False)
    assert fields(vendor.seen[0]) == {"apikey": KEY}


def test_a_form_of_a_vendor_that_wants_no_credentials_there_goes_out_as_it_is(
    connect: Callable[..., Any], vendor: SimpleNamespace
) -> None:
    connect(vendor.url).call("Send", "POST", "/send", form=FORM)
    assert fields(vendor.seen[0]) == FORM


def test_credentials_stay_out_of_what_is_no_form(
    connect: Callable[..., Any], by_form: type[Any], vendor: SimpleNamespace
) -> None:
    client = connect(vendor.url, by_form)
    client.call("Json", "POST", "/x", json={"a": 1})
    client.call("Read", "GET", "/x", changes=False)
    assert [(each.body, each.headers["Content-Type"]) for each in vendor.seen] == [
        (b'{"a":1}', "application/json"),
        (b"", None),
    ]


def test_who_calls_goes_out_with_every_attempt(
    connect: Callable[..., Any], by_form: type[Any], vendor: SimpleNamespace
) -> None:
    vendor.answers += [(503, {}, b"{}"), (200, {}, b"<html>")]
    connect(vendor.url, by_form).call("Send", "POST", "/send", form=FORM)
    assert [fields(each)["apikey"] for each in vendor.seen] == [KEY] * 3


def test_a_dry_run_plans_the_form_without_who_calls(
    connect: Callable[..., Any], by_form: type[Any], vendor: SimpleNamespace
) -> None:
    client = connect(vendor.url, by_form, dry_run=True)
    assert client.call("Send", "POST", "/send", form=FORM).pretended
    (call,) = client.take_planned()
    assert (call.operation, call.method, call.path, call.json, call.form) == ("Send", "POST", "/send", None, FORM)
    assert not vendor.seen


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([(200, {}, b'{"code": "E5"}')], UnavailableError),
        ([(400, {}, b"{}")], RefusedError),
        ([(403, {}, b"{}")], SetupError),
        ([(302, {"Location": "http://example.com"}, b"{}")], SetupError),
        ([(200, {}, b"half")], OutcomeUnknownError),
    ],
)
def test_nothing_of_a_form_or_of_who_calls_is_in_a_log_or_an_error(
    connect: Callable[..., Any],
    by_form: type[Any],
    vendor: SimpleNamespace,
    caplog: pytest.LogCaptureFixture,
    answers: list[Any],
    kind: type[Exception],
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.answers += answers * 2
    client = connect(vendor.url, by_form, attempts=2)
    with pytest.raises(kind) as caught:
        client.call("Send", "POST", "/send", form=FORM, repeatable=kind is not OutcomeUnknownError)
    said = f"{caplog.text} {caught.value}"
    for private in (KEY, "the+secret", "secret", "447700900123", "Gr"):
        assert private not in said


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("no address", None),
        (None, (302, {"Location": "http://example.com"}, b"{}")),
        (None, (200, {}, b"<html>")),
    ],
)
@pytest.mark.parametrize("setting", [None, "shop.url"])
def test_what_is_wrong_with_the_address_names_the_setting_that_holds_it(
    connect: Callable[..., Any],
    vendor: SimpleNamespace,
    url: str | None,
    answer: tuple[int, dict[str, Any], bytes] | None,
    setting: str | None,
) -> None:
    vendor.answers += [answer] if answer else []
    client = connect(url or vendor.url, attempts=1, **({"address_setting": setting} if setting else {}))
    with pytest.raises((SetupError, UnavailableError), match=f"heck `{setting or 'api_url'}`"):
        client.call("Read", "GET", "/x")
