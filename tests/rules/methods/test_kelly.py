import math

import pytest

from bt_risk.rules.request import TradeHistory
from tests.rules.entries import book, decide, units_of

BOTH = {"sizing": ("kelly", "risk_per_trade"), "risk_per_trade": 0.04}


def kelly_units(trades=20, win_rate=0.6, ratio=2.0, **changes):
    held = book(history=TradeHistory(trades, win_rate, ratio))
    return units_of(decide(held=held, **{**BOTH, **changes})).get("kelly")


def test_a_quarter_of_the_kelly_share_is_bought_as_notional():
    # 0.6 - 0.4 / 2 = 0.4, a quarter of it is 10 000 of notional.
    assert kelly_units() == pytest.approx(100.0)
    assert kelly_units(kelly_fraction=0.5) == pytest.approx(200.0)


def test_nothing_is_proposed_before_enough_trades_are_closed():
    ruling = decide(held=book(history=TradeHistory(19, 0.6, 2.0)), **BOTH)
    assert ruling.missing == ("kelly needs 20 closed trades, 19 are closed",)
    assert ruling.rule == "risk_per_trade"
    assert kelly_units(19, kelly_min_trades=19) == pytest.approx(100.0)


def test_a_prior_stands_in_for_missing_trades_only():
    # 0.5 - 0.5 / 2 = 0.25
    assert kelly_units(0, math.nan, math.nan, kelly_prior=(0.5, 2.0)) == pytest.approx(62.5)
    assert kelly_units(20, kelly_prior=(0.5, 2.0)) == pytest.approx(100.0)


@pytest.mark.parametrize(("win_rate", "ratio"), [(0.5, 1.0), (0.3, 1.0), (0.0, math.nan), (0.0, 1.0)])
def test_without_an_edge_the_floor_is_traded(win_rate, ratio):
    assert kelly_units(20, win_rate, ratio) == 0.0
    assert kelly_units(20, win_rate, ratio, kelly_floor=0.005) == pytest.approx(5.0)


def test_no_trade_without_an_edge_and_a_floor():
    ruling = decide(held=book(history=TradeHistory(20, 0.3, 1.0)), **BOTH)
    assert (ruling.units, ruling.rule, ruling.text) == (0.0, "kelly", "kelly allows 0 units")


def test_a_small_edge_never_trades_less_than_none():
    assert kelly_units(20, 0.51, 1.0, kelly_floor=0.02) == pytest.approx(20.0)


def test_a_win_rate_below_the_least_is_no_edge():
    assert kelly_units(20, 0.54, 2.0, kelly_min_win_rate=0.55) == 0.0
    assert kelly_units(20, 0.55, 2.0, kelly_min_win_rate=0.55) > 0.0


def test_the_share_lies_between_its_bounds_where_there_is_an_edge():
    assert kelly_units(20, 0.6, 2.0, kelly_max=0.05) == pytest.approx(50.0)
    assert kelly_units(20, 0.51, 1.0, kelly_min=0.01) == pytest.approx(10.0)
    assert kelly_units(20, 0.5, 1.0, kelly_min=0.01) == 0.0


def test_a_record_without_a_loss_bounds_no_bet():
    ruling = decide(held=book(history=TradeHistory(25, 1.0, math.nan)), **BOTH)
    assert ruling.missing == ("kelly needs a losing trade to bound the bet, none has lost yet",)


def test_shrinking_the_win_rate_bets_less_on_a_short_record():
    few, many = (kelly_units(trades, 0.6, 2.0, kelly_shrinkage=0.95) for trades in (20, 2_000))
    assert 0.0 < few < many < 100.0
    # Wilson's bound of 12 wins in 20 at 95 % is 0.41856: a quarter of 0.41856 - 0.58144 / 2.
    assert few == pytest.approx(31.96, abs=0.01)
