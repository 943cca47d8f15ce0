"""The SDK's sink, as far as the SDK needs one: records go their own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.mapper import RemoveRecordTransform
from singer_sdk.sinks import Sink

if TYPE_CHECKING:
    from singer_delivery.target import DeliveryTarget


class DeliverySink(Sink):
    """A stream. It binds the stream to its action."""

    def __init__(self, target: DeliveryTarget, *args: Any, **kwargs: Any) -> None:
        self._target = target
        super().__init__(target, *args, **kwargs)

    def setup(self) -> None:
        """Bind the stream, when its SCHEMA comes, unless `stream_maps` drop all of it."""
        maps = [each for maps in self._target.mapper.stream_maps.values() for each in maps]
        own = [each for each in maps if each.stream_alias == self.stream_name]
        if not own or not all(isinstance(each, RemoveRecordTransform) for each in own):
            self._target.bind(self)

    def get_validator(self) -> None:
        """Validate elsewhere: a record that does not fit its schema is rejected, and the run goes on."""

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Never called: the target hands records on itself."""
        raise NotImplementedError

    def process_batch(self, context: dict[str, Any]) -> None:
        """Never called: the reader hands on what is in BATCH files record by record."""
        raise NotImplementedError
