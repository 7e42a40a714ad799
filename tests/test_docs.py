"""Every page of the documentation tells the truth: its examples run, and print what the page shows."""

import re
import shutil
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
BLOCK = re.compile(r"```(python|text)\n(.*?)```", flags=re.DOTALL)
# A line of dots stands for what is left out.
DOTS = "..."


@pytest.fixture
def page_module(monkeypatch, tmp_path):
    """A module to run a page in, beside the shipped data. Backtrader looks a class up in the module that defines it."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    module = types.ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    return module


def has_example(page):
    return "```python" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", list(filter(has_example, PAGES)), ids=lambda page: page.stem)
def test_the_examples_run_and_print_what_is_shown(page, page_module, capsys):
    printed = []
    for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            exec(compile(text, page.name, "exec"), vars(page_module))
            printed = capsys.readouterr().out.splitlines()
        else:
            shown = [line for line in text.splitlines() if line.strip() != DOTS]
            assert shown, "a block without a line shows nothing"
            assert [line for line in shown if line not in printed] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    files = [link for link in links if "://" not in link]
    assert [link for link in files if not (page.parent / link).exists()] == []
