"""What a person does after a run: what to put right, where the rejects are, which command delivers them again."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from singer_delivery.outcomes import Outcome
from singer_delivery.report_content import Step
from singer_delivery.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_delivery.report_content import Content


def next_steps(content: Content) -> Iterator[Step]:
    """Yield what to do next, the most urgent first.

    Args:
        content: The report, but for these steps.
    """
    if content.finished == "failed":
        yield Step(text="Put right what is said at the top, and run again.")
    elif content.finished == "interrupted":
        yield Step(text="Run again.")
    if content.unsettled:
        yield Step(
            text=f"{counted(content.unsettled, 'record')} read without an outcome: the state was not moved past them, "
            "and the next run gets them again. None is lost."
        )
    if content.dry_run and content.finished == "completed":
        yield Step(text="To send what is reported here, set `dry_run` to false.")
    if content.rejects_path is not None and content.open_rejects:
        yield from _replay(content, content.rejects_path, content.open_rejects)


def _replay(content: Content, path: str, open_rejects: int) -> Iterator[Step]:
    number = counted(open_rejects, "rejected record")
    earlier = open_rejects > content.outcomes[Outcome.REJECTED.value]
    included = ", those of earlier runs included" if earlier else ""
    yield Step(
        text=f"{number} to be replayed{included}. See what is wrong:",
        command=f"singer-rejects list {shlex.quote(path)}",
    )
    yield Step(
        text="Put that right at the source or in the settings, and deliver them again:",
        command=_replay_command(content.target, path),
    )


def _replay_command(target: str, path: str) -> str:
    """Return the command that delivers the open rows of a rejects file again, as one would type it."""
    path = shlex.quote(path)
    loader = os.environ.get("MELTANO_LOADER_NAME")
    if loader is None:
        return f"singer-rejects replay {path} | {target} --config config.json"
    environment = os.environ.get("MELTANO_ENVIRONMENT")
    chosen = f"--environment={shlex.quote(environment)} " if environment else ""
    return f"singer-rejects replay {path} | meltano {chosen}invoke {shlex.quote(loader)}"
