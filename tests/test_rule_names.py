"""A reader of a decision can look up the rule that it names."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from bt_risk.rules import caps, checks, methods
from bt_risk.rules.profile import RiskProfile

DOCS = Path(__file__).parents[1] / "docs"
FIELDS = {field.name for field in dataclasses.fields(RiskProfile)}
MODULES = [
    importlib.import_module(f"{package.__name__}.{found.name}")
    for package in (caps, checks, methods)
    for found in pkgutil.iter_modules(package.__path__)
]
NAMES = sorted({module.NAME for module in MODULES if isinstance(getattr(module, "NAME", None), str)} - FIELDS)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_no_field_of_the_profile_is_explained(name):
    methods_of_sizing = (DOCS / "profiles.md").read_text(encoding="utf-8").split("## Sizing methods")[1]
    rules_by_name = (DOCS / "decisions.md").read_text(encoding="utf-8").split("### Rules by name")[1]
    rows = [
        line
        for text in (methods_of_sizing, rules_by_name)
        for line in text.split("\n## ")[0].splitlines()
        if line.startswith("|")
    ]
    assert any(f"`{name}`" in re.split(r"(?<!\\)\|", row)[1] for row in rows)
