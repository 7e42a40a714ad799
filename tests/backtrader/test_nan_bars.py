"""Bars with prices that are not numbers."""

from __future__ import annotations

import math

import pytest

from tests.backtrader.play import LIMIT, STOP, FreshBarOnly, each, play, send, with_stop

NAN = math.nan
GOOD = (100, 101, 99, 100)


def gated(name):
    def act(s):
        s.sent[name].active = FreshBarOnly(s.sent[name])

    return act


def test_an_unchecked_market_order_buys_at_an_open_that_is_not_a_number():
    # Comparisons with NaN are false, that of the cash check too: cash and value are gone for good.
    bars = [GOOD, (NAN, 101, 99, 100), GOOD]
    played = play(bars, script={1: send("entry", "buy", size=10, _checksubmit=False)})
    assert played.position == 10
    assert math.isnan(played.fills[0][2])
    assert math.isnan(played.cash)
    assert math.isnan(played.value)


def test_a_gated_market_order_waits_for_an_open_that_is_a_number():
    bars = [GOOD, (NAN, NAN, NAN, NAN), (102, 103, 101, 102)]
    entry = send("entry", "buy", size=10, _checksubmit=False)
    played = play(bars, script={1: each(entry, gated("entry"))})
    assert played.fills == [(3, 10, 102)]
    assert played.cash == 10_000 - 1020


@pytest.mark.parametrize("open_", [0.0, -1.0, math.inf, NAN])
def test_a_gated_entry_and_its_stop_both_wait_while_the_open_is_no_price(open_):
    bars = [GOOD, (open_, 101, 90, 100), GOOD]
    script = {1: each(with_stop(stop=95), gated("entry"), gated("stop"))}
    assert play(bars, script=script).fills == [(3, 10, 100)]


def test_a_stop_and_a_limit_stay_quiet_on_a_bar_without_prices():
    bars = [GOOD, GOOD, (NAN, NAN, NAN, NAN), GOOD]
    stop = send("stop", "sell", size=10, exectype=STOP, price=95)
    target = send("target", "sell", size=10, exectype=LIMIT, price=105)
    assert play(bars, script={1: send("entry", "buy", size=10), 2: each(stop, target)}).position == 10


def test_a_stop_acts_on_the_low_of_a_bar_whose_open_is_missing():
    # And therefore a gate on the open delays it: such a bar protects nothing.
    bars = [GOOD, GOOD, (NAN, 101, 94, 100), GOOD]
    stop = send("stop", "sell", size=10, exectype=STOP, price=95)
    script = {1: send("entry", "buy", size=10), 2: stop}
    assert play(bars, script=script).fills == [(2, 10, 100), (3, -10, 95)]
    gated_stop = each(stop, gated("stop"))
    assert play(bars, script={**script, 2: gated_stop}).fills == [(2, 10, 100)]


def test_a_stop_at_a_price_that_is_not_a_number_never_fires():
    bars = [GOOD, GOOD, (10, 10, 10, 10)]
    stop = send("stop", "sell", size=10, exectype=STOP, price=NAN)
    assert play(bars, script={1: send("entry", "buy", size=10), 2: stop}).position == 10


def test_a_close_that_is_not_a_number_makes_checked_orders_of_the_next_bar_margin():
    bars = [GOOD, (100, 101, 99, NAN), GOOD]
    played = play(bars, script={2: send("entry", "buy", size=1)})
    assert played.statuses("entry") == ["Submitted", "Margin"]


def test_a_market_order_at_an_open_of_zero_is_filled_for_nothing():
    bars = [GOOD, (0.0, 101, 0.0, 100), GOOD]
    played = play(bars, script={1: send("entry", "buy", size=10, _checksubmit=False)})
    assert played.value == 10_000 + 1000


def test_a_size_that_is_not_a_number_meets_margin_when_checked():
    assert play([GOOD] * 3, script={1: send("entry", "buy", size=NAN)}).statuses("entry")[-1] == "Margin"


def test_a_size_that_is_not_a_number_poisons_the_position_when_unchecked():
    played = play([GOOD] * 3, script={1: send("entry", "buy", size=NAN, _checksubmit=False)})
    assert math.isnan(played.position)
    assert math.isnan(played.cash)
