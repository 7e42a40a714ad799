"""Single drawdowns and the measures of the whole curve, by hand and against skfolio and empyrical."""

from __future__ import annotations

from math import inf, isnan, nan, sqrt

import empyrical
import numpy as np
import pytest
import skfolio.measures
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.drawdown import drawdown_curve, max_drawdown
from bt_risk.maths.drawdown_episodes import Episode, episodes, time_under_water, underwater
from bt_risk.maths.drawdown_measures import (
    calmar_ratio,
    conditional_drawdown,
    drawdown_at_risk,
    mean_drawdown,
    ulcer_index,
)

small = settings(derandomize=True, max_examples=100, deadline=None)
equity_curves = st.lists(st.floats(1, 1000), min_size=1, max_size=60)
RETURNS = np.random.default_rng(7).normal(0.0003, 0.01, 600)
CURVE = np.concatenate(([1.0], np.cumprod(1 + RETURNS)))

# 100 120 90 102 120 130 117 130 65 78: 25 % from 120, 10 % from 130, then 50 % without recovery.
THREE = [100, 120, 90, 102, 120, 130, 117, 130, 65, 78]


def test_each_drawdown_has_its_peak_trough_and_recovery():
    assert episodes(THREE) == [
        Episode(0.5, 7, 8, None, 9),
        Episode(0.25, 1, 2, 4, 4),
        Episode(pytest.approx(0.1), 5, 6, 7, 7),
    ]
    assert [episode.length for episode in episodes(THREE)] == [2, 3, 2]
    assert episodes(THREE, top=1) == episodes(THREE)[:1]
    assert episodes(THREE, top=0) == []


def test_a_drawdown_begins_at_the_last_point_of_its_peak_and_bottoms_at_the_first():
    assert episodes([10, 10, 8, 8, 9, 10, 10]) == [Episode(pytest.approx(0.2), 1, 2, 5, 5)]


def test_of_equal_depths_the_earlier_comes_first():
    assert [episode.peak for episode in episodes([4, 2, 4, 2, 4])] == [0, 2]


def test_float_dust_is_no_drawdown():
    assert episodes([1, 1 - 1e-12, 1]) == []
    assert not underwater([1, 1 - 1e-12, 1]).any()


def test_what_is_not_known_interrupts_no_drawdown():
    assert episodes([100, nan, 90, inf, 95, nan, 100]) == [Episode(pytest.approx(0.1), 0, 2, 6, 6)]
    assert episodes([100, 90, nan]) == [Episode(pytest.approx(0.1), 0, 1, None, 1)]
    assert episodes([nan, 0, -5, 10, 5]) == [Episode(0.5, 3, 4, None, 4)]
    assert time_under_water([100, nan, 90, 100]) == pytest.approx(1 / 3)


def test_an_account_below_zero_has_lost_more_than_all():
    assert episodes([100, 0, -20, 10]) == [Episode(pytest.approx(1.2), 0, 2, None, 3)]


@pytest.mark.parametrize("equity", [[], [nan], [0.0], [-1, -2]])
def test_without_a_peak_there_is_nothing(equity):
    assert episodes(equity) == []
    assert isnan(time_under_water(equity))
    curve = drawdown_curve(equity)
    for measure in (mean_drawdown, ulcer_index, drawdown_at_risk, conditional_drawdown):
        assert isnan(measure(curve))


@given(equity=equity_curves)
@small
def test_the_drawdowns_are_the_curve_cut_in_pieces(equity):
    curve, pieces = drawdown_curve(equity), episodes(equity)
    assert ((curve >= 0) & (curve <= 1)).all()
    assert max((piece.depth for piece in pieces), default=max_drawdown(equity)) == pytest.approx(
        max_drawdown(equity), abs=1e-9
    )
    inside = np.zeros(len(equity), dtype=bool)
    for piece in pieces:
        assert piece.peak < piece.trough <= piece.end
        last = piece.end if piece.recovery is None else piece.recovery - 1
        assert not inside[piece.peak + 1 : last + 1].any()
        inside[piece.peak + 1 : last + 1] = True
    assert (inside == underwater(equity)).all()
    assert time_under_water(equity) == pytest.approx(inside.mean())


