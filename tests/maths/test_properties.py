from __future__ import annotations

from math import isfinite, isnan

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bt_risk.maths import exposure, heat, kelly, multipliers, notional, stops, targets, trails
from bt_risk.maths.bounds import smallest
from bt_risk.maths.drawdown import drawdown_curve, max_drawdown
from bt_risk.maths.limits import above, at_least, at_most, below, equals
from bt_risk.maths.position_size import floor_to_lot, units_for_risk
from bt_risk.maths.r_multiples import r_level, r_multiple
from bt_risk.maths.value_at_risk import historical_es, historical_var, normal_es, normal_var

small = settings(derandomize=True, max_examples=150, deadline=None)

price = st.floats(0.01, 1e5)
budget = st.floats(0, 1e7)
fraction = st.floats(0, 0.5)
side = st.booleans()
lot = st.sampled_from([0.0, 0.001, 0.1, 1.0, 100.0])
prices = st.lists(st.floats(50, 150), min_size=1, max_size=30)


def stop_at(entry: float, distance: float, is_long: bool) -> float:
    return stops.fixed_stop(entry, distance, is_long=is_long)


@small
@given(money=budget, entry=price, distance=st.floats(1e-6, 0.9), lot=lot, is_long=side)
def test_the_loss_at_the_stop_never_exceeds_the_budget(money, entry, distance, lot, is_long):
    stop = stop_at(entry, distance, is_long)
    units = floor_to_lot(units_for_risk(money, heat.position_risk(1, entry, stop, is_long=is_long)), lot)
    assert at_most(heat.position_risk(units, entry, stop, is_long=is_long), money)


@small
@given(money=budget, more=budget, entry=price, distance=st.floats(1e-6, 0.9), lot=lot, is_long=side)
def test_a_larger_budget_never_buys_less(money, more, entry, distance, lot, is_long):
    loss = heat.position_risk(1, entry, stop_at(entry, distance, is_long), is_long=is_long)
    size, larger = (floor_to_lot(units_for_risk(sum_, loss), lot) for sum_ in (money, money + more))
    assert size <= larger


@small
@given(money=budget, loss=st.floats(1e-3, 1e4), farther=st.floats(0, 1e4), lot=lot)
def test_a_wider_stop_never_buys_more(money, loss, farther, lot):
    near, far = (floor_to_lot(units_for_risk(money, distance), lot) for distance in (loss, loss + farther))
    assert far <= near


@small
@given(units=st.floats(0, 1e12), lot=lot)
def test_a_floored_size_is_whole_lots_and_less_than_one_lot_short(units, lot):
    floored = floor_to_lot(units, lot)
    assert at_most(floored, units)
    if lot:
        assert equals(floored / lot, round(floored / lot)) or floored == 0.0
        assert units - floored < lot
    else:
        assert floored == units


@small
@given(entry=price, distance=st.floats(0, 0.4), multiple=st.floats(0, 2), is_long=side)
def test_shorts_mirror_longs(entry, distance, multiple, is_long):
    def mirrored(level: float) -> float:
        return 2 * entry - level

    atr = entry * distance
    for place in (stops.atr_stop, targets.atr_target):
        near = place(entry, atr, multiple, is_long=is_long)
        far = place(entry, atr, multiple, is_long=not is_long)
        assert equals(mirrored(near), far)
    stop = stop_at(entry, distance, is_long)
    assume(stop != entry)
    other = stop_at(entry, distance, not is_long)
    risk = heat.position_risk(7, entry, stop, is_long=is_long)
    assert equals(risk, heat.position_risk(7, entry, other, is_long=not is_long))
    level = r_level(entry, stop, multiple, is_long=is_long)
    assert equals(mirrored(level), r_level(entry, other, multiple, is_long=not is_long))
    assert abs(r_multiple(entry, stop, level, is_long=is_long) - multiple) <= 1e-6 + 1e-9 / distance


@small
@given(path=prices, distance=st.floats(0.001, 0.2), activation=st.floats(0, 0.1), is_long=side)
def test_no_trail_ever_loosens(path, distance, activation, is_long):
    entry, initial = 100.0, stop_at(100.0, distance, is_long)
    trail = ladder = break_even = initial
    for level in path:
        moved = (
            trails.activated_trail(
                trail, entry, level, activation=activation, distance=distance, is_long=is_long
            ),
            trails.r_ladder_stop(ladder, entry, initial, level, step=0.5, is_long=is_long),
            trails.break_even_stop(break_even, entry, initial, level, is_long=is_long),
        )
        for before, after in zip((trail, ladder, break_even), moved, strict=True):
            assert after >= before if is_long else after <= before
        trail, ladder, break_even = moved
        # a rung is below the price that reached it; a trail is behind it
        if is_long and ladder > initial:
            assert ladder < max(path)


