"""The audit of adds catches what it is there for: toys that add to a position on plain Backtrader."""

from __future__ import annotations

from types import SimpleNamespace

import backtrader as bt

from tests.bench.feed import rows_of
from tests.bench.run import audited

CALM = [(100, 101, 99, 100)] * 4
LIMITS = SimpleNamespace(
    max_heat=0.02, max_positions=1, max_leverage=1.0, max_position=0.5, heat_basis="entry", max_adds=1
)


class Adds(bt.Strategy):
    """Hold 100 stopped at 95, add 50 stopped at 97 on bar 4, and bring both stops to 97 on the bar of the fill."""

    is_awake = True

    def next(self):
        if len(self) == 2:
            self.first = self.enter(100, 95.0)
        if len(self) == 4:
            self.second = self.enter(50, 97.0)
        if len(self) == 5:
            self.join()

    def enter(self, size, price):
        entry = self.buy(size=size, transmit=False, _checksubmit=False)
        stop = self.sell(size=size, exectype=bt.Order.Stop, price=price, parent=entry, _checksubmit=False)
        if self.is_awake:
            stop.activate()
        return stop

    def join(self):
        self.first.created.price = 97.0


def run(toy, *bars, limits=LIMITS):
    return audited((rows_of([*CALM, *bars]),), strategy=toy, limits=limits)


def test_an_add_under_one_stop_is_no_problem():
    done = run(Adds, *CALM)
    assert done.problems == []
    assert (done.met["long"], done.met["add filled"]) == (1, 1)


def test_an_add_that_is_stopped_on_its_bar_leaves_the_stop_of_the_position():
    class Stays(Adds):
        def join(self):
            pass

    done = run(Stays, (100, 101, 96, 98), (98, 99, 97.5, 98))
    assert done.problems == []
    assert (done.met["add filled"], done.met["add stopped on its bar"]) == (1, 1)


def test_an_add_too_many_is_caught():
    (found,) = run(Adds, *CALM, limits=SimpleNamespace(**{**vars(LIMITS), "max_adds": 0})).problems
    assert found.startswith("I1 bar 5")
    assert found.endswith("is number 1, the limit is 0")


def test_a_stop_looser_than_the_add_was_decided_with_is_caught():
    class Loose(Adds):
        def join(self):
            self.second.created.price = 95.0

    found = run(Loose, *CALM).problems
    assert [problem for problem in found if problem.startswith("I3")] == [
        "I3 bar 5 d0: the stop of all is 95.0 after an add decided with 97.0"
    ]


def test_what_was_added_beyond_its_stop_and_kept_is_caught():
    class Asleep(Adds):
        is_awake = False

        def join(self):
            self.first.created.price = 97.0

    found = run(Asleep, (96, 98, 95.5, 97), (98, 99, 97.5, 98)).problems
    assert any("filled at 96.0 beyond its stop 97.0 and kept" in problem for problem in found)
