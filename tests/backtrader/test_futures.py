"""Futures, multipliers and leverage."""

from __future__ import annotations

import math

import pytest

from tests.backtrader.play import play, send

BARS = [(100, 100, 100, 100), (100, 100, 98, 98), (98, 98, 95, 95)]


def future(cerebro):
    cerebro.broker.setcommission(commission=2.0, margin=1000.0, mult=50.0)


def test_a_future_moves_the_multiplier_times_the_price_through_cash_every_bar():
    # One contract: 5 points x 50 lost, 2 paid. The margin of 1000 is away from cash but counted in the value.
    played = play(BARS, script={1: send("entry", "buy", size=1)}, prepare=future)
    assert played.value == 10_000 - 250 - 2
    assert played.cash == 10_000 - 250 - 2 - 1000


def test_the_comminfo_knows_the_loss_to_a_stop_with_side_and_multiplier():
    played = play(BARS, script={}, prepare=future)
    comminfo = played.strategy.broker.getcommissioninfo(played.strategy.data)
    assert comminfo.profitandloss(2, 100, 95) == -500
    assert comminfo.profitandloss(-2, 100, 95) == 500


def test_a_future_costs_a_fixed_commission_a_contract():
    played = play(BARS, script={}, prepare=future)
    comminfo = played.strategy.broker.getcommissioninfo(played.strategy.data)
    assert comminfo.getcommission(3, 100) == 6
    assert comminfo.getoperationcost(3, 100) == 3000


def test_a_stock_with_a_multiplier_hides_its_profit_until_it_is_closed():
    def odd(cerebro):
        cerebro.broker.setcommission(mult=10.0)

    bars = [(100, 100, 100, 100), (100, 110, 100, 110), (110, 110, 110, 110), (110, 110, 110, 110)]
    values = []
    script = {
        1: send("entry", "buy", size=10),
        2: lambda s: values.append(s.broker.getvalue()) or s.close(),
        3: lambda s: values.append(s.broker.getvalue()),
    }
    play(bars, script=script, prepare=odd)
    assert values == [10_100, 11_000]


def test_a_future_whose_close_is_not_a_number_poisons_the_cash_for_good():
    bars = [*BARS[:2], (98, 98, 98, math.nan), (98, 98, 98, 98)]
    played = play(bars, script={1: send("entry", "buy", size=1)}, prepare=future)
    assert math.isnan(played.cash)


def test_a_stock_whose_close_is_not_a_number_poisons_the_value_of_that_bar_only():
    bars = [*BARS[:2], (98, 98, 98, math.nan), (98, 98, 98, 98)]
    values = []
    script = {1: send("entry", "buy", size=10), 3: lambda s: values.append(s.broker.getvalue())}
    played = play(bars, script=script)
    assert math.isnan(values[0])
    assert played.value == 10_000 - 20


def test_order_target_percent_on_a_short_future_sells_more():
    # The value of a future is its margin and never negative: a target below zero, once met, is below still.
    target = send("t", "order_target_percent", target=-0.1)
    played = play([(100, 100, 100, 100)] * 5, script={1: target, 2: target}, prepare=future)
    assert played.fills == [(2, -1, 100), (3, -1, 100)]


def test_leverage_divides_the_cash_a_long_position_takes():
    def levered(cerebro):
        cerebro.broker.setcommission(leverage=10.0)

    played = play([(100, 100, 100, 100)] * 3, script={1: send("a", "buy", size=500)}, prepare=levered)
    assert (played.cash, played.value) == (5000, 10_000)


def test_getsize_truncates_to_whole_pieces():
    played = play(BARS, script={})
    assert played.strategy.broker.getcommissioninfo(played.strategy.data).getsize(
        30.0, 100.0
    ) == pytest.approx(3)
