"""The auditor catches what it is there for: each broken toy strategy breaks one invariant, on plain Backtrader."""

from __future__ import annotations

from types import SimpleNamespace

import backtrader as bt
import pytest

from tests.bench.feed import rows_of
from tests.bench.run import audited

CALM = rows_of([(100, 101, 99, 100)] * 8)
# A dip under 95 on day 4.
DIP = rows_of([(100, 101, 99, 100)] * 3 + [(100, 101, 90, 96)] + [(96, 97, 95.5, 96)] * 4)
LIMITS = SimpleNamespace(
    max_heat=0.02, max_positions=1, max_leverage=1.0, max_position=0.5, heat_basis="entry"
)


class Toy(bt.Strategy):
    """Enter on bar 2 with a stop that works on the entry bar, then do what `misdeed` says on bar 4."""

    size, stop_size, price = 100, 100, 95.0

    def next(self):
        if len(self) == 2:
            self.enter()
        if len(self) == 4:
            self.misdeed()

    def enter(self):
        parent = self.buy(size=self.size, transmit=False, _checksubmit=False)
        self.cover = self.sell(
            size=self.stop_size,
            exectype=bt.Order.Stop,
            price=self.price,
            parent=parent,
            _checksubmit=False,
        )
        self.cover.activate()

    def misdeed(self):
        """A well-behaved toy does nothing."""


def problems(toy, market=CALM, limits=LIMITS, **options):
    return audited((market,), strategy=toy, limits=limits, **options).problems


def rules(found):
    return {problem.split()[0] for problem in found}


def test_a_covered_entry_is_no_problem():
    run = audited((DIP,), strategy=Toy, limits=LIMITS)
    assert run.problems == []
    assert (run.met["long"], run.met["stop filled"], run.met["round trip"]) == (1, 1, 1)


def test_a_naked_position_is_caught():
    class Naked(Toy):
        def enter(self):
            self.buy(size=100)

    assert rules(problems(Naked)) == {"I2"}


def test_a_naked_short_is_caught():
    class NakedShort(Toy):
        def enter(self):
            self.sell(size=100)

    assert rules(problems(NakedShort)) == {"I2"}


def test_a_stop_larger_than_the_position_is_caught_standing_and_firing():
    class Oversized(Toy):
        stop_size = 150

    found = problems(Oversized, DIP)
    assert rules(found) >= {"I2", "I4"}
    assert any("flipped 100 to -50" in problem for problem in found)


def test_a_stop_smaller_than_the_position_is_caught():
    class Undersized(Toy):
        stop_size = 60

    assert any("cover of 60.0 for a position of 100" in problem for problem in problems(Undersized))


def test_a_loosened_stop_is_caught():
    class Loosens(Toy):
        def misdeed(self):
            self.cover.created.price = 94.0

    assert any("loosened from 95.0 to 94.0" in problem for problem in problems(Loosens))


def test_a_tightened_stop_is_no_problem():
    class Tightens(Toy):
        def misdeed(self):
            self.cover.created.price = 97.0

    run = audited((CALM,), strategy=Tightens, limits=LIMITS)
    assert run.problems == []
    assert run.met["stop moved"] == 1


def test_a_sleeping_bracket_child_does_not_cover_the_entry_bar():
    class Bracket(Toy):
        def enter(self):
            self.buy_bracket(
                size=100, exectype=bt.Order.Market, stopprice=95.0, limitexec=None, _checksubmit=False
            )

    assert any("sleeps on the entry bar" in problem for problem in problems(Bracket))


def test_a_cancelled_stop_is_caught_in_the_same_bar():
    class Cancels(Toy):
        def misdeed(self):
            self.cancel(self.cover)

    found = problems(Cancels)
    assert found[0].startswith("I2 bar 4")


def test_a_close_on_top_of_the_stop_is_more_than_the_position():
    class ClosesTwice(Toy):
        def misdeed(self):
            self.close(_checksubmit=False)

    found = problems(ClosesTwice)
    assert any("200.0 on sale" in problem for problem in found)


