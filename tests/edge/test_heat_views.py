"""HeatObserver and HeatAnalyzer on a run whose heat can be redone on paper."""

from __future__ import annotations

import json
import math

import pytest

from bt_risk import UNCONTROLLED
from bt_risk.analyzers import HeatAnalyzer
from bt_risk.observers import HeatObserver
from tests.edge.market import CALM, LIMIT, ROUND, STOP, calm, do, trade

# 200 units with the stop at 95 reserve 1 000, then risk it. On bar 3 the close is 104; the stop is raised to 103,
# which risks nothing and locks in 600. On bar 6 the stop fills: 100 600.
BARS = [
    CALM,
    CALM,
    (100, 105, 100, 104),
    (104, 105, 103.5, 104),
    (104, 105, 103.5, 104),
    (104, 104, 102, 103),
    CALM,
]
SCRIPT = {1: do("buy"), 3: do("sell", exectype=STOP, price=103)}


def watch(**options):
    def prepare(cerebro):
        cerebro.addanalyzer(HeatAnalyzer, _name="heat")
        cerebro.addobserver(HeatObserver)

    return trade(BARS, script=SCRIPT, prepare=prepare, **options)


def test_the_analyzer_shows_the_heat_after_every_bar():
    session = watch()
    frame = session.strategy.analyzers.heat.to_frame()
    assert list(frame.index.day) == [1, 2, 3, 4, 5, 6, 7]
    assert list(frame["equity"]) == [100_000, 100_000, 100_800, 100_800, 100_800, 100_600, 100_600]
    assert list(frame["reserved_heat"]) == [0.01, 0, 0, 0, 0, 0, 0]
    assert list(frame["open_heat"]) == [0, 0.01, 0, 0, 0, 0, 0]
    assert list(frame["heat"]) == [0.01, 0.01, 0, 0, 0, 0, 0]
    assert list(frame["locked_in"]) == pytest.approx(
        [0, 0, 600 / 100_800, 600 / 100_800, 600 / 100_800, 0, 0]
    )
    assert list(frame["utilisation"]) == pytest.approx([0.1, 0.1, 0, 0, 0, 0, 0])
    assert list(frame["tier"]) == [0] * 7
    assert list(frame["positions"]) == [0, 1, 1, 1, 1, 0, 0]


def test_the_summary_is_plain_and_can_be_written_as_json():
    summary = watch().strategy.analyzers.heat.get_analysis()
    assert summary["bars"] == 7
    assert summary["heat"] == {"mean": pytest.approx(0.02 / 7), "max": 0.01, "last": 0.0}
    assert summary["reserved_heat"] == {"mean": pytest.approx(0.01 / 7), "max": 0.01, "last": 0.0}
    assert summary["locked_in"]["max"] == pytest.approx(600 / 100_800)
    assert summary["utilisation"] == {"mean": pytest.approx(0.2 / 7), "max": pytest.approx(0.1), "last": 0.0}
    assert summary["bars_in_tier"] == {"NORMAL": 7, "WARNING": 0, "CRITICAL": 0, "EMERGENCY": 0}
    assert summary["days_in_tier"] == {"NORMAL": 6, "WARNING": 0, "CRITICAL": 0, "EMERGENCY": 0}
    assert summary["target_band"] == {"below": 1.0, "inside": 0.0, "above": 0.0}
    assert summary["in_target_band"] == 0.0
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


@pytest.mark.parametrize("mode", [{}, {"runonce": False}, {"preload": False}, {"exactbars": -1}])
def test_the_observer_shows_the_same_heat_and_the_limits(mode):
    session = watch(**mode)
    (observer,) = session.strategy.observers
    lines = {
        name: list(getattr(observer.lines, name).array[: len(session.strategy)])
        for name in observer.getlinealiases()
    }
    assert lines["heat"] == [0.01, 0.01, 0, 0, 0, 0, 0]
    assert lines["limit"] == [0.1] * 7
    assert lines["band_low"] == [0.06] * 7
    assert lines["band_high"] == [0.08] * 7


def test_without_limits_the_observer_has_no_lines_for_them():
    session = watch(profile=UNCONTROLLED)
    (observer,) = session.strategy.observers
    assert all(math.isnan(value) for value in observer.lines.limit.array[:7])
    found = session.strategy.analyzers.heat.get_analysis()
    assert (found["in_target_band"], found["utilisation"]["max"]) == (None, None)
    assert found["missing"] == {
        "stressed_heat": "unknown on 3 of 7 bars",
        "utilisation": "the profile has no max_heat",
        "target_band": "the profile has no target_heat",
    }


def test_the_observer_keeps_the_strategys_clock_where_the_first_data_is_sparse():
    def prepare(cerebro):
        cerebro.addobserver(HeatObserver)

    for runonce in (True, False):
        session = trade(
            {1: CALM, 4: CALM}, calm(6), script={2: do("buy", data=1)}, prepare=prepare, runonce=runonce
        )
        (observer,) = session.strategy.observers
        assert list(observer.lines.heat.array[:6]) == [0, 0.01, 0.01, 0.01, 0.01, 0.01]


def test_an_entry_that_rests_is_reserved_and_not_open():
    session = trade(
        calm(3),
        script={1: do("buy", exectype=LIMIT, price=90, stop=85)},
        prepare=lambda cerebro: cerebro.addanalyzer(HeatAnalyzer, _name="heat"),
    )
    frame = session.strategy.analyzers.heat.to_frame()
    assert list(frame["reserved_heat"]) == [0.01] * 3
    assert list(frame["open_heat"]) == [0] * 3


def test_bars_before_the_users_first_next_are_recorded_too():
    def prepare(cerebro):
        cerebro.addanalyzer(HeatAnalyzer, _name="heat")

    session = trade({day: CALM for day in range(1, 6)}, {4: CALM, 5: CALM}, script={}, prepare=prepare)
    assert session.strategy.analyzers.heat.get_analysis()["bars"] == 5


def test_heat_above_the_limit_of_a_run_is_in_its_summary():
    fall = [*calm(2), (100, 100, 84, 84), *[(84, 85, 83, 84)] * 2]
    session = trade(
        fall,
        script={1: do("buy", size=500, stop=80)},
        profile=ROUND.replace(risk_per_trade=0.1, risk_per_trade_max=None, target_heat=(0.06, 0.1)),
        prepare=lambda cerebro: cerebro.addanalyzer(HeatAnalyzer, _name="heat"),
    )
    summary = session.strategy.analyzers.heat.get_analysis()
    # 10 000 at risk: all of the limit on 100 000, more than it on 92 000
    assert summary["heat"]["max"] == pytest.approx(10_000 / 92_000)
    assert summary["bars_in_tier"] == {"NORMAL": 3, "WARNING": 0, "CRITICAL": 1, "EMERGENCY": 1}
    assert summary["days_in_tier"] == {"NORMAL": 2, "WARNING": 0, "CRITICAL": 1, "EMERGENCY": 1}
    assert summary["target_band"] == {"below": 0.4, "inside": 0.4, "above": 0.2}
