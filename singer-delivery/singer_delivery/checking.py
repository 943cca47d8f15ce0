"""The connection check behind `--test`, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.errors import CallError, DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def checked(steps: Mapping[str, Callable[[], str]]) -> Iterator[tuple[str, bool, str]]:
    """Try a vendor step by step, up to the first step that fails.

    Args:
        steps: By name, what is tried; returns what was seen.

    Yields:
        Each step's name, whether it works, and what was seen or what to do.
    """
    for name, step in steps.items():
        try:
            seen = step()
        except (CallError, DeliveryError) as error:
            yield name, False, str(error)
            return
        yield name, True, seen
