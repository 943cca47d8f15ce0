"""The licences that what we install may be under, each with the reason why it may. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PERMISSIVE = "asks for its notice to be kept, which an installed package does"
_BY_FILE = "binds only changes to its own files, and we change none"

ALLOWED = {
    "Apache-2.0": "our own",
    "Apache Software License": "our own, by its older name",
    "BSD-2-Clause": _PERMISSIVE,
    "BSD-3-Clause": _PERMISSIVE,
    "BSD License": _PERMISSIVE,
    "CNRI-Python": _PERMISSIVE,
    "ISC": _PERMISSIVE,
    "MIT": _PERMISSIVE,
    "MIT License": _PERMISSIVE,
    "PSF-2.0": _PERMISSIVE,
    "Python Software Foundation License": _PERMISSIVE,
    "Public Domain": "asks for nothing",
    "The Unlicense (Unlicense)": "asks for nothing",
    "MPL-2.0": _BY_FILE,
    "Mozilla Public License 2.0 (MPL 2.0)": _BY_FILE,
}
"""By the names that packages give them: SPDX's in new ones, the index's classifiers in older ones."""

PACKAGES = {
    "axe-playwright-python": (
        "UNKNOWN",
        "its metadata name none, its LICENSE file is MIT; a tool of the tests, which no package of ours needs",
    ),
    "psycopg": (
        "LGPL-3.0-only",
        "a library beside our code, only where `postgresql` is asked for, and free to be replaced",
    ),
    "psycopg-binary": ("LGPL-3.0-only", "as psycopg, whose compiled half it is"),
    "pytest-timeout": ("DFSG approved; MIT License", "MIT, and a second classifier that is no licence"),
}
"""Single packages under licences that are not allowed to all: what their metadata say, and why it is well."""


def unfit(found: Mapping[str, str]) -> list[str]:
    """Return what is not allowed.

    Args:
        found: Package to its licence, as its metadata give it: an SPDX expression, or names of classifiers with `;`
            between them.
    """
    return [
        f"{name} is under `{licence}`: {problem}" for name, licence in found.items() for problem in _why(name, licence)
    ]


def _why(name: str, licence: str) -> Iterator[str]:
    if name in PACKAGES:
        if PACKAGES[name][0] != licence:
            yield f"it was looked at when it was under `{PACKAGES[name][0]}`"
        return
    # One of those with OR between them is enough, all with AND are needed.
    if not any(all(part.strip() in ALLOWED for part in re.split(" AND |;", way)) for way in licence.split(" OR ")):
        yield "nobody has looked at it; see scripts/audit_licences.py"
