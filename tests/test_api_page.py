"""docs/api.md is what the docstrings say today, and they say something of everything public."""

from __future__ import annotations

import importlib
import inspect

import pytest

from docs import make_api

NAMES = [(module, name) for module in make_api.MODULES for name in make_api.public_names(module)]


def test_the_page_is_current():
    assert make_api.PAGE.read_text("utf-8") == make_api.page(), "run: python docs/make_api.py"


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_public_name_has_a_docstring_of_its_own_that_ends_its_first_line(module, name):
    value = getattr(importlib.import_module(module), name)
    about = inspect.cleandoc(value.__doc__ or "")
    assert about
    first = about.split("\n\n")[0]
    assert first.endswith((".", ":")), first


def test_a_docstring_becomes_markdown():
    text = "Return ``x``.\n\nParameters\n----------\nx : int\n    A number.\ny,\nz\n    Two more,\n    on two lines.\n"
    assert make_api.markdown(text) == (
        "Return `x`.\n\n**Parameters**\n\n- `x` (int): A number.\n- `y, z`: Two more, on two lines.\n"
    )
