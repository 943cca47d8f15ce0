"""What a vendor is to the rest of the sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from vendor_sandbox.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.routing import BaseRoute

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.exhibits import Exhibit
    from vendor_sandbox.faults import FaultBook, Kind
    from vendor_sandbox.outbox import Outbox
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard


@dataclass(frozen=True, slots=True)
class Options:
    """How a sandbox was started.

    Attributes:
        seed: Grows the data.
        scale: Name of the data's shape.
        page_size: Rows of a page.
        lists: Overrides the scale: how many lists.
        messages: Overrides the scale: how many messages a list.
        contacts: Overrides the scale: how many contacts a list.
    """

    seed: int = 1
    scale: str = "small"
    page_size: int = 2500
    lists: int | None = None
    messages: int | None = None
    contacts: int | None = None


@dataclass(frozen=True, slots=True)
class House:
    """What the vendors of one sandbox share.

    Attributes:
        state: What is remembered.
        book: The faults asked for.
        clock: What time it is.
        outbox: Where texts to people go.
        traffic: The calls as they pass.
    """

    state: State
    book: FaultBook
    clock: Clock
    outbox: Outbox
    traffic: Traffic = field(default_factory=Traffic)

    def reset(self) -> None:
        """Bring everything back to the start."""
        self.state.reset()
        self.book.load()
        self.traffic.clear()


class Vendor(Protocol):
    """One vendor of the sandbox."""

    @property
    def name(self) -> str:
        """Its name in the control API."""

    @property
    def title(self) -> str:
        """One line for people."""

    @property
    def operations(self) -> Sequence[str]:
        """What its calls are counted under."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The faults it can show: the common ones and its own."""

    @property
    def switches(self) -> Switchboard:
        """Its doubtful behaviour."""

    @property
    def exhibit(self) -> Exhibit:
        """What the console shows of it."""

    def routes(self) -> list[BaseRoute]:
        """Where it answers."""

    def control_routes(self) -> list[BaseRoute]:
        """Its own part of the control API, under `/_sandbox/NAME`."""

    def welcome(self, base_url: str) -> list[str]:
        """Lines that tell someone new where it is and how to log in."""


class VendorFactory(Protocol):
    """Makes a vendor for one sandbox."""

    def __call__(self, options: Options, house: House, /) -> Vendor:
        """Make it."""
