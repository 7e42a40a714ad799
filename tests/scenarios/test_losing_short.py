"""A short has lost more than the account holds: it is bought back all the same.

Backtrader checks the cash of an order that buys, also of one that only covers. Refused, the short would stay and
lose on.

95 % of 100 000 in one trade at 100: 950 units short, their proceeds of 95 000 booked to the cash.
"""

from __future__ import annotations

import math

import pytest

from tests.edge.market import CALM, LIMIT, ROUND, calm, do, trade

ALL_IN = ROUND.replace(
    sizing=("cash_fraction",),
    cash_fraction=0.95,
    max_heat=None,
    target_heat=None,
    allocation="risk_per_trade",
    risk_per_trade_max=None,
)
TAKEN_OVER = [*calm(2), *[(300, 301, 299, 300)] * 2]


@pytest.mark.parametrize("shortcash", [True, False])
def test_its_stop_buys_at_the_opening_whatever_that_costs(shortcash):
    # A takeover bid: from 100 to 300, through the stop at 250. 950 * 300 = 285 000 against 195 000 of cash.
    # 950 * (100 - 300) = -190 000.00; planned were 950 * (100 - 250) = -142 500.00.
    session = trade(
        TAKEN_OVER,
        script={1: do("sell", stop=250)},
        profile=ALL_IN,
        prepare=lambda cerebro: cerebro.broker.set_shortcash(shortcash),
    )
    assert session.fills == [(2, -950, 100), (3, 950, 300)]
    assert session.cash == -90_000.00
    assert session.values == [100_000, 100_000, -90_000, -90_000]
    assert session.heats == pytest.approx([1.425, 1.425, 0, 0])  # of no equity, but nothing is open


def test_the_strategys_own_close_goes_through_too():
    # Without stops of the desk's: closed on bar 3 at 300, bought at the opening of bar 4, 310: 950 * (100 - 310).
    bars = [*calm(2), (300, 301, 299, 300), (310, 311, 309, 310)]
    session = trade(
        bars,
        script={1: do("sell"), 3: do("close")},
        profile=ALL_IN.replace(stop="none", place_stops=False, trail="none"),
    )
    assert session.fills == [(2, -950, 100), (4, 950, 310)]
    assert session.cash == 100_000 - 199_500.00
    # A short without a stop risks its notional, 95 000; on an account of 100 000 - 190 000 that is without bound.
    assert session.heats == [0.95, 0.95, math.inf, 0]


def test_so_does_a_target_that_the_cash_no_longer_pays():
    # Sold at 100, then at 250 on paper; the stop is far at 400. Bought back at 240: 950 * (100 - 240) = -133 000.00.
    bars = [*calm(2), (250, 251, 249, 250), (245, 246, 239, 240), CALM]
    far = do("buy", exectype=LIMIT, price=240)
    session = trade(bars, script={1: do("sell", stop=400), 3: far}, profile=ALL_IN)
    assert session.fills == [(2, -950, 100), (4, 950, 240)]
    assert session.cash == -33_000.00
