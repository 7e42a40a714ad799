from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.rules.decision import Missing
from bt_risk.rules.methods import METHODS, cash_fraction, kelly, risk_per_trade
from bt_risk.rules.profile import SIZING_METHODS
from bt_risk.rules.request import TradeHistory
from tests.rules.books import PLAIN, book, request

KELLY = PLAIN.replace(sizing=("kelly", "risk_per_trade"))


def propose(method, *, profile=PLAIN, held=None, **changes):
    asked = request(**changes)
    return method.propose(asked, asked.terms, held or book(), profile)


def test_every_method_that_a_profile_may_list_exists():
    assert tuple(METHODS) == SIZING_METHODS


def test_risk_per_trade_divides_the_budget_by_the_loss_at_the_stop():
    assert propose(risk_per_trade) == 200  # 1 % of 100 000 is 1 000, at 5 a unit
    assert propose(risk_per_trade, stop=90.0) == 100
    assert propose(risk_per_trade, price=100.0, stop=105.0, is_long=False) == 200


def test_both_commissions_are_part_of_the_loss():
    assert propose(risk_per_trade, entry_costs=2.0, exit_costs=1.0) == 125  # 1 000 / (5 + 2 + 1)


def test_a_position_without_a_stop_risks_its_price():
    assert propose(risk_per_trade, stop=None) == 10


@pytest.mark.parametrize(
    ("open_risk", "reserved", "units"),
    [
        (0, 0, 200),
        (7_000, 0, 200),  # 8 % is the upper edge: 1 000 of room, just enough
        (7_500, 0, 100),
        (3_500, 4_000, 100),  # what is reserved counts
        (8_000, 0, 0),
        (9_000, 0, 0),
    ],
)
def test_a_size_of_ours_stays_below_the_upper_edge_of_the_target_band(open_risk, reserved, units):
    held = book(open_risk=float(open_risk), reserved_risk=float(reserved))
    assert propose(risk_per_trade, held=held) == units


@pytest.mark.parametrize("own", [{"has_own_stop": True}, {"wanted": 500.0}])
def test_an_own_stop_or_size_may_pass_the_target_band(own):
    assert propose(risk_per_trade, held=book(open_risk=9_000.0), **own) == 200


def test_allocation_risk_per_trade_looks_at_the_trade_alone():
    profile = PLAIN.replace(allocation="risk_per_trade")
    assert propose(risk_per_trade, profile=profile, held=book(open_risk=9_000.0)) == 200
    assert propose(risk_per_trade, profile=profile.replace(target_heat=None)) == 200


def test_equal_heat_splits_the_upper_edge_over_the_positions():
    profile = PLAIN.replace(allocation="equal_heat", risk_per_trade=0.05)
    # 8 % over 3 positions is 2 666.67, at 5 a unit
    assert propose(risk_per_trade, profile=profile) == pytest.approx(8_000 / 3 / 5)
    assert propose(risk_per_trade, profile=profile, wanted=900.0) == pytest.approx(8_000 / 3 / 5)
    assert propose(risk_per_trade, profile=profile.replace(risk_per_trade=0.01)) == pytest.approx(
        8_000 / 3 / 5
    )


def test_kelly_takes_its_fraction_of_equity_as_notional():
    # W 0.6, R 2: 0.6 - 0.4 / 2 = 0.4; a quarter is 10 % of 100 000, at 100 a unit
    assert propose(kelly, profile=KELLY, held=book(history=TradeHistory(20, 0.6, 2.0))) == pytest.approx(100)
    half = KELLY.replace(kelly_fraction=0.5)
    assert propose(kelly, profile=half, held=book(history=TradeHistory(20, 0.6, 2.0))) == pytest.approx(200)


@pytest.mark.parametrize("history", [TradeHistory(), TradeHistory(19, 0.6, 2.0)])
def test_kelly_is_silent_before_it_knows_enough_trades(history):
    assert isinstance(propose(kelly, profile=KELLY, held=book(history=history)), Missing)


@pytest.mark.parametrize(("floor", "units"), [(0.0, 0), (0.02, 20)])
@pytest.mark.parametrize("history", [TradeHistory(20, 0.3, 1.0), TradeHistory(20, 0.5, 1.0)])
def test_kelly_without_an_edge_trades_its_floor(floor, units, history):
    assert propose(kelly, profile=KELLY.replace(kelly_floor=floor), held=book(history=history)) == units


def test_kelly_with_a_faint_edge_trades_its_floor():
    # W 0.51, R 1: 0.02; a quarter is 0.5 %, below the floor of 2 %
    held = book(history=TradeHistory(20, 0.51, 1.0))
    assert propose(kelly, profile=KELLY.replace(kelly_floor=0.02), held=held) == 20


def test_cash_fraction_spends_its_share_of_the_cash_not_spoken_for():
    assert propose(cash_fraction) == 950
    assert propose(cash_fraction, held=book(cash=50_000.0, pending_cash=10_000.0)) == 380


@pytest.mark.parametrize("held", [book(cash=-1.0), book(cash=5_000.0, pending_cash=6_000.0)])
def test_cash_fraction_of_no_cash_is_nothing(held):
    assert propose(cash_fraction, held=held) == 0


def test_a_budget_is_never_negative():
    assert risk_per_trade.risk_budget(request(), book(equity=-100.0), PLAIN) == 0
    assert not isnan(risk_per_trade.risk_budget(request(), book(open_risk=nan), PLAIN))
