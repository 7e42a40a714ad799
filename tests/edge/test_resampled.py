"""Weekly bars resampled beside the daily ones: each order trades on the bars of its own data."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from tests.edge.market import CALM, calm, do, trade


def weekly(cerebro):
    cerebro.resampledata(cerebro.datas[0], timeframe=bt.TimeFrame.Weeks, name="weekly")


def days(**changes):
    """Return 29 calm days, the first a Monday; `d12=...` changes day 12."""
    return {day: changes.get(f"d{day}", CALM) for day in range(1, 30)}


@pytest.mark.parametrize("mode", [{}, {"runonce": False}, {"preload": False}])
def test_a_daily_position_is_as_without_the_weekly_data(mode):
    bars = [*calm(3), (100, 101, 94, 95), *calm(6)]
    script = {1: do("buy", data=0)}
    session = trade(bars, script=script, prepare=weekly, **mode)
    assert session.fills == trade(bars, script=script).fills == [(2, 200, 100), (4, -200, 95)]


@pytest.mark.parametrize("mode", [{}, {"runonce": False}, {"preload": False}])
def test_a_weekly_position_trades_on_weekly_bars(mode):
    # The weeks end on days 7, 14, 21, 28 and show on the day after. Bought with the week of day 14, left with 21.
    session = trade(days(), script={8: do("buy", data=1), 20: do("close", data=1)}, prepare=weekly, **mode)
    assert session.fills == [(15, 200, 100), (22, -200, 100)]
    assert session.is_covered


@pytest.mark.parametrize("mode", [{}, {"runonce": False}, {"preload": False}])
def test_the_stop_of_a_weekly_position_sees_the_week_of_its_entry(mode):
    session = trade(days(d12=(100, 101, 94, 100)), script={8: do("buy", data=1)}, prepare=weekly, **mode)
    assert session.fills == [(15, 200, 100), (15, -200, 95)]
    later = trade(days(d18=(100, 101, 94, 100)), script={8: do("buy", data=1)}, prepare=weekly, **mode)
    assert later.fills == [(15, 200, 100), (22, -200, 95)]


def test_a_weekly_entry_is_decided_on_the_bar_that_brings_the_week():
    session = trade(days(), script={7: do("buy", data=1), 9: do("buy", data=1)}, prepare=weekly)
    assert session.outcomes() == [("entry", "denied", "fresh_bar")] * 2


# Of 25 days the last week is cut short: the broker has not seen it and trades it by the prices of the week before.
CUT = {day: CALM if day < 22 else (101, 102, 100, 101) for day in range(1, 26)}


@pytest.mark.parametrize(
    ("first_day", "fill"),
    [((100, 101, 99, 100), [(26, -200, 100)]), ((math.inf, math.inf, 99, 100), [])],
    ids=["prices", "an opening without end"],
)
def test_an_exit_takes_the_week_before_for_a_week_cut_short_where_that_has_prices(first_day, fill):
    bars = CUT | {15: first_day}
    session = trade(bars, script={8: do("buy", data=1), 22: do("close", data=1)}, prepare=weekly)
    assert session.fills == [(15, 200, 100), *fill]


def test_an_entry_does_not_open_at_prices_that_are_over():
    session = trade(CUT, script={22: do("buy", data=1)}, prepare=weekly)
    assert session.outcomes() == [("entry", "accepted", "risk_per_trade")]
    assert session.fills == []
