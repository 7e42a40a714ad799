"""The cap audit recomputes each limit of the book: toys without a desk are blamed, each for one of them."""

from __future__ import annotations

import math
from types import SimpleNamespace

import backtrader as bt
import pytest

from tests.bench.feed import rows_of
from tests.bench.run import audited
from tests.bench.test_halt_audit import HALTS, HEATS

# True ranges of 2 on every bar: so is their average. 100 units of 100 with a stop at 95 risk 500 of 100,000.
CALM = rows_of([(100, 101, 99, 100)] * 6)
OFF = {
    **dict.fromkeys((*HEATS, *HALTS)),
    "heat_basis": "entry",
    "atr_period": 3,
    "stress_atr": 1.5,
    "heat_correlation": 0.0,
    "correlation_beta": 0.5,
    "groups": {"d0": "one", "d1": "one"},
    "anchor": "d0",
}


class Toy(bt.Strategy):
    """Enter 100 of each data on bar 4, with a stop and a target."""

    def next(self):
        if len(self) == 4:
            for data in self.datas:
                parent = self.buy(data, size=100, transmit=False)
                self.sell(data, size=100, exectype=bt.Order.Stop, price=95.0, parent=parent, transmit=False)
                self.sell(data, size=100, exectype=bt.Order.Limit, price=106.0, parent=parent)


def blamed(**on):
    limits = SimpleNamespace(**{**OFF, **on})
    run = audited((CALM, CALM), strategy=Toy, limits=limits, cash=100_000.0)
    return [problem for problem in run.problems if problem.startswith("I1 ")]


@pytest.mark.parametrize(
    ("name", "value", "others"),
    [
        ("max_exposure", 0.2, {}),
        ("max_sector_exposure", 0.2, {}),
        ("max_correlated_exposure", 0.15, {}),  # 10,000 of the anchor, half of 10,000 beside it
        ("max_correlated_heat", math.hypot(500, 500) / 100_000, {}),
        ("max_stressed_heat", 0.016, {}),  # 8 lost on each of 200
        ("max_participation", 0.1, {}),  # of a volume of 1000
        ("max_trades_per_day", 2, {}),
        ("heat_reserve", 0.5, {"max_heat": 0.02}),
        ("min_reward_to_risk", 1.2, {}),
    ],
)
def test_a_cap_passes_at_its_value_and_is_blamed_beyond_it(name, value, others):
    is_least = name in ("heat_reserve", "min_reward_to_risk")
    tighter = value * (1.01 if is_least else 0.99)
    assert blamed(**others, **{name: value}) == []
    assert blamed(**others, **{name: tighter}) != []


class Late(bt.Strategy):
    """Hold 100 of d0 from bar 35 on, and 100 of d1, or of its opposite side, from bar 37 on."""

    params = (("side", 1),)

    def next(self):
        if len(self) == 35:
            self.buy(self.datas[0], size=100)
        if len(self) == 37:
            self.order_target_size(self.datas[1], target=100 * self.p.side)


def walk(bars, *, begins=1):
    """Return bars that close at 100 and at 101 or 99 in turn."""
    closes = [100 + (number % 2) * (1 if number % 4 == 1 else -1) for number in range(bars)]
    days = enumerate(closes, start=1)
    return rows_of({day: (close, close + 1, close - 1, close) for day, close in days if day >= begins})


def moved_together(market, *, side=1, **on):
    limits = SimpleNamespace(**{**OFF, **on})
    run = audited(market, strategy=Late, limits=limits, covers=False, side=side)
    return [problem for problem in run.problems if problem.startswith("I1 ")]


def test_an_entry_that_repeats_another_is_blamed_and_one_that_hedges_it_is_not():
    twins = (walk(40), walk(40))
    (found,) = moved_together(twins, max_correlation=0.9)
    assert found.startswith("I1 bar 37 d1: correlation 1.0")
    assert moved_together(twins, max_correlation=1.0) == []
    assert moved_together(twins, side=-1, max_correlation=0.9) == []


def test_an_entry_whose_correlation_is_not_known_is_blamed():
    # The thirtieth return of d1 comes with its thirty-first bar, on day 37 or one day later.
    assert moved_together((walk(40), walk(40, begins=7)), max_correlation=1.0) == []
    (found,) = moved_together((walk(40), walk(40, begins=8)), max_correlation=1.0)
    assert found.startswith("I1 bar 37 d1: correlation nan")


def test_an_entry_where_too_little_is_traded_is_blamed():
    # A volume of 1000 at closes around 100.
    market = (rows_of([(100, 101, 99, 100)] * 40),) * 2
    assert moved_together(market, min_liquidity=100_000.0) == []
    assert len(moved_together(market, min_liquidity=100_001.0)) == 2
