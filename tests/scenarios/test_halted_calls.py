"""While halted, nothing that a strategy may call opens or adds: in no words, from no callback, in no engine mode.

The account is halted five ways, each of which leaves a long of d0 in place. d1 is flat.
"""

from __future__ import annotations

import datetime as dt

import backtrader as bt
import pytest

from bt_risk import RiskSignalStrategy
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import LIMIT, STOP, WIDE, Scripted, Session, Tape, do, each, fixed_filler, trade

FLAT = (100.0,) * 4
# 400 units at 100 with the stop at 80 risk 8 000. A close of 87.50 leaves 95 000: 5 % down, heat 8.42 %; at 84.80 it is
# 93 920 and 8.52 %.
FALL = [FLAT, FLAT, (100, 100, 87.50, 87.50), *[(87.50,) * 4] * 5]
LONG = do("buy", size=400, stop=80, name="long")

HALTED = {
    "daily loss": {"daily_loss": 0.05, "daily_halt_sessions": 5},
    "drawdown": {"drawdown_halt": 0.05},
    "strategy": {"max_strategy_drawdown": 0.05},
    "breaker": {"breaker_loss": 0.05, "breaker_cooldown": 1e9},
    "critical heat": {"max_heat": 0.085, "target_heat": (0.05, 0.08), "risk_per_trade": 0.08},
}

ENTRIES = {
    "buy": do("buy", data=1),
    "sell": do("sell", data=1),
    "sized": do("buy", data=1, size=10, stop=90),
    "limit": do("buy", data=1, size=10, exectype=LIMIT, price=99, stop=90),
    "stop": do("buy", data=1, size=10, exectype=STOP, price=101, stop=90),
    "at the close": do("buy", data=1, size=10, exectype=bt.Order.Close, stop=90),
    "bracket": do("buy_bracket", data=1, size=10, stopprice=90, limitprice=110),
    "sell bracket": do("sell_bracket", data=1, size=10, stopprice=110, limitprice=90),
    "target size": do("order_target_size", data=1, target=10),
    "target value": do("order_target_value", data=1, target=1_000),
    "target share": do("order_target_percent", data=1, target=0.05),
    "short target": do("order_target_percent", data=1, target=-0.05),
    "add": do("buy", data=0, size=10, stop=80),
    "add by target": do("order_target_size", data=0, target=410),
    "alternatives": lambda s: s.buy(
        data=s.datas[1], size=5, oco=s.buy(data=s.datas[1], size=5, exectype=LIMIT, price=99)
    ),
}


def halted_profile(name):
    return WIDE.replace(max_adds=3, **HALTED[name])


@pytest.mark.parametrize("halt", HALTED)
@pytest.mark.parametrize("words", ENTRIES)
def test_no_words_open_anything(halt, words):
    script = {1: LONG, **{bar: ENTRIES[words] for bar in (3, 4, 6)}}
    session = trade(FALL, [FLAT] * 8, profile=halted_profile(halt), script=script)
    assert session.fills == [(2, 400, 100)]
    assert [d.outcome for d in session.decisions[1:] if d.kind in ("entry", "add")].count("denied") >= 3
    assert session.live == [(-400, 80)]


@pytest.mark.parametrize("halt", [name for name in HALTED if name != "critical heat"])
def test_a_reversal_closes_and_does_not_open(halt):
    # Asked for on the bar that halts, and once more when it does.
    script = {1: LONG, 3: do("sell", data=0, size=600, stop=120), 4: do("sell", data=0, size=600, stop=120)}
    session = trade(FALL, [FLAT] * 8, profile=halted_profile(halt), script=script)
    assert session.fills == [(2, 400, 100), (4, -400, 87.50)]
    assert session.position == 0


@pytest.mark.parametrize("halt", [name for name in HALTED if name != "critical heat"])
def test_a_reversal_that_rests_is_given_up_when_the_halt_begins(halt):
    # 400 are to be sold at 105 and 200 more sold short. The halt comes on day 3; day 6 sells the 400.
    rise = [*FALL[:5], (87.50, 106, 87.50, 106), *[(106.0,) * 4] * 2]
    reversal = do("sell_bracket", size=600, price=105, exectype=LIMIT, stopprice=120, limitprice=80)
    session = trade(rise, profile=halted_profile(halt), script={1: LONG, 2: reversal})
    assert session.event_kinds().count("reversal_dropped") == 1
    assert session.fills == [(2, 400, 100), (6, -400, 105)]


def test_critical_heat_lets_a_reversal_through_that_makes_room_first():
    # Flat, the heat is gone: 200 short at 87.50 with the stop at 90 risk 500.
    script = {1: LONG, 3: do("sell", data=0, size=600, stop=90)}
    session = trade(FALL, profile=halted_profile("critical heat"), script=script)
    assert session.fills == [(2, 400, 100), (4, -400, 87.50), (5, -200, 87.50)]


# From where it is called.


