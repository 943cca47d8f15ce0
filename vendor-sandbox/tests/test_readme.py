"""The README says what there is: a switch, a fault or an operation that is not in it is not there for anybody."""

from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_every_switch_stands_in_the_readme_with_its_choices(clean_sandbox):
    for switches in clean_sandbox.get("/_sandbox/switches").values():
        for name, switch in switches.items():
            line = next(line for line in README.splitlines() if line.startswith(f"| `{name}` |"))
            assert all(f"`{choice}`" in line for choice in switch["choices"])
            assert line.endswith(f"| {switch['sure']} |")


def test_every_fault_and_every_parameter_stands_in_the_readme(clean_sandbox):
    for kinds in clean_sandbox.get("/_sandbox/faults")["kinds"].values():
        for name, kind in kinds.items():
            line = next(line for line in README.splitlines() if line.startswith("|") and f"`{name}`" in line)
            assert all(f"`{parameter}`" in line for parameter in kind["parameters"])


def test_every_control_path_stands_in_the_readme(clean_sandbox):
    for path in clean_sandbox.get("/_sandbox/")["control"]:
        assert path.split("/_sandbox")[1].removeprefix("/listrak-sms") in README
