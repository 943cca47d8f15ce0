"""Who a record is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_delivery.consent import Consent
from singer_delivery.emails import read_email
from singer_delivery.outcomes import Verdict, rejected
from singer_delivery.phones import read_phone
from singer_delivery.suppression import Suppression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_delivery.columns import Columns
    from singer_delivery.settings import DeliverySettings


@dataclass(slots=True)
class Person:
    """Who a record is about.

    Attributes:
        phone: Phone number in E.164: `+12125550100`.
        email: E-mail address in lower case.
    """

    phone: str | None
    email: str | None


class People:
    """Says who each record is about, and who is left alone. One object serves all streams of a run.

    Args:
        settings: `default_country`, `consent_field` and `suppression_file` of them.

    Raises:
        SetupError: The suppression file cannot be read.
    """

    def __init__(self, settings: DeliverySettings) -> None:
        self._country = settings.default_country
        self._consent = Consent(settings.consent_field)
        path = settings.suppression_file
        self._suppression = Suppression.load(path, self._country) if path else None

    @property
    def digest(self) -> bytes:
        """What, beside the settings, decides who is left alone: another digest means that old plans may not hold."""
        return self._suppression.digest if self._suppression else b""

    def notes(self) -> Iterator[str]:
        """Yield what the user should be told before the run: entries of the suppression file that nobody can read."""
        if self._suppression and (warning := self._suppression.warning()):
            yield warning

    def require_consent_column(self, stream: str, names: Iterable[str]) -> None:
        """Make sure that a stream has the column that `consent_field` names, if it names one.

        Raises:
            SetupError: It has not.
        """
        self._consent.require(stream, names)

    def consent(self, record: Mapping[str, Any]) -> bool:
        """Say whether a record tells of consent."""
        return self._consent.given(record)

    def suppressed(self, person: Person) -> bool:
        """Say whether a person is in the suppression file."""
        return self._suppression is not None and self._suppression.holds(person.phone, person.email)

    def person(
        self,
        record: Mapping[str, Any],
        columns: Columns,
        identity: Sequence[str] = ("phone",),
        *,
        only_identity: bool = False,
        needs_mobile: bool = True,
    ) -> Person | Verdict:
        """Say who a record is about.

        A phone number or e-mail address that is there and wrong rejects the record, even where the other one would
        do: to send half of it would hide the fault. Not so with `only_identity`, of the address.

        Args:
            record: The record.
            columns: The columns of its stream.
            identity: The columns that can say who it is about, as the action declares them.
            only_identity: Leave out an e-mail address that is wrong, where the record says otherwise who it is about:
                an opt-out is not lost over it.
            needs_mobile: The number must be one that takes texts, where `phone` can say who the record is about.

        Returns:
            The person, or a rejection: `missing_identity`, `invalid_phone`, `not_mobile`, `invalid_email`.
        """
        phone = read_phone(columns.value(record, "phone"), self._country, texts=needs_mobile and "phone" in identity)
        if isinstance(phone, Verdict):
            return phone
        email = read_email(columns.value(record, "email"))
        wrong_email = email if isinstance(email, Verdict) else None
        if isinstance(email, Verdict):
            if not only_identity:
                return email
            email = None
        found = {"phone": phone, "email": email}
        if any(found[name] if name in found else has_value(columns.value(record, name)) for name in identity):
            return Person(phone, email)
        return wrong_email if wrong_email and "email" in identity else missing_identity(identity)


def has_value(value: Any) -> bool:
    """Say whether a value is there: neither null nor an empty text, list or object."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], {})


def missing_identity(identity: Sequence[str]) -> Verdict:
    """Reject a record that does not say who it is about."""
    names = " or ".join(f"`{name}`" for name in identity)
    return rejected("missing_identity", f"The record does not say who it is about: {names} has no value.")
