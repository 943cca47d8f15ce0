"""All contacts of a group, page by page (`get_contacts`).

What is known of it is from one client and two descriptions: `start` counts from 0, clients ask for up to 1,000 a page,
`num_contacts` is taken for the whole group's by one of them. So a page may be shorter than asked for, and the count
may be the page's: both are borne, and pages are read ahead only where the count shows how many there are.
"""

from __future__ import annotations

import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import RefusedError, SetupError, UnavailableError
from singer_delivery.phones import read_phone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from target_textlocal.client import TextlocalClient

    Page = Sequence[Mapping[str, Any]]

PAGE_SIZE = 1000
"""Contacts that are asked for at once: the most that any client asks for."""
AHEAD = 4
"""Pages that are read at the same time."""
_NATIONAL = re.compile(r"0(?!0)")
"""How a number without a country code begins, in most countries."""
_NO_SUCH_NUMBER = frozenset({"32", "51", "61"})
"""Codes that other commands have for a number that is bad or not there; whether this one has, is not known."""


def contacts_of(client: TextlocalClient, group_id: str) -> Iterator[Page]:
    """Read a group, `[{"number": 447700900001, "first_name": "Ana", "custom1": "42", ...}, ...]` for each page.

    Args:
        client: Who calls.
        group_id: Of the group; 5 and 6 are the built-in ones.

    Raises:
        SetupError: The group is not there, or what answers is no list of contacts.
        UnavailableError: The pages do not come to an end.
    """
    first, total = _page(client, group_id, 0)
    if not first:
        return
    yield first
    with ThreadPoolExecutor(AHEAD, thread_name_prefix="contacts") as pool:
        begun = _marks(first)
        for page in _rest(client, group_id, pool, len(first), total):
            if (mark := _marks(page)) & begun:
                raise UnavailableError("Textlocal's pages of contacts do not come to an end. Run again later.")
            begun |= mark
            yield page


def contact_of(client: TextlocalClient, group_id: str, number: int) -> Mapping[str, Any] | None:
    """Look for one number in a group; None if it is not there, or is no number that Textlocal knows.

    Raises:
        SetupError: As of `contacts_of`.
    """
    try:
        rows, _ = _page(client, group_id, 0, number=str(number))
    except SetupError as error:
        refusal = error.__cause__
        if isinstance(refusal, RefusedError) and refusal.code in _NO_SUCH_NUMBER:
            return None
        raise
    return next((row for row in rows if number_of(row) == number), None)


def number_of(contact: Any) -> int | None:
    """Return the number of a contact, which may stand there as a text, or alone; None where there is none."""
    value = contact.get("number") if isinstance(contact, dict) else contact
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    digits = str(value).strip().removeprefix("+")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def forms_of(contact: Any, country: str | None) -> frozenset[int]:
    """Return the numbers that a contact may be known by, for where it matters that nobody is overlooked.

    Args:
        contact: As of `number_of`.
        country: Of numbers without a country code; None where it is not known.

    Returns:
        Its digits as they stand, and as a number of the country, as far as there is such a one. Empty where it is
        none that can be read.
    """
    value = contact.get("number") if isinstance(contact, dict) else contact
    national = _NATIONAL.match(str(value).strip()) is not None
    as_it_stands = None if national else number_of(value)
    read = read_phone(value, country, texts=False)
    found = {as_it_stands, int(read[1:]) if isinstance(read, str) else None}
    return frozenset(each for each in found if each is not None)


def whole(value: Any) -> int | None:
    """Return a count or an id that may stand there as a text; None where there is none."""
    return number_of({"number": value})


def _rest(
    client: TextlocalClient, group_id: str, pool: ThreadPoolExecutor, step: int, total: int | None
) -> Iterator[Page]:
    """Read what follows the first page, in order."""
    if total is None or total <= step:  # perhaps the page's own count: only an empty page is the end
        place = step
        while page := _page(client, group_id, place)[0]:
            yield page
            place += len(page)
        return
    places: Iterable[int] = range(step, total, step)
    under_way: deque[Future[tuple[Page, int | None]]] = deque()
    for place in places:
        if len(under_way) >= AHEAD:
            yield under_way.popleft().result()[0]
        under_way.append(pool.submit(_page, client, group_id, place))
    while under_way:
        yield under_way.popleft().result()[0]


def _page(client: TextlocalClient, group_id: str, start: int, **fields: str) -> tuple[Page, int | None]:
    """Read a page; its contacts, and the count beside them."""
    try:
        body = client.read("get_contacts", group_id=group_id, start=str(start), limit=str(PAGE_SIZE), **fields)
    except RefusedError as refusal:
        raise SetupError(
            f"Textlocal does not show the contacts of group {group_id} ({refusal.code}). {refusal.rule.cause} Check "
            "`group_name` or `group_id`."
        ) from refusal
    rows, count = body.get("contacts"), whole(body.get("num_contacts"))
    if rows is None and not count:  # of an empty group
        rows = []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SetupError("What answers is no list of Textlocal's contacts. Check `api_url`.")
    return rows, count


def _marks(page: Page) -> set[int | None]:
    """Return what a page is known by: its first number. The same one at two pages' beginnings is the same page."""
    return {number_of(page[0])} if page else set()
