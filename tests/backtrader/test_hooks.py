"""The four hooks the desk stands on are called the same way in every engine mode."""

from __future__ import annotations

from itertools import product

import backtrader as bt
import pytest

from tests.backtrader.play import broker_cerebro

BARS = [(100, 101, 99, 100)] * 4
MODES = [
    dict(preload=preload, runonce=runonce, exactbars=exactbars)
    for preload, runonce, exactbars in product([True, False], [True, False], [1, -1, -2, False])
]


class Hooked(bt.Strategy):
    """Overrides the hooks and calls through; the user part never calls super()."""

    def __init__(self):
        self.calls = []

    def _start(self):
        self.calls.append((0, "_start"))
        super()._start()

    def _notify(self, qorders=[], qtrades=[]):  # noqa: B006 - Backtrader's own signature
        pending = len(qorders or self._orderspending)
        super()._notify(qorders=qorders, qtrades=qtrades)
        if not qorders:
            self.calls.append((len(self), f"_notify with {pending}"))

    def _next_analyzers(self, minperstatus, once=False):
        self.calls.append((len(self), "_next_analyzers"))
        super()._next_analyzers(minperstatus, once)

    def _next_open(self):
        self.calls.append((len(self), "_next_open"))
        super()._next_open()

    def _oncepost_open(self):
        self.calls.append((len(self), "_oncepost_open"))
        super()._oncepost_open()


class User(Hooked):
    def start(self):
        self.calls.append((0, "start"))

    def prenext(self):
        self.calls.append((len(self), "prenext"))

    def next(self):
        self.calls.append((len(self), "next"))
        if len(self) == 2:
            self.buy(size=1)

    def stop(self):
        self.calls.append((len(self), "stop"))


class WithIndicator(User):
    def __init__(self):
        super().__init__()
        bt.ind.SMA(self.data, period=2)


def calls(strategy=User, **modes):
    cerebro = broker_cerebro(BARS, **modes)
    cerebro.addstrategy(strategy)
    (run,) = cerebro.run()
    return run.calls


@pytest.mark.parametrize("modes", MODES, ids=str)
@pytest.mark.parametrize("strategy", [User, WithIndicator])
def test_every_bar_calls_notify_then_the_user_then_next_analyzers(strategy, modes):
    first = "next" if strategy is User else "prenext"
    assert calls(strategy, **modes) == [
        (0, "_start"),
        (0, "start"),
        (1, "_notify with 0"),
        (1, first),
        (1, "_next_analyzers"),
        (2, "_notify with 0"),
        (2, "next"),
        (2, "_next_analyzers"),
        (3, "_notify with 3"),
        (3, "next"),
        (3, "_next_analyzers"),
        (4, "_notify with 0"),
        (4, "next"),
        (4, "_next_analyzers"),
        (4, "stop"),
    ]


@pytest.mark.parametrize("modes", MODES, ids=str)
def test_cheat_on_open_calls_one_of_two_hooks_before_the_broker(modes):
    # Any exactbars, and preload off, take runonce away.
    once = modes["preload"] and modes["runonce"] and not modes["exactbars"]
    hook = "_oncepost_open" if once else "_next_open"
    made = calls(cheat_on_open=True, **modes)
    assert [call for call in made if "open" in call[1]] == [(bar, hook) for bar in range(4)]
    assert made.index((1, hook)) < made.index((2, "_notify with 0"))


@pytest.mark.parametrize("modes", [{}, {"runonce": False}])
def test_quicknotify_calls_notify_once_for_each_order_and_once_for_the_bar(modes):
    cerebro = broker_cerebro(BARS, quicknotify=True, **modes)
    counts = []

    class Counts(bt.Strategy):
        def _notify(self, qorders=[], qtrades=[]):  # noqa: B006 - Backtrader's own signature
            counts.append((len(self), len(qorders), len(self._orderspending)))
            super()._notify(qorders=qorders, qtrades=qtrades)

        def next(self):
            if len(self) == 1:
                self.buy(size=1)

    cerebro.addstrategy(Counts)
    cerebro.run()
    # At the regular call of bar 2 the three orders, already handed over one by one, are pending still.
    assert counts[:5] == [(1, 0, 0), (1, 1, 1), (1, 1, 2), (1, 1, 3), (2, 0, 3)]


@pytest.mark.parametrize("modes", [{}, {"runonce": False}])
def test_signal_strategies_call_the_same_hooks(modes):
    class Signals(Hooked, bt.SignalStrategy):
        def __init__(self):
            Hooked.__init__(self)
            self.signal_add(bt.SIGNAL_LONG, self.data.close - 50)

    cerebro = broker_cerebro(BARS, **modes)
    cerebro.addstrategy(Signals)
    (run,) = cerebro.run()
    assert [name for _, name in run.calls].count("_next_analyzers") == 4
    assert run.position.size == 1


def test_a_timer_may_cheat_before_the_hooks_of_its_bar():
    order = []

    class Timed(Hooked):
        def __init__(self):
            super().__init__()
            self.add_timer(bt.timer.SESSION_START, cheat=True)

        def notify_timer(self, timer, when):
            order.append((len(self), "timer"))

        def next(self):
            order.append((len(self), "next"))

    cerebro = broker_cerebro(BARS[:2])
    cerebro.addstrategy(Timed)
    cerebro.run()
    assert order == [(0, "timer"), (1, "next"), (1, "timer"), (2, "next")]


@pytest.mark.parametrize("modes", MODES, ids=str)
def test_the_broker_has_its_equity_of_this_bar_before_notify(modes):
    values = []

    class Values(bt.Strategy):
        def _notify(self, qorders=[], qtrades=[]):  # noqa: B006 - Backtrader's own signature
            values.append(self.broker.getvalue())
            super()._notify(qorders=qorders, qtrades=qtrades)

        def next(self):
            if len(self) == 1:
                self.buy(size=10)

    cerebro = broker_cerebro([(100, 100, 100, 100), (100, 110, 100, 110), (110, 110, 105, 105)], **modes)
    cerebro.addstrategy(Values)
    cerebro.run()
    assert values == [10_000, 10_100, 10_050]