@small
@given(candidates=st.lists(st.one_of(st.floats(1, 200), st.just(float("nan"))), max_size=20), is_long=side)
def test_a_ratchet_over_any_candidates_ends_at_the_tightest(candidates, is_long):
    current = 100.0
    for candidate in candidates:
        current = stops.ratchet(current, candidate, is_long=is_long)
    known = [100.0, *(candidate for candidate in candidates if not isnan(candidate))]
    assert current == (max(known) if is_long else min(known))


@small
@given(
    equity=st.floats(1, 1e9),
    share=st.floats(0, 1),
    volatility=st.floats(0, 5),
    entry=price,
    distance=st.floats(1e-4, 0.9),
    current=fraction,
    limit=st.floats(0.01, 0.5),
    win_rate=st.floats(0, 1),
    win=st.floats(0, 1e4),
    loss=st.floats(1e-2, 1e4),
)
def test_no_finite_input_gives_an_undefined_or_negative_size(
    equity, share, volatility, entry, distance, current, limit, win_rate, win, loss
):
    stop = stops.fixed_stop(entry, distance, is_long=True)
    loss_per_unit = heat.position_risk(1, entry, stop)
    money = (
        notional.fixed_fractional(equity, share, maximum=limit),
        notional.risk_notional(equity, share, distance),
        notional.inverse_volatility(equity, volatility, maximum=equity),
        notional.dynamic_notional(equity, signal_strength=share, volatility=volatility),
        notional.cap_or_skip(equity * share, minimum=equity * 0.05, maximum=equity * limit),
        multipliers.concurrent_share(equity, 3) * multipliers.confidence_multiplier(share),
        multipliers.scaled(equity, multipliers.volatility_tier(volatility), maximum=equity),
        equity * kelly.kelly_fraction(win_rate, win, loss, maximum=limit),
        heat.heat_adjusted_size(equity / entry, loss_per_unit, heat=current, max_heat=limit, equity=equity),
    )
    for amount in money:
        assert isfinite(amount)
        assert amount >= 0
    assert smallest(*money) == min(money)


@small
@given(
    size=st.floats(0, 1e6),
    loss=st.floats(1e-3, 1e3),
    current=fraction,
    limit=fraction,
    equity=st.floats(1, 1e8),
    lot=lot,
)
def test_the_heat_adjusted_size_stays_within_the_limit(size, loss, current, limit, equity, lot):
    cut = heat.heat_adjusted_size(size, loss, heat=current, max_heat=limit, equity=equity, lot=lot)
    assert 0 <= cut
    assert at_most(cut, size)
    if cut > 0:
        assert at_most(current + cut * loss / equity, limit)


@small
@given(risks=st.lists(st.floats(0, 1e6), max_size=8), equity=st.floats(1, 1e8), rho=st.floats(0, 1))
def test_correlated_heat_lies_between_the_largest_risk_and_the_sum(risks, equity, rho):
    correlated = heat.correlated_heat(risks, equity, rho)
    assert at_most(correlated, heat.portfolio_heat(risks, equity))
    assert at_least(correlated, max(risks, default=0.0) / equity)


@small
@given(
    values=st.lists(st.floats(1, 1e6), min_size=1, max_size=10),
    units=st.sampled_from([0.01, 1.0, 100.0]),
)
def test_effective_positions_are_bounded_and_know_no_units(values, units):
    effective = exposure.effective_positions(values)
    assert at_least(effective, 1.0)
    assert at_most(effective, len(values))
    assert at_most(effective, 1 / exposure.concentration(values) ** 2)
    assert equals(exposure.effective_positions([units * value for value in values]), effective)


@small
@given(value=st.floats(allow_nan=False), limit=st.floats(allow_nan=False))
def test_the_comparisons_never_contradict_each_other(value, limit):
    assert sum((above(value, limit), equals(value, limit), below(value, limit))) == 1
    assert at_most(value, limit) is not above(value, limit)
    assert at_least(value, limit) is not below(value, limit)
    assert above(value, limit) is below(limit, value)


@small
@given(equity=st.lists(st.floats(1, 1e6), min_size=1, max_size=40))
def test_a_drawdown_is_a_fraction_and_zero_at_each_new_high(equity):
    curve = drawdown_curve(equity)
    assert ((curve >= 0) & (curve < 1)).all()
    highs = np.asarray(equity) == np.maximum.accumulate(equity)
    assert (curve[highs] == 0).all()
    assert max_drawdown(equity) == curve.max()


@small
@given(returns=st.lists(st.floats(-0.5, 0.5), min_size=20, max_size=60), alpha=st.floats(0.01, 0.4))
def test_tail_losses_are_ordered_and_scale_with_the_value(returns, alpha):
    for var, shortfall in ((historical_var, historical_es), (normal_var, normal_es)):
        assert shortfall(returns, alpha=alpha) >= var(returns, alpha=alpha) - 1e-12
        assert var(returns, alpha=alpha) >= var(returns, alpha=alpha + 0.1) - 1e-12
        assert equals(shortfall(returns, alpha=alpha, value=1000.0), 1000.0 * shortfall(returns, alpha=alpha))
