"""The audit of reductions, on toys without a desk: what has to leave is what trades, and nothing else is excused.

100 of each data at 100 with the stop at 95 risk 500, 0.5 % of 100,000 each. Bought on day 5.
"""

from __future__ import annotations

from types import SimpleNamespace

import backtrader as bt
import pytest

from tests.bench.feed import rows_of
from tests.bench.run import audited
from tests.bench.test_cap_audit import OFF

FLAT = (100, 101, 99, 100)


class Toy(bt.Strategy):
    """Enter 100 of each data on day 4, and sell what `sells` names on day `on`."""

    params = (("sells", ()), ("on", 5))

    def next(self):
        day = int(self.datas[0].datetime[0] - self.first) + 1
        if day == 4:
            self.covers = []
            for data in self.datas:
                parent = self.buy(data, size=100, transmit=False)
                self.covers.append(
                    self.sell(data, size=100, exectype=bt.Order.Stop, price=95.0, parent=parent)
                )
        if day == self.p.on:
            for number in self.p.sells:
                self.cancel(self.covers[number])
                self.sell(self.datas[number], size=100)

    def start(self):
        self.first = rows_of([FLAT])[0][0]


def blamed(*markets, max_heat, **params):
    """Return (day, data) of each position that should have been leaving."""
    limits = SimpleNamespace(**{**OFF, "max_heat": max_heat})
    run = audited(tuple(map(rows_of, markets)), strategy=Toy, limits=limits, cash=100_000.0, **params)
    return [(int(p.split()[2]), p.split()[3].rstrip(":")) for p in run.problems if p.startswith("I6")]


DAILY = dict.fromkeys(range(1, 8), FLAT)
# One bar more on day 5, on which it is filled, and none on day 6.
PAUSED = {day: FLAT for day in (1, 2, 3, 4, 5, 7)}


def test_within_the_limit_nothing_has_to_leave():
    assert blamed(DAILY, DAILY, max_heat=0.01) == []


def test_above_it_whoever_stays_is_blamed():
    assert blamed(DAILY, DAILY, max_heat=0.0099)[:2] == [(5, "d0"), (5, "d1")]


@pytest.mark.parametrize(("max_heat", "found"), [(0.005, []), (0.0049, [(5, "d1")])])
def test_what_is_on_its_way_out_is_counted_as_gone(max_heat, found):
    assert blamed(DAILY, DAILY, max_heat=max_heat, sells=[0])[:1] == found


def test_the_risk_of_what_does_not_trade_that_day_counts_and_only_it_is_excused():
    # On day 6 d1 cannot be sold, so that d0 has to go for both.
    found = blamed(DAILY, PAUSED, max_heat=0.0099)
    assert [data for day, data in found if day == 6] == ["d0"]


def test_what_waits_for_a_bar_to_leave_is_counted_as_gone():
    gone = {day: FLAT for day in (1, 2, 3, 4, 5, 8)}
    assert blamed(DAILY, gone, max_heat=0.005, sells=[1]) == []


def test_what_is_silent_is_not():
    # No price of d1 after day 5: day 16 is the first that is more than ten days later.
    days = dict.fromkeys(range(1, 19), FLAT)
    found = blamed(days, {day: FLAT for day in (1, 2, 3, 4, 5)}, max_heat=0.005, sells=[1], on=6)
    assert [one for one in found if one[0] > 5] == [(day, "d0") for day in (16, 17, 18)]
