"""The sandbox as the contract sees a vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandboxes import Sandbox


class SandboxVendor:
    """One of the sandbox's vendors.

    Attributes:
        name: What the sandbox calls it.
        views: What it holds, beside texts, as the sandbox's control tells it.
        changing: What operations that change something have in `/their names/`: `/send/` is a whole one.
        no_access: Settings with which it lets nobody in.
        settings: The target's settings.
    """

    name: ClassVar[str]
    views: ClassVar[tuple[str, ...]]
    changing: ClassVar[tuple[str, ...]]
    no_access: Mapping[str, Any]

    def __init__(self, sandbox: Sandbox, settings: Mapping[str, Any]) -> None:
        self.sandbox = sandbox
        self.settings = settings

    def held(self) -> object:
        """All that it holds."""
        return [self.sandbox.get(f"/_sandbox/{self.name}/{view}") for view in self.views], self.sandbox.texts()

    def texts(self) -> Mapping[str, int]:
        """Texts by number."""
        numbers = [f"+{each['phone'].removeprefix('+')}" for each in self.sandbox.texts()]
        return {number: numbers.count(number) for number in numbers}

    def calls(self) -> int:
        """Calls so far."""
        return sum(self.sandbox.calls(self.name).values())

    def changes(self) -> int:
        """Calls so far that change something."""
        calls = self.sandbox.calls(self.name)
        return sum(count for name, count in calls.items() if any(each in f"/{name}/" for each in self.changing))
