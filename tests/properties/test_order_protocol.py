"""I1 to I7 on hostile markets: whatever is asked for, the order protocol holds, and the runs reached the hard cases.

One fixture makes the seeded runs; a test per invariant reads them. A hypothesis property adds what can be shrunk.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.houses import PROFILES, houses, random_house
from tests.bench.markets import plans, random_plan
from tests.bench.run import audited
from tests.properties.scale import examples, runs

INVARIANTS = {
    "I0": "fills, positions and cash agree with the broker",
    "I1": "limits hold after every accepted entry",
    "I2": "every position is covered exactly",
    "I3": "no stop loosens",
    "I4": "no exit is refused, nothing opens unasked, nothing is left behind",
    "I5": "no entry from critical heat on",
    "I6": "an emergency is answered in its bar",
    "I7": "reserved risk is released, an empty book has no heat",
}


def house_of(seed):
    if seed % 5 == 2:
        return random_house(seed, profile="brimful")
    return random_house(seed, profile="three adds") if seed % 5 == 4 else random_house(seed)


def hostile_run(seed, **options):
    """Return one run: some are full to the brim, add to what they hold, are very busy, or trade at the open as well."""
    house, plan = house_of(seed), random_plan(seed)
    if house.by_volume:
        plan = replace(plan, thin_volume=True)
    options = {**house.options(), **options}
    if seed % 8 == 0:
        options |= {"engine": {"cheat_on_open": True}, "at_open": 0.3}
    if seed % 8 == 1:
        options |= {"activity": 0.7}
    return audited(plan, seed=seed, **options)


@pytest.fixture(scope="module")
def audits():
    return {seed: hostile_run(seed).audit for seed in range(runs(260, 20_000))}


@pytest.mark.parametrize("rule", INVARIANTS, ids=INVARIANTS.get)
def test_invariant(audits, rule):
    broken = {
        seed: found
        for seed, audit in audits.items()
        if (found := [one for one in audit.problems if one.startswith(rule)])
    }
    assert broken == {}


def test_the_runs_reached_what_is_hard(audits):
    met = sum((audit.met for audit in audits.values()), Counter())
    wanted = {
        "long": 300,
        "short": 100,
        "round trip": 400,
        "denied": 1000,
        "entry Limit": 100,
        "entry Stop": 50,
        "entry Canceled": 50,
        "entry Expired": 10,
        "entry Margin": 1,
        "gap through a stop": 200,
        "entry and exit in one bar": 50,
        "stop moved": 300,
        "stop filled": 300,
        "target filled": 50,
        "partial exit": 300,
        "exit filled": 300,
        "event emergency": 20,
        "bar in emergency": 1,
        "asked turn": 50,
        "asked own stop": 50,
        "asked own trail": 20,
        "asked own limit": 20,
        "asked cancel": 100,
        "asked add": 100,
        "add filled": 100,
        "add stopped on its bar": 5,
    }
    assert {what: met[what] for what, least in wanted.items() if met[what] < least} == {}


def test_every_profile_was_traded(audits):
    traded = {house_of(seed).profile for seed, audit in audits.items() if audit.met["round trip"]}
    assert traded == set(PROFILES)


def test_no_market_and_no_request_breaks_the_protocol():
    met = Counter()

    @examples(150, 4000)
    @given(plan=plans(), house=houses, seed=st.integers(0, 10_000))
    def holds(plan, house, seed):
        run = audited(replace(plan, thin_volume=house.by_volume), seed=seed, **house.options())
        met.update(run.met)
        assert run.problems == []

    holds()
    assert (
        min(met[what] for what in ("long", "short", "gap through a stop", "stop filled", "partial exit"))
        >= 10
    )


def test_a_user_who_never_rests_breaks_nothing():
    met = Counter()

    @examples(50, 2000)
    @given(plan=plans(2), seed=st.integers(0, 10_000))
    def holds(plan, seed):
        run = audited(plan, seed=seed, profile=PROFILES["hot"], activity=0.8)
        met.update(run.met)
        assert run.problems == []

    holds()
    assert min(met[what] for what in ("asked", "denied", "event emergency", "exit filled")) >= 1


@pytest.mark.parametrize("seed", range(runs(12, 500)))
def test_bad_bars_break_nothing_but_their_own_data(seed):
    plan = replace(random_plan(seed), bad_bars=0.05)
    run = audited(plan, seed=seed, **random_house(seed, future=False).options())
    assert run.problems == []
