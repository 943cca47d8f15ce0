"""What an action learned about the vendor's side, kept from run to run: small facts, and nothing of a person."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from singer_delivery.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Memory:
    """Facts that outlive a run, such as the type that an attribute was given by its first value. Threads may share it.

    They stand in the ledger as they are, without a digest: no phone number, address or value of a record may be one.

    Args:
        ledger: Where they are kept.
        scope: Scope of the action that they belong to. Another account's action has another one.
    """

    def __init__(self, ledger: Ledger, scope: str) -> None:
        self._ledger = ledger
        self._scope = scope
        self._lock = Lock()
        self._facts: dict[str, str] | None = None

    def known(self) -> dict[str, str]:
        """Return what is known, by name: of earlier runs, and of this one so far. Changing the dict changes nothing.

        Raises:
            LedgerError: The ledger cannot be read.
        """
        with self._lock:
            return dict(self._read())

    def learn(self, name: str, value: str) -> None:
        """Remember a fact, in the place of what was known of that name. It is written at once; in a dry run, never.

        Args:
            name: What it is about: an attribute's name.
            value: What was learned: `number`.

        Raises:
            LedgerError: The ledger cannot be written.
        """
        self.learn_all({name: value})

    def learn_all(self, facts: Mapping[str, str]) -> None:
        """Remember many facts at once, by their names; as `learn`, but in one go.

        Raises:
            LedgerError: The ledger cannot be written.
        """
        with self._lock:
            known = self._read()
            new = {name: value for name, value in facts.items() if known.get(name) != value}
            if new:
                self._ledger.remember(self._ledger.scope(self._scope), new)
                known.update(new)

    def forget(self, names: Iterable[str]) -> None:
        """Drop facts that nobody needs any more; in a dry run, never.

        Raises:
            LedgerError: The ledger cannot be written.
        """
        with self._lock:
            known = self._read()
            gone = [name for name in names if name in known]
            if gone:
                self._ledger.forget_facts(self._ledger.scope(self._scope), gone)
                for name in gone:
                    del known[name]

    def _read(self) -> dict[str, str]:
        if self._facts is None:
            self._facts = self._ledger.remembered(self._ledger.scope(self._scope))
        return self._facts


def remembered(ledger_url: str, owner: str, scope_prefix: str) -> dict[str, dict[str, str]]:
    """Return what another program's actions have learned, from its ledger, which is only read. It may run meanwhile.

    Args:
        ledger_url: As in that program's settings. Where no ledger is, none is made.
        owner: Name of that program: `target-example`.
        scope_prefix: The scope of this name, and all below it, as its actions name them; empty for all scopes.

    Returns:
        Facts by their names, by the name of the scope; only scopes that there are facts of.

    Raises:
        LedgerError: The ledger cannot be read.
    """
    ledger = Ledger.open(ledger_url, owner, dry_run=True)
    try:
        return ledger.remembered_below(scope_prefix)
    finally:
        ledger.close()
