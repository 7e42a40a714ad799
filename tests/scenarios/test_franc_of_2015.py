"""EURCHF on 2015-01-15: the Swiss National Bank gave up its floor of 1.20, and no stop helped.

The shipped series has one fix a day: 1.2010 on the 13th and 14th, 1.0280 on the 15th. The trade of those years: bought
on the floor at 1.2010, with the stop just below it at 1.1990. It promises to lose 0.0020 a euro and loses 0.1730, which
is 86.5 times as much. What the account loses is therefore a matter of the size alone, in francs:

| profile                        | units     | planned  | lost       | left       |
|--------------------------------|----------:|---------:|-----------:|-----------:|
| 1 % at risk, 20 times leverage |   500 000 | 1 000.00 |  86 500.00 |  13 500.00 |
| 2 % at risk, 20 times leverage | 1 000 000 | 2 000.00 | 173 000.00 | -73 000.00 |
| MODERATE: a quarter of equity  |    20 815 |    41.63 |   3 601.00 |  96 399.00 |
"""

from __future__ import annotations

import datetime as dt

import pytest

from bt_risk import AGGRESSIVE, CONSERVATIVE, MODERATE
from tests.edge.market import ROUND
from tests.scenarios.history import buy_once

DECIDED = dt.date(2015, 1, 13)
LEVERED = ROUND.replace(risk_per_trade_max=None)


@pytest.mark.parametrize(
    ("profile", "leverage", "units", "planned", "lost"),
    [
        (LEVERED, 20.0, 500_000, 1_000.00, 86_500.00),
        (LEVERED.replace(risk_per_trade=0.02), 20.0, 1_000_000, 2_000.00, 173_000.00),
        # 25 000 / 1.2010 = 20 815.99, 30 000 / 1.2010 = 24 979.18
        (CONSERVATIVE, 1.0, 20_815, 41.63, 3_600.995),
        (MODERATE, 1.0, 20_815, 41.63, 3_600.995),
        (AGGRESSIVE, 1.0, 24_979, 49.958, 4_321.367),
    ],
    ids=["1 % levered", "2 % levered", "conservative", "moderate", "aggressive"],
)
def test_the_stop_promises_twenty_pips_and_the_gap_takes_seventeen_hundred(
    profile, leverage, units, planned, lost
):
    run = buy_once("EURCHF", DECIDED, 1.1990, profile, leverage=leverage)
    entry = run.desk.decisions[0]
    assert (entry.price, entry.stop, entry.given) == (1.2010, 1.1990, units)
    assert run.fills == [("2015-01-14", units, 1.2010), ("2015-01-15", -units, 1.0280)]
    assert round(100_000 * run.heat("2015-01-14"), 3) == planned
    assert run.heat("2015-01-15") == 0
    assert round(run.equity("2015-01-15"), 3) == 100_000 - lost
    audit = run.audit
    assert round(-audit.planned, 3) == planned
    assert round(-audit.realised, 3) == lost
    assert round(audit.never_promised, 3) == round(lost - planned, 3)


def test_the_audit_says_how_much_was_never_promised():
    run = buy_once("EURCHF", DECIDED, 1.1990, LEVERED, leverage=20.0)
    assert run.audit.to_text() == (
        "planned -1,000.00, realised -86,500.00, of which 85,500.00 was never promised: exit gap -85,500.00"
    )


def test_a_stop_ten_times_as_far_away_promises_the_same_and_loses_a_tenth():
    # Stop 1.1810, 0.02 away: 50 000 units for the same 1 000. Sold at the same 1.0280: 50 000 * -0.1730 = -8 650.00.
    run = buy_once("EURCHF", DECIDED, 1.1810, LEVERED, leverage=20.0)
    assert run.fills[1] == ("2015-01-15", -50_000, 1.0280)
    assert round(run.equity("2015-01-15"), 2) == 91_350.00


def test_moderate_with_its_halts_loses_less_than_a_day_may_and_trades_on():
    # 3 601.00 of 100 000 are 3.60 %: below the 4 % from which a day's loss is told, and the 5 % that halt it.
    run = buy_once("EURCHF", DECIDED, 1.1990, MODERATE)
    assert [event.kind for event in run.desk.events] == ["stop_hit"]
    assert run.desk.halted == ""
    assert round(run.desk.drawdown, 4) == 0.0360


@pytest.mark.parametrize(
    ("changes", "kinds", "halted"),
    [
        # The gap alone is 3.6 %: a day may lose 3 %, for the orders of that day and of the next one.
        ({"daily_loss": 0.03}, ["stop_hit", "daily_loss", "alert", "daily_loss"], ""),
        (
            {"drawdown_halt": 0.03, "drawdown_cooldown": 60},
            ["stop_hit", "portfolio_drawdown", "alert"],
            "the drawdown from 100000.00 halts entries",
        ),
        (
            {"emergency_daily_loss": 0.03, "daily_loss": None},
            ["stop_hit", "emergency_stop", "alert"],
            "emergency stop (daily_loss): entries wait for a reset",
        ),
    ],
)
def test_narrower_limits_halt_on_the_day_of_the_gap_and_sell_nothing_twice(changes, kinds, halted):
    run = buy_once("EURCHF", DECIDED, 1.1990, MODERATE.replace(**changes))
    assert run.fills == [("2015-01-14", 20_815, 1.2010), ("2015-01-15", -20_815, 1.0280)]
    assert [event.kind for event in run.desk.events] == kinds
    assert {event.datetime.date().isoformat() for event in run.desk.events if event.level != "info"} == {
        "2015-01-15"
    }
    assert run.desk.halted == halted


def test_levered_twenty_times_the_account_is_halted_for_good():
    # 86 500 of 100 000: 86.5 %, above the 30 % of MODERATE's last rung. Nothing is open any more, and nothing opens.
    halts = {name: getattr(MODERATE, name) for name in ("daily_loss", "drawdown_halt", "drawdown_emergency")}
    run = buy_once("EURCHF", DECIDED, 1.1990, LEVERED.replace(**halts), leverage=20.0)
    assert [event.kind for event in run.desk.events if event.kind != "alert"] == [
        "stop_hit",
        "daily_loss",
        "emergency_stop",
        "daily_loss",
    ]
    assert run.desk.halted == "emergency stop (drawdown): entries wait for a reset"
