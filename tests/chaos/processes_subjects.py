"""A target with one of its actions, as it is run in a process: its input, and what is to be seen at its vendor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandboxes import Sandbox

    from singer_delivery.testing.programs import Program

STATE_EVERY = 3
"""Records between two STATEs."""


def _nothing(sandbox: Sandbox) -> None:
    del sandbox


@dataclass(frozen=True)
class Subject:
    """A target with one of its actions.

    Attributes:
        name: Of both.
        vendor: The sandbox's name for its vendor.
        program: The target, quick to try again and to say how far it is.
        settings: Of the target, against a sandbox.
        records: Its input.
        once: Whether a call that broke off is never made again, since it texts people or counts. Whether it had effect
            is then asked of the vendor, or told as `unknown`.
        prepare: What the vendor needs to hold first.
    """

    name: str
    vendor: str
    program: Program
    settings: Callable[[Sandbox], dict[str, Any]]
    records: Sequence[dict[str, Any]]
    once: bool = False
    prepare: Callable[[Sandbox], object] = _nothing

    def messages(self, behind: int = -1) -> list[dict[str, Any]]:
        """Return the input as Singer messages.

        Args:
            behind: The place of the last record that is not wanted any more: what a STATE's bookmark says.
        """
        columns = sorted({name for each in self.records for name in each} - {"id"})
        properties: dict[str, Any] = {"id": {"type": "integer"}, **{name: {} for name in columns}}
        schema = {"type": "object", "properties": properties}
        found: list[dict[str, Any]] = [
            {"type": "SCHEMA", "stream": "people", "schema": schema, "key_properties": ["id"]}
        ]
        for place, record in enumerate(self.records):
            if place > behind:
                found.append({"type": "RECORD", "stream": "people", "record": record})
                if (place + 1) % STATE_EVERY == 0 or place + 1 == len(self.records):
                    found.append({"type": "STATE", "value": {"bookmark": place}})
        return found
