"""All that is measured: which parts there are, whose code each measures, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import attentive
import delivery
import growth
import soak
import tap
import textlocal

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ENGINE = "singer-delivery/singer_delivery"
_TAP = "tap-listrak/tap_listrak"
_LISTRAK_SMS = "target-listrak-sms/target_listrak_sms"


@dataclass(frozen=True)
class Suite:
    """Parts that are measured by one module.

    Attributes:
        parts: Their names.
        code: The code that they measure, as folders of the repository.
        measure: Measures one of them: its name, how often, a folder for files, and by name `quick`.
        peers: Whom it is compared with in an environment of their own: `tap-listrak`, `hotglue`.
    """

    parts: tuple[str, ...]
    code: tuple[str, ...]
    measure: Callable[..., dict[str, Any]]
    peers: tuple[str, ...] = ()


SUITES: Final = {
    "tap": Suite(tap.PARTS, (_TAP,), tap.measure_tap, ("tap-listrak",)),
    "delivery": Suite(delivery.PARTS, (_ENGINE, _LISTRAK_SMS), delivery.measure_delivery, ("hotglue",)),
    "attentive": Suite(
        attentive.PARTS, (_ENGINE, "target-attentive/target_attentive"), attentive.measure_attentive, ("hotglue",)
    ),
    "textlocal": Suite(
        textlocal.PARTS, (_ENGINE, "target-textlocal/target_textlocal"), textlocal.measure_textlocal, ("hotglue",)
    ),
    "growth": Suite(growth.PARTS, (_ENGINE, _LISTRAK_SMS, _TAP), growth.measure_growth),
    "soak": Suite(
        soak.PARTS,
        (_ENGINE, _LISTRAK_SMS, "target-attentive/target_attentive", "target-textlocal/target_textlocal"),
        soak.measure_soak,
    ),
}
"""By the name that `--only` takes for all parts of one."""
PARTS: Final = tuple(part for suite in SUITES.values() for part in suite.parts)


def suite_of(part: str) -> Suite:
    """Return the suite that a part belongs to."""
    return next(suite for suite in SUITES.values() if part in suite.parts)
