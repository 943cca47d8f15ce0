"""The page that a target writes of its run: for everybody, with nothing from elsewhere, and true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from slow_share import in_turn

from singer_delivery.testing.audience import person, record, schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Watched


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the reports of this module's runs."""
    return tmp_path_factory.mktemp("reports")


@pytest.fixture
def reported(
    clean_sandbox: Sandbox, listrak_sms: Callable[..., TargetRunner], watch: Callable[..., Watched]
) -> Callable[..., tuple[TargetRun, Watched]]:
    """Run a target of which people are accepted, skipped and rejected for several reasons; its report's page."""

    def run(count: int = 60, **config: Any) -> tuple[TargetRun, Watched]:
        runner = listrak_sms(clean_sandbox, consent_field="consent", max_rejected_percent=100, **config)
        people = [person(number, consent="yes") for number in range(count)]
        people[3]["phone"], people[4]["phone"], people[5]["phone"] = "303-555-01", "+442079460958", None
        people[6]["consent"], people[7]["consent"] = "no", "no"
        people[8]["first_name"] = "F" * 5000
        ran = runner([schema("audience <b>", "consent"), *(record(each, "audience <b>") for each in people)])
        assert (runner.folder / "report.html").exists(), ran.stderr
        return ran, watch(runner.folder.as_uri())

    return run


@pytest.mark.parametrize("count", in_turn([60, 10]), ids=["a run", "a short run"])
def test_it_is_for_everybody(reported: Callable[..., tuple[TargetRun, Watched]], count: int) -> None:
    _, watched = reported(count)
    assert not (found := watched.obstacles("/report.html")), found


@pytest.mark.slow
def test_a_dry_run_s_is_for_everybody(reported: Callable[..., tuple[TargetRun, Watched]]) -> None:
    _, watched = reported(dry_run=True)
    assert not (found := watched.obstacles("/report.html")), found


def test_a_failed_run_s_is_for_everybody_and_says_so(reported: Callable[..., tuple[TargetRun, Watched]]) -> None:
    ran, watched = reported(client_secret="wrong")
    assert ran.code == 1
    assert not (found := watched.obstacles("/report.html")), found
    expect(watched.page.locator("body")).to_contain_text("failed")


def test_it_needs_no_script_and_shows_the_numbers_of_the_json(
    reported: Callable[..., tuple[TargetRun, Watched]], watch: Callable[..., Watched]
) -> None:
    ran, watched = reported()
    page = watch(watched.url, java_script_enabled=False).open("/report.html")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("body")).to_contain_text("audience <b>")
    shown = {each.get_attribute("data-value"): int(each.inner_text()) for each in page.locator("[data-value]").all()}
    assert shown == {"read": 60, **ran.report["outcomes"]}
    assert "First1" not in page.content()
