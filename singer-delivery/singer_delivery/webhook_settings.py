"""The settings of the webhook that every target has."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th


def webhook() -> tuple[th.Property[Any], ...]:
    """Return them, in the order in which users meet them."""
    return (
        th.Property(
            "notify_url",
            th.StringType(min_length=1),
            secret=True,
            title="Webhook address",
            description=(
                "Where the end of a run is told, as a POST of JSON: a chat's incoming webhook, or a program of yours. "
                "It holds up a run's end for ten seconds at most, and never fails a run."
            ),
            examples=["https://hooks.example.com/services/T000/B000/secret"],
        ),
        th.Property(
            "notify_when",
            th.StringType(allowed_values=["failed", "always"]),
            default="failed",
            title="Notify when",
            description=(
                "Which runs `notify_url` is told of: `failed` for those that fail or are interrupted, or are beyond "
                "`notify_rejected_percent`; `always` for all, dry runs too."
            ),
            examples=["always"],
        ),
        th.Property(
            "notify_rejected_percent",
            th.IntegerType(minimum=0, maximum=100),
            title="Notify from, in percent",
            description=(
                "`notify_url` is also told of a run that rejects more than this share of the records it tried (those "
                "that it read, but for what is beyond `max_records`); 0 means any reject."
            ),
            examples=[2],
        ),
    )
