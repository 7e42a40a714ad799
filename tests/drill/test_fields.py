"""Every field of a profile matters inside a run: set back to its default, a scenario notices."""

from __future__ import annotations

import dataclasses

import pytest

from bt_risk import RiskProfile
from tests.drill.cases import played
from tests.drill.off import set_back
from tests.drill.test_fire_drill import CASES
from tests.edge.market import ROUND

FIELDS = [field.name for field in dataclasses.fields(RiskProfile) if field.name != "name"]


@pytest.fixture(scope="module")
def profiles():
    """Return the profile of each scenario."""
    return {rule: played(rule).desk.profile for rule in CASES}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_is_set_back_is_missed(name, profiles, monkeypatch):
    for usual in (getattr(ROUND, name), getattr(RiskProfile(), name)):
        for rule, profile in profiles.items():
            if getattr(profile, name) != usual:
                with monkeypatch.context() as patch:
                    set_back(name, usual)(patch)
                    try:
                        CASES[rule]()
                    except AssertionError:
                        return
    pytest.fail(f"no scenario needs {name}")
