"""Every rule is switched off once inside a run, and a scenario notices: a rule that nobody would miss fails here."""

from __future__ import annotations

import pytest

from tests.drill import account, exits, gates, heat, operator, sizes
from tests.drill.cases import CASES
from tests.drill.switches import SWITCHES

ROOMS = (gates, sizes, exits, heat, account, operator)


@pytest.mark.parametrize("rule", SWITCHES)
def test_a_rule_that_is_switched_off_is_missed(rule, monkeypatch):
    CASES[rule]()
    SWITCHES[rule](monkeypatch)
    with pytest.raises(AssertionError):
        CASES[rule]()


def test_every_switch_has_a_scenario_and_every_scenario_a_switch():
    assert set(CASES) == set(SWITCHES)
