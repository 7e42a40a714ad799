"""I8: one trace of decisions, orders, fills and equity, whatever the engine's options are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest

from tests.bench.houses import House
from tests.bench.markets import random_plan
from tests.bench.run import audited
from tests.bench.signals import RiskSignals
from tests.properties.scale import runs

SEED = 18
HOT = House(profile="hot", costs="0.1 %")
MODES = [
    dict(preload=preload, runonce=runonce, exactbars=exactbars, cheat_on_open=cheat_on_open)
    for preload, runonce, exactbars, cheat_on_open in product(
        (True, False), (True, False), (-1, -2, False), (False, True)
    )
]
ALIGNED_ONLY = [dict(exactbars=1), dict(exactbars=1, cheat_on_open=True)]


def trace(seed, *, aligned=False, house=HOT, **engine):
    plan = random_plan(seed, datas=3, days=150, aligned=aligned)
    return audited(plan, seed=seed, **{**house.options(), "engine": engine}).trace()


def first_difference(one, other):
    for part, values in one.items():
        for number, (a, b) in enumerate(zip(values, other[part], strict=False)):
            if repr(a) != repr(b):  # NaN equals NaN here
                return part, number, a, b
        if len(values) != len(other[part]):
            return part, len(values), len(other[part])
    return None


@pytest.fixture(scope="module")
def plain():
    return {aligned: trace(SEED, aligned=aligned) for aligned in (False, True)}


@pytest.mark.parametrize("aligned", [False, True])
def test_the_trace_is_long_enough_to_prove_something(plain, aligned):
    assert len(plain[aligned]["fills"]) >= 50
    assert any(decision[4] == "heat_reduction" for decision in plain[aligned]["decisions"])


@pytest.mark.parametrize("modes", MODES, ids=str)
def test_several_calendars_give_one_trace(plain, modes):
    assert first_difference(plain[False], trace(SEED, **modes)) is None


@pytest.mark.parametrize("modes", MODES[::4] + ALIGNED_ONLY, ids=str)
def test_one_calendar_gives_one_trace(plain, modes):
    assert first_difference(plain[True], trace(SEED, aligned=True, **modes)) is None


REACHED = ("entry filled", "stop filled", "exit filled", "gap through a stop", "held over a gap")


def twice(make):
    """Return the first difference of each seed whose runs differ, and what the runs of all seeds met."""
    met, found = Counter(), {}
    for seed in range(runs(6, 300)):
        once, step = (make(seed, runonce) for runonce in (True, False))
        met.update(once.met)
        difference = first_difference(once.trace(), step.trace())
        if difference is not None:
            found[seed] = difference
    return found, met


def test_partial_fills_give_one_trace():
    house = House(profile="moderate", fills="by volume")

    def make(seed, runonce):
        plan = replace(random_plan(seed, datas=3, days=150), thin_volume=True)
        engine = {"runonce": runonce, "preload": runonce}
        return audited(plan, seed=seed, **{**house.options(), "engine": engine})

    found, met = twice(make)
    assert found == {}
    assert min(met[what] for what in (*REACHED, "partial exit")) >= 5


def test_orders_of_the_open_give_one_trace():
    def make(seed, runonce):
        engine = {"cheat_on_open": True, "runonce": runonce}
        plan = random_plan(seed, datas=3)
        return audited(plan, seed=seed, at_open=0.4, **{**HOT.options(), "engine": engine})

    found, met = twice(make)
    assert found == {}
    assert min(met[what] for what in (*REACHED, "entry at the open")) >= 5


@pytest.mark.parametrize("timers", ["early", "late"])
def test_orders_from_timers_give_one_trace(timers):
    def make(seed, runonce):
        plan = random_plan(seed, datas=3)
        return audited(plan, seed=seed, timers=timers, **{**HOT.options(), "engine": {"runonce": runonce}})

    found, met = twice(make)
    assert found == {}
    assert min(met[what] for what in REACHED) >= 5


def test_weeks_beside_days_give_one_trace():
    def make(seed, runonce):
        plan = replace(random_plan(seed, datas=3, days=200), weekly=(1, 2))
        engine = {"runonce": runonce, "preload": runonce}
        return audited(plan, seed=seed, **{**HOT.options(), "engine": engine})

    found, met = twice(make)
    assert found == {}
    assert min(met[what] for what in REACHED) >= 5


def test_signals_give_one_trace():
    def make(seed, runonce):
        options = {**House(profile="moderate").options(), "engine": {"runonce": runonce}}
        return audited(random_plan(seed, datas=2, days=150), seed=seed, strategy=RiskSignals, **options)

    found, met = twice(make)
    assert found == {}
    assert met["asked signal"] >= 20
    assert min(met[what] for what in REACHED) >= 5
