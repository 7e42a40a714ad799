"""Prices of fills on one bar: opening 100, high 104, low 96. Redone from the rules of the simulated broker."""

from __future__ import annotations

import dataclasses
import math

import pytest

from bt_risk.rules.shadow.bar import Bar
from bt_risk.rules.shadow.fills import Fills
from tests.rules.entries import request

BAR = Bar(1, 1.0, 100.0, 104.0, 96.0, 101.0, 2.0)
PLAIN = Fills()


@pytest.mark.parametrize(
    ("level", "is_buy", "expected"),
    [
        (97.0, True, 97.0),  # fell to the limit
        (96.0, True, 96.0),
        (95.9, True, None),
        (100.0, True, 100.0),
        (103.0, True, 100.0),  # opened better than the limit
        (103.0, False, 103.0),
        (104.0, False, 104.0),
        (104.1, False, None),
        (98.0, False, 100.0),
    ],
)
def test_a_limit_fills_at_its_price_or_at_a_better_opening(level, is_buy, expected):
    assert PLAIN.at_limit(BAR, level, is_buy=is_buy) == expected


@pytest.mark.parametrize(
    ("level", "is_buy", "expected"),
    [
        (103.0, True, 103.0),
        (104.1, True, None),
        (98.0, True, 100.0),  # opened beyond the stop
        (97.0, False, 97.0),
        (95.9, False, None),
        (102.0, False, 100.0),
    ],
)
def test_a_stop_fills_at_its_price_or_at_the_opening_beyond_it(level, is_buy, expected):
    assert PLAIN.at_stop(BAR, level, is_buy=is_buy) == expected


def test_slippage_takes_from_what_fills_inside_the_bar():
    fills = Fills(slippage=0.01)
    assert fills.at_stop(BAR, 102.0, is_buy=True) == pytest.approx(103.02)
    assert fills.at_stop(BAR, 98.0, is_buy=False) == pytest.approx(97.02)
    assert fills.at_limit(BAR, 97.0, is_buy=True) == 97.0  # a limit gets its price
    assert fills.at_market(BAR, 99.0, is_buy=True) == 100.0
    assert Fills(slippage_amount=0.5).at_stop(BAR, 98.0, is_buy=False) == 97.5
    # A share comes before an amount, as at the broker.
    assert Fills(slippage=0.01, slippage_amount=0.5).at_stop(BAR, 98.0, is_buy=False) == pytest.approx(97.02)


@pytest.mark.parametrize(
    ("settings", "market", "stop", "limit"),
    [
        # 5 % of 100 is beyond the high of 104 and the limit of 102.
        ({"slips_at_open": True}, 104.0, 104.0, 102.0),
        ({"slips_at_open": True, "leaves_bar": True}, 105.0, 108.15, 105.0),
        ({"slips_at_open": True, "is_capped": False}, None, None, 102.0),
        ({"slips_at_open": True, "is_capped": False, "caps_limits": False}, None, None, None),
        ({}, 100.0, 104.0, 100.0),
    ],
)
def test_what_slips_out_of_the_bar_is_cut_kept_or_not_filled(settings, market, stop, limit):
    fills = Fills(slippage=0.05, **settings)
    found = (fills.at_market(BAR, 99.0, is_buy=True), fills.at_stop(BAR, 103.0, is_buy=True))
    assert (*found, fills.at_limit(BAR, 102.0, is_buy=True)) == pytest.approx((market, stop, limit))


def test_a_sale_is_cut_at_the_low_and_at_its_limit():
    fills = Fills(slippage=0.05, slips_at_open=True)
    assert fills.at_market(BAR, 99.0, is_buy=False) == 96.0
    assert fills.at_limit(BAR, 98.0, is_buy=False) == 98.0


def test_an_entry_fills_by_its_type_and_its_side():
    def filled(**changes):
        return PLAIN.of_entry(BAR, dataclasses.replace(request(97.0, 90.0), **changes))

    assert filled() == 100.0
    assert filled(exectype="limit") == 97.0
    assert filled(exectype="stop") == 100.0
    assert filled(exectype="limit", is_long=False) == 100.0
    assert filled(exectype="stop", is_long=False) == 97.0


def test_with_cheat_on_close_a_market_order_gets_the_close_at_which_it_was_sent():
    fills = Fills(is_at_close=True)
    assert fills.at_market(BAR, 99.0, is_buy=True) == 99.0
    assert fills.at_market(BAR, 0.0, is_buy=True) == 100.0
    assert fills.at_market(BAR, math.nan, is_buy=True) == 100.0
    assert fills.of_entry(BAR, request(97.0, 90.0)) == 97.0
    slipping = Fills(is_at_close=True, slippage=0.05, slips_at_open=True)
    assert slipping.at_market(BAR, 101.0, is_buy=True) == 104.0


@pytest.mark.parametrize(
    ("bar", "plain", "slipping"),
    [
        (BAR, True, True),
        (BAR._replace(low=math.nan), True, False),
        (BAR._replace(low=105.0), True, False),
        (BAR._replace(high=math.inf), True, False),
        (BAR._replace(open=math.nan), False, False),
        (BAR._replace(open=0.0), False, False),
    ],
)
def test_an_exit_needs_an_opening_and_to_slip_a_range(bar, plain, slipping):
    assert Fills().has_price(bar) == plain
    assert Fills(slippage=0.01).has_price(bar) == slipping
    assert Fills(slippage_amount=0.01).has_price(bar) == slipping
    assert Fills(is_by_volume=True).has_price(bar) == slipping
