"""Client libraries of Textlocal, one of npm and two of PyPI, use the sandbox as they use Textlocal."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from other_people import OTHERS, node_folder, python_programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    Send = Callable[..., dict[str, Any]]
    Calls = Callable[..., list[Any]]

KEY = "sandbox-textlocal"
NUMBERS = ["447700900001", "447700900002"]
TEXT = "Sale & more: 20% off"


@pytest.fixture
def npm_textlocal(clean_sandbox: Sandbox) -> Send:
    """Send a text with npm's textlocal: its error, what it was answered, and the balance it knows."""
    folder = node_folder()

    def send(numbers: str, message: str, *, key: str = KEY) -> dict[str, Any]:
        command = ["node", str(OTHERS / "textlocal.cjs"), str(folder), clean_sandbox.textlocal_url, key]
        done = subprocess.run([*command, numbers, message, "ACME"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    return send


@pytest.fixture
def pypi(clean_sandbox: Sandbox) -> Calls:
    """Make calls with PyPI's libraries: what each returns."""
    python = str(python_programs("textlocal-clients") / "python")

    def calls(library: str, *wanted: list[Any], key: str = KEY) -> list[Any]:
        lines = "".join(json.dumps([library, *each]) + "\n" for each in wanted)
        program = str(OTHERS / "textlocal_clients.py")
        command = [python, "-W", "ignore", program, clean_sandbox.textlocal_url, key]
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return calls


def got(sandbox: Sandbox) -> list[tuple[str, str]]:
    return sorted((each["phone"], each["text"]) for each in sandbox.texts())


def test_npm_s_library_sends_texts_and_learns_the_balance(npm_textlocal: Send, clean_sandbox: Sandbox) -> None:
    sent = npm_textlocal(",".join(NUMBERS), TEXT)

    assert sent["error"] is None
    assert (sent["data"]["num_messages"], sent["data"]["cost"], sent["balance"]) == (2, 2, 998)
    assert got(clean_sandbox) == [(number, TEXT) for number in NUMBERS]


@pytest.mark.parametrize(
    ("numbers", "key", "error"),
    [
        pytest.param(NUMBERS[0], "wrong", "(code 3) Invalid login details", id="key"),
        pytest.param("12", KEY, "(code 51) No valid numbers specified", id="number"),
    ],
)
def test_npm_s_library_is_told_what_was_wrong(
    npm_textlocal: Send, clean_sandbox: Sandbox, numbers: str, key: str, error: str
) -> None:
    assert npm_textlocal(numbers, TEXT, key=key)["error"] == error
    assert got(clean_sandbox) == []


def test_pypi_s_textlocal_reads_the_account_and_sends_texts(pypi: Calls, clean_sandbox: Sandbox) -> None:
    balance, templates, sent = pypi(
        "textlocal", ["get_balance", [], {}], ["get_templates", [], {}], ["txt", [",".join(NUMBERS), TEXT], {}]
    )

    assert balance == [1000, 10]
    assert "Spring sale" in {each["title"] for each in templates}
    assert (sent["status"], sent["num_messages"]) == ("success", 2)
    assert got(clean_sandbox) == [(number, TEXT) for number in NUMBERS]


def test_pypi_s_textlocal_pro_sends_tests_and_reads_the_account(pypi: Calls, clean_sandbox: Sandbox) -> None:
    sent, tried, groups, balance, link = pypi(
        "textlocal-pro",
        ["send_message", [NUMBERS[0], TEXT], {"sender": "ACME"}],
        ["get_cost", [NUMBERS[1], TEXT], {}],
        ["get_groups", [], {}],
        ["get_balance", [], {}],
        ["create_short_url", ["https://example.com/sale"], {}],
    )

    assert all(status == 200 for _, status in (sent, tried, groups, balance, link))
    assert got(clean_sandbox) == [(NUMBERS[0], TEXT)]
    assert (tried[0]["cost"], balance[0]["balance"]["sms"]) == (1, 999)
    assert {each["name"]: each["size"] for each in groups[0]["groups"]} == {"Customers": 120, "Newsletter": 40}
    assert link[0]["shorturl"].startswith("https://")


def test_pypi_s_textlocal_pro_is_told_of_a_wrong_key(pypi: Calls) -> None:
    ((answer, status),) = pypi("textlocal-pro", ["get_balance", [], {}], key="wrong")

    assert (status, answer["errors"]) == (200, [{"code": 3, "message": "Invalid login details"}])
