"""HeatAnalyzer position by position, and in other lights: stops overshot, positions that move together."""

from __future__ import annotations

import math

import pytest

from bt_risk.analyzers import HeatAnalyzer
from tests.edge.market import CALM, do, trade
from tests.edge.test_other_heats import STRESS, TWO, calm


def analysed(*markets, script, profile=STRESS):
    session = trade(
        *markets,
        script=script,
        profile=profile,
        prepare=lambda cerebro: cerebro.addanalyzer(HeatAnalyzer, _name="heat"),
    )
    return session.strategy.analyzers.heat


def test_the_composition_has_a_row_for_each_position_and_bar():
    frame = analysed(calm(5), calm(5), script={3: TWO}).composition()
    assert list(frame["bar"]) == [3, 3, 4, 4, 5, 5]
    assert list(frame["data"]) == ["d0", "d1"] * 3
    assert list(frame["reserved_risk"]) == [1_000, 2_000, 0, 0, 0, 0]
    assert list(frame["open_risk"]) == [0, 0, 1_000, 2_000, 1_000, 2_000]
    assert list(frame["open_heat"]) == [0, 0, 0.01, 0.02, 0.01, 0.02]
    joint = math.hypot(0.01, 0.02)
    assert list(frame["marginal_heat"]) == pytest.approx([0.01**2 / joint, 0.02**2 / joint] * 3)


def test_the_parts_of_a_bar_sum_to_the_heat_of_the_book():
    analyzer = analysed(calm(5), calm(5), script={3: TWO})
    sums = analyzer.composition().groupby("bar")[["open_heat", "reserved_heat", "marginal_heat"]].sum()
    frame = analyzer.to_frame().iloc[2:]
    assert list(sums["open_heat"] + sums["reserved_heat"]) == pytest.approx(list(frame["heat"]))
    assert list(sums["marginal_heat"]) == pytest.approx(list(frame["correlated_heat"]))


def test_the_series_show_the_heat_with_stops_overshot_and_with_uncorrelated_positions():
    frame = analysed(calm(5), calm(5), script={3: TWO}).to_frame()
    assert list(frame["stressed_heat"]) == pytest.approx([0, 0, 0.042, 0.042, 0.042])
    assert list(frame["correlated_heat"]) == pytest.approx([0, 0, *[math.hypot(0.01, 0.02)] * 3])


def test_the_summary_tells_what_each_position_adds_at_the_end():
    found = analysed(calm(5), calm(5), script={3: TWO}).get_analysis()
    joint = math.hypot(0.01, 0.02)
    assert [row["data"] for row in found["positions"]] == ["d0", "d1"]
    assert [row["heat"] for row in found["positions"]] == [0.01, 0.02]
    assert sum(row["marginal_heat"] for row in found["positions"]) == pytest.approx(joint)
    assert found["stressed_heat"] == {"mean": pytest.approx(0.042 * 3 / 5), "max": 0.042, "last": 0.042}


def test_a_closed_position_is_out_of_the_composition():
    analyzer = analysed(calm(6), script={2: do("buy", size=100, stop=90), 4: do("close")})
    assert list(analyzer.composition()["bar"]) == [2, 3, 4]
    assert analyzer.get_analysis()["positions"] == []


def test_while_the_true_range_is_unknown_the_stressed_heat_is_and_it_says_so():
    profile = STRESS.replace(atr_period=4)
    found = analysed([CALM] * 5, script={1: do("buy", size=100, stop=90)}, profile=profile).get_analysis()
    assert found["missing"]["stressed_heat"] == "unknown on 4 of 5 bars"
    assert found["stressed_heat"]["max"] == pytest.approx(0.014)


def test_time_in_a_tier_counts_the_days_between_bars():
    market = {1: CALM, 2: CALM, 5: CALM, 8: CALM}
    profile = STRESS.replace(target_heat=(0.06, 0.095))
    found = analysed(market, script={2: do("buy", size=950, stop=90)}, profile=profile).get_analysis()
    # Reserved on day 2, over a long weekend, and held from day 5 on.
    assert found["bars_in_tier"] == {"NORMAL": 2, "WARNING": 0, "CRITICAL": 2, "EMERGENCY": 0}
    assert found["days_in_tier"] == {"NORMAL": 4, "WARNING": 0, "CRITICAL": 3, "EMERGENCY": 0}
    assert found["last_tier"] == "CRITICAL"
