"""Hostile markets. Requires: a seed and a plan. Gives: rows for feeds, the same for the same plan.

A plan is small and readable (calendars, prices, stretches of a regime), so that hypothesis can shrink it and a
failure can be copied into a regression test; `random_plan` draws one from a plain seed, which is faster.
"""

from __future__ import annotations

import math
import random
from collections.abc import Collection
from dataclasses import dataclass, replace

import backtrader as bt
from hypothesis import strategies as st

from tests.bench.feed import RowFeed, day_number

CALENDARS = ("daily", "gappy", "late", "early", "sparse")
PRICES = (0.01, 0.5, 9.0, 100.0, 4_000.0, 1e5)
FLOOR = 1e-4


@dataclass(frozen=True)
class Regime:
    """How one stretch of bars moves: drift and noise per bar, gaps between bars, length of the shadows."""

    drift: float = 0.0
    noise: float = 0.01
    gap_chance: float = 0.0
    gap_size: float = 0.0
    shadow: float = 1.0


REGIMES = {
    "walk": Regime(),
    "quiet": Regime(noise=0.0005),
    "wild": Regime(noise=0.05, shadow=2.0),
    "gaps": Regime(noise=0.01, gap_chance=0.3, gap_size=0.30),
    "small gaps": Regime(noise=0.01, gap_chance=0.5, gap_size=0.04),
    "rise": Regime(drift=0.015, noise=0.008),
    "fall": Regime(drift=-0.015, noise=0.008),
    "crash": Regime(drift=-0.06, noise=0.04, gap_chance=0.4, gap_size=0.15),
    "squeeze": Regime(drift=0.06, noise=0.04, gap_chance=0.4, gap_size=0.15),
    "still": Regime(noise=0.0, shadow=0.0),  # zero-range bars
    "limit up": Regime(drift=0.10, noise=0.0, shadow=0.0),  # one price a bar, a jump away from the last
    "limit down": Regime(drift=-0.10, noise=0.0, shadow=0.0),
}


@dataclass(frozen=True)
class DataPlan:
    """One data: where it starts, on which days it trades and through which regimes it goes."""

    price: float = 100.0
    calendar: str = "daily"
    stretches: tuple[tuple[str, int], ...] = (("walk", 40),)


@dataclass(frozen=True)
class Plan:
    """A market: one seed for the noise, one plan a data, and the share of bars to be spoilt.

    `weekly` are the numbers of the datas that the strategy sees resampled to weeks.
    """

    seed: int = 0
    datas: tuple[DataPlan, ...] = (DataPlan(),)
    bad_bars: float = 0.0
    thin_volume: bool = False
    weekly: tuple[int, ...] = ()

    @property
    def days(self) -> int:
        return max(sum(length for _, length in data.stretches) for data in self.datas)


def trades_on(calendar: str, day: int, days: int, chance: float) -> bool:
    """Return whether a data of that calendar has a bar on the given day, the first being 1."""
    if calendar == "gappy":
        return chance >= 0.25
    if calendar == "late":
        return day > days // 4
    if calendar == "early":
        return day <= days - days // 4
    if calendar == "sparse":
        return day % 3 == 1
    return True


def next_bar(rng: random.Random, last: float, regime: Regime) -> tuple[float, float, float, float]:
    """Return open, high, low and close of the bar after a close of `last`."""
    gap = rng.uniform(-regime.gap_size, regime.gap_size) if rng.random() < regime.gap_chance else 0.0
    one_price = regime.noise == 0.0
    open_ = max(FLOOR, last * (1.0 + gap + (regime.drift if one_price else 0.0)))
    move = 0.0 if one_price else rng.gauss(regime.drift, regime.noise)
    close = max(FLOOR, open_ * math.exp(move))
    reach = regime.shadow * regime.noise
    high = max(open_, close) * (1.0 + abs(rng.gauss(0.0, reach)))
    low = max(FLOOR, min(open_, close) * (1.0 - min(0.9, abs(rng.gauss(0.0, reach)))))
    return open_, high, min(low, open_, close), close


