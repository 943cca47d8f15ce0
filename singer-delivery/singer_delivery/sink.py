"""The SDK's sink, as far as the SDK needs one: records go their own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.mapper import RemoveRecordTransform
from singer_sdk.sinks import Sink

if TYPE_CHECKING:
    from singer_delivery.target import DeliveryTarget


class DeliverySink(Sink):
    """A stream. It binds the stream to its action, and takes what the SDK reads from BATCH files."""

    def setup(self) -> None:
        """Bind the stream, when its SCHEMA comes, unless `stream_maps` drop all of it."""
        maps = [each for maps in self._target.mapper.stream_maps.values() for each in maps]
        own = [each for each in maps if each.stream_alias == self.stream_name]
        self._is_dropped = bool(own) and all(isinstance(each, RemoveRecordTransform) for each in own)
        if not self._is_dropped:
            self.delivery_target.bind(self)

    @property
    def delivery_target(self) -> DeliveryTarget:
        """The target."""
        return self._target

    def __init__(self, target: DeliveryTarget, *args: Any, **kwargs: Any) -> None:
        self._target = target
        self._is_dropped = False
        super().__init__(target, *args, **kwargs)

    def get_validator(self) -> None:
        """Validate elsewhere: a record that does not fit its schema is rejected, and the run goes on."""

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Never called: the target hands records on itself."""
        raise NotImplementedError

    def process_batch(self, context: dict[str, Any]) -> None:
        """Take the records of a BATCH file."""
        for record in context.get("records", ()):
            if self._is_dropped:
                self.delivery_target.run.report.filtered(1)
            else:
                self.delivery_target.take(self.stream_name, record, record)
