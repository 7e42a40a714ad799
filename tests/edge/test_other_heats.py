"""Heat with stops overshot, and with positions that move together: read at the desk, and held to limits."""

from __future__ import annotations

import math

import pytest

from tests.edge.market import WIDE, calm, do, each, trade

# 100 and 200 units at 100 with stops at 90: risks of 1 000 and 2 000 of 100 000. Bars of (99, 101) have an ATR of 2.
TWO = each(do("buy", data=0, size=100, stop=90), do("buy", data=1, size=200, stop=90))
STRESS = WIDE.replace(atr_period=2, stress_atr=2.0, heat_correlation=0.0)


def read(name, into):
    def act(strategy):
        into[len(strategy)] = getattr(strategy.bt_risk, name)

    return act


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stressed_heat", 0.042),  # each stop 4 further: 100 * 14 + 200 * 14
        ("correlated_heat", math.hypot(0.01, 0.02)),
        ("marginal_heat", {"d0": 0.01**2 / math.hypot(0.01, 0.02), "d1": 0.02**2 / math.hypot(0.01, 0.02)}),
    ],
)
def test_the_desk_shows_the_heat_in_other_lights(name, value):
    seen = {}
    script = {3: each(TWO, read(name, seen)), 4: read(name, seen)}
    trade(calm(6), calm(6), profile=STRESS, script=script)
    assert seen[3] == pytest.approx(value)  # while they are on their way
    assert seen[4] == pytest.approx(value)  # and when they are filled


def test_a_long_is_stressed_to_a_price_of_zero_at_most():
    seen = {}
    script = {3: do("buy", size=100, stop=90), 4: read("stressed_heat", seen)}
    trade(calm(6), profile=STRESS.replace(stress_atr=1_000.0), script=script)
    assert seen[4] == pytest.approx(0.1)


def test_the_stressed_heat_limits_an_entry():
    # 1 400 of 3 000 are taken; 1 600 / 14 is 114.3 units.
    profile = STRESS.replace(risk_per_trade=0.02, max_stressed_heat=0.03)
    session = trade(calm(6), calm(6), profile=profile, script={3: TWO})
    assert [(d.outcome, d.rule, d.given) for d in session.decisions] == [
        ("accepted", "own_size", 100.0),
        ("reduced", "max_stressed_heat", 114.0),
    ]


def test_the_correlated_heat_limits_an_entry():
    # 1 000 and r stay within 2 000 uncorrelated: r = 1 732.05, 173 units.
    profile = STRESS.replace(risk_per_trade=0.02, max_correlated_heat=0.02)
    session = trade(calm(6), calm(6), profile=profile, script={3: TWO})
    assert [(d.outcome, d.rule, d.given) for d in session.decisions] == [
        ("accepted", "own_size", 100.0),
        ("reduced", "max_correlated_heat", 173.0),
    ]


def test_before_the_range_is_known_the_stressed_limit_lets_nothing_through():
    profile = STRESS.replace(risk_per_trade=0.02, max_stressed_heat=0.03, atr_period=5)
    session = trade(calm(6), calm(6), profile=profile, script={2: do("buy", size=10, stop=90)})
    assert session.decisions[0].outcome == "denied"
    assert "not known" in session.decisions[0].text