class Eager(Scripted):
    """Buy d1 from one callback, whenever it comes; `asked` are the bars on which it did."""

    params = (("place", None),)

    def __init__(self):
        super().__init__()
        self.asked = []

    def start(self):
        super().start()
        self.add_timer(bt.timer.SESSION_START, cheat=self.p.place == "cheat timer")

    def ask(self, place):
        if place == self.p.place and self.bt_risk.halted:
            self.asked.append(self.bt_risk.bar)
            self.sent.setdefault("eager", self.buy(data=self.datas[1], size=10, stop=90))
            self.buy(data=self.datas[2], size=10, stop=90, exectype=LIMIT, price=99)

    def notify_order(self, order):
        self.ask("order")

    def notify_trade(self, trade):
        self.ask("trade")

    def notify_timer(self, timer, when, *args, **kwargs):
        self.ask("timer" if self.p.place == "timer" else "cheat timer")

    def notify_risk(self, event):
        self.ask("risk")

    def notify_cashvalue(self, cash, value):
        self.ask("cash")

    def next(self):
        super().next()
        self.ask("next")

    def next_open(self):
        self.ask("open")


MODES = [{}, {"quicknotify": True}, {"cheat_on_open": True}, {"runonce": False}, {"preload": False}]


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("place", ["order", "trade", "timer", "cheat timer", "risk", "cash", "next", "open"])
def test_no_callback_opens_anything(place, mode):
    # d0 is sold from day 4 on in three parts, so that orders and a trade are told of while halted.
    script = {1: LONG, 3: do("close", size=100), 4: do("close", size=100), 5: do("close")}
    session = Session()
    cerebro = bt.Cerebro(stdstats=False, **mode)
    cerebro.broker.setcash(100_000)
    for number, bars in enumerate((FALL, [FLAT] * 8, [FLAT] * 8)):
        cerebro.adddata(RowFeed(rows=rows_of(bars)), name=f"d{number}")
    profile = halted_profile("daily loss")
    cerebro.addstrategy(Eager, profile=profile, script=script, session=session, place=place)
    cerebro.addanalyzer(Tape)
    (strategy,) = cerebro.run()
    if place != "open" or "cheat_on_open" in mode:
        assert strategy.asked
    assert strategy.sent.get("eager") is None
    assert [d.rule for d in strategy.bt_risk.decisions if d.data != "d0"] == ["daily_loss"] * 2 * len(
        strategy.asked
    )
    assert sum(size for _, size, _ in session.fills) == 0


class Always(RiskSignalStrategy):
    """Long all the time, and tripped before the first bar."""

    def __init__(self):
        self.signal_add(bt.SIGNAL_LONG, self.data.close - 50.0)

    def start(self):
        self.bt_risk.trip("news")


@pytest.mark.parametrize(("cooldown", "rules"), [(1e9, {"breaker"}), (None, {"breaker", "half_open"})])
def test_a_signal_strategy_stays_out(cooldown, rules):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of([FLAT] * 6)))
    cerebro.addstrategy(Always, profile=WIDE.replace(breaker_cooldown=cooldown))
    (strategy,) = cerebro.run()
    assert {d.rule for d in strategy.bt_risk.decisions} == rules
    assert strategy.bt_risk.decisions[0].rule == "breaker"
    assert bool(strategy.position) == ("half_open" in rules)


def test_an_entry_of_the_same_bar_does_not_outlive_the_trip():
    # Sent, then the operator trips: withdrawn before any bar can fill it.
    script = {
        2: each(
            do("buy", data=0, size=10, stop=90, name="market"),
            do("buy", data=1, size=10, stop=90, exectype=LIMIT, price=99, name="limit"),
            lambda s: s.bt_risk.trip("news"),
        )
    }
    session = trade([FLAT] * 5, [(100, 101, 95, 100)] * 5, profile=WIDE, script=script)
    assert session.fills == []
    assert session.heard_of("market")[-1] == session.heard_of("limit")[-1] == "Canceled"
    assert session.desk.heat == 0.0


def test_the_rest_of_an_entry_that_fills_in_parts_is_withdrawn():
    # 80 of 400 a bar: 80 on day 2, then the operator trips.
    script = {1: LONG, 2: lambda s: s.bt_risk.trip("news")}
    session = trade([FLAT] * 6, profile=WIDE, script=script, prepare=fixed_filler(80))
    assert session.fills == [(2, 80, 100)]
    assert session.live == [(-80, 80)]
    assert session.is_covered


def test_before_the_first_bar_an_operator_may_do_everything():
    done = []

    class Early(Scripted):
        def start(self):
            desk = self.bt_risk
            desk.reset()
            desk.set_limits(daily_loss=0.02)
            desk.trip("early")
            desk.emergency()
            done.append((desk.halted, desk.heat, desk.drawdown, desk.breaker.name))
            desk.reset()
            done.append((desk.halted, desk.breaker.name))

    script = {2: do("buy", size=10, stop=90)}
    session = trade([FLAT] * 4, profile=WIDE, script=script, strategy=Early)
    assert done[0][0] == "emergency stop (operator): entries wait for a reset"
    assert done[1] == ("", "CLOSED")
    assert session.fills == [(3, 10, 100)]
    assert all(isinstance(event.datetime, dt.datetime) for event in session.desk.events)
