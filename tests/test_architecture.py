"""The rooms of the package in a row: a room imports only from rooms before it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "bt_risk"
PATHS = sorted(PACKAGE.rglob("*.py"))
ROOMS = ("maths", "rules", "edge", "views", "studies", "cli")
# The row inside the edge. A part of the desk may name the desk's type, and an order a plan's; none imports it to run.
EDGE = ("market", "broker", "positions", "oversight", "desk", "calls", "strategy")
EDGE_FOLDERS = ("analyzers", "observers", "sizers")
# Beside the row: imported from anywhere that may see them, importing nothing of ours but the errors.
BESIDE = ("errors", "prices")
# Backtrader's own name for an argument that our methods must take under that name.
GIVEN_NAMES = {"trailpercent"}
PURE = [path for path in PATHS if path.relative_to(PACKAGE).parts[0] in ("maths", "rules")]
NAMES = [path.relative_to(PACKAGE).as_posix() for path in PATHS]


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(parts):
    """Return the room of a module below the package, given by the parts of its dotted name."""
    if not parts:
        return "top"
    first = "cli" if parts[0] == "__main__" else parts[0]
    if first in BESIDE or (first in ROOMS and first != "edge"):
        return first
    return "edge"


def room_of_path(path):
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return room_of(parts)


def imports_of(path):
    """Return the dotted names that a module imports anywhere, inside functions too; relative ones made absolute."""
    package = ["bt_risk", *path.relative_to(PACKAGE).parts[:-1]]
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            found.update(".".join([*module, alias.name]) for alias in node.names)
    return found


def is_for_types(node):
    """Return whether a statement is the block that only a type checker reads."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports_to_run(path):
    """Return the modules of the package that a module imports when it runs."""
    tree = tree_of(path)
    for_types = {inner for node in ast.walk(tree) if is_for_types(node) for inner in ast.walk(node)}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node not in for_types]
    return {node.module for node in nodes if node.module and node.module.startswith("bt_risk.")}


def foreign(path):
    return {name.split(".")[0] for name in imports_of(path)} - {"bt_risk"}


def test_the_walk_reaches_every_room_that_exists():
    assert {"maths", "rules", "edge", "views", "errors", "top"} <= {room_of_path(path) for path in PATHS}
    assert room_of_path(PACKAGE / "desk.py") == "edge"
    assert room_of_path(PACKAGE / "analyzers" / "heat.py") == "edge"


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_room_imports_only_from_rooms_before_it(path):
    room = room_of_path(path)
    if room == "top":
        return  # the package itself offers names of every room, the later ones on first use
    seen = {room_of(name.split(".")[1:]) for name in imports_of(path) if name.split(".")[0] == "bt_risk"}
    seen.discard("top")
    allowed = {"errors", room}
    if room in ROOMS:
        allowed |= set(ROOMS[: ROOMS.index(room)])
        if room not in ("maths", "rules", "views"):
            allowed.add("prices")
    assert seen <= allowed


@pytest.mark.parametrize("place", EDGE)
def test_a_part_of_the_edge_runs_on_those_before_it(place):
    later = EDGE[EDGE.index(place) + 1 :]
    folder = PACKAGE / place
    paths = sorted(folder.glob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    assert paths
    seen = {(path.name, name) for path in paths for name in imports_to_run(path)}
    assert {(path, name) for path, name in seen if name.split(".")[1] in later} == set()


@pytest.mark.parametrize("path", PURE, ids=[path.relative_to(PACKAGE).as_posix() for path in PURE])
def test_formulas_and_rules_know_neither_backtrader_nor_pandas(path):
    allowed = {"__future__", "math", "statistics", "typing", "collections", "itertools", "functools", "types"}
    if path.relative_to(PACKAGE).parts[0] == "maths":
        assert foreign(path) <= allowed | {"numpy"}
    else:
        assert not foreign(path) & {"backtrader", "pandas", "matplotlib", "numpy"}


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_only_the_edge_touches_backtrader(path):
    if room_of_path(path) not in ("edge", "studies", "cli"):
        assert "backtrader" not in foreign(path)


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_plots_keep_no_global_state(path):
    assert not any("pyplot" in name or name == "pylab" for name in imports_of(path))


def clock_readings(path):
    """Return the lines that call a clock: `now` and `today` of datetime, `time.time`."""
    readings = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            name = node.func.attr
            is_datetime = owner.split(".")[-1] in ("datetime", "date", "dt", "Timestamp", "pd")
            if (name in ("now", "today", "utcnow") and is_datetime) or (owner, name) in (
                ("time", "time"),
                ("time", "localtime"),
            ):
                readings.append(node.lineno)
    return readings


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_nothing_reads_the_wall_clock(path):
    assert clock_readings(path) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import datetime as dt\ndt.datetime.now()", [2]),
        ("import time\ntime.time()", [2]),
        ("from datetime import date\ndate.today()", [2]),
        ("self.now(data)", []),  # the desk's own reading of the bar's time
    ],
)
def test_the_clock_is_found_where_it_is_read(source, lines, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(source)
    assert clock_readings(path) == lines


def identifiers_of(path):
    """Return every name that a module defines: functions, classes, arguments, assigned names and attributes."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return found


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_rates_are_fractions_and_no_name_says_otherwise(path):
    ours = identifiers_of(path) - GIVEN_NAMES
    assert [name for name in ours if "percent" in name.lower() or "pct" in name.lower()] == []


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_no_class_is_named_after_nothing_in_particular(path):
    classes = [node.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)]
    assert [name for name in classes if re.search(r"(Manager|Engine|Helper|Utils)$", name)] == []


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_file_holds_one_idea(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines < 450, f"{path.name} has {lines} lines"
