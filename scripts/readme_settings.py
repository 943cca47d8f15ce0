"""Write each plugin's settings into its README and its Meltano definitions, from what the plugin says of itself.

`python scripts/readme_settings.py` writes, `python scripts/readme_settings.py --check` only compares (exit code 1
where a file is out of date). In a README the table stands between the two marks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import meltano_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ("tap-listrak", "tap-textlocal", "target-attentive", "target-listrak-sms", "target-textlocal")
BEGIN, END = "<!-- settings: from --about -->\n", "<!-- end of settings -->"
# Settings that every plugin of the SDK has, from here on.
FIRST_OF_THE_SDK = "stream_maps"


def settings_of(plugin: str) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """Ask a plugin for its own settings, for what Meltano is to know beside them, and which are required."""
    about = subprocess.run(
        [str(Path(sys.executable).parent / plugin), "--about", "--format=json"],
        check=True,
        capture_output=True,
        text=True,
    )
    settings = json.loads(about.stdout)["settings"]
    names = list(settings["properties"])
    own = {name: settings["properties"][name] for name in names[: names.index(FIRST_OF_THE_SDK)]}
    # Declared, it can be set by the environment, too.
    more = {FIRST_OF_THE_SDK: settings["properties"][FIRST_OF_THE_SDK]}
    return dict(flat(own)), more, set(settings["required"])


def flat(settings: Mapping[str, dict[str, Any]], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield settings by their names, what is in an object behind the object: `annex_cloud`, `annex_cloud.token`."""
    for name, setting in settings.items():
        yield prefix + name, setting
        yield from flat(setting.get("properties", {}), f"{prefix}{name}.")


def table(settings: dict[str, Any], required: set[str]) -> str:
    """Return the settings of a plugin as a Markdown table."""
    lines = ["| setting | default | what it is | example |", "| --- | --- | --- | --- |"]
    for name, setting in settings.items():
        default = "**required**" if name in required else ""
        if "default" in setting:
            default = f"`{json.dumps(setting['default'])}`"
        secret = " Secret." if setting.get("secret") else ""
        description = setting["description"].replace("|", "\\|")
        lines.append(f"| `{name}` | {default} | {description}{secret} | `{json.dumps(setting['examples'][0])}` |")
    return "\n".join(lines) + "\n"


def refreshed(readme: str, table: str) -> str:
    """Return a README with another table."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main() -> int:
    """Refresh, or with `--check` compare, every file that holds a plugin's settings."""
    current: dict[Path, str] = {}

    def text(path: Path) -> str:
        return current.get(path) or path.read_text(encoding="utf-8")

    for plugin in PLUGINS:
        settings, more, required = settings_of(plugin)
        readme = ROOT / plugin / "README.md"
        current[readme] = refreshed(text(readme), table(settings, required))
        for path in (ROOT / "meltano.yml", ROOT / plugin / "meltano-plugin.yml"):
            current[path] = meltano_settings.refreshed(text(path), plugin, {**settings, **more})
    stale = {path: text for path, text in current.items() if path.read_text(encoding="utf-8") != text}
    if "--check" in sys.argv:
        for path in stale:
            print(f"Out of date: the settings in {path.relative_to(ROOT)}. Run: make format")
        return 1 if stale else 0
    for path, text_of_today in stale.items():
        path.write_text(text_of_today, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
