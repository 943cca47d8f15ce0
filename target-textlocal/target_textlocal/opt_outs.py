"""Who has opted out at Textlocal, by its built-in group 6. `bulk_json` has no parameter that leaves them out.

So a row of it that cannot be read is somebody who would be texted: it ends the run.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError
from target_textlocal.groups import OPTED_OUT
from target_textlocal.paging import contacts_of, forms_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from target_textlocal.client import TextlocalClient
    from target_textlocal.settings import TextlocalSettings


class OptOuts:
    """Numbers that have opted out; none are known with `optouts` off. Read once, when first asked. Threads share it.

    Args:
        client: Who calls.
        settings: Whether opt-outs count, and `default_country`.
    """

    def __init__(self, client: TextlocalClient, settings: TextlocalSettings) -> None:
        self._client = client
        self._count = settings.optouts
        self._country = settings.default_country
        self._lock = threading.Lock()
        self._numbers: AbstractSet[int] | None = None

    def __contains__(self, number: str) -> bool:
        """Say whether a number, digits with the country code first, has opted out.

        An upgraded account does not show its list: there `send` alone leaves them out, as it is told to.

        Raises:
            SetupError, UnavailableError: The list cannot be read, or a number in it.
        """
        with self._lock:
            if self._numbers is None:
                self._numbers = self._read() if self._count else frozenset()
            return int(number) in self._numbers

    def _read(self) -> AbstractSet[int]:
        try:
            rows = [row for page in contacts_of(self._client, OPTED_OUT) for row in page]
        except SetupError:
            if self._client.upgraded:
                return frozenset()
            raise
        forms = [forms_of(row, self._country) for row in rows]
        if unread := forms.count(frozenset()):
            hint = "" if self._country else " Set `default_country`, if they are numbers without a country code."
            raise SetupError(
                f"{unread:,} of the {len(rows):,} contacts in Textlocal's list of opt-outs (group {OPTED_OUT}) have "
                "no number that can be read, so it is not known who is to be left alone, and nobody is texted."
                f"{hint} Otherwise correct them in Textlocal, or ask its support."
            )
        return frozenset().union(*forms)
