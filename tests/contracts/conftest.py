"""Tests of the contract that have their turn as slow ones: another one shows nearly the same."""

from __future__ import annotations

from pathlib import Path

import pytest

SLOW = {
    "test_a_run_that_is_asked_to_end_settles_what_is_under_way[SIGTERM]",
    "test_a_run_that_is_asked_to_end_settles_what_is_under_way[SIGINT]",
    "test_after_a_run_that_was_killed_the_next_one_completes_it[4]",
    "test_after_a_run_that_was_killed_the_next_one_completes_it[8]",
    "test_a_consent_column_that_is_not_there_ends_the_run",
    "test_nothing_of_anybody_is_told_whatever_goes_wrong[info]",
    "test_nothing_of_anybody_is_told_whatever_goes_wrong[debug]",
    "test_no_secret_is_told_by_a_run_that_is_let_in_nowhere[info]",
    "test_no_secret_is_told_by_a_run_that_is_let_in_nowhere[debug]",
    "test_no_secret_is_told_by_a_run_that_is_let_in_nowhere[everything]",
    "test_the_settings_are_told_without_any_settings",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.name in SLOW:
            item.add_marker(pytest.mark.slow)