def spoil(rng: random.Random, bar: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return the bar with something wrong in it."""
    open_, high, low, close = bar
    return rng.choice(
        (
            (math.nan,) * 4,
            (math.nan, high, low, close),
            (open_, high, low, math.nan),
            (open_, math.nan, math.nan, close),
            (0.0,) * 4,
            (open_, low, high, close),
            (-open_, high, -low, close),
            (math.inf, math.inf, low, close),
            (open_, high, low, high * 2.0),
            (open_, math.nan, low, close),
            (open_, high, 0.0, close),
        )
    )


def rows(plan: Plan) -> tuple[tuple, ...]:
    """Return for each data its rows of (time number, open, high, low, close, volume)."""
    market = []
    for number, data in enumerate(plan.datas):
        rng = random.Random(f"{plan.seed}/{number}")
        regimes = [REGIMES[name] for name, length in data.stretches for _ in range(length)]
        last, bars = data.price, []
        for day in range(1, plan.days + 1):
            # A data whose stretches end earlier ends earlier; missing days still move the price.
            if day > len(regimes):
                break
            bar = next_bar(rng, last, regimes[day - 1])
            last = bar[3]
            chance, volume, spoilt = rng.random(), rng.randrange(0, 40), rng.random() < plan.bad_bars
            if spoilt:
                bar, volume = spoil(rng, bar), rng.choice((volume, volume, 0, math.nan, -5, math.inf))
            if trades_on(data.calendar, day, len(regimes), chance):
                bars.append((day_number(day), *bar, float(volume) if plan.thin_volume or spoilt else 1e9))
        if not bars:
            bars.append((day_number(1), data.price, data.price, data.price, data.price, 1e9))
        market.append(tuple(bars))
    return tuple(market)


def cut(market: tuple[tuple, ...], day: int) -> tuple[tuple, ...]:
    """Return the market without anything after the given day."""
    last = day_number(day)
    return tuple(tuple(row for row in bars if row[0] <= last) for bars in market)


def add_feeds(cerebro: bt.Cerebro, market: tuple[tuple, ...], weekly: Collection[int] = ()) -> None:
    for number, bars in enumerate(market):
        feed = RowFeed(rows=bars)
        if number in weekly:
            cerebro.resampledata(feed, timeframe=bt.TimeFrame.Weeks, name=f"d{number}")
        else:
            cerebro.adddata(feed, name=f"d{number}")


def random_plan(seed: int, *, datas: int | None = None, days: int = 60, aligned: bool = False) -> Plan:
    """Return a plan drawn from a plain seed."""
    rng = random.Random(seed)
    plans = []
    for _ in range(datas or rng.choice((1, 1, 2, 3, 5))):
        stretches, left = [], days
        while left > 0:
            length = min(left, rng.randint(2, 15))
            stretches.append((rng.choice(tuple(REGIMES)), length))
            left -= length
        calendar = "daily" if aligned or rng.random() < 0.4 else rng.choice(CALENDARS)
        plans.append(DataPlan(rng.choice(PRICES), calendar, tuple(stretches)))
    if not aligned:
        plans[0] = replace(plans[0], calendar="daily")
    return Plan(seed=seed, datas=tuple(plans))


stretches = st.lists(
    st.tuples(st.sampled_from(tuple(REGIMES)), st.integers(4, 30)), min_size=2, max_size=6
).map(tuple)

data_plans = st.builds(
    DataPlan, price=st.sampled_from(PRICES), calendar=st.sampled_from(CALENDARS), stretches=stretches
)


def plans(max_datas: int = 4):
    """Return a hypothesis strategy of plans, which shrink to few datas, few stretches and calm regimes."""
    return st.builds(
        Plan,
        seed=st.integers(0, 10_000),
        datas=st.lists(data_plans, min_size=1, max_size=max_datas).map(tuple),
    )
