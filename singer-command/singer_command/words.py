"""Errors in one paragraph: what is wrong, where, and what to do. No value is ever quoted: it may be a password."""

from __future__ import annotations

import difflib
import os
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from jsonschema import ValidationError

ENVIRONMENT = "ENV"
"""What `--config` says for settings from the environment."""
_MELTANO = ("MELTANO_EXTRACTOR_NAME", "MELTANO_LOADER_NAME")
"""Where Meltano runs a plugin, the config is a file of its own that nobody should edit."""


class UsageProblem(Exception):  # noqa: N818 - it is the user who reads it, and to whom it is no exception
    """What was given to the command cannot be used: one paragraph."""


def describe(error: ValidationError) -> str:
    """Say what is wrong with a setting. The SDK's own words quote the value, which may be a password."""
    name = ".".join(map(str, error.absolute_path))
    if error.validator == "required":
        return f"{error.message.replace(chr(39), '`')}."  # the one message that quotes a name, and no value
    wanted: Any = error.validator_value
    expected = {
        "type": f"must be of type {_either([each for each in _listed(wanted) if each != 'null'])}",
        "enum": f"must be one of {_either([f'`{each}`' for each in _listed(wanted) if each is not None])}",
        "minLength": "must not be empty" if wanted == 1 else f"must have at least {wanted} characters",
        "minimum": f"must be at least {wanted}",
        "maximum": f"must be at most {wanted}",
    }
    return f"`{name}` {expected.get(str(error.validator), f'is not valid ({error.validator})')}."


def bad_config(plugin: str, problems: Iterable[str], places: Sequence[str], setting: str) -> UsageProblem:
    """Return the error of settings that are wrong.

    Args:
        plugin: Name of the plugin.
        problems: What is wrong with each of them, as sentences.
        places: The values of `--config`.
        setting: Name of a setting, as an example.
    """
    variable = f"{prefix(plugin)}{setting.upper()}"
    if any(name in os.environ for name in _MELTANO):
        advice = "The config came from Meltano: put it right in `meltano.yml`, or by `meltano config`."
    elif places:
        named = [f"the environment ({variable} ...)" if each == ENVIRONMENT else f"`{each}`" for each in places]
        advice = f"The config came from {' and '.join(named)}: put it right there."
    else:
        advice = (
            "No config was given. Name a file by `--config config.json`, or set variables such as "
            f"{variable} and say `--config=ENV`."
        )
    return UsageProblem(
        f"The config is not valid. {' '.join(problems)} {advice} `{plugin} --about` tells all settings."
    )


def unreadable_config(plugin: str, path: str, error: Exception) -> UsageProblem:
    """Return the error of a file of settings that cannot be read.

    Args:
        plugin: Name of the plugin.
        path: The file.
        error: What the SDK met: its own words may quote a part of the file.
    """
    return UsageProblem(
        f"The config `{path}` cannot be used: {_trouble(error)}. Name by `--config` a file that holds one JSON "
        f"object, a setting a key. `{plugin} --about` tells all settings."
    )


def unreadable_file(option: str, error: Exception) -> UsageProblem:
    """Return the error of a file that an option names and that does not hold what it should.

    Args:
        option: `--catalog` or `--state`.
        error: What came of reading it.
    """
    source = {"--catalog": "`--discover` writes one", "--state": "it is the value of the last STATE message"}
    return UsageProblem(
        f"The file of `{option}` cannot be used: {_trouble(error)}. Give the right file; {source[option]}."
    )


def unknown_settings(plugin: str, unknown: Iterable[str], known: Collection[str]) -> str:
    """Return a warning that names settings which nobody knows, and what may have been meant."""
    names = sorted(unknown)
    meant = [f"`{near[0]}`" for each in names if (near := difflib.get_close_matches(each, known, 1))]
    perhaps = f". Perhaps meant: {', '.join(meant)}" if meant else ""
    return f"The config has settings that {plugin} does not know: {', '.join(names)}{perhaps}"


def mistake(error: BaseException) -> str:
    """Name a mistake in this program by its type and place; its own words may hold a value."""
    place = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    where = f" in {place.filename}, line {place.lineno}" if place else ""
    return f"A mistake in this program: {type(error).__name__}{where}."


def prefix(plugin: str) -> str:
    """Return how the names of a plugin's environment variables begin."""
    return f"{plugin.upper().replace('-', '_')}_"


def as_objects(settings: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield a schema's settings by name, those inside an object behind it: `proxy`, `proxy.password`."""
    for name, setting in settings.items():
        yield name, setting
        for inner, each in as_objects(setting.get("properties", {})):
            yield f"{name}.{inner}", each


def _trouble(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror.lower()})" if error.strerror else "it cannot be read"
    if isinstance(error, UnicodeError):
        return "it is not text in UTF-8"
    line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
    if line is not None:
        return f"it is not JSON (line {line}, column {column})"
    return "it is JSON of another shape"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _either(words: Sequence[Any]) -> str:
    return " or ".join(map(str, words))
