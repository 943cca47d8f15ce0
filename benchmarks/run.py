"""`make bench`: taps and targets beside their peers, the whole pipe, and growth; writes benchmarks/RESULTS.md.

`--only PART` measures one part anew and keeps the others as they were measured last; `tap`, `delivery`, `attentive`
and `textlocal` are all parts of the tap, of target-listrak-sms, of target-attentive and of target-textlocal.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil  # type: ignore[import-untyped] # it ships no types
from kept import UnequalError
from measure import RunError
from report import render
from suites import PARTS, SUITES, suite_of
from versions import machine, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suites import Suite

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_PART_OF_REPORT = re.compile(r"^\| (\w+) \| \d{4}-\d\d-\d\d ", re.MULTILINE)


def measure_part(part: str, runs: int, folder: Path, *, quick: bool) -> dict[str, Any]:
    """Measure all of a part, with when, where, of what and in what company that was."""
    suite = suite_of(part)
    begun, load = time.perf_counter(), os.getloadavg()[0]
    when = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"
    before = psutil.cpu_times()
    results = suite.measure(part, runs, folder, quick=quick)
    return {
        "when": when,
        "load": round(load, 1),
        "stolen": round(stolen(before, psutil.cpu_times()), 3),
        "minutes": round((time.perf_counter() - begun) / 60, 1),
        "commit": _commit(suite),
        "machine": machine(),
        "versions": versions(suite.peers),
        "scenarios": results,
    }


def stolen(before: Any, after: Any) -> float:
    """Return which share of this machine's CPU time its host gave to others in between; 0 where that is not told.

    Args:
        before: `psutil.cpu_times()`.
        after: The same, later.
    """
    withheld: float = getattr(after, "steal", 0.0) - getattr(before, "steal", 0.0)
    everything = sum(after[:8]) - sum(before[:8])  # behind the first eight are those of guests, which are in the first
    return withheld / everything if everything else 0.0


def _commit(suite: Suite) -> str:
    """Return the last commit of the measured code, and whether it was changed since."""
    code = ["--", *suite.code]
    last = ["git", "log", "-1", "--format=%h", *code]
    changed = ["git", "status", "--porcelain", *code]
    said = [subprocess.run(each, cwd=ROOT, capture_output=True, text=True, check=False) for each in (last, changed)]
    return (said[0].stdout.strip() or "unknown") + (" with changes" if said[1].stdout else "")


def merged(kept: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of two, by part; of a part that both have those that were measured last."""
    newer = {part: found for part, found in others.items() if part not in kept or found["when"] > kept[part]["when"]}
    return {**kept, **newer}


def _figures(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _parts_of(report: Path) -> set[str]:
    """Return the parts that a report tells of."""
    return set(_PART_OF_REPORT.findall(report.read_text(encoding="utf-8"))) if report.exists() else set()


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="rounds of those who are compared (5); three of the rest")
    names = tuple(dict.fromkeys((*PARTS, *SUITES)))
    parser.add_argument("--only", choices=names, action="append", help="measure this part, keep the others")
    parser.add_argument("--report", action="store_true", help="measure nothing: write what was measured last")
    parser.add_argument(
        "--add", type=Path, action="append", default=[], metavar="FIGURES", help="figures.json of another clone"
    )
    parser.add_argument("--quick", action="store_true", help="tiny accounts: does everything work?")
    parser.add_argument("--output", type=Path, default=HERE / "RESULTS.md")
    parser.add_argument("--figures", type=Path, default=HERE / "figures.json", help="what was measured last, by part")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench" / "run", help="for configs and logs")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write the report."""
    asked = _asked(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    raw = asked.folder / "quick.json" if asked.quick else asked.figures
    figures = _figures(raw)
    for path in asked.add:
        figures = merged(figures, _figures(path))
    named = () if asked.report else asked.only or SUITES
    for part in dict.fromkeys(each for name in named for each in (SUITES[name].parts if name in SUITES else (name,))):
        figures[part] = measure_part(part, asked.runs, asked.folder, quick=asked.quick)
        raw.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    raw.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    output = asked.output
    if lost := _parts_of(output) - figures.keys():
        print(f"{output} stays as it is: it has parts that {raw} has no figures of ({', '.join(sorted(lost))})")
        output = asked.folder / output.name
    output.write_text(render(figures, quick=asked.quick), encoding="utf-8")
    print(f"written: {output}")


if __name__ == "__main__":
    # So that the programs it started end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        main()
    except (RunError, UnequalError) as error:
        sys.exit(str(error))
