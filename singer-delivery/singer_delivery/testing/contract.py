"""The whole contract."""

from __future__ import annotations

from singer_delivery.testing.suites.consent import Consent
from singer_delivery.testing.suites.endings import Endings
from singer_delivery.testing.suites.nothing_written import NothingWritten
from singer_delivery.testing.suites.outcomes import Outcomes
from singer_delivery.testing.suites.privacy import Privacy


class DeliveryContract(Outcomes, NothingWritten, Endings, Consent, Privacy):
    """What every target keeps to, whatever its vendor.

    A subclass whose name begins with `Test` says what its `program` is, and has a fixture `vendor`.
    """
