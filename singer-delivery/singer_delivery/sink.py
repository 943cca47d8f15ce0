"""The SDK's sink, as far as the SDK needs one: records go their own way."""

from __future__ import annotations

from typing import Any

from singer_sdk.sinks import Sink


class DeliverySink(Sink):
    """A stream, or several that stream maps give one name."""

    def get_validator(self) -> None:
        """Validate elsewhere: a record that does not fit its schema is rejected, and the run goes on."""

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Never called: the target hands records on itself."""
        raise NotImplementedError

    def process_batch(self, context: dict[str, Any]) -> None:
        """Never called: the reader hands on what is in BATCH files record by record."""
        raise NotImplementedError
