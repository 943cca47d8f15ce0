"""The process: a listening socket, uvicorn on it, and a clean way out."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from typing import TYPE_CHECKING

import uvicorn

from vendor_sandbox.app import make_app, make_vendors
from vendor_sandbox.clock import Clock
from vendor_sandbox.faults import FaultBook
from vendor_sandbox.outbox import Outbox
from vendor_sandbox.vendors import House
from vendor_sandbox.wire import Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from vendor_sandbox.state import State
    from vendor_sandbox.vendors import Options

_BACKLOG = 2048


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready and does not wait for hung calls on its way out."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Args:
        host: Name or address.
        port: Port; 0 takes a free one.

    Raises:
        OSError: The port is taken, or the host is not ours.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except UnicodeError as error:
        # A name with an empty part, or one that is too long.
        msg = "that is no name or address"
        raise OSError(msg) from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """The address a listening socket is reached at."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"


def is_exposed(listener: socket.socket) -> bool:
    """Whether other machines can reach a listening socket."""
    address: str = listener.getsockname()[0]
    return not ipaddress.ip_address(address.partition("%")[0]).is_loopback


def serve(options: Options, state: State, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM.

    Prints one line to stdout when connections are accepted, and a short welcome to stderr.

    Args:
        options: How it was started.
        state: What it remembers.
        listener: Where it listens.

    Raises:
        ValueError: The options ask for data that does not fit a vendor's contract.
    """
    # uvicorn puts these back and raises the signal again when it is done: that, too, must end in exit code 0.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    clock = Clock(state)
    house = House(state, FaultBook(state), clock, Outbox(state, clock))
    vendors = make_vendors(options, house)
    url = url_of(listener)

    def ready() -> None:
        lines = [line for vendor in vendors.values() for line in (vendor.title, *vendor.welcome(url))]
        for line in (
            "This is a sandbox: nothing here is real.",
            *lines,
            f"console {url}/   control {url}/_sandbox/   Ctrl-C stops it",
        ):
            print(line, file=sys.stderr)  # noqa: T201 - the command's output
        print(f"vendor-sandbox listening on {url}", flush=True)  # noqa: T201 - what a script waits for

    config = uvicorn.Config(
        make_app(vendors, house, exposed=is_exposed(listener)),
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_level="error",
        server_header=False,
        timeout_keep_alive=75,
    )
    _Server(config, ready).run(sockets=[listener])


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
