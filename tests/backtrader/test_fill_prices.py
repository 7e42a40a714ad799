"""At which price an order fills."""

from __future__ import annotations

import pytest

from tests.backtrader.play import LIMIT, STOP, play, send

CALM = [(100, 101, 99, 100)] * 2


def exit_on(bar, **order):
    """Buy 10 at 100 and return the price at which `order`, sent on bar 2, is filled on the given bar."""
    script = {1: send("entry", "buy", size=10), 2: send("exit", "sell", size=10, **order)}
    fills = play([*CALM, bar, (100, 100, 100, 100)], script=script).fills
    return next((price for when, size, price in fills if size < 0 and when == 3), None)


@pytest.mark.parametrize(
    ("bar", "price"),
    [
        ((100, 101, 94, 96), 95),  # touched inside the bar: the stop's own price
        ((100, 101, 95, 96), 95),  # touched exactly at the low
        ((100, 101, 95.01, 96), None),
        ((90, 96, 89, 95), 90),  # gapped through: the open
        ((95, 96, 94, 95), 95),
    ],
)
def test_a_sell_stop_at_95_fills_at_the_worse_of_its_price_and_the_open(bar, price):
    assert exit_on(bar, exectype=STOP, price=95) == price


@pytest.mark.parametrize(
    ("bar", "price"),
    [
        ((100, 110, 99, 105), 110),
        ((112, 113, 99, 105), 112),  # gapped beyond: the better open
        ((100, 109.99, 99, 105), None),
    ],
)
def test_a_sell_limit_at_110_fills_at_the_better_of_its_price_and_the_open(bar, price):
    assert exit_on(bar, exectype=LIMIT, price=110) == price


def test_a_stop_on_the_wrong_side_of_the_market_fills_at_the_open():
    assert exit_on((100, 101, 99, 100), exectype=STOP, price=105) == 100


def test_a_stop_without_a_price_takes_the_close_as_its_trigger():
    assert exit_on((101, 102, 99, 101), exectype=STOP) == 100


def test_slippage_of_a_stop_ends_at_the_low():
    def slip(cerebro):
        cerebro.broker.set_slippage_perc(0.01)

    script = {1: send("entry", "buy", size=10), 2: send("exit", "sell", size=10, exectype=STOP, price=95)}
    played = play([*CALM, (100, 101, 94.9, 96)], script=script, prepare=slip)
    assert played.fills[-1] == (3, -10, 94.9)


def test_slippage_beyond_the_low_needs_slip_out():
    def slip(cerebro):
        cerebro.broker.set_slippage_perc(0.01, slip_out=True)

    script = {1: send("entry", "buy", size=10), 2: send("exit", "sell", size=10, exectype=STOP, price=95)}
    played = play([*CALM, (100, 101, 94.9, 96)], script=script, prepare=slip)
    assert played.fills[-1][2] == pytest.approx(94.05)


def test_without_slip_match_a_stop_may_not_fill_at_all():
    def slip(cerebro):
        cerebro.broker.set_slippage_perc(0.01, slip_match=False)

    script = {1: send("entry", "buy", size=10), 2: send("exit", "sell", size=10, exectype=STOP, price=95)}
    played = play([*CALM, (100, 101, 94.9, 96)], script=script, prepare=slip)
    assert played.position == 10


def test_a_stop_detected_at_the_close_by_the_strategy_costs_the_next_open():
    bars = [*CALM, (100, 101, 93, 94), (92, 93, 91, 92)]

    def watch(s):
        if s.data.close[0] < 95:
            s.close()

    played = play(bars, script={1: send("entry", "buy", size=10), 3: watch})
    assert played.fills[-1] == (4, -10, 92)
