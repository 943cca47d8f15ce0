"""The contract of delivery targets, as a suite of tests that a target turns on with one class.

::

    from singer_delivery.testing import DeliveryContract, Program


    class TestContract(DeliveryContract):
        program = Program("from target_example import TargetExample", "TargetExample.cli()")

        @pytest.fixture
        def vendor(self):
            with ExampleVendor() as vendor:
                yield vendor

The target runs as a process, with its own command line. Its vendor is a stand-in that the author brings, and that the
tests see only by what `Vendor` has: who was reached, what is held, how many calls came. What is looked at: each record
has one outcome and a reason; state is never ahead of the vendor; nobody is texted twice, whenever a run is killed; dry
runs and checks write nothing; rejects replay; without a yes nobody is delivered to; no log line, state or report holds
anything of anybody. A test of these that does not fit a target is overridden in its class, with a reason.

Needs the extra `testing` (pytest), and a system that forks and has signals.
"""

import pytest

# Before the modules are imported: their asserts then say what was compared, as those of a test file do.
pytest.register_assert_rewrite(f"{__name__}.suites", f"{__name__}.runs")

from singer_delivery.testing.contract import DeliveryContract  # noqa: E402
from singer_delivery.testing.programs import Command, Program, Runnable  # noqa: E402
from singer_delivery.testing.runs import TargetRun, TargetRunner  # noqa: E402
from singer_delivery.testing.suites.base import PEOPLE  # noqa: E402
from singer_delivery.testing.vendors import Vendor  # noqa: E402

__all__ = ["PEOPLE", "Command", "DeliveryContract", "Program", "Runnable", "TargetRun", "TargetRunner", "Vendor"]
