"""A target's actions without the engine around them, for tests of what each makes of a record, and of its calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.columns import Columns
from singer_delivery.outcomes import Verdict
from singer_delivery.people import Person
from singer_delivery.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandboxes import Sandbox

    from singer_delivery.actions import Action, Delivery


@dataclass
class TargetParts:
    """The target's parts, as `connect` puts them together.

    Attributes:
        sandbox: The sandbox.
        config: Its settings, defaults among them.
        keys: Names of the streams' key columns.
        traffic: Counts calls.
        actions: Its actions by name.
    """

    spellings: ClassVar[Mapping[str, str]]
    """Other names of columns."""

    sandbox: Sandbox
    config: dict[str, Any]
    keys: tuple[str, ...] = ()
    traffic: Traffic = field(default_factory=Traffic)
    actions: dict[str, Action] = field(init=False)

    def __post_init__(self) -> None:
        """Make the parts, `actions` among them."""
        raise NotImplementedError

    def plan(self, name: str, record: dict[str, Any]) -> Any:
        """Plan a record whose phone is in E.164 already: a `Delivery`, or the `Verdict` that it is none."""
        action = self.actions[name]
        columns = Columns.of("customers", record, {**self.spellings, **action.spellings}, keys=self.keys)
        routed = action.route(record, columns)
        if isinstance(routed, Verdict):
            return routed
        person = Person(columns.value(record, "phone"), columns.value(record, "email"))
        return routed.planner(columns)(record, person)

    def deliver(
        self, name: str, record: dict[str, Any], *, known: bool = False, in_doubt_since: float | None = None
    ) -> Any:
        """Plan and send a record; with `in_doubt_since`, ask what became of it, and return what that says."""
        delivery = self.plan(name, record)
        if isinstance(delivery, Verdict):
            return delivery
        if delivery.action.gathers:
            delivery = delivery.action.together([delivery])
        delivery.known, delivery.in_doubt_since = known, in_doubt_since
        if in_doubt_since is not None:
            return delivery.action.resolve(delivery)
        return self.send([delivery])[0]

    def send(self, deliveries: list[Delivery]) -> Sequence[Verdict]:
        """Send deliveries of one action; a verdict for each."""
        raise NotImplementedError
