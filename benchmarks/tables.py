"""Tables in Markdown, each with the command that makes it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

PEER_TITLES: Final = {"peer": "plain SDK target", "hotglue": "hotglue-singer-sdk target"}
"""What tables call the peers of a target."""


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def again(part: str) -> str:
    """Say how a part's table is measured anew."""
    return f"Again: `.venv/bin/python benchmarks/run.py --only {part}`"


def peers_in_words(plain: str, call: str) -> str:
    """Say what the two peers of a target are.

    Args:
        plain: The file of the plain one, in `peer/`.
        call: What each of them makes for a record.
    """
    return f"""The first peer is what the SDK's template makes of a target (`benchmarks/peer/{plain}`): a `RecordSink`,
a `requests.Session`, one {call} a record, the SDK's validation, and no consent, ledger, limiter or report. The
second is a `HotglueSink` of hotglue-singer-sdk, in an environment of its own (`benchmarks/peer/hotglue_targets.py`):
the same call by its `requests.request`, with its retries, and a state that keeps a digest of each record and is
searched through for the next, so that nothing is sent twice in a run. Both take one record at a time and are given
fewer of them: the speed of the first does not depend on how many there are, that of the second falls as its state
grows, so that few show it at its best."""
