"""The notebooks run from top to bottom, hold no logic of their own, and are kept without outputs.

Without outputs a change of a notebook can be read line by line, and nothing shown is older than the code: the pages of
docs/ hold the pictures.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [path.stem for path in PATHS]
# A cell imports, assigns and calls; whatever decides or repeats belongs into the library, where tests reach it.
PLAIN = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
LOGIC = (
    ast.Lambda,
    ast.IfExp,
    ast.BoolOp,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.GeneratorExp,
    ast.NamedExpr,
)


def read(path):
    return nbformat.read(path, as_version=4)


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def logic_in(source):
    """Return the pieces of a cell that are more than imports, assignments and calls."""
    tree = ast.parse(re.sub(r"^%.*$", "", source, flags=re.MULTILINE))
    found = [node for node in tree.body if not isinstance(node, PLAIN)]
    found += [node for node in ast.walk(tree) if isinstance(node, LOGIC)]
    return [ast.unparse(node) for node in found]


def test_the_five_notebooks_are_there():
    assert NAMES == [
        "adopting_a_strategy",
        "auditing_a_bad_trade",
        "comparing_profiles",
        "heat_and_emergency",
        "quick_start",
    ]


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_every_cell_runs_without_a_warning_and_shows_something(path, tmp_path):
    # In a copy, so that what a notebook writes is not left beside it.
    shutil.copytree(ROOT / "strategies", tmp_path / "strategies")
    folder = shutil.copytree(FOLDER, tmp_path / "notebooks")
    notebook = read(path)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
    client.execute(env={**os.environ, "PYTHONPATH": str(ROOT)})
    outputs = [output for cell in code_of(notebook) for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    assert len(outputs) >= 4
    assert any("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_no_cell_holds_logic(path):
    assert [piece for cell in code_of(read(path)) for piece in logic_in(cell.source)] == []


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_notebook_is_kept_without_outputs(path):
    cells = code_of(read(path))
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)
    assert set(read(path).metadata) == {"kernelspec", "language_info"}


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_notebook_tells_what_it_is_about_before_it_does_anything(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# .+\n\n.+", first.source)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    return 1",
        "for x in y:\n    print(x)",
        "z = [x for x in y]",
        "z = 1 if x else 2",
        "f(lambda: 1)",
    ],
)
def test_logic_is_found_where_it_is(source):
    assert logic_in(source)
    assert logic_in("%matplotlib inline\nimport a\nx = a.b(c, d=1)\nprint(x.y[0])") == []
