"""Values that are read back: the same, however Listrak writes them."""

from __future__ import annotations

import pytest

from target_listrak_sms.values import same_value


@pytest.mark.parametrize(
    ("held", "sent"),
    [
        ("x", "x"),
        (" x", "x"),
        ("1", "on"),
        ("True", "on"),
        ("0", "off"),
        ("12.50", "12.5"),
        ("2025-12-31T00:00:00", "12/31/2025"),
        ("12/31/2025", "2025-12-31"),
    ],
)
def test_a_value_is_the_same_however_it_is_written(held: str, sent: str) -> None:
    assert same_value(held, sent)


@pytest.mark.parametrize(
    ("held", "sent"),
    [
        (None, "x"),
        (None, ""),
        ("y", "x"),
        ("0", "on"),
        ("12.51", "12.5"),
        ("2025-12-30", "12/31/2025"),
        ("99/99/2025", "1"),
    ],
)
def test_another_value_is_not(held: str | None, sent: str) -> None:
    assert not same_value(held, sent)
