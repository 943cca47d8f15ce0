"""What is tried: actions of every target, above all those that text people."""

from __future__ import annotations

from chaos import cases_attentive, cases_listrak, cases_textlocal

CASES = (*cases_listrak.CASES, *cases_attentive.CASES, *cases_textlocal.CASES)
