"""Run a strategy of the list plain and guarded on the same market. Gives: `play`, one finished run."""

from __future__ import annotations

import csv
import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import backtrader as bt

from bt_risk import MODERATE, guard
from tests.adoption.watch import watched
from tests.bench.auditor import Auditor
from tests.bench.feed import RowFeed
from tests.bench.markets import random_plan, rows
from tests.properties.scale import IS_LONG

DATA = Path(__file__).parents[2] / "data"
CASH = 1_000_000.0


@dataclass(frozen=True)
class Case:
    """One strategy and how its user starts it; `attach` adds to Cerebro what else they use."""

    strategy: type[bt.Strategy]
    long_only: bool = True
    is_aligned: bool = False
    engine: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    attach: Callable[[bt.Cerebro], Any] | None = None
    install: Callable[..., Any] = bt.Cerebro.addstrategy


@dataclass
class Run:
    """One finished run: the strategy, its score, the audit, and the number of bars."""

    strategy: bt.Strategy
    audit: Auditor
    bars: int

    @property
    def score(self):
        return self.strategy.score

    @property
    def entries(self) -> list[int]:
        """Return the bar of each fill that entered."""
        return [bar for bar, _, role, _, _ in self.audit.fills if role == "entry"]

    @property
    def entries_by_quarter(self) -> list[int]:
        """Return how many entries filled in each quarter of the run."""
        quarters = [0] * 4
        for bar in self.entries:
            quarters[min(3, 4 * bar // self.bars)] += 1
        return quarters

    @property
    def sizes(self) -> list[float]:
        """Return the position in its data after each fill."""
        held, sizes = {}, []
        for _, data, _, size, _ in self.audit.fills:
            held[data] = held.get(data, 0.0) + size
            sizes.append(held[data])
        return sizes

    def trace(self):
        """Return all that two equal runs share."""
        first = min(self.score.handed_out, default=0)
        heard = [(ref - first, statuses) for ref, statuses in self.score.heard.items()]
        decisions = [
            (
                one.datetime,
                one.data,
                one.side,
                one.kind,
                one.rule,
                one.outcome,
                one.given,
                one.price,
                one.stop,
            )
            for one in self.strategy.bt_risk.decisions
        ]
        return {
            "decisions": decisions,
            "fills": self.audit.fills,
            "equity": self.audit.equity,
            "calls": self.score.calls,
            "heard": heard,
        }


def hostile(seed: int, is_aligned: bool = False, *, days: int = 120, datas: int = 2) -> tuple:
    """Return datas in common price ranges, on calendars of their own or one, with gaps, crashes and squeezes."""
    drawn = random_plan(seed, datas=datas, days=days, aligned=is_aligned)
    prices = (100.0, 25.0, 60.0, 10.0, 200.0)
    return rows(
        replace(
            drawn,
            datas=tuple(replace(one, price=price) for one, price in zip(drawn.datas, prices, strict=False)),
        )
    )


@functools.cache
def shares(first: str, last: str) -> tuple:
    """Return AAPL and MSFT between two days."""
    return tuple(tuple(read(name, first, last)) for name in ("AAPL", "MSFT"))


def read(name, first, last):
    with (DATA / f"{name}.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if first <= row["Date"] < last:
                when = bt.date2num(dt.datetime.fromisoformat(row["Date"]))
                yield (when, *(float(row[key]) for key in ("Open", "High", "Low", "Close", "Volume")))


# On one calendar for strategies that Backtrader itself cannot run on several.
MARKETS: dict[str, Callable[[bool], tuple]] = {
    f"hostile {seed}": functools.partial(hostile, seed) for seed in ((8, 12, 16, 20) if IS_LONG else (8,))
} | {"shares": lambda is_aligned: shares(*(("2000", "2013") if IS_LONG else ("2008-06", "2009-02")))}


def play(case: Case, market: tuple, *, guarded: bool = True, profile: Any = MODERATE, **engine) -> Run:
    """Run a case with or without a desk."""
    cerebro = bt.Cerebro(**{"stdstats": False, **case.engine, **engine})
    cerebro.broker.setcash(CASH)
    cerebro.broker.setcommission(commission=0.001)
    for number, bars in enumerate(market):
        cerebro.adddata(RowFeed(rows=bars), name=f"d{number}")
    if case.attach is not None:
        case.attach(cerebro)
    strategy = watched(case.strategy)
    if guarded:
        strategy = guard(strategy, profile=profile)
    case.install(cerebro, strategy, **case.params)
    limits = profile if guarded else None
    cerebro.addanalyzer(Auditor, _name="auditor", limits=limits, covers=guarded)
    (run,) = cerebro.run()
    return Run(run, run.analyzers.auditor, len(run))
