"""Prices and strategies for studies: small, seeded, and quick to run."""

from __future__ import annotations

import backtrader as bt
import numpy as np
import pandas as pd

from bt_risk import RiskStrategy


def prices(seed=1, bars=160, start="2005-01-03"):
    """Return a random walk with daily ranges, as `load_prices` accepts it."""
    random = np.random.default_rng(seed)
    close = 50.0 * np.exp(np.cumsum(random.normal(0.0005, 0.015, bars)))
    spread = close * random.uniform(0.002, 0.015, bars)
    opening = close + random.uniform(-0.5, 0.5, bars) * spread
    frame = pd.DataFrame(
        {
            "Open": opening,
            "High": np.maximum(opening, close) + spread,
            "Low": np.minimum(opening, close) - spread,
            "Close": close,
            "Volume": 1000.0,
        },
        index=pd.bdate_range(start, periods=bars, name="Date"),
    )
    return frame.round(4)


MARKETS = {"AAA": prices(1), "BBB": prices(2)}


class Periodic(RiskStrategy):
    """Buy every `every` bars and close half-way between."""

    params = (("every", 20),)

    def next(self):
        for data in self.datas:
            if len(self) % self.p.every == 0:
                self.buy(data)
            elif len(self) % self.p.every == self.p.every // 2:
                self.close(data)


class Averaged(RiskStrategy):
    """Have an average and do nothing with it."""

    params = (("period", 20),)

    def __init__(self):
        self.average = bt.ind.SMA(self.data, period=self.p.period)


class Plain(bt.Strategy):
    """The same without a risk desk."""

    params = (("every", 20),)
    next = Periodic.next


class Turns(RiskStrategy):
    """Go long and short in turns, and leave everything to the stop for as long as ten bars."""

    def next(self):
        for number, data in enumerate(self.datas):
            phase = (len(self) + 5 * number) % 24
            if phase == 1:
                self.buy(data)
            elif phase == 13:
                self.sell(data)
            elif phase in (11, 23):
                self.close(data)


class FailsWhenAggressive(Periodic):
    """Raise on bar 50 under one profile."""

    def next(self):
        if len(self) == 50 and self.p.profile.name == "aggressive":
            raise ZeroDivisionError("the strategy divides by zero")
        super().next()


class AlwaysFails(RiskStrategy):
    """Raise on the first bar."""

    def next(self):
        raise KeyError("missing")