def test_an_exit_as_partner_of_the_stop_is_no_problem():
    class ClosesWell(Toy):
        def misdeed(self):
            self.cancel(self.cover)
            self.close(_checksubmit=False)

    assert problems(ClosesWell) == []


def test_a_stop_left_on_a_flat_data_is_caught_on_the_second_bar():
    class Leaves(Toy):
        def misdeed(self):
            self.close(_checksubmit=False)

    assert any(problem.startswith("I4 bar 6") and "still lives" in problem for problem in problems(Leaves))


def test_two_stops_at_two_prices_are_caught():
    class Two(Toy):
        stop_size = 50

        def misdeed(self):
            self.second = self.sell(size=50, exectype=bt.Order.Stop, price=90.0, _checksubmit=False)

    assert any("several prices" in problem for problem in problems(Two))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"max_heat": 0.004}, "heat 0.005"),
        ({"max_leverage": 0.09}, "leverage 0.1"),
        ({"max_position": 0.09}, "position in d0 0.1"),
        ({"max_positions": 0}, "positions 1"),
    ],
)
def test_each_limit_is_checked_after_an_entry(changes, text):
    # 100 x 100 with a stop 5 away on an account of 100000: 10 % exposure, 0.5 % heat.
    limits = SimpleNamespace(**{**vars(LIMITS), **changes})
    found = problems(Toy, limits=limits)
    assert "I1" in rules(found)
    assert text in found[0]


def test_a_value_at_its_limit_passes():
    limits = SimpleNamespace(**{**vars(LIMITS), "max_heat": 0.005, "max_leverage": 0.1, "max_position": 0.1})
    assert problems(Toy, limits=limits) == []


def test_an_exit_that_is_refused_is_caught():
    # 200 shorted at 100 leave 120000 in cash; buying them back at 900 would cost 180000.
    class Squeezed(Toy):
        def enter(self):
            parent = self.sell(size=200, transmit=False, _checksubmit=False)
            self.cover = self.buy(
                size=200, exectype=bt.Order.Stop, price=2000.0, parent=parent, _checksubmit=False
            )
            self.cover.activate()

        def misdeed(self):
            self.cancel(self.cover)
            self.close()

    squeeze = rows_of([(100, 101, 99, 100)] * 3 + [(900, 901, 899, 900)] * 4)
    found = problems(Squeezed, squeeze, limits=None)
    assert any("was refused: Margin" in problem for problem in found)


def test_an_opening_nobody_asked_for_is_caught():
    class Stray(Toy):
        asked = ()

    assert any("asked for 0" in problem for problem in problems(Stray))


def test_a_fill_on_a_bar_that_the_data_lacks_is_caught():
    # d1 has no day 3: the stop of day 2 meets day 2's low of 90 once more.
    class Stale(Toy):
        def next(self):
            if len(self) == 1:
                self.buy(self.datas[1], size=100)
            if len(self) == 2:
                self.sell(self.datas[1], size=100, exectype=bt.Order.Stop, price=95.0)

    sparse = rows_of({1: (100, 101, 99, 100), 2: (100, 101, 90, 100), 4: (100, 101, 99, 100)})
    found = audited((CALM, sparse), strategy=Stale, limits=None).problems
    assert any("on a bar that its data lacks" in problem for problem in found)


def test_a_stop_that_is_touched_and_sleeps_is_caught():
    class Sleeps(Toy):
        def misdeed(self):
            self.cover.active = lambda: False

    late = rows_of([(100, 101, 99, 100)] * 4 + [(100, 101, 90, 96)] * 2)
    assert any("touched and did not fire" in problem for problem in problems(Sleeps, late))


def test_heat_left_behind_is_caught():
    class Forgetful(Toy):
        def start(self):
            self.bt_risk = SimpleNamespace(
                open_heat=0.0, reserved_heat=1e-12, heat=1e-12, positions={}, events=()
            )

    assert rules(problems(Forgetful)) == {"I7"}
