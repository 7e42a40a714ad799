"""The further limits of heat: kept back for conviction, with every stop overshot, with stops hit together."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bt_risk.maths.heat import correlated_heat
from bt_risk.maths.limits import at_most
from bt_risk.rules.entry import decide_entry
from tests.rules.entries import book, decide, request, terms, units_of
from tests.rules.test_entry_limits import books, profiles, small, wishes


@pytest.mark.parametrize(
    ("risk", "units"), [(0.0, 200), (6_000.0, 200), (6_500.0, 100), (7_000.0, 0), (7_500.0, 0)]
)
@pytest.mark.parametrize("conviction", [None, "medium", "low", "HIGH"])
def test_a_part_of_the_heat_is_kept_for_high_conviction(risk, units, conviction):
    limits = {"max_heat": 0.10, "heat_reserve": 0.30}
    held = book(open_risk=risk / 2, reserved_risk=risk / 2)
    ruling = decide(request(conviction=conviction), held=held, **limits)
    assert (ruling.units, ruling.rule) == (units, "risk_per_trade" if units == 200 else "heat_reserve")
    high = decide(request(conviction="high"), held=held, **limits)
    assert (high.units, "heat_reserve" in units_of(high)) == (200.0, False)
    full = decide(request(conviction="high"), held=book(open_risk=9_500.0), **limits)
    assert (full.units, full.rule) == (100.0, "max_heat")


def test_a_reserve_of_nothing_and_one_of_everything():
    assert "heat_reserve" not in units_of(decide(max_heat=0.10))
    ruling = decide(max_heat=0.10, heat_reserve=1.0)
    assert (ruling.units, ruling.rule) == (0.0, "heat_reserve")


def test_the_exit_costs_count_against_what_is_not_kept_back():
    ruling = decide(request(costs=5.0), max_heat=0.10, heat_reserve=0.50, risk_per_trade=0.10)
    assert (ruling.units, ruling.rule) == (500.0, "heat_reserve")  # 5 000 / (5 + 5)


def stressed(loss, costs=0.0, **changes):
    """Return a request of which one unit loses 5 at its stop and `loss` beyond it."""
    unit = terms(100.0, 95.0, entry_costs=costs, exit_costs=costs)
    return request(terms=dataclasses.replace(unit, stressed_loss=loss, **changes))


@pytest.mark.parametrize(
    ("held", "units", "rule"),
    [
        (0.0, 200, "risk_per_trade"),
        (8_600.0, 200, "risk_per_trade"),  # 200 * 7 is exactly what is left
        (9_300.0, 100, "max_stressed_heat"),
        (10_000.0, 0, "max_stressed_heat"),
        (12_000.0, 0, "max_stressed_heat"),
    ],
)
def test_the_stressed_heat_is_cut_to_its_limit(held, units, rule):
    ruling = decide(stressed(7.0), held=book(stressed_risk=held), max_stressed_heat=0.10)
    assert (ruling.units, ruling.rule) == (units, rule)


def test_the_exit_costs_are_part_of_a_stressed_loss():
    held = book(stressed_risk=9_000.0)
    assert decide(stressed(7.0, costs=1.0), held=held, max_stressed_heat=0.10).units == 125.0


def test_a_unit_without_a_stop_order_stresses_its_whole_notional():
    bare = stressed(math.nan, is_protected=False)
    assert decide(bare, held=book(stressed_risk=0.0), max_stressed_heat=0.10).units == 100.0


@pytest.mark.parametrize(
    ("held", "loss", "what"),
    [(math.nan, 7.0, "the book"), (0.0, math.nan, "A"), (math.nan, math.nan, "the book")],
)
def test_a_stress_that_is_not_known_allows_nothing(held, loss, what):
    ruling = decide(stressed(loss), held=book(stressed_risk=held), max_stressed_heat=0.10)
    assert (ruling.units, ruling.rule) == (0.0, "max_stressed_heat")
    assert ruling.text == f"the stressed risk of {what} is not known"


def test_what_nobody_told_is_not_known():
    assert decide(max_stressed_heat=0.10).text == "the stressed risk of the book is not known"
    ruling = decide(max_correlated_heat=0.10)
    assert (ruling.units, ruling.text) == (0.0, "the risk of each position is not known")


# A limit of 10 % is 10 000; a unit risks 5, 200 of them are asked.
@pytest.mark.parametrize(
    ("risks", "own", "rho", "units", "rule"),
    [
        ((), 0.0, 0.5, 200, "risk_per_trade"),
        ((), 9_000.0, 0.0, 200, "risk_per_trade"),
        ((), 9_500.0, 0.5, 100, "max_correlated_heat"),  # alone, correlated heat is heat
        ((9_500.0,), 0.0, 1.0, 100, "max_correlated_heat"),
        ((9_500.0,), 0.0, 0.0, 200, "risk_per_trade"),  # room for 3 122
        ((6_000.0,), 7_500.0, 0.0, 100, "max_correlated_heat"),  # 6, 8, 10
        ((6_000.0,), 7_000.0, 0.0, 200, "risk_per_trade"),
        ((6_000.0,), 8_000.0, 0.0, 0, "max_correlated_heat"),
        ((6_000.0,), 9_000.0, 0.0, 0, "max_correlated_heat"),
        ((5_000.0, 5_000.0), 0.0, 1.0, 0, "max_correlated_heat"),
        ((10_000.0,), 0.0, 0.0, 0, "max_correlated_heat"),
        ((4_000.0, 4_000.0, 4_000.0, 4_000.0), 5_500.0, 0.0, 100, "max_correlated_heat"),  # 4 * 16 + 36 = 100
    ],
)
def test_the_correlated_heat_is_cut_to_its_limit(risks, own, rho, units, rule):
    held = book(open_risk=sum(risks) + own, risks=risks, own_risk=own)
    ruling = decide(held=held, max_correlated_heat=0.10, heat_correlation=rho)
    assert (ruling.units, ruling.rule) == (units, rule)


def test_a_used_up_limit_leaves_no_fraction_of_a_unit():
    held = book(open_risk=10_000.0, risks=(6_000.0,), own_risk=8_000.0 * (1 - 1e-12))
    ruling = decide(held=held, max_correlated_heat=0.10, heat_correlation=0.0, lot=0)
    assert (ruling.units, units_of(ruling)["max_correlated_heat"]) == (0.0, 0.0)


@pytest.mark.parametrize("changes", [{"risks": (1.0, math.nan)}, {"risks": (), "own_risk": math.nan}])
def test_a_risk_that_is_not_known_allows_nothing(changes):
    ruling = decide(held=book(**changes), max_correlated_heat=0.10)
    assert (ruling.rule, ruling.text) == ("max_correlated_heat", "the risk of each position is not known")


def test_the_further_limits_are_off_by_default():
    unknown = book(risks=(math.nan,), stressed_risk=math.nan)
    assert list(units_of(decide(stressed(math.nan), held=unknown))) == ["risk_per_trade", "cash"]


@small
@given(
    wish=wishes(),
    held=books(),
    profile=profiles(),
    shares=st.lists(st.floats(0, 0.1), max_size=4),
    own=st.floats(0, 0.05),
    overshoot=st.floats(0, 3),
    rho=st.floats(0, 1),
    limit=st.floats(0.1, 0.3),
)
def test_a_granted_entry_stays_within_the_further_limits(
    wish, held, profile, shares, own, overshoot, rho, limit
):
    risks, equity = tuple(share * held.equity for share in shares), held.equity
    held = dataclasses.replace(
        held, risks=risks, own_risk=own * equity, open_risk=sum(risks) + own * equity, reserved_risk=0.0
    )
    unit = dataclasses.replace(wish.terms, stressed_loss=wish.terms.loss * (1 + overshoot))
    wish = dataclasses.replace(wish, terms=unit)
    held = dataclasses.replace(held, stressed_risk=held.open_risk * 1.5)
    profile = profile.replace(
        max_heat=0.5,
        heat_reserve=0.4,
        max_correlated_heat=limit,
        heat_correlation=rho,
        max_stressed_heat=limit * 1.5,
    )
    ruling = decide_entry(wish, held, profile)
    if not ruling.units:
        return
    added = ruling.units * unit.heat_risk
    assert at_most(correlated_heat([*risks, held.own_risk + added], equity, rho), limit)
    assert at_most(held.stressed_risk + ruling.units * unit.stressed_risk, limit * 1.5 * equity)
    if wish.conviction != "high":
        assert at_most(held.risk + added, 0.6 * 0.5 * equity)
