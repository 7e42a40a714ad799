"""docs/requirements.md lists every requirement once, and what it names as a proof exists."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests/golden/golden_cases.json"
COUNTS = {"F000": 47, "F001": 49, "F002": 69, "F003": 60, "F004": 45}

ROW = re.compile(r"^\| (F\d{3}-\d{2}) \| (.+?) \| (.+?) \|$", re.MULTILINE)
NODE = re.compile(r"`(?P<file>tests/[\w/]+\.py)::(?P<test>test_\w+)(?:\[(?P<case>[^\]]+)\])?`")
LATER = re.compile(r"later: \w.+")

ROWS = ROW.findall((ROOT / "docs/requirements.md").read_text("utf-8"))


@cache
def defined_in(path: Path) -> frozenset[str]:
    """Return the names of the tests that a file defines, without importing it."""
    if not path.is_file():
        return frozenset()
    return frozenset(
        node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
    )


@cache
def golden_ids() -> frozenset[str]:
    return frozenset(case["id"] for case in json.loads(GOLDEN.read_text("utf-8"))["cases"])


def problem_of(shown_by: str) -> str | None:
    """Say why `shown_by` proves nothing; None where it is sound."""
    if shown_by == "documentation" or LATER.fullmatch(shown_by):
        return None
    return next(filter(None, map(problem_of_node, shown_by.split(", "))), None)


def problem_of_node(text: str) -> str | None:
    node = NODE.fullmatch(text)
    if node is None:
        return "neither a test, nor documentation, nor later with its reason"
    if node["test"] not in defined_in(ROOT / node["file"]):
        return "no such test"
    if node["case"] is not None and (ROOT / node["file"]).parent == GOLDEN.parent:
        return None if node["case"] in golden_ids() else "no such case"
    return None


def test_every_requirement_is_listed_once():
    expected = [f"{source}-{number:02}" for source, count in COUNTS.items() for number in range(1, count + 1)]
    assert len(expected) == 270
    assert [row[0] for row in ROWS] == expected
    assert max(Counter(row[0] for row in ROWS).values()) == 1


def test_every_line_of_the_tables_is_read():
    lines = (ROOT / "docs/requirements.md").read_text("utf-8").splitlines()
    assert sum(line.startswith("| F0") for line in lines) == len(ROWS)


@pytest.mark.parametrize(
    ("name", "shown_by"), [(row[0], row[2]) for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_shows_a_requirement_exists(name, shown_by):
    assert problem_of(shown_by) is None


@pytest.mark.parametrize(
    "shown_by",
    [
        "`tests/test_requirements.py::test_of_nothing`",
        "`tests/test_nothing.py::test_of_nothing`",
        "`tests/golden/test_golden_cases.py::test_the_api_agrees_with_the_worked_example[H-999]`",
        "later",
        "later: ",
        "shown",
        "",
    ],
)
def test_a_proof_that_is_none_is_noticed(shown_by):
    assert problem_of(shown_by) is not None
