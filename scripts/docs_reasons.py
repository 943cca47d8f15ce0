"""Every reason that a record's outcome can have, read from the source: who gives it, and what is said."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from docs_pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PACKAGES = ("singer-delivery", "target-attentive", "target-listrak-sms", "target-textlocal")
_OUTCOMES = ("accepted", "already", "skipped", "rejected")
_LITERAL_REASON = 2
"""How many arguments a wrong value has that names its reason."""


class Given(NamedTuple):
    """One place in the source that gives a reason."""

    outcome: str
    reason: str
    message: str


def reasons() -> dict[str, dict[str, dict[str, set[str]]]]:
    """Return what is said, by outcome, reason and package."""
    found: dict[str, dict[str, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for package in PACKAGES:
        for path in sorted((ROOT / package / package.replace("-", "_")).rglob("*.py")):
            for outcome, reason, message in _given(path):
                said = found[outcome][reason][package]
                said.update([message] if message else ())
    return found


def _given(path: Path) -> Iterator[Given]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    constants |= _of_comprehensions(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, constants)


def _of_comprehensions(tree: ast.Module) -> dict[str, ast.expr]:
    """Return what names stand for that run over a literal table: `for code, reason in (("A", "a"), ...)`."""
    found: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.comprehension)
            and isinstance(node.iter, ast.Tuple)
            and isinstance(node.target, ast.Tuple)
        ):
            rows = [row.elts for row in node.iter.elts if isinstance(row, ast.Tuple)]
            for place, name in enumerate(node.target.elts):
                if isinstance(name, ast.Name) and rows:
                    found[name.id] = ast.Tuple([row[place] for row in rows], ast.Load())
    return found


def _of_call(call: ast.Call, constants: Mapping[str, ast.expr]) -> Iterator[Given]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    said = call.args
    if name in _OUTCOMES and said:
        for reason in _texts(said[0], constants):
            yield Given(name, reason, _message(said[1], constants) if len(said) > 1 else "")
    elif name == "Verdict" and said and isinstance(said[0], ast.Attribute):
        for reason in _texts(said[1], constants):
            yield Given(said[0].attr.lower(), reason, "")
    elif name.endswith("WrongValueError") and len(said) == _LITERAL_REASON:
        for reason in _texts(said[1], constants):
            yield Given("rejected", reason, f"Column `{{column}}`: {_message(said[0], constants)}")


def _texts(node: ast.expr, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    """Yield the texts that an expression can be, as far as they are literal."""
    if isinstance(node, ast.Name) and isinstance(table := constants.get(node.id), ast.Tuple):
        for each in table.elts:
            yield from _texts(each, constants)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, constants)
        yield from _texts(node.orelse, constants)


def _message(node: ast.expr, constants: Mapping[str, ast.expr]) -> str:
    """Return a message as it reads in the source, with names in braces where something is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_message(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _message(node.value, constants)
    if isinstance(node, ast.Name) and not isinstance(constants.get(node.id, node), (ast.Name, ast.Tuple)):
        return _message(constants[node.id], constants)
    return f"{{{ast.unparse(node)}}}" if isinstance(node, ast.Name) else "{…}"