@given(equity=equity_curves, scale=st.floats(0.001, 1000))
@small
def test_the_currency_changes_no_drawdown(equity, scale):
    scaled = np.array(equity) * scale
    assert drawdown_curve(scaled) == pytest.approx(drawdown_curve(equity), abs=1e-12)


def test_the_measures_by_hand():
    depths = drawdown_curve([10, 8, 9, 10])
    assert mean_drawdown(depths) == pytest.approx(0.3 / 4)
    assert ulcer_index(depths) == pytest.approx(sqrt((0.04 + 0.01) / 4))
    # 20 depths of 0 to 0.19: the deepest 15 % are three, of which 0.18 is the mean; one more is 0.16.
    ladder = np.arange(20) / 100
    assert conditional_drawdown(ladder, 0.15) == pytest.approx(0.18)
    assert drawdown_at_risk(ladder, 0.15) == pytest.approx(0.16)
    # The deepest 12.5 % are two and a half points.
    assert conditional_drawdown(ladder, 0.125) == pytest.approx((0.19 + 0.18 + 0.17 / 2) / 2.5)
    assert conditional_drawdown(ladder, 0.875) == conditional_drawdown(ladder, 0.125)
    assert conditional_drawdown(ladder, 0.001) == pytest.approx(0.19)
    # A point that is not known is none of the twenty.
    assert conditional_drawdown([*ladder, nan], 0.15) == pytest.approx(0.18)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, nan])
def test_a_conditional_drawdown_needs_a_tail(alpha):
    assert isnan(conditional_drawdown([0.1], alpha))
    assert isnan(drawdown_at_risk([0.1], alpha))


@given(
    depths=st.lists(st.floats(0, 1), min_size=1, max_size=80), alphas=st.tuples(*[st.floats(0.001, 0.5)] * 2)
)
@small
def test_a_conditional_drawdown_lies_between_its_quantile_and_the_deepest(depths, alphas):
    rare, common = sorted(alphas)
    assert drawdown_at_risk(depths, rare) <= conditional_drawdown(depths, rare) <= max(depths)
    assert conditional_drawdown(depths, rare) >= conditional_drawdown(depths, common) - 1e-12
    assert conditional_drawdown(depths[::-1], rare) == conditional_drawdown(depths, rare)
    assert mean_drawdown(depths) <= ulcer_index(depths) + 1e-12


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.123, 0.5])
def test_the_measures_agree_with_skfolio(alpha):
    # skfolio leaves the start out of its curve.
    depths = drawdown_curve(CURVE)[1:]
    theirs = skfolio.measures.get_drawdowns(RETURNS, compounded=True)
    assert depths == pytest.approx(-theirs, abs=1e-12)
    assert conditional_drawdown(depths, alpha) == pytest.approx(
        skfolio.measures.cdar(theirs, beta=1 - alpha), rel=1e-9
    )
    assert ulcer_index(depths) == pytest.approx(skfolio.measures.ulcer_index(theirs), rel=1e-9)
    assert mean_drawdown(depths) == pytest.approx(skfolio.measures.average_drawdown(theirs), rel=1e-9)


def test_the_drawdown_at_risk_agrees_with_skfolio():
    depths = drawdown_curve(CURVE)[1:]
    theirs = skfolio.measures.get_drawdowns(RETURNS, compounded=True)
    assert drawdown_at_risk(depths, 0.0503) == pytest.approx(
        skfolio.measures.drawdown_at_risk(theirs, beta=1 - 0.0503), rel=1e-9
    )


def test_the_calmar_ratio_agrees_with_empyrical():
    assert max_drawdown(CURVE) == pytest.approx(-empyrical.max_drawdown(RETURNS), rel=1e-12)
    assert calmar_ratio(1.0, CURVE[-1], 600 / 252, max_drawdown(CURVE)) == pytest.approx(
        empyrical.calmar_ratio(RETURNS), rel=1e-9
    )


@pytest.mark.parametrize(
    "case", [(1, 2, 1, 0), (1, 2, 1, 1e-12), (1, 2, 1, nan), (0, 2, 1, 0.1), (1, 2, 0, 0.1)]
)
def test_no_calmar_ratio_without_a_drawdown_or_growth(case):
    assert isnan(calmar_ratio(*case))
