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
