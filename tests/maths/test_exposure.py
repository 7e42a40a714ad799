from __future__ import annotations

from math import inf, isnan

import pytest

from bt_risk.maths import exposure


def test_the_notional_is_the_value_a_position_moves_with():
    assert exposure.notional(100, 150) == 15_000
    assert exposure.notional(-2, 4000, 50) == 400_000


def test_gross_exposure_adds_shorts_and_net_exposure_offsets_them():
    assert exposure.gross_exposure([15_000, -10_000], 100_000) == 0.25
    assert exposure.net_exposure([15_000, -10_000], 100_000) == 0.05
    assert exposure.gross_exposure([], 100_000) == exposure.net_exposure([], 100_000) == 0


def test_exposure_without_equity_is_infinite_or_undefined():
    assert exposure.gross_exposure([1], 0) == inf
    assert isnan(exposure.net_exposure([1], 0))


@pytest.mark.parametrize(
    ("values", "options", "expected"),
    [
        ({"BTC": 1000, "ETH": 500, "new": 300}, {}, 1560),  # 1000 + 0.7 * 800
        ({"BTC": 1000, "ETH": -500}, {}, 1350),  # a short does not offset
        ({"BTC": 1000, "ETH": 500}, {"betas": {"ETH": 1.2}}, 1600),
        ({"BTC": 1000, "ETH": 500}, {"betas": {"BTC": 9.0}, "beta": 0.5}, 1250),  # the anchor is itself
        ({}, {}, 0),
    ],
)
def test_correlated_exposure_weighs_each_name_with_its_beta(values, options, expected):
    assert exposure.correlated_exposure(values, anchor="BTC", **options) == pytest.approx(expected)


def test_names_without_a_group_share_one():
    values = {"ETH": 1000, "SOL": -1000, "BTC": 500, "FOO": 200, "BAR": 100}
    groups = {"ETH": "contracts", "SOL": "contracts", "BTC": "store"}
    assert exposure.grouped_exposure(values, groups) == {"contracts": 2000, "store": 500, "other": 300}


@pytest.mark.parametrize(
    ("max_position", "positions", "is_concurrent", "expected"),
    [
        (0.95, 10, False, 9.5),
        (0.10, 3, True, 0.11 / 0.6),
        (0.15, 5, True, 0.3425),
        (0.07, 2, True, 0.105),
        (0.1, 0, True, 0),
    ],
)
def test_position_limits_bound_the_exposure(max_position, positions, is_concurrent, expected):
    assert exposure.exposure_bound(max_position, positions, is_concurrent=is_concurrent) == pytest.approx(
        expected
    )


def test_free_cash_is_what_is_not_tied_up():
    assert exposure.free_cash(500, [31.25, 15.625]) == 453.125
    assert exposure.free_cash(500, []) == 500


@pytest.mark.parametrize(
    ("values", "effective", "largest"),
    [
        ([1], 1, 1),
        ([50, 30, 20], 1 / 0.38, 0.5),  # 0.25 + 0.09 + 0.04
        ([-50, 30, 20], 1 / 0.38, 0.5),
        ([1, 1, 1, 1], 4, 0.25),
        ([1, 0], 1, 1),
    ],
)
def test_concentration_counts_effective_positions(values, effective, largest):
    assert exposure.effective_positions(values) == pytest.approx(effective)
    assert exposure.concentration(iter(values)) == pytest.approx(largest)


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_an_empty_book_has_no_concentration(values):
    assert isnan(exposure.effective_positions(values))
    assert isnan(exposure.concentration(values))
