"""Lines of libraries that hold what is nobody's business: they are not logged, whatever the level."""

from __future__ import annotations

import logging

_UP_TO = {
    # The path of every call, and with it phone numbers.
    "urllib3.connectionpool": logging.DEBUG,
    # The same, where a header of an answer cannot be read.
    "urllib3.connection": logging.WARNING,
    # What `__filter__` makes of every record, which may be a value of it.
    "singer_sdk.mapper": logging.DEBUG,
    # Rows of the ledger; one is the salt that keeps its digests from being guessed.
    "sqlalchemy.engine.Engine": logging.DEBUG,
}
"""Logger to the highest level that is left out."""


class _Above(logging.Filter):
    """Lets through what is above a level.

    Args:
        level: The level.
    """

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a line is logged."""
        return record.levelno > self._level


_FILTERS = {name: _Above(level) for name, level in _UP_TO.items()}


def keep_quiet() -> None:
    """Leave such lines out from now on. Calling it again changes nothing."""
    for name, each in _FILTERS.items():
        logging.getLogger(name).addFilter(each)
