"""Every error of Attentive's and Annex Cloud's pages, shown to a run: the user finds its reason and the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from every_code import assert_told, params, rejects_of

from singer_delivery.testing.audience import audience, record, schema
from target_attentive.annex.errors import annex_rule
from target_attentive.errors import rule_of
from vendor_sandbox.documented import ANNEX_CLOUD, ATTENTIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

SEGMENT = {"name": "Only Members", "from_date": "2020-01-17", "to_date": "2020-02-14", "external_id": "123"}
LASTING = {"429", "500"}
"""Attentive breaks on everything: then the run ends."""


@pytest.mark.parametrize(("code", "operation"), params(ATTENTIVE, {"400", "403", "500"}))
def test_a_status_is_told_with_its_cause_and_next_step(
    attentive: Callable[..., TargetRunner], clean_sandbox: Sandbox, code: str, operation: str
) -> None:
    lasting = code in LASTING
    action = "attributes" if lasting else "subscribe"  # what may be repeated
    fault = {"vendor": "attentive", "status": int(code)}
    clean_sandbox.faults("spring-error", "*" if lasting else operation, **fault)
    run = attentive(clean_sandbox, default_action=action, max_rejected_percent=100)(audience(1))
    assert_told(run, rule_of(operation, int(code), None), f"HTTP {code}")


def test_an_error_of_a_call_that_must_not_be_repeated_is_a_doubt_that_is_told(
    attentive: Callable[..., TargetRunner], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("spring-error", "Subscribe", vendor="attentive", status=500)
    run = attentive(clean_sandbox)(audience(1))
    assert (run.code, run.reasons) == (0, {"unknown": 1})
    assert "It is not sent again." in " ".join(run.stderr.split())


@pytest.mark.parametrize(("code", "operation"), params(ANNEX_CLOUD, {"AC1001"}))
def test_a_code_of_annex_cloud_is_told_with_its_cause_and_next_step(
    attentive: Callable[..., TargetRunner], clean_sandbox: Sandbox, code: str, operation: str
) -> None:
    clean_sandbox.faults("annex-error", operation, vendor="annex-cloud", code=code)
    access = {"url": f"{clean_sandbox.url}/annex-cloud", "site_id": "1001", "token": "sandbox-annex-secret"}
    row = {"id": 1, "email": "person1@example.com", **SEGMENT}
    runner = attentive(clean_sandbox, default_action="annex_segment", annex_cloud=access, max_rejected_percent=100)
    run = runner([schema("audience", *SEGMENT), record(row)])
    assert_told(run, annex_rule(200, code), code)
    assert len(rejects_of(run)) == 1
