"""Scale-outs on hostile markets: after every bar each part stands at its price, for its units, behind its own stop."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bt_risk import MODERATE
from tests.bench.auditor import Auditor
from tests.bench.markets import random_plan
from tests.bench.run import audited
from tests.bench.scale_outs import ScaleOutAudit, Scaler
from tests.properties.scale import runs

FIXED = MODERATE.replace(stop="fixed", fixed_stop=0.03, trail="none")
PROFILES = {
    "halves": FIXED.replace(ladder=((1.0, 0.5), (2.0, 0.25))),
    "to the last": FIXED.replace(
        lot=0.0, ladder=((0.5, 0.3), (1.0, 0.3), (1.5, 0.4)), break_even=1.0, target="r", target_r=1.2
    ),
    "tens": FIXED.replace(
        lot=10.0,
        ladder=((0.5, 0.2), (1.0, 0.2), (4.0, 0.2)),
        stop_anchor="decision",
        trail="fixed",
        trail_fraction=0.02,
    ),
}


def fill_by_volume(order, price, ago):
    return min(order.data.volume[ago], abs(order.executed.remsize))


def scaled(seed, told=None):
    """Return the audits of one run by type; `told` is the profile that the audit goes by, if another."""
    profile, is_partial = tuple(PROFILES.values())[seed % 3], seed % 4 == 0

    def prepare(cerebro):
        cerebro.addanalyzer(ScaleOutAudit, profile=told or profile)
        if is_partial:
            cerebro.broker.set_filler(fill_by_volume)

    plan = replace(random_plan(seed, days=80), thin_volume=is_partial)
    run = audited(plan, strategy=Scaler, profile=profile, prepare=prepare, luck=seed, in_place=seed % 5 != 0)
    return {type(analyzer): analyzer for analyzer in run.strategy.analyzers}


@pytest.fixture(scope="module")
def audits():
    return {seed: scaled(seed) for seed in range(runs(60, 6000))}


@pytest.mark.parametrize("kind", [ScaleOutAudit, Auditor])
def test_every_part_stands_where_it_must(audits, kind):
    assert {seed: found for seed, by in audits.items() if (found := by[kind].problems)} == {}


def test_the_runs_reached_what_is_hard(audits):
    met = sum((by[ScaleOutAudit].met for by in audits.values()), Counter())
    wanted = {
        "bars with rungs": 1000,
        "rung sold": 500,
        "rest sold": 100,
        "own sold": 20,
        "in part": 100,
        "gap": 300,
    }
    assert {what: met[what] for what, least in wanted.items() if met[what] < least} == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"ladder": ((1.01, 0.5), (2.0, 0.25))},
        {"ladder": ((1.0, 0.5), (2.0, 0.2))},
        {"ladder": ((1.0, 0.5),)},
        {"ladder": ()},
        {"lot": 2.0},
        {"stop_anchor": "decision"},
        {"target": "r", "target_r": 1.5},
    ],
)
def test_the_audit_sees_parts_that_are_not_the_profiles(changes):
    assert scaled(15)[ScaleOutAudit].problems == []
    assert scaled(15, told=PROFILES["halves"].replace(**changes))[ScaleOutAudit].problems != []
