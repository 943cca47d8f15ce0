"""Where errors end: at the end of a thread, and of the program. Nowhere else is just any exception taken."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from singer_delivery.errors import DeliveryError, internal_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def told_to(tell: Callable[[DeliveryError], None]) -> Iterator[None]:
    """Let no error out, but tell it: what is not told at the end of a thread is told nowhere.

    Args:
        tell: Is told what ends the run. Whatever is no DeliveryError is a mistake in this program, and is told by its
            kind and place alone: an error's own words may hold a value.
    """
    try:
        yield
    except DeliveryError as error:
        tell(error)
    except Exception as error:  # noqa: BLE001 - see above
        tell(internal_error(error))
