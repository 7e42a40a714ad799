"""I11: cutting the market after day t changes no decision, no fill and no equity at or before t."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.feed import FIRST_DAY
from tests.bench.houses import houses, random_house
from tests.bench.markets import cut, plans, random_plan, rows
from tests.bench.requests import RiskRequests
from tests.bench.run import audited
from tests.properties.scale import examples, runs


def until(run, day):
    """Return what was decided and done on the days up to `day`."""
    trace = run.trace()
    bars = sum(day_of(run.strategy, bar) <= day for bar in range(len(trace["equity"])))
    return {
        "decisions": [decision for decision in trace["decisions"] if (decision[0] - FIRST_DAY).days < day],
        "fills": [fill for fill in trace["fills"] if fill[0] <= bars],
        "equity": trace["equity"][:bars],
    }


def day_of(strategy, bar):
    line = strategy.lines.datetime.array
    return round(line[bar] - line[0]) + first_day(strategy)


def first_day(strategy):
    return (strategy.lines.datetime.datetime(1 - len(strategy)) - FIRST_DAY).days + 1


def has_look_ahead(plan, day, **options):
    market = rows(plan)
    whole = until(audited(market, **options), day)
    part = until(audited(cut(market, day), **options), day)
    return repr(whole) != repr(part)


@pytest.mark.parametrize("seed", range(runs(60, 3000)))
def test_no_decision_knows_a_later_bar(seed):
    plan = random_plan(seed)
    assert not has_look_ahead(plan, 3 + seed * 7 % 55, seed=seed, **random_house(seed).options())


@examples(30, 1500)
@given(plan=plans(3), house=houses, seed=st.integers(0, 10_000), share=st.floats(0.1, 0.99))
def test_no_market_makes_a_decision_know_a_later_bar(plan, house, seed, share):
    day = max(1, int(plan.days * share))
    assert not has_look_ahead(plan, day, seed=seed, **house.options())


class Peeks(RiskRequests):
    """Reads the close of tomorrow, where preloading makes that possible."""

    def next(self):
        close = self.data.lines.close
        if len(self) == 20 and self.data.close[0] < close.array[min(close.idx + 1, len(close.array) - 1)]:
            self.buy(size=1)


def test_a_strategy_that_peeks_is_caught():
    found = [
        has_look_ahead(
            random_plan(seed, aligned=True), 20, seed=seed, strategy=Peeks, **random_house(0).options()
        )
        for seed in range(8)
    ]
    assert any(found)
