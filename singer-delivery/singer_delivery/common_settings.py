"""The settings that every target has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th

from singer_delivery.webhook_settings import webhook

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CONCURRENT = 64


def common(target: str, actions: Sequence[str] = ()) -> Sequence[th.Property[Any]]:
    """Return the settings that every target has, in the order in which users meet them.

    Args:
        target: Name of the target: files are named after it, so that two targets in one folder share none.
        actions: Names of its actions.
    """
    return (
        *_what_is_done(actions),
        *_who(),
        *_trying_out(target),
        *_which_records(),
        *_speed(),
        *_limits(),
        *_files(target),
        *webhook(),
        *_sdk(),
    )


def _what_is_done(actions: Sequence[str]) -> tuple[th.Property[Any], ...]:
    there_are = f" Actions: {', '.join(f'`{name}`' for name in actions)}." if actions else ""
    action = th.StringType(allowed_values=list(actions)) if actions else th.StringType(min_length=1)
    example = actions[0] if actions else "subscribe"
    return (
        th.Property(
            "streams",
            th.ObjectType(additional_properties=action),
            title="Streams",
            description=(
                "What is to be done with the records of each stream: its name, or a glob such as `customers_*`, and "
                "an action. A name counts before globs, and of these the first that matches. A stream that is named "
                f"after an action needs no entry.{there_are}"
            ),
            examples=[{"customers": example}, {"audience_*": example}],
        ),
        th.Property(
            "default_action",
            action,
            title="Default action",
            description=(
                "The action for streams that `streams` says nothing about. Without it such a stream ends the run "
                "before the first call."
            ),
            examples=[example],
        ),
    )


def _who() -> tuple[th.Property[Any], ...]:
    return (
        th.Property(
            "default_country",
            th.StringType(min_length=2),
            title="Default country",
            description=(
                "Country of phone numbers that come without a country code, as two letters (ISO 3166). Without it "
                "such numbers are rejected (`invalid_phone`)."
            ),
            examples=["US", "GB"],
        ),
        th.Property(
            "consent_field",
            th.StringType(min_length=1),
            title="Consent field",
            description=(
                "Column that tells whether a person agreed. Yes is `true`, `1`, `yes`, `y`, `t`, `on`, `opted in`, "
                "`subscribed`, `granted`, `given`, `agreed`, `accepted` or `consented`, in any case; all else is no: "
                "null, an empty text, a date, any other word. Without a yes a record is skipped (`no_consent`), "
                "except by actions that take people off. If not set, whoever is in the stream counts as having agreed."
            ),
            examples=["sms_consent"],
        ),
        th.Property(
            "suppression_file",
            th.StringType(min_length=1),
            title="Suppression file",
            description=(
                "Text or CSV file of phone numbers and e-mail addresses, in any format, one or several a line. No "
                "action ever touches these people; their records are skipped (`suppressed`)."
            ),
            examples=["do-not-text.csv"],
        ),
    )


def _trying_out(target: str) -> tuple[th.Property[Any], ...]:
    return (
        th.Property(
            "dry_run",
            th.BooleanType,
            default=False,
            title="Dry run",
            description=(
                "Read and plan everything, change nothing: the calls that would be made are written to `plan_path`, "
                "and neither ledger nor rejects file is touched."
            ),
            examples=[True],
        ),
        th.Property(
            "plan_path",
            th.StringType(min_length=1),
            default=f"{target}-plan.jsonl",
            title="Plan file",
            description=(
                "Where a dry run writes each record's calls and why they would be made, as JSON lines. The file holds "
                "people's data and only its owner may read it; each dry run writes it anew."
            ),
            examples=[f"plans/{target}.jsonl"],
        ),
    )


def _which_records() -> tuple[th.Property[Any], ...]:
    return (
        th.Property(
            "max_records",
            th.IntegerType(minimum=1),
            title="Most records",
            description=(
                "Deliver this many records at most, for a first try; the others are skipped (`max_records`), and "
                "state stays before them."
            ),
            examples=[100],
        ),
        th.Property(
            "resend",
            th.BooleanType,
            default=False,
            title="Resend",
            description=(
                "Send records again although they equal what was accepted last time, for instance after someone "
                "changed the data at the vendor. What texts people is not sent twice even so."
            ),
            examples=[True],
        ),
    )


def _speed() -> tuple[th.Property[Any], ...]:
    return (
        th.Property(
            "requests_per_second",
            # Text as well: from the environment the SDK reads nothing but whole numbers as numbers.
            th.CustomType({"type": ["number", "string"]}),
            title="Requests per second",
            description=(
                "Calls a second at most, all workers together; a fraction such as 0.5 is one call in two seconds. "
                "Without it the vendor's own answers (429, `Retry-After`, rate headers) set the pace."
            ),
            examples=[10, 0.5],
        ),
        th.Property(
            "concurrency",
            th.IntegerType(minimum=1, maximum=MOST_CONCURRENT),
            default=16,
            title="Concurrency",
            description=(
                "How many calls are under way at once. 16 make about 100 calls a second where each takes 150 ms. "
                "Records of one person keep their order, whatever it is."
            ),
            examples=[16, 64],
        ),
        th.Property(
            "request_timeout",
            th.IntegerType(minimum=1, maximum=3600),
            default=60,
            title="Request time-out",
            description="Seconds without a byte from the vendor after which a call counts as hung.",
            examples=[60],
        ),
    )


def _limits() -> tuple[th.Property[Any], ...]:
    return (
        th.Property(
            "max_rejected_percent",
            th.IntegerType(minimum=0, maximum=100),
            default=10,
            title="Most rejected, in percent",
            description=(
                "A run that rejects more than this share of the records it tried (those that it read, but for what is "
                "beyond `max_records`) ends with exit code 1: at its end, or in the middle from 10,000 rejects on. "
                "100 never fails a run."
            ),
            examples=[1],
        ),
        th.Property(
            "max_removal_percent",
            th.IntegerType(minimum=0, maximum=100),
            default=25,
            title="Most removed, in percent",
            description=(
                "A run stops before it takes off more than this share of the people that the ledger knows as added: a "
                "mistake upstream must not empty a list. Not applied while the ledger knows fewer than 100. 100 turns "
                "it off."
            ),
            examples=[100],
        ),
        th.Property(
            "on_unknown",
            th.StringType(allowed_values=["skip"]),
            default="skip",
            title="On unknown",
            description=(
                "What to do about a text of which nobody knows whether an interrupted run sent it, where the vendor "
                "cannot tell: `skip` never sends it again and reports it (`unknown`)."
            ),
            examples=["skip"],
        ),
    )


def _files(target: str) -> tuple[th.Property[Any], ...]:
    return (
        th.Property(
            "rejects_path",
            th.StringType(min_length=1),
            default=f"{target}-rejects.jsonl",
            title="Rejects file",
            description=(
                "Where rejected records are kept, with the reason of each, as JSON lines; `singer-rejects replay "
                "FILE` feeds them back. Runs append to it. It holds people's data, and only its owner may read it."
            ),
            examples=[f"/var/lib/sms/{target}-rejects.jsonl"],
        ),
        th.Property(
            "report_path",
            th.StringType(min_length=1),
            title="Report file",
            description=(
                "Where the run's report is written, as JSON for programs, and as a page to look at with the same name "
                "and `.html` at its end; naming either gives both. A summary goes to stderr in any case."
            ),
            examples=[f"reports/{target}.json"],
        ),
        th.Property(
            "ledger_url",
            th.StringType(min_length=1),
            default=f"sqlite:///{target}-ledger.db",
            secret=True,
            title="Ledger address",
            description=(
                "Where is kept what the vendor accepted, as keyed hashes: a SQLite file, or a PostgreSQL database "
                "(extra `postgresql`). Keep it from run to run, and on a disk that lasts: without it every record is "
                "sent again."
            ),
            examples=["postgresql://user:password@host/database", f"sqlite:////var/lib/sms/{target}.db"],
        ),
    )


def _sdk() -> tuple[th.Property[Any], ...]:
    return (
        th.Property(
            "batch_size_rows",
            th.IntegerType(minimum=1, maximum=100_000),
            default=1000,
            title="Batch size in rows",
            description="How many records are planned together. Not the size of calls: that is the vendor's.",
            examples=[1000],
        ),
        th.Property(
            "load_method",
            th.StringType(allowed_values=["upsert"]),
            default="upsert",
            title="Load method",
            description="What is there is updated, what is not is added; nothing is removed because it was absent.",
            examples=["upsert"],
        ),
        th.Property(
            "validate_records",
            th.BooleanType,
            default=True,
            title="Validate records",
            description="Check each record against its stream's schema; one that does not fit is rejected.",
            examples=[False],
        ),
    )
