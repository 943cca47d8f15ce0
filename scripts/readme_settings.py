"""Write each plugin's settings table into its README, from what the plugin says of itself.

`python scripts/readme_settings.py` writes, `python scripts/readme_settings.py --check` only compares (exit code 1
where a README is out of date). The table stands between the two marks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ("tap-listrak",)
BEGIN, END = "<!-- settings: from --about -->\n", "<!-- end of settings -->"
# Settings that every plugin of the SDK has, from here on.
FIRST_OF_THE_SDK = "stream_maps"


def settings_of(plugin: str) -> tuple[dict[str, Any], set[str]]:
    """Ask a plugin for its own settings, and which of them are required."""
    about = subprocess.run(
        [str(Path(sys.executable).parent / plugin), "--about", "--format=json"],
        check=True,
        capture_output=True,
        text=True,
    )
    settings = json.loads(about.stdout)["settings"]
    names = list(settings["properties"])
    own = names[: names.index(FIRST_OF_THE_SDK)]
    return {name: settings["properties"][name] for name in own}, set(settings["required"])


def table(plugin: str) -> str:
    """Return the settings of a plugin as a Markdown table."""
    settings, required = settings_of(plugin)
    lines = ["| setting | default | what it is | example |", "| --- | --- | --- | --- |"]
    for name, setting in settings.items():
        default = "**required**" if name in required else ""
        if "default" in setting:
            default = f"`{json.dumps(setting['default'])}`"
        secret = " Secret." if setting.get("secret") else ""
        description = setting["description"].replace("|", "\\|")
        lines.append(f"| `{name}` | {default} | {description}{secret} | `{json.dumps(setting['examples'][0])}` |")
    return "\n".join(lines) + "\n"


def refreshed(readme: str, plugin: str) -> str:
    """Return a README with the plugin's table of today."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(plugin)}\n{END}{after}"


def main() -> int:
    """Refresh, or with `--check` compare, every plugin's README."""
    stale = []
    for plugin in PLUGINS:
        path = ROOT / plugin / "README.md"
        written = path.read_text(encoding="utf-8")
        current = refreshed(written, plugin)
        if current != written:
            stale.append(plugin)
            if "--check" not in sys.argv:
                path.write_text(current, encoding="utf-8")
    if stale and "--check" in sys.argv:
        print(f"Out of date: the settings in the README of {', '.join(stale)}. Run: make format")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
