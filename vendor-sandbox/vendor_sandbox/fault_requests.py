"""From the JSON somebody posts to a fault rule, or to everything that is wrong with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from vendor_sandbox.faults import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.faults import Kind
    from vendor_sandbox.vendors import Vendor

_OWN = {"vendor", "operation", "fault", "times", "after", "match"}


def describe_kinds(vendors: Mapping[str, Vendor]) -> dict[str, dict[str, object]]:
    """Every vendor's kinds of fault: what a client sees, and the parameters with their defaults."""
    return {
        name: {kind: {"shows": spec.summary, "parameters": dict(spec.params)} for kind, spec in vendor.kinds.items()}
        for name, vendor in vendors.items()
    }


def read_rule(wanted: Mapping[str, Any], vendors: Mapping[str, Vendor]) -> tuple[Rule | None, list[str]]:
    """Make a rule.

    Args:
        wanted: What was posted: `vendor`, `fault`, and optionally `operation`, `times`, `after`, `match` and the
            kind's parameters.
        vendors: The vendors there are.

    Returns:
        The rule and nothing, or nothing and every problem.
    """
    vendor = vendors.get(str(wanted.get("vendor")))
    kind = vendor.kinds.get(str(wanted.get("fault"))) if vendor else None
    problems = [
        *_vendor_problems(wanted, vendors, vendor),
        *_number_problems(wanted),
        *(_kind_problems(wanted, vendor, kind) if vendor else []),
    ]
    if problems or vendor is None or kind is None:
        return None, problems
    given = {name: wanted[name] for name in kind.params if name in wanted}
    rule = Rule(
        vendor=vendor.name,
        operation=str(wanted.get("operation", "*")),
        fault=str(wanted["fault"]),
        times=wanted.get("times"),
        after=wanted.get("after", 0),
        match={name: _text(value) for name, value in wanted.get("match", {}).items()},
        params={**kind.params, **given},
    )
    return rule, []


def _text(value: object) -> str:
    """A value as a request would spell it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _vendor_problems(wanted: Mapping[str, Any], vendors: Mapping[str, Vendor], vendor: Vendor | None) -> list[str]:
    if vendor is None:
        return [f"vendor {wanted.get('vendor')!r} is not known: it is one of {sorted(vendors)}"]
    operation = wanted.get("operation", "*")
    if operation == "*" or operation in vendor.operations:
        return []
    return [f"operation {operation!r} is not known: it is * or one of {list(vendor.operations)}"]


def _number_problems(wanted: Mapping[str, Any]) -> list[str]:
    times, after, match = wanted.get("times"), wanted.get("after", 0), wanted.get("match", {})
    checks = {
        "times must be null (for ever) or a number from 1": times is None or _counts(times, 1),
        "after must be a number from 0": _counts(after, 0),
        "match must be an object of request fields": isinstance(match, dict),
    }
    return [problem for problem, fine in checks.items() if not fine]


def _counts(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _kind_problems(wanted: Mapping[str, Any], vendor: Vendor, kind: Kind | None) -> list[str]:
    name = wanted.get("fault")
    if kind is None:
        return [f"fault {name!r} is not known: it is one of {sorted(vendor.kinds)}"]
    operation = wanted.get("operation", "*")
    problems = [
        f"fault {name!r} has no parameter {extra!r}: it has {sorted(kind.params)}"
        for extra in wanted
        if extra not in _OWN and extra not in kind.params
    ]
    if kind.operations is not None and operation != "*" and operation not in [*kind.operations]:
        problems.append(f"fault {name!r} is only for {sorted(kind.operations)}")
    return problems + [
        f"{param} must be {_wanted_type(default)}"
        for param, default in kind.params.items()
        if param in wanted and not _fits(wanted[param], default)
    ]


def _wanted_type(default: object) -> str:
    return {bool: "true or false", str: "a text"}.get(type(default), "a number from 0")


def _fits(value: object, default: object) -> bool:
    if value is None and default is None:
        return True
    if isinstance(default, bool | str):
        return type(value) is type(default)
    # JSON can spell what is not finite: NaN, Infinity, 1e999.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= sys.float_info.max
