"""What several test modules stand on."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from serving import QuietHandler, serving

from singer_delivery.client import Client, TransportSettings
from singer_delivery.error_table import ErrorRule, ErrorTable, Then
from singer_delivery.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dispatch_pool import Pool
    from rate_simulation import Simulation, TokenBucket, Windows

    from singer_delivery.rows import Item
    from singer_delivery.transport import Answer


def _module(name: str) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def simulate() -> type[Simulation]:
    """Workers and a vendor on a made-up clock."""
    kind: type[Simulation] = _module("rate_simulation").Simulation
    return kind


@pytest.fixture(scope="session")
def token_bucket() -> type[TokenBucket]:
    """A vendor that lets bursts through."""
    kind: type[TokenBucket] = _module("rate_simulation").TokenBucket
    return kind


@pytest.fixture(scope="session")
def windows() -> type[Windows]:
    """A vendor that counts by the clock's seconds."""
    kind: type[Windows] = _module("rate_simulation").Windows
    return kind


@pytest.fixture(scope="session")
def most_in_a_second() -> Callable[..., int]:
    """The most calls in any second."""
    found: Callable[..., int] = _module("rate_simulation").most_in_a_second
    return found


def rule(code: str, then: Then) -> ErrorRule:
    return ErrorRule(code, then, code, f"Cause {code}.", "Next step.")


class PlainClient(Client):
    """Has an API key; what is refused says so by its status, or by a `code`."""

    errors = ErrorTable(
        rules=[],
        by_status={
            400: rule("400", Then.REJECT),
            401: rule("401", Then.REAUTHENTICATE),
            403: rule("403", Then.STOP),
            429: rule("429", Then.RETRY),
            0: rule("0", Then.RETRY),
        },
    )

    def authorize(self, headers: dict[str, str]) -> None:
        headers["Authorization"] = "Bearer key"

    def error_code(self, answer: Answer) -> str | None:
        return answer.body.get("code") if isinstance(answer.body, dict) else None


@pytest.fixture
def vendor() -> Iterator[SimpleNamespace]:
    """A server that gives the answers of a list, one after the other, and keeps what it was asked."""
    seen: list[SimpleNamespace] = []
    answers: list[tuple[int, dict[str, str], bytes]] = []

    class Handler(QuietHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            seen.append(SimpleNamespace(at=time.monotonic(), path=self.path, headers=self.headers, body=body))
            status, headers, content = answers.pop(0) if answers else (200, {}, b"{}")
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    with serving(Handler) as url:
        yield SimpleNamespace(url=url, seen=seen, answers=answers)


@pytest.fixture
def connect() -> Iterator[Callable[..., Any]]:
    """Make clients: `connect(url, dry_run=True)`, or of a class of one's own."""
    made = []

    def connect(url: str, kind: type[Any] = PlainClient, **settings: Any) -> Any:
        defaults = {"concurrency": 4, "request_timeout": 5, "requests_per_second": None, "dry_run": False}
        made.append(kind(TransportSettings(url, **{**defaults, "backoff": 0.001, **settings}), Traffic()))
        return made[-1]

    yield connect
    for client in made:
        client.close()


@pytest.fixture
def plain_client() -> type[PlainClient]:
    """The class of the clients that `connect` makes, to be changed."""
    return PlainClient


@pytest.fixture(scope="session")
def new_pool() -> type[Pool]:
    """Makes a dispatcher without a vendor; to be abandoned in the end."""
    kind: type[Pool] = _module("dispatch_pool").Pool
    return kind


@pytest.fixture
def pools(new_pool: type[Pool]) -> Iterator[Callable[..., Pool]]:
    """Makes dispatchers without a vendor, and ends them."""
    made = []

    def make(**options: Any) -> Pool:
        made.append(new_pool(**options))
        return made[-1]

    yield make
    for pool in made:
        pool.dispatcher.abandon()


@pytest.fixture
def pool(pools: Callable[..., Pool]) -> Pool:
    """A dispatcher of two workers."""
    return pools()


@pytest.fixture(scope="session")
def items() -> Callable[..., list[Item]]:
    """Deliveries of an action by their keys."""
    found: Callable[..., list[Item]] = _module("dispatch_pool").items
    return found
