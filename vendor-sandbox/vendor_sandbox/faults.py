"""Faults on demand: rules that wait for calls, and the book that applies them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sandbox.answers import Answer
from vendor_sandbox.traffic import current

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sandbox.answers import Call
    from vendor_sandbox.state import State

    Apply = Callable[[Answer, Call, Mapping[str, Any]], Answer | None]
    Wants = Callable[[dict[str, float], Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault.

    Attributes:
        apply: Rewrites an answer; None says that there was nothing to break in it, which does not count as a hit.
        summary: What a client sees.
        params: Its own parameters: name to default, whose type is the parameter's (None: a number, or not given).
        replaces: Whether it takes the place of the vendor's answer, which is then not made.
        operations: The only operations that can show it; None for all.
        wants: Whether a call that the rule waits for is one to be hit, from what the rule remembers (a dict that it
            may write to, and that a restart forgets) and the parameters; None for every call.
    """

    apply: Apply
    summary: str
    params: Mapping[str, object] = field(default_factory=dict)
    replaces: bool = False
    operations: frozenset[str] | None = None
    wants: Wants | None = None


@dataclass(slots=True)
class Rule:
    """A fault that was asked for.

    Attributes:
        vendor: Whose calls it waits for.
        operation: Which operation's, or `*`.
        fault: Name of the kind.
        times: How many calls it hits; None for ever.
        after: How many matching calls it lets through first.
        match: Request fields that must all be equal, as text.
        params: The kind's parameters.
        id: Its number.
        passed: Matching calls let through so far.
        hits: Calls hit so far.
        memory: What its kind remembers.
    """

    vendor: str
    operation: str
    fault: str
    times: int | None
    after: int
    match: dict[str, str]
    params: dict[str, Any]
    id: int = 0
    passed: int = 0
    hits: int = 0
    memory: dict[str, float] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """The rule as JSON."""
        names = ("id", "vendor", "operation", "fault", "times", "after", "match")
        return {name: getattr(self, name) for name in names} | self.params | {"hits": self.hits}

    def waits_for(self, call: Call) -> bool:
        """Whether a call is one of those the rule was made for, and the rule is not used up."""
        return (
            self.vendor == call.vendor
            and self.operation in {"*", call.operation}
            and (self.times is None or self.hits < self.times)
            and all(call.fields.get(name) == value for name, value in self.match.items())
        )


class FaultBook:
    """The rules of a sandbox."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._kinds: dict[str, Mapping[str, Kind]] = {}
        self._rules: list[Rule] = []
        self.load()

    def load(self) -> None:
        """Read the rules as the state has them."""
        self._rules = [
            Rule(**json.loads(rule), id=identifier, passed=passed, hits=hits)
            for identifier, rule, passed, hits in self._state.faults()
        ]

    def know(self, vendor: str, kinds: Mapping[str, Kind]) -> None:
        """Learn the kinds of a vendor."""
        self._kinds[vendor] = kinds

    def add(self, rule: Rule) -> int:
        """Take a rule; returns its id."""
        names = ("vendor", "operation", "fault", "times", "after", "match", "params")
        rule.id = self._state.add_fault(json.dumps({name: getattr(rule, name) for name in names}))
        self._rules.append(rule)
        return rule.id

    def clear(self) -> None:
        """Drop every rule."""
        self._state.clear_faults()
        self._rules.clear()

    def remove(self, identifier: int) -> bool:
        """Drop a rule; returns whether it was there."""
        left = [rule for rule in self._rules if rule.id != identifier]
        found = len(left) < len(self._rules)
        self._state.clear_fault(identifier)
        self._rules = left
        return found

    def waits(self) -> bool:
        """Whether there is any rule: without one, a call's fields need not be read for it."""
        return bool(self._rules)

    def describe(self) -> list[dict[str, Any]]:
        """Every rule as JSON."""
        return [rule.describe() for rule in self._rules]

    def answer(self, call: Call, respond: Callable[[], Answer]) -> Answer:
        """Answer a call, through the faults that wait for it.

        One fault that takes the answer's place (the oldest) is shown; all others rewrite what is there, in the order
        they were asked for.

        Args:
            call: What was asked.
            respond: Makes the vendor's own answer.
        """
        exchange = current()
        if exchange:
            exchange.operation = call.operation
        due = [(rule, self._kinds[call.vendor][rule.fault]) for rule in self._rules if self._due(rule, call)]
        instead = next(((rule, kind) for rule, kind in due if kind.replaces), None)
        changes = [(rule, kind) for rule, kind in due if not kind.replaces]
        answer = Answer() if instead else respond()
        for rule, kind in ([instead] if instead else []) + changes:
            changed = kind.apply(answer, call, rule.params)
            if changed is not None:
                answer = changed
                rule.hits += 1
                self._state.note_fault(rule.id, rule.passed, rule.hits)
                if exchange:
                    exchange.faults += (rule.fault,)
        return answer

    def _due(self, rule: Rule, call: Call) -> bool:
        if not rule.waits_for(call):
            return False
        kind = self._kinds[call.vendor][rule.fault]
        if kind.operations is not None and call.operation not in kind.operations:
            return False
        if rule.passed >= rule.after:
            return kind.wants is None or kind.wants(rule.memory, rule.params)
        rule.passed += 1
        self._state.note_fault(rule.id, rule.passed, rule.hits)
        return False
