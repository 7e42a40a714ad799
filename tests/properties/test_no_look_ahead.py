"""I11: cutting the market after day t changes no decision, no fill and no equity at or before t."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

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


REACHED = ("long", "short", "gap through a stop", "stop filled", "held over a gap", "denied")


def has_look_ahead(plan, day, *, met=None, **options):
    """Return whether cutting the market after `day` changes what came before; `met` counts what the cut run met."""
    market = rows(plan)
    whole = until(audited(market, **options), day)
    run = audited(cut(market, day), **options)
    if met is not None:
        met.update(run.met)
    return repr(whole) != repr(until(run, day))


@pytest.fixture(scope="module")
def cuts():
    """Return the seeds whose cut runs differ, and what all of those runs met."""
    met, found = Counter(), []
    for seed in range(runs(60, 3000)):
        house = random_house(seed)
        plan = replace(random_plan(seed), thin_volume=house.is_partial)
        if has_look_ahead(plan, 3 + seed * 7 % 55, met=met, seed=seed, **house.options()):
            found.append(seed)
    return found, met


def test_no_decision_knows_a_later_bar(cuts):
    assert cuts[0] == []


def test_the_runs_that_were_cut_had_met_what_is_hard(cuts):
    assert min(cuts[1][what] for what in REACHED) >= 20


def test_no_market_makes_a_decision_know_a_later_bar():
    met = Counter()

    @examples(30, 1500)
    @given(plan=plans(3), house=houses, seed=st.integers(0, 10_000), share=st.floats(0.1, 0.99))
    def holds(plan, house, seed, share):
        plan, day = replace(plan, thin_volume=house.is_partial), max(1, int(plan.days * share))
        assert not has_look_ahead(plan, day, met=met, seed=seed, **house.options())

    holds()
    assert min(met[what] for what in REACHED) >= 2


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
