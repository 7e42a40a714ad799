from __future__ import annotations

from math import inf, isnan, nan

import pytest

from bt_risk.maths.position_size import (
    atr_units,
    ceil_to_lot,
    floor_to_lot,
    reduced_size,
    units_for_notional,
    units_for_risk,
)


@pytest.mark.parametrize("units_for", [units_for_risk, units_for_notional])
@pytest.mark.parametrize(
    ("money", "per_unit", "units"),
    [(200.0, 1000.0, 0.2), (200.0, 500.0, 0.4), (0.0, 5.0, 0.0), (-1.0, 5.0, 0.0), (100.0, inf, 0.0)],
)
def test_units_are_the_money_over_the_money_of_one_unit(units_for, money, per_unit, units):
    assert units_for(money, per_unit) == units


@pytest.mark.parametrize("units_for", [units_for_risk, units_for_notional])
@pytest.mark.parametrize(("money", "per_unit"), [(1.0, 0.0), (1.0, -5.0), (nan, 5.0), (1.0, nan)])
def test_units_without_a_positive_cost_of_one_unit_are_undefined(units_for, money, per_unit):
    assert isnan(units_for(money, per_unit))


@pytest.mark.parametrize(
    ("units", "lot", "floored"),
    [
        (7299.9999999999, 1, 7300),
        (7299.99, 1, 7299),
        (0.999999, 1, 0),
        (1e-12, 1, 0),
        (0.0, 1, 0),
        (-3.0, 1, 0),
        (83.4, 0, 83.4),
        (-3.0, 0, 0),
        (250.0, 100, 200),
        (0.25, 0.01, 0.25),  # 0.25 / 0.01 is 25 in floats, 0.29 / 0.01 is 28.999999999999996
        (0.29, 0.01, 0.29),
        (0.2999, 0.01, 0.29),
        (inf, 1, inf),
        (1e300, 1e-300, 1e300),  # more lots than a float can count
    ],
)
def test_units_are_rounded_down_to_the_lot(units, lot, floored):
    assert floor_to_lot(units, lot) == pytest.approx(floored, rel=1e-12)


@pytest.mark.parametrize(("units", "lot"), [(nan, 1), (nan, 0), (5.0, nan), (5.0, -1.0), (5.0, inf)])
def test_units_or_lots_that_are_no_quantity_stay_undefined(units, lot):
    assert isnan(floor_to_lot(units, lot))


def test_atr_units_risk_the_budget_on_a_move_of_some_average_ranges():
    assert atr_units(200, 500) == 0.4
    assert atr_units(200, 4, multiple=2.5, multiplier=10) == 2
    assert isnan(atr_units(200, 0))
    assert isnan(atr_units(200, nan))


@pytest.mark.parametrize(
    ("size", "factor", "lot", "kept"),
    [
        (100, 0.5, 1, 50),
        (3, 0.5, 1, 1),  # at least the asked half is cut
        (-3, 0.5, 1, -1),
        (0.4, 0.5, 0, 0.2),
        (1, 0.5, 1, 0),
        (100, 0.0, 1, 0),
        (100, 1.0, 1, 100),
    ],
)
def test_a_reduced_size_keeps_its_side_and_no_more_than_asked(size, factor, lot, kept):
    assert reduced_size(size, factor, lot) == kept


@pytest.mark.parametrize(("size", "factor"), [(nan, 0.5), (100, -0.1), (100, 1.1), (100, nan)])
def test_a_reduction_to_no_share_of_the_size_is_undefined(size, factor):
    assert isnan(reduced_size(size, factor))


@pytest.mark.parametrize(
    ("units", "lot", "raised"),
    [
        (6.2, 1, 7),
        (7, 1, 7),
        (7 * (1 + 1e-12), 1, 7),  # float dust takes no lot more
        (7 * (1 - 1e-12), 1, 7),
        (7 * (1 + 2e-9), 1, 8),
        (0.25, 0.1, 0.3),
        (0.25, 0, 0.25),
        (0, 1, 0),
        (-3.5, 1, 0),
        (0.5, 1, 1),
        (130, 100, 200),
        (inf, 1, inf),
    ],
)
def test_units_are_rounded_up_to_the_lot(units, lot, raised):
    assert ceil_to_lot(units, lot) == pytest.approx(raised, rel=1e-11)


@pytest.mark.parametrize(("units", "lot"), [(nan, 1), (5, -1), (5, nan), (5, inf)])
def test_units_that_are_no_quantity_are_not_rounded_up(units, lot):
    assert isnan(ceil_to_lot(units, lot))
