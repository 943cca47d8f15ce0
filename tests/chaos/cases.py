"""What is tried: actions of every target, above all those that text people."""

from __future__ import annotations

from dataclasses import replace

from chaos import cases_attentive, cases_listrak, cases_textlocal

_IN_FILES = (*cases_listrak.CASES, *cases_attentive.CASES, *cases_textlocal.CASES)
_BY_NAME = {each.name: each for each in _IN_FILES}
_IN_POSTGRESQL = (
    "target-listrak-sms subscribe",
    "target-attentive subscribe",
    "target-textlocal messages, a text each",
)
CASES = (
    *_IN_FILES,
    *(replace(_BY_NAME[each], name=f"{each}, ledger in PostgreSQL", in_postgresql=True) for each in _IN_POSTGRESQL),
)
