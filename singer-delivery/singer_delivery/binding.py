"""Which action a stream is for."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def bind(stream: str, streams: Mapping[str, str], default_action: str | None, actions: Sequence[str]) -> str:
    """Find the action of a stream: by its name, by a glob, by an action of the same name, by the default.

    Args:
        stream: Name of the stream, as the stream maps leave it.
        streams: The setting `streams`: stream name or glob to action. Of several globs that match, the first counts.
        default_action: The setting `default_action`.
        actions: Names of the target's actions.

    Returns:
        The name of an action.

    Raises:
        SetupError: The stream is bound to nothing, or to what is no action of this target.
    """
    action = streams.get(stream) or _by_glob(stream, streams) or (stream if stream in actions else default_action)
    there_are = ", ".join(f"`{name}`" for name in actions)
    if not action:
        raise SetupError(
            f"Nothing says what is to be done with the stream `{stream}`. Name its action in the setting `streams`, "
            f"or set `default_action`. Actions of this target: {there_are}. To leave the stream out, do not select it "
            f"in the tap, or drop it by `stream_maps`."
        )
    if action not in actions:
        raise SetupError(
            f"The stream `{stream}` is bound to `{action}`, which is no action of this target. Correct the setting "
            f"`streams` or `default_action`. Actions of this target: {there_are}."
        )
    return action


def _by_glob(stream: str, streams: Mapping[str, str]) -> str | None:
    return next((action for pattern, action in streams.items() if fnmatchcase(stream, pattern)), None)
