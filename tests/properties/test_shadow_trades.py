"""A replay of an entry that was sent repeats the run's own trade: fills, stops, exits and money are the same ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bt_risk import MODERATE
from tests.bench.houses import QUICK, UNHALTED, houses, random_house
from tests.bench.markets import plans, random_plan
from tests.bench.replayed import differences
from tests.bench.round_trips import traded
from tests.properties.scale import examples, runs

# Nothing that the account does to a position, so that every trade can be compared.
ALONE = MODERATE.replace(
    **QUICK,
    **UNHALTED,
    allocation="risk_per_trade",
    max_heat=None,
    target_heat=None,
    max_positions=None,
    max_leverage=None,
    lot=0.0,
)
HOURS = 24.0
PROFILES = {
    "longest hold in bars": ALONE.replace(max_hold_bars=4),
    "longest hold in hours": ALONE.replace(max_hold=5 * HOURS),
    "least hold": ALONE.replace(min_hold=4 * HOURS),
    "loss of cost": ALONE.replace(position_loss_of_cost=0.02),
    "timeout": ALONE.replace(position_timeout=3 * HOURS * 3600),
    "decided stop": ALONE.replace(stop_anchor="decision"),
    "no stop on the entry bar": ALONE.replace(entry_bar_stop=False, lot=1.0),
    "trail cancels the target": ALONE.replace(
        target="r", target_r=3.0, target_with_trail="cancel", trail_activation=0.5
    ),
    "sized by a stop that is not placed": ALONE.replace(place_stops=False, trail="none", max_hold_bars=6),
    "rungs to the last": ALONE.replace(ladder=((0.5, 0.25), (1.0, 0.25), (1.5, 0.5)), break_even=0.5),
}
SLIPPAGES = {
    "of an amount": {"fixed": 0.05},
    "at the opening too": {"perc": 0.01, "slip_open": True},
    "out of the bar": {"perc": 0.03, "slip_open": True, "slip_out": True},
    "no fill out of the bar": {"perc": 0.01, "slip_open": True, "slip_match": False},
    "no fill of limits either": {"perc": 0.01, "slip_open": True, "slip_match": False, "slip_limit": False},
}


def compared(seeds, met, *, profile=None, prepare=None, engine=(), **fixed):
    """Return the differences of many runs; every house has costs of its own."""
    found = []
    for seed in seeds:
        house = random_house(seed, **{"fills": "whole", "engine": engine, **fixed})
        how = {"profile": profile or house.risk_profile, "house": house, "prepare": prepare}
        run, trips = traded(random_plan(seed), seed=seed, **how)
        found += [(seed, *each) for each in differences(run, trips, met)]
    return found


def test_every_trade_of_every_house_is_repeated():
    met = Counter()
    assert compared(range(runs(60, 3000)), met) == []
    reasons = ("stop", "trail", "break_even", "target", "ladder", "signal", "fill_beyond_stop", "open")
    assert all(met[reason] for reason in reasons)
    assert met["compared"] > 10 * met["left out"]


@pytest.mark.parametrize("name", PROFILES)
def test_every_way_to_hold_and_to_leave_is_repeated(name):
    met = Counter()
    assert compared(range(runs(12, 300)), met, profile=PROFILES[name]) == []
    assert met["compared"] > 50
    assert met["left out"] == 0
    rules = {"timeout": "position_timeout", "loss of cost": "excessive_loss", "rungs to the last": "ladder"}
    awaited = "time" if name.startswith("longest") else rules.get(name, "signal")
    assert met[awaited] > 3


@pytest.mark.parametrize("name", SLIPPAGES)
def test_every_slippage_of_the_broker_is_repeated(name):
    how = dict(SLIPPAGES[name])

    def slip(cerebro):
        if "fixed" in how:
            cerebro.broker.set_slippage_fixed(how["fixed"])
        else:
            cerebro.broker.set_slippage_perc(**how)

    met = Counter()
    assert compared(range(runs(12, 300)), met, profile=PROFILES["rungs to the last"], prepare=slip) == []
    assert met["compared"] > 50


@pytest.mark.parametrize(
    "engine", [{"runonce": False}, {"preload": False}, {"cheat_on_open": True}, {"quicknotify": True}]
)
def test_every_engine_mode_is_repeated(engine):
    met = Counter()
    assert compared(range(runs(12, 300)), met, engine=tuple(engine.items())) == []
    assert met["compared"] > 50


def test_bars_that_cannot_be_used_are_repeated():
    met = Counter()
    for seed in range(runs(40, 1000)):
        house = random_house(seed, fills="whole")
        plan = replace(random_plan(seed), bad_bars=0.08)
        run, trips = traded(plan, profile=house.risk_profile, seed=seed, house=house)
        assert differences(run, trips, met) == []
    assert met["compared"] > 100


def test_fills_at_the_close_are_repeated():
    met = Counter()
    assert compared(range(runs(30, 600)), met, at_close=True) == []
    assert met["compared"] > 100


def test_orders_sent_at_the_opening_are_repeated():
    met = Counter()
    for seed in range(runs(20, 300)):
        house = random_house(seed, fills="whole", at_close=False, engine=(("cheat_on_open", True),))
        run, trips = traded(
            random_plan(seed), profile=house.risk_profile, seed=seed, house=house, activity=0.2, at_open=0.3
        )
        assert differences(run, trips, met) == []
    assert met["compared"] > 80


def test_where_the_volume_suffices_orders_by_volume_are_repeated():
    met = Counter()
    assert compared(range(runs(20, 300)), met, fills="by volume") == []
    assert met["compared"] > 50


@examples(40, 1500)
@given(plan=plans(3), house=houses, seed=st.integers(0, 10_000))
def test_no_market_tells_a_replay_from_the_run(plan, house, seed):
    run, trips = traded(plan, profile=house.risk_profile, seed=seed, house=replace(house, fills="whole"))
    assert differences(run, trips, Counter()) == []
