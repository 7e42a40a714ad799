from __future__ import annotations

import inspect
import re

import pytest

from bt_risk.rules.methods import METHODS
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.profile.domains import DOMAINS, SIZING_METHODS

DOCSTRING = inspect.getdoc(RiskProfile)


def test_a_profile_may_list_exactly_the_methods_that_exist():
    assert list(METHODS) == list(SIZING_METHODS)


@pytest.mark.parametrize("field", DOMAINS)
def test_the_docstring_names_every_field(field):
    assert re.search(rf"^(.+, )?{field}\b", DOCSTRING, flags=re.MULTILINE)


@pytest.mark.parametrize(
    "field", ["sizing", "allocation", "heat_basis", "oversized", "stop", "stop_anchor", "trail", "target"]
)
def test_the_docstring_explains_every_choice(field):
    words = re.split(", ", re.sub(r"^(one of|a list of) ", "", DOMAINS[field].text))
    assert [word for word in words if f"``{word}``" not in DOCSTRING] == []
