"""Every page of the documentation tells the truth: its examples run, and print what the page shows."""

import re
import shutil
import sys
import types
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
BLOCK = re.compile(r"```(python|text)\n(.*?)```", flags=re.DOTALL)
PICTURE = re.compile(r"\]\(pictures/(\w+\.png)\)")
# The file and the heading of a link that leaves the page, or stays in it, but not the repository.
LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)")
# A line of dots stands for what is left out.
DOTS = "..."


@pytest.fixture
def page_module(monkeypatch, tmp_path):
    """A module to run a page in, beside what is shipped. Backtrader looks a class up in the module that defines it."""
    for folder in ("data", "strategies"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
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
    for name in PICTURE.findall(page.read_text(encoding="utf-8")):
        if Path(name).exists():
            assert_alike(Path(name), page.parent / "pictures" / name)


def assert_alike(made, shown):
    """Compare two pictures. Versions of matplotlib draw letters a little differently."""
    made, shown = (matplotlib.image.imread(path) for path in (made, shown))
    assert made.shape == shown.shape
    assert np.abs(made - shown).mean() < 0.01


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.stem)
def test_the_links_lead_to_a_file_and_to_a_heading_in_it(page):
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        path = page.parent / target if target else page
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), f"{target}#{anchor}"


def anchors(path):
    """Return the anchors of a page's headings, as the sites that show Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_every_page_is_reached_from_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = {target for target, _ in LINK.findall(readme)}
    assert {page.relative_to(ROOT).as_posix() for page in PAGES} - linked == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_test_that_a_page_names_exists(page):
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)", page.read_text(encoding="utf-8"))
    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []
