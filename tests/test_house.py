"""The rules of the house about its code, which CONTRIBUTING tells: none is kept by good will alone."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
PACKAGES = {path.parent.name: path.parent.name.replace("-", "_") for path in ROOT.glob("*/pyproject.toml")}
"""Folder to module."""
ENGINE = ("singer_command", "singer_delivery")
ARROWS = {
    module: {module, *ENGINE} if module.startswith("target_") else {module, *below}
    for module, below in {
        **dict.fromkeys(PACKAGES.values(), ()),
        "singer_delivery": ("singer_command",),
        "tap_listrak": ("singer_command",),
        "tap_textlocal": ENGINE,
    }.items()
}
"""Which of our packages a package may import. The sandbox and the plugins know nothing of each other."""
BOUNDARIES = {
    "singer_command": "plugin.py",  # the end of a plugin's program
    "singer_delivery": "boundary.py",  # the end of a target's run and of its threads
    "tap_listrak": "fetch.py",  # the end of a thread: who asks for the page gets the error
    "vendor_sandbox": "attentive/later.py",  # the end of what a 202 promised: nobody waits for it
}
"""Where any exception is taken, whatever it is: one place in a package, none in those that are not named."""
PYTHONS = ("KeyError", "NotImplementedError")
"""What a mapping raises by Python's own contract, and what waits for a subclass."""
OVERLOOKED = re.compile(r"# type: (?:ignore)(\[[\w, -]+\])?(.*)")
VENDORS = re.compile("listrak|attentive|textlocal|annex", re.IGNORECASE)
HOSTS = re.compile(r"https?://[^\s/]+/(?:\S+/)?simple\b|files\.\w+hosted|(?:index[-_]url|find[-_]links)\s*=\s*\S*/")
"""What names the host that packages come from."""


