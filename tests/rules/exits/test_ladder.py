from __future__ import annotations

from math import fsum, inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.exits.ladder import Leg, ladder_legs
from bt_risk.rules.profile import MODERATE

small = settings(derandomize=True, max_examples=150, deadline=None)

HALVES = MODERATE.replace(ladder=((1.0, 0.5), (2.0, 0.25)))


def legs(units, profile=HALVES, *, entry=100.0, risk=5.0, target=None, is_long=True):
    parts = ladder_legs(units, entry, risk=risk, target=target, is_long=is_long, profile=profile)
    return [(part.units, part.target) for part in parts]


def test_each_rung_closes_its_share_and_the_remainder_keeps_the_target():
    assert legs(100.0) == [(50.0, 105.0), (25.0, 110.0), (25.0, None)]
    assert legs(100.0, target=120.0)[-1] == (25.0, 120.0)
    assert legs(100.0, is_long=False) == [(50.0, 95.0), (25.0, 90.0), (25.0, None)]


def test_each_part_names_its_rung():
    parts = ladder_legs(3.0, 100.0, risk=5.0, target=None, is_long=True, profile=HALVES)
    assert parts == (Leg(1.0, 105.0, 1.0), Leg(2.0, None, None))


def test_parts_are_rounded_down_and_the_remainder_keeps_the_rest():
    assert legs(7.0) == [(3.0, 105.0), (1.0, 110.0), (3.0, None)]
    assert legs(1.0) == [(1.0, None)]
    assert legs(7.0, HALVES.replace(lot=0)) == [(3.5, 105.0), (1.75, 110.0), (1.75, None)]


def test_the_last_rung_takes_the_rest_where_the_shares_make_up_the_whole():
    thirds = MODERATE.replace(ladder=((1.0, 0.3), (2.0, 0.3), (3.0, 0.4)))
    assert legs(11.0, thirds, target=130.0) == [(3.0, 105.0), (3.0, 110.0), (5.0, 115.0)]


@pytest.mark.parametrize("target", [107.0, 110.0])
def test_a_rung_at_the_target_or_beyond_it_leaves_with_the_remainder(target):
    assert legs(100.0, target=target) == [(50.0, 105.0), (50.0, target)]
    assert legs(100.0, target=200.0 - target, is_long=False) == [(50.0, 95.0), (50.0, 200.0 - target)]


def test_a_rung_just_before_the_target_is_one():
    assert legs(100.0, target=110.01) == [(50.0, 105.0), (25.0, 110.0), (25.0, 110.01)]
    assert legs(100.0, target=89.99, is_long=False) == [(50.0, 95.0), (25.0, 90.0), (25.0, 89.99)]


def test_all_rungs_can_lie_beyond_the_target():
    assert legs(100.0, target=103.0) == [(100.0, 103.0)]
    assert legs(100.0, target=97.0, is_long=False) == [(100.0, 97.0)]


@pytest.mark.parametrize("risk", [nan, 0.0, -1.0, inf])
def test_without_a_known_risk_there_are_no_rungs(risk):
    assert legs(100.0, risk=risk, target=120.0) == [(100.0, 120.0)]


def test_a_short_has_no_rung_at_zero_or_below():
    assert legs(100.0, entry=8.0, is_long=False) == [(50.0, 3.0), (50.0, None)]
    assert legs(100.0, entry=10.0, is_long=False) == [(50.0, 5.0), (50.0, None)]


def test_pennies_and_fractions_climb_like_any_other():
    fractions = HALVES.replace(lot=0)
    parts = legs(0.125, fractions, entry=0.5, risk=0.125, is_long=False)
    assert parts == [(0.0625, 0.375), (0.03125, 0.25), (0.03125, None)]


def test_shares_just_short_of_the_whole_leave_a_remainder():
    almost = MODERATE.replace(ladder=((1.0, 0.5), (2.0, 0.45)))
    assert legs(100.0, almost) == [(50.0, 105.0), (45.0, 110.0), (5.0, None)]


def test_without_a_ladder_the_position_is_one_leg():
    assert legs(100.0, MODERATE) == [(100.0, None)]
    assert legs(0.0, MODERATE) == []


@small
@given(
    units=st.floats(0.01, 1e6),
    shares=st.lists(st.floats(0.01, 0.5), min_size=1, max_size=4),
    lot=st.sampled_from([0.0, 0.01, 1.0, 100.0]),
    is_long=st.booleans(),
)
def test_the_legs_are_the_whole_position_and_climb_in_price(units, shares, lot, is_long):
    total = max(1.0, sum(shares))
    profile = MODERATE.replace(
        lot=lot, ladder=tuple((float(i + 1), share / total) for i, share in enumerate(shares))
    )
    parts = legs(units, profile, is_long=is_long)
    assert all(part > 0.0 for part, _ in parts)
    assert fsum(part for part, _ in parts) == pytest.approx(units, rel=1e-12)
    prices = [price for _, price in parts if price is not None]
    assert prices == sorted(prices, reverse=not is_long)
