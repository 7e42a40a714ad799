"""I12: bars and numbers that are none crash nothing, open nothing and keep nobody in a position.

The auditor watches every run: no order without a size and a price, no entry on a bar that is none, no fill at no price,
every close done at the next price that there is, every touched stop filled, nothing liquidated for an account whose
value is not known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.houses import houses, random_house
from tests.bench.markets import plans, random_plan, rows
from tests.bench.run import audited
from tests.bench.tally import Tally
from tests.properties.scale import examples, runs


def bad_run(seed):
    """Return a run over bars of which some or many are spoilt, asked for with numbers of which some are none."""
    house = random_house(seed)
    if house.costs == "future":
        # Backtrader settles contracts at every close; our feeds refuse closes that are none.
        house = replace(house, costs="none")
    if seed % 4 == 1:
        house = replace(house, at_close=True)
    plan = replace(random_plan(seed), bad_bars=(0.05, 0.2, 0.5)[seed % 3], thin_volume=house.is_partial)
    return audited(plan, seed=seed, absurd=0.25, **house.options())


def test_bad_bars_and_bad_numbers_break_nothing():
    tally = Tally().run_all(range(runs(60, 3000)), bad_run)
    assert tally.problems == {}
    reached = {
        "asked absurd": 200,
        "asked absurd close": 50,
        "held over a bad bar": 200,
        "held over a close that is none": 10,
        "exit waits for a price": 1,
        "denied": 500,
        "long": 100,
        "short": 20,
        "stop filled": 40,
        "gap through a stop": 20,
        "exit filled": 100,
    }
    assert {what: tally.met[what] for what, least in reached.items() if tally.met[what] < least} == {}


def test_no_market_with_bad_bars_breaks_anything():
    met = Counter()

    @examples(25, 1500)
    @given(
        plan=plans(2),
        house=houses.filter(lambda house: house.costs != "future"),
        seed=st.integers(0, 10_000),
        bad=st.floats(0.02, 0.6),
    )
    def holds(plan, house, seed, bad):
        plan = replace(plan, bad_bars=bad, thin_volume=house.is_partial)
        run = audited(plan, seed=seed, absurd=0.2, **house.options())
        met.update(run.met)
        assert run.problems == []

    holds()
    reached = ("asked absurd", "held over a bad bar", "held over a gap", "stop filled", "exit filled")
    assert min(met[what] for what in reached) >= 3


@pytest.mark.parametrize("seed", range(runs(8, 400)))
def test_bad_bars_of_a_data_without_a_position_change_nothing_elsewhere(seed):
    house = random_house(seed, fills="whole", slippage="none")
    plan = random_plan(seed, datas=2, aligned=True)
    clean, spoilt = rows(plan), rows(replace(plan, bad_bars=0.3))
    assert repr(clean[1]) != repr(spoilt[1])
    alone, beside = (
        audited((clean[0], other), seed=seed, only=(0,), **house.options()) for other in (clean[1], spoilt[1])
    )
    assert alone.met["asked"] >= 5
    assert beside.problems == []
    assert repr(alone.trace()) == repr(beside.trace())