@cache
def tracked() -> list[Path]:
    command = ["git", "ls-files", "-z"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        pytest.skip("this is no clone: nobody knows which files are the project's")
    return [path for name in told.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@dataclass
class Source:
    """What is to be known of a Python file.

    Attributes:
        package: The module of the package that it is a part of; None of tests, scripts and benchmarks.
        name: In its package, else in the repository.
        lines: Its lines.
        functions: Line, name and length of each.
        imports: The modules that it imports.
        broad: The lines at which it takes any exception.
        silent: What is public and says nothing of itself.
        untold: What public functions raise, and do not tell.
    """

    package: str | None
    name: str
    lines: list[str]
    functions: list[tuple[int, str, int]] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    broad: list[int] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


@cache
def sources() -> list[Source]:
    return [_read(path) for path in tracked() if path.suffix == ".py"]


def _read(path: Path) -> Source:
    name = path.relative_to(ROOT).as_posix()
    folder, _, rest = name.partition("/")
    module, _, inside = rest.partition("/")
    text = path.read_text(encoding="utf-8")
    inside_package = PACKAGES.get(folder) == module
    source = Source(module, inside, text.splitlines()) if inside_package else Source(None, name, text.splitlines())
    tree = ast.parse(text)
    public = [*published(tree)]
    source.silent = [name for name, each in public if not ast.get_docstring(each)]
    source.untold = [f"{name}: {error}" for name, each in public for error in untold(each)]
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            source.functions.append((node.lineno, node.name, lines_of(node)))
        elif isinstance(node, ast.Import):
            source.imports.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            source.imports.add(node.module or "")
        elif isinstance(node, (ast.ExceptHandler, ast.Call)) and takes_anything(node):
            source.broad.append(node.lineno)
    return source


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has without what documents it."""
    first = function.body[0]
    documented = height(first) if ast.get_docstring(function) else 0
    return height(function) - documented


def height(node: ast.stmt) -> int:
    """Return how many lines something has."""
    assert node.end_lineno
    return node.end_lineno - node.lineno + 1


def takes_anything(node: ast.AST) -> bool:
    """Say whether something takes any exception: `except` without a type, of Exception, and `suppress` of it."""
    if isinstance(node, ast.ExceptHandler):
        types = [node.type] if node.type else []
        broad = node.type is None
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        types, broad = list(node.args), False
    else:
        return False
    names = {each.id for kind in types for each in ast.walk(kind) if isinstance(each, ast.Name)}
    return broad or bool(names & {"Exception", "BaseException"})


def published(tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    """Yield what is public, by name: the module, classes, functions, methods."""
    yield "the module", tree
    nodes: list[ast.Module | ast.ClassDef] = [tree]
    while nodes:
        for each in nodes.pop().body:
            if isinstance(each, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and each.name[0] != "_":
                yield each.name, each
                if isinstance(each, ast.ClassDef):
                    nodes.append(each)


def untold(function: ast.AST) -> Iterator[str]:
    """Yield the errors that a function raises itself, and that its docstring does not name."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    told = ast.get_docstring(function) or ""
    inside: list[ast.AST] = [*function.body]
    while inside:
        node = inside.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        inside += ast.iter_child_nodes(node)
        raised = node.exc.func if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else None
        error = ast.unparse(raised).partition(".")[0] if raised else ""
        if error[:1].isupper() and error not in told and error not in PYTHONS:
            yield error


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    assert [f"{each.name}: {len(each.lines)}" for each in sources() if len(each.lines) > LONGEST_FILE] == []


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{source.name}:{line} {name}: {length}"
        for source in sources()
        for line, name, length in source.functions
        if length > LONGEST_FUNCTION
    ]
    assert long == []


def test_any_exception_is_taken_at_one_boundary_of_a_package() -> None:
    taken = Counter((source.package, source.name) for source in sources() for _ in source.broad if source.package)
    assert taken == dict.fromkeys(BOUNDARIES.items(), 1)


def test_everything_public_in_packages_scripts_and_benchmarks_says_what_it_is() -> None:
    told = [source for source in sources() if "tests" not in Path(source.name).parts]
    assert [f"{source.name}: {each}" for source in told for each in source.silent] == []


def test_what_a_public_function_of_a_package_raises_is_told_by_its_docstring() -> None:
    assert [f"{each.name} {error}" for each in sources() if each.package for error in each.untold] == []


def test_what_the_type_checker_is_told_to_overlook_has_a_code_and_a_reason() -> None:
    bare = []
    for source in sources():
        for number, line in enumerate(source.lines, 1):
            if found := OVERLOOKED.search(line):
                reason = found[2].strip(" #") or source.lines[number - 2].strip().startswith("#")
                bare += [] if found[1] and reason else [f"{source.name}:{number}"]
    assert bare == []


def test_arrows_between_packages_run_one_way() -> None:
    wrong = []
    for source in sources():
        if source.package:
            ours = {each.partition(".")[0] for each in source.imports} & set(PACKAGES.values())
            wrong += [f"{source.package}/{source.name}: {each}" for each in ours - ARROWS[source.package]]
    assert wrong == []


def test_no_vendor_is_named_in_what_all_vendors_share() -> None:
    shared = [source for source in sources() if source.package in ENGINE]
    assert [f"{each.name}: {line}" for each in shared for line in each.lines if VENDORS.search(line)] == []


def test_no_file_names_the_machine_it_was_written_on_or_where_its_packages_came_from() -> None:
    machine = re.compile(rf"{re.escape(str(ROOT))}\b|{re.escape(str(Path.home()))}/")
    named = []
    for path in tracked():
        content = path.read_bytes()
        text = "" if b"\0" in content else content.decode("utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if machine.search(line) or HOSTS.search(line):
                named.append(f"{path.relative_to(ROOT)}:{number}")
    assert named == []


BROAD = {
    "try:\n    pass\nexcept:\n    pass": True,
    "try:\n    pass\nexcept Exception:\n    pass": True,
    "try:\n    pass\nexcept (OSError, BaseException) as error:\n    raise": True,
    "with contextlib.suppress(Exception):\n    pass": True,
    "try:\n    pass\nexcept (OSError, ValueError):\n    pass": False,
    "with suppress(OSError):\n    pass": False,
}


@pytest.mark.parametrize(("code", "broad"), BROAD.items())
def test_a_broad_except_is_seen_in_every_form(code: str, *, broad: bool) -> None:
    assert any(takes_anything(node) for node in ast.walk(ast.parse(code))) == broad
