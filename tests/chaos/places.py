"""Names of modules and classes that are given another meaning, in a process that ends with it."""

from __future__ import annotations

from typing import Any


def put(place: Any, **values: object) -> None:
    """Put something in the place of what a module or class has under a name; the name has to be there."""
    for name, value in values.items():
        getattr(place, name)
        setattr(place, name, value)
