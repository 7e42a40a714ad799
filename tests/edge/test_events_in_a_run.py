"""What a run tells of stops, bad bars and a lost edge: once each, and to a strategy that meets the desk as it is."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from bt_risk.rules.breaker import BreakerState
from bt_risk.rules.events import EventKind
from tests.edge.market import (
    CALM,
    LIMIT,
    ROUND,
    STOP,
    WIDE,
    Scripted,
    calm,
    do,
    each,
    fixed_filler,
    trade,
)
from tests.rules.test_events import told as kinds_by_module

NAN = math.nan
FLAT = (100.0,) * 4


def texts(session, kind):
    return [
        (event.datetime.day, event.level, event.text) for event in session.desk.events if event.kind == kind
    ]


# Stops.


@pytest.mark.parametrize(
    ("bars", "day", "text"),
    [
        ([*calm(3), (100, 101, 94, 96), CALM], 4, "d0: the stop at 95 was hit, filled at 95"),
        ([*calm(3), (90, 92, 89, 91), CALM], 4, "d0: the stop at 95 was hit, filled at 90"),
        ([CALM, (100, 101, 94, 96), CALM], 2, "d0: the stop at 95 was hit, filled at 95"),  # on its entry bar
    ],
)
def test_a_stop_that_closes_a_position_is_told(bars, day, text):
    session = trade(bars, script={1: do("buy")})
    assert texts(session, "stop_hit") == [(day, "info", text)]


@pytest.mark.parametrize(
    "script",
    [
        {1: do("buy"), 3: do("close")},
        {1: do("buy", target=101)},
        {1: do("buy"), 3: each(do("close"), do("sell", exectype=STOP, price=99))},
    ],
)
def test_another_exit_is_no_stop(script):
    assert texts(trade(calm(6), script=script), "stop_hit") == []


def test_the_stops_of_several_parts_are_one():
    profile = ROUND.replace(ladder=((1.0, 0.5), (2.0, 0.25)))
    session = trade([*calm(3), (100, 101, 94, 96), CALM], script={1: do("buy")}, profile=profile)
    assert [size for _, size, _ in session.fills] == [200, -100, -50, -50]
    assert len(texts(session, "stop_hit")) == 1


def test_a_stop_that_fills_in_parts_is_one():
    bars = [*calm(4), (100, 101, 94, 96), *calm(4)]
    session = trade(bars, script={1: do("buy")}, prepare=fixed_filler(80))
    assert session.position == 0
    assert len(texts(session, "stop_hit")) == 1


def test_a_second_position_has_a_stop_of_its_own():
    bars = [*calm(3), (100, 101, 94, 96), *calm(3), (100, 101, 94, 96), CALM]
    session = trade(bars, script={1: do("buy"), 5: do("buy")})
    assert [day for day, _, _ in texts(session, "stop_hit")] == [4, 8]


@pytest.mark.parametrize(
    "mode", [{}, {"quicknotify": True}, {"runonce": False}, {"cheat_on_open": True}], ids=str
)
def test_the_strategy_hears_of_it_when_the_position_is_gone(mode):
    met = []

    class Listening(Scripted):
        def notify_risk(self, event):
            if event.kind == "stop_hit":
                met.append(
                    (event.data, self.bt_risk.positions, self.bt_risk.heat, self.bt_risk.stop(self.data))
                )

    trade([*calm(3), (100, 101, 94, 96), *calm(2)], script={1: do("buy")}, strategy=Listening, **mode)
    assert met == [("d0", {}, 0.0, None)]


# Bad bars.


def test_bad_bars_are_told_once_for_each_spell_with_everything_that_is_wrong():
    bad, crossed = (NAN, NAN, NAN, 0.0), (100, 99, 101, 100)
    session = trade([CALM, bad, bad, crossed, CALM, crossed, CALM], calm(7), script={})
    assert texts(session, "data_quality") == [
        (
            2,
            "warning",
            "d0: a price is not a finite number, a price is zero or less: no entry until a bar can be used",
        ),
        (
            6,
            "warning",
            "d0: the open or the close lies outside of low to high: no entry until a bar can be used",
        ),
    ]
    assert {event.data for event in session.desk.events} == {"d0"}


def test_empty_rows_before_an_instruments_first_price_are_no_bad_bars():
    session = trade([(NAN,) * 4, (NAN,) * 4, CALM, (NAN,) * 4, CALM], calm(5), script={})
    assert [day for day, _, _ in texts(session, "data_quality")] == [4]


def test_the_last_bits_of_an_adjusted_price_are_no_fault():
    session = trade([CALM, (100, 101, 99, 101 * (1 + 1e-13)), CALM], script={})
    assert session.event_kinds() == []


# No edge.

KELLY = ROUND.replace(sizing=("kelly", "risk_per_trade"), kelly_min_trades=2, kelly_floor=0.01)


def round_trips(closes):
    """Return a market and a script that buy at 100 and sell at each close in turn, three bars each."""
    bars, script = [FLAT], {}
    for number, close in enumerate(closes):
        bar = 1 + 3 * number
        script[bar] = do("buy", size=10, stop=50)
        script[bar + 1] = do("close")
        bars += [FLAT, (close,) * 4, FLAT]
    return bars, script


def test_a_lost_edge_is_told_once_until_there_is_one_again():
    # Won 10 and lost 20 is no edge. Won 40 three times makes one; after nine trades 4 have won 32.50 each and 5 have
    # lost 30.00 each: 4 / 9 - 5 / 9 / (32.5 / 30) is below zero.
    bars, script = round_trips([110, 80, 90, 140, 140, 140, 60, 60, 60, 100])
    session = trade(bars, script=script, profile=KELLY)
    assert texts(session, "no_edge") == [
        (7, "warning", "no edge in 2 closed trades: kelly trades 1.00%"),
        (28, "warning", "no edge in 9 closed trades: kelly trades 1.00%"),
    ]


def test_a_profile_without_kelly_has_no_edge_to_lose():
    bars, script = round_trips([80, 80, 80, 80])
    assert trade(bars, script=script).event_kinds() == []


# The desk as the strategy meets it.


class Watching(Scripted):
    """Write down what the desk shows whenever it tells of something."""

    def __init__(self):
        super().__init__()
        self.met = []

    def notify_risk(self, event):
        desk = self.bt_risk
        self.met.append((event.kind, desk.bar, bool(desk.halted), round(desk.heat, 4), len(desk.plans)))


@pytest.mark.parametrize("mode", [{}, {"quicknotify": True}, {"runonce": False}, {"preload": False}], ids=str)
def test_the_strategy_meets_a_desk_that_is_up_to_date(mode):
    # Day 3 loses 5 000 of 100 000. By the time it is told, the account is halted; by the time the entry that rests is
    # told to be withdrawn, it is.
    fall = [FLAT, FLAT, (100, 100, 87.50, 87.50), *[(87.50,) * 4] * 3]
    rest = do("buy", data=1, size=10, stop=80, exectype=LIMIT, price=90)
    session = trade(
        fall,
        [FLAT] * 6,
        profile=WIDE.replace(daily_loss=0.05),
        script={1: each(do("buy", size=400, stop=80), rest)},
        strategy=Watching,
        **mode,
    )
    heat = round(8_000 / 95_000, 4)
    assert session.strategy.met == [
        ("daily_loss", 3, True, round(8_100 / 95_000, 4), 1),
        ("alert", 3, True, round(8_100 / 95_000, 4), 1),
        ("entry_withdrawn", 3, True, heat, 0),
        ("daily_loss", 5, False, heat, 0),
    ]


def test_only_the_newest_events_are_kept_and_all_are_heard(monkeypatch):
    monkeypatch.setattr("bt_risk.oversight.event_log.MAX_EVENTS", 3)
    heard = []

    class Listening(Scripted):
        def notify_risk(self, event):
            heard.append(event)

    flap = each(lambda s: s.bt_risk.trip("news"), lambda s: s.bt_risk.reset())
    session = trade(calm(6), profile=WIDE, script={2: flap, 3: flap, 4: flap}, strategy=Listening)
    assert len(heard) == 6
    assert list(session.desk.events) == heard[-3:]
    assert [(e.datetime.day, e.kind) for e in session.desk.events] == [
        (3, "reset"),
        (4, "breaker"),
        (4, "reset"),
    ]


def test_by_the_time_a_reduction_is_told_its_exits_are_sent():
    met = []

    class Listening(Scripted):
        def notify_risk(self, event):
            if event.kind == "emergency":
                met.append([d.rule for d in self.bt_risk.decisions if d.kind == "exit"])

    bars = [*calm(2), (100, 100, 84, 84), *[(84.0,) * 4] * 2]
    script = {1: do("buy", size=500, stop=80)}
    trade(bars, profile=WIDE.replace(reduction="trim"), script=script, strategy=Listening)
    assert met == [["heat_reduction"]]


class Timed(Scripted):
    """Read the desk from a timer, between the broker's part of a bar and the strategy's."""

    params = (("is_before", False),)

    def start(self):
        super().start()
        self.read = []
        self.add_timer(bt.timer.SESSION_START, cheat=self.p.is_before)

    def notify_timer(self, timer, when, *args, **kwargs):
        desk = self.bt_risk
        read = (
            bool(desk.halted),
            round(desk.daily_loss, 4),
            round(desk.heat, 4),
            desk.positions,
            desk.tier.name,
        )
        self.read.append((desk.bar, *read, desk.breaker is BreakerState.OPEN))


@pytest.mark.parametrize("mode", [{}, {"runonce": False}, {"quicknotify": True}], ids=str)
def test_a_timer_reads_the_bar_that_the_broker_has_traded_on(mode):
    fall = [FLAT, FLAT, (100, 100, 87.50, 87.50), (87.50,) * 4]
    profile = WIDE.replace(daily_loss=0.05, breaker_loss=0.05)
    session = trade(fall, profile=profile, script={1: do("buy", size=400, stop=80)}, strategy=Timed, **mode)
    assert session.strategy.read[1:] == [
        (2, False, 0.0, 0.08, {"d0": 400}, "NORMAL", False),
        (3, True, 0.05, 0.0842, {"d0": 400}, "NORMAL", True),
        (4, True, 0.0, 0.0842, {"d0": 400}, "NORMAL", False),
    ]


def test_a_timer_before_the_broker_reads_the_bar_before():
    class Before(Timed):
        params = (("is_before", True),)

    fall = [FLAT, FLAT, (100, 100, 87.50, 87.50), (87.50,) * 4]
    session = trade(
        fall, profile=WIDE.replace(daily_loss=0.05), script={1: do("buy", size=400, stop=80)}, strategy=Before
    )
    assert [(bar, halted) for bar, halted, *_ in session.strategy.read] == [
        (0, False),
        (1, False),
        (2, False),
        (3, True),
    ]


# What is done about it.

CRASH = [FLAT, FLAT, (100, 100, 75, 75), *[(75.0,) * 4] * 3]
ROOM = WIDE.replace(max_heat=0.5, target_heat=(0.1, 0.5), risk_per_trade=0.2)


@pytest.mark.parametrize(
    ("limits", "kind", "level", "action"),
    [
        # 400 at 100 with the stop at 50 have lost 10 000 of 100 000 on day 3, a quarter of what they cost.
        ({"daily_loss": 0.05}, "daily_loss", "warning", "deny_entries"),
        ({"drawdown_halt": 0.05}, "portfolio_drawdown", "warning", "deny_entries"),
        ({"drawdown_reduce": 0.05}, "portfolio_drawdown", "critical", "reduce_positions"),
        ({"drawdown_emergency": 0.05}, "emergency_stop", "critical", "emergency_stop"),
        ({"max_strategy_drawdown": 0.05}, "strategy_drawdown", "warning", "deny_entries"),
        ({"breaker_loss": 0.05}, "breaker", "critical", "deny_entries"),
        ({"position_loss": 0.05}, "position_loss", "critical", "close_position"),
        ({"position_loss_of_cost": 0.2}, "excessive_loss", "critical", "close_position"),
        ({"position_timeout": 3600.0}, "position_timeout", "warning", "close_position"),
        ({"max_hold_bars": 1}, "time", "warning", "close_position"),
        ({"daily_loss": 0.11}, "alert", "warning", "none"),
        ({"max_heat": 0.205, "target_heat": (0.1, 0.2)}, "emergency", "critical", "reduce_positions"),
    ],
)
def test_an_event_says_how_grave_it_is_and_what_the_desk_does(limits, kind, level, action):
    script = {1: do("buy", size=400, stop=50)}
    session = trade(CRASH, profile=ROOM.replace(**limits), script=script)
    event = next(event for event in session.desk.events if event.kind == kind)
    assert (event.level, event.action) == (level, action)
    assert event.to_dict()["action"] == action


def test_an_event_of_one_instrument_says_so_too():
    session = trade([CALM, (100, 99, 101, 100), CALM], script={})
    (event,) = session.desk.events
    assert (event.kind, event.data, event.action) == ("data_quality", "d0", "deny_entries")


# The list of kinds.


def test_every_kind_in_the_list_is_told_somewhere():
    found = {kind for kinds in kinds_by_module().values() for kind in kinds}
    # An exit of a position goes by the name of its rule, and so does the halt of one that lost too much.
    found |= {"time", "end_of_day"}
    assert [kind for kind in EventKind if kind not in found] == []


def test_no_run_here_told_of_a_kind_that_is_not_listed():
    bars = [FLAT, FLAT, (100, 100, 87.50, 87.50), (NAN,) * 4, *[(80.0,) * 4] * 12]
    profile = WIDE.replace(
        daily_loss=0.02,
        drawdown_halt=0.03,
        drawdown_reduce=0.04,
        breaker_loss=0.02,
        max_hold_bars=4,
        min_hold=400.0,
    )
    script = {
        1: each(do("buy", size=300, stop=50), do("buy", data=1, size=10, stop=50, exectype=LIMIT, price=90)),
        3: do("close"),
        5: lambda s: s.bt_risk.set_limits(daily_loss=0.03),
        6: lambda s: s.bt_risk.emergency("reduce_positions"),
        8: lambda s: s.bt_risk.reset(),
    }
    session = trade(bars, [FLAT] * 3, profile=profile, script=script)
    kinds = set(session.event_kinds())
    assert kinds <= set(map(str, EventKind))
    assert len(kinds) >= 9
