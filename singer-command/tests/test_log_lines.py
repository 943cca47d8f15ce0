"""Log lines with names of others in them: none is two lines, and none commands a terminal."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest
from singer_command.log_lines import keep_printable
from singer_sdk import metrics
from singer_sdk.logging import ConsoleFormatter, StructuredFormatter

if TYPE_CHECKING:
    from collections.abc import Iterator

FORGED = "x\x1b]0;owned\x07\n2026 INFO all fine"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, without the handlers that it had."""
    logger = logging.getLogger()
    handlers, level = [*logger.handlers], logger.level
    logger.setLevel(logging.INFO)
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def handled(root: logging.Logger, formatter: logging.Formatter | None) -> io.StringIO:
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(formatter)
    root.handlers[:] = [handler]  # without pytest's own
    keep_printable()
    keep_printable()
    return output


@pytest.mark.parametrize("formatter", [ConsoleFormatter(), None])
def test_a_name_in_a_line_or_of_its_logger_is_printable(
    root: logging.Logger, formatter: logging.Formatter | None
) -> None:
    output = handled(root, formatter)
    logging.getLogger("target").getChild(FORGED).warning("Stream %s", FORGED)
    (line,) = output.getvalue().splitlines()
    assert line.isprintable()
    assert line.endswith("Stream x?]0;owned? 2026 INFO all fine")


def test_a_line_that_is_printable_stays_as_it_is(root: logging.Logger) -> None:
    output = handled(root, None)
    root.info("two  blanks, %d %%, and ümläute", 5)
    assert output.getvalue() == "two  blanks, 5 %, and ümläute\n"


def test_what_came_of_an_error_keeps_its_lines_and_commands_nothing(root: logging.Logger) -> None:
    output = handled(root, None)
    root.error("No.", exc_info=ValueError(FORGED))
    assert output.getvalue().startswith("No.\nValueError: x?]0;owned?\n")
    assert "\x1b" not in output.getvalue()


def test_lines_for_programs_keep_their_parts(root: logging.Logger) -> None:
    output = handled(root, StructuredFormatter())
    metrics.log(
        metrics.get_metrics_logger(), metrics.Point("counter", metrics.Metric.RECORD_COUNT, 3, {"stream": FORGED})
    )
    told = json.loads(output.getvalue())
    assert (told["metric_info"]["value"], told["metric_info"]["tags"]["stream"]) == (3, FORGED)
