"""A run that is killed is simply run again: the same people are subscribed, and nobody is texted twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time

import pytest

PEOPLE = 40


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_run_that_was_killed_is_run_again(run_target, config, tap, seen, clean_sandbox, tmp_path, seed):
    clean_sandbox.faults("latency", vendor="listrak-sms", seconds=0.05)
    records = [{"phone": f"+1312555{110 + each:04}", "first_name": "Zoe"} for each in range(PEOPLE)]
    settings = config(concurrency=4)
    (tmp_path / "config.json").write_text(json.dumps(settings))
    killed = subprocess.Popen(
        [sys.executable, "-m", "target_listrak_sms", "--config", "config.json"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    killed.stdin.write("".join(f"{json.dumps(each)}\n" for each in tap("subscribe", records)))
    killed.stdin.close()
    created_at_most = random.Random(seed).randrange(1, PEOPLE - 5)  # noqa: S311 - chance, not secrecy
    while clean_sandbox.calls("listrak-sms").get("Contact_PostContactListResource", 0) < created_at_most:
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    run = run_target(settings, tap("subscribe", records))
    assert run.code == 0, run.stderr
    assert run.report["read"] == PEOPLE
    assert not {"skipped", "rejected"} & run.outcomes.keys()
    texts = seen.texts()
    assert texts == {(each["phone"].removeprefix("+"), "welcome"): 1 for each in records}
