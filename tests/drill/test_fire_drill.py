"""Every rule is switched off once inside a run, and a scenario notices: a rule that nobody would miss fails here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drill import account, controls, exits, fields, gates, heat, orders, proposals, sizes
from tests.drill.cases import CASES, played
from tests.drill.switches import SWITCHES

ROOMS = (gates, proposals, sizes, exits, heat, account, controls, orders, fields)
SCENARIOS = [Path(room.__file__) for room in ROOMS]


@pytest.mark.parametrize("rule", SWITCHES)
def test_a_rule_that_is_switched_off_is_missed(rule, monkeypatch):
    played(rule)
    SWITCHES[rule](monkeypatch)
    with pytest.raises(AssertionError) as missed:
        CASES[rule]()
    # The scenario notices, and not an assertion of the product's that the switch has broken.
    assert missed.traceback[-1].path in SCENARIOS


def test_every_switch_has_a_scenario_and_every_scenario_a_switch():
    assert set(CASES) == set(SWITCHES)
