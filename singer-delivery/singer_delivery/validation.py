"""Checks records against their stream's JSON Schema, fast, and says what is wrong without quoting a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
from singer_sdk.exceptions import InvalidRecord
from singer_sdk.sinks.core import BaseJSONSchemaValidator

from singer_delivery.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_UNREADABLE = "it holds a value that JSON does not know, or text that is not Unicode"

# A tap seldom says which draft its schema follows, and may say it wrongly. The newest that accepts the schema counts.
_DRAFTS: tuple[Callable[..., jsonschema_rs.Validator], ...] = (
    jsonschema_rs.validator_for,
    jsonschema_rs.Draft202012Validator,
    jsonschema_rs.Draft7Validator,
    jsonschema_rs.Draft4Validator,
)


class RecordValidator(BaseJSONSchemaValidator):
    """Validates the records of a stream. Formats (`date-time`, `email`) are not asserted; nothing is fetched.

    Args:
        schema: The stream's schema.
        stream: The stream's name, for messages.

    Raises:
        InputError: The schema is not valid.
    """

    def __init__(self, schema: dict[str, Any], stream: str = "") -> None:
        super().__init__(schema)
        self._validator = _compile(schema, stream)
        self._is_valid = self._validator.is_valid
        self._names: frozenset[str] | None = None

    def problem(self, record: dict[str, Any]) -> str | None:
        """Say what is wrong with a record.

        Args:
            record: The record. Numbers may be `Decimal`.

        Returns:
            Where and what, in the schema's words alone: "`address.zip` does not match `type` (string or null)"; None
            if the record is valid.
        """
        try:
            if self._is_valid(record):
                return None
            error = next(iter(self._validator.iter_errors(record)))
        except (ValueError, RecursionError):
            return _UNREADABLE
        return self._describe(error)

    def validate(self, record: dict[str, Any]) -> None:
        """Validate a record, as the SDK asks for it.

        Raises:
            InvalidRecord: It is not valid. Neither its message nor its record holds a value.
        """
        if problem := self.problem(record):
            raise InvalidRecord(problem, {})

    def _describe(self, error: jsonschema_rs.ValidationError) -> str:
        path = self._path(error.instance_path)
        keyword = str(error.schema_path[-1]) if error.schema_path else error.kind.name
        detail = ""
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Type):
            detail = f" ({' or '.join(error.kind.types)})"
        elif isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            detail = f": `{error.kind.property}` is missing"
        return f"{f'`{path}`' if path else 'the record'} does not match `{keyword}`{detail}"

    def _path(self, parts: Sequence[str | int]) -> str:
        """Write a path. A name that the schema does not know may be a value: `{"someone@example.com": 3}`."""
        if self._names is None:
            self._names = frozenset(_property_names(self.schema))
        names = self._names
        return ".".join(str(part) if isinstance(part, int) or part in names else "*" for part in parts)


def _compile(schema: dict[str, Any], stream: str) -> jsonschema_rs.Validator:
    errors: list[ValueError] = []
    for draft in _DRAFTS:
        try:
            return draft(schema, validate_formats=False, retriever=_refuse)
        except ValueError as error:  # noqa: PERF203 - four attempts at most
            errors.append(error)
    # The first error may only be about a `$schema` that nobody knows.
    raise InputError(
        f"The schema of stream `{stream}` is not a valid JSON Schema: {_where(errors[1])}. Correct it in the tap or "
        "its catalog, or set `validate_records` to false."
    )


def _where(error: ValueError) -> str:
    if not isinstance(error, jsonschema_rs.ValidationError):
        return "it is nested too deeply or is no JSON"
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Referencing):
        return "a `$ref` leads nowhere, or out of the schema (nothing is fetched)"
    path = ".".join(map(str, error.instance_path))
    return f"`{path}` is not what JSON Schema allows there" if path else "it is not what JSON Schema allows"


def _refuse(uri: str) -> Any:
    """Fetch nothing: a schema that comes down a pipe must not make this program call other machines or read files."""
    del uri
    raise ValueError


def _property_names(schema: Any) -> Iterable[str]:
    """Yield the names of all properties that a schema declares, at any depth."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("properties"), dict):
                yield from part["properties"]
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
