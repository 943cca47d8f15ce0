"""How large an account is: which lists it has, how many messages and contacts each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_sandbox.vendors import Options

LIST_ID_BASE = 3117
LIST_ID_STEP = 17
MSG_ID_BASE = 1_000_000
TEST_MESSAGES = 2  # a list with messages has this many test messages too
MAX_ID = 2**31 - 1  # the contract's int


@dataclass(frozen=True, slots=True)
class ListSize:
    """One list: how many messages were sent to it, how many contacts it ever had."""

    messages: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Layout:
    """An account.

    Attributes:
        seed: Grows everything.
        lists: The lists, in the order of their ids.
        plain: For benchmarks: every message goes to every contact of its list, no key is missing, no row is nil.
    """

    seed: int
    lists: tuple[ListSize, ...]
    plain: bool = False

    def list_id(self, index: int) -> int:
        """The ListID of a list."""
        return LIST_ID_BASE + index * LIST_ID_STEP

    def list_index(self, list_id: int) -> int | None:
        """The list that has a ListID, or None."""
        index, rest = divmod(list_id - LIST_ID_BASE, LIST_ID_STEP)
        return index if rest == 0 and 0 <= index < len(self.lists) else None

    def msg_id(self, index: int, number: int) -> int:
        """The MsgID of a list's message; ids of different lists interleave, as those of one account would."""
        return MSG_ID_BASE + number * len(self.lists) + index

    def message_at(self, msg_id: int) -> tuple[int, int] | None:
        """The list and the number in it of a MsgID, or None."""
        number, index = divmod(msg_id - MSG_ID_BASE, len(self.lists))
        messages = self.lists[index].messages
        known = messages + TEST_MESSAGES if messages else 0
        return (index, number) if 0 <= number < known else None

    def tests(self, index: int) -> range:
        """Numbers of a list's test messages: they follow the real ones."""
        messages = self.lists[index].messages
        return range(messages, messages + TEST_MESSAGES) if messages else range(0)

    def first_person(self, index: int) -> int:
        """The account-wide number of a list's first contact: neighbouring lists share about half of their people."""
        return sum(size.contacts // 2 for size in self.lists[:index])


# The last two of each are the odd ones: a list without messages, a list without contacts.
SCALES: dict[str, tuple[ListSize, ...]] = {
    "small": tuple(ListSize(*size) for size in ((40, 320), (13, 150), (4, 3600), (0, 120), (3, 0))),
    "medium": tuple(ListSize(*size) for size in ((60, 12_000), (40, 8_000), (20, 20_000), (0, 500), (3, 0))),
    "large": tuple(ListSize(*size) for size in ((120, 30_000), (60, 30_000), (2, 1_000_000), (0, 500), (3, 0))),
}
_OVERRIDDEN = {"lists": 1, "messages": 20, "contacts": 1000}


def layout(options: Options) -> Layout:
    """The account of a sandbox: its scale's, or a plain one where lists, messages or contacts are given.

    Raises:
        ValueError: The ids would not fit the contract's int.
    """
    given = {name: getattr(options, name) for name in _OVERRIDDEN}
    if not any(value is not None for value in given.values()):
        return Layout(options.seed, SCALES[options.scale])
    sizes = {name: default if given[name] is None else given[name] for name, default in _OVERRIDDEN.items()}
    if MSG_ID_BASE + (sizes["messages"] + TEST_MESSAGES) * sizes["lists"] > MAX_ID:
        raise ValueError(f"{sizes['lists']} lists of {sizes['messages']} messages do not fit a 32-bit MsgID")
    size = ListSize(sizes["messages"], sizes["contacts"])
    return Layout(options.seed, (size,) * sizes["lists"], plain=True)
