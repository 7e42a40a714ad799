"""The audit around the broker's turn and of bad input catches what it is there for, on toys of plain Backtrader."""

from __future__ import annotations

import math
from types import SimpleNamespace

import backtrader as bt
import pytest

from tests.bench.feed import rows_of
from tests.bench.requests import Ask
from tests.bench.run import audited
from tests.bench.test_auditor import CALM, LIMITS, Toy

NAN = math.nan
QUIET = (100, 101, 99, 100)
DESK = {"open_heat": 0.0, "reserved_heat": 0.0, "heat": 0.0, "positions": {}, "events": (), "decisions": ()}


def problems(toy, market=CALM, limits=LIMITS, **options):
    return audited((market,), strategy=toy, limits=limits, **options).problems


class Tie:
    """Hold an order until its entry is filled, as the desk's guard does."""

    def __init__(self, entry):
        self.after = entry

    def __call__(self):
        return self.after.status == bt.Order.Completed


class Tied(Toy):
    """Enter with a stop, and a target at 110, that are tied to the entry."""

    how = bt.Order.Market

    def enter(self):
        entry = self.buy(size=100, exectype=self.how, price=100.0, _checksubmit=False)
        stop = self.sell(size=100, exectype=bt.Order.Stop, price=95.0, _checksubmit=False)
        target = self.sell(size=100, exectype=bt.Order.Limit, price=110.0, oco=stop, _checksubmit=False)
        stop.active = target.active = Tie(entry)


def after_two(*bars):
    return rows_of([QUIET] * 2 + list(bars) + [QUIET] * 3)


def test_a_target_that_is_tried_on_the_bar_of_its_entry_is_caught():
    (found,) = problems(Tied, after_two((100, 111, 99, 105)))
    assert found.startswith("I2 bar 3 d0: target")
    assert found.endswith("filled on the bar of its entry")


def test_a_target_on_a_later_bar_is_no_problem():
    assert problems(Tied, after_two(QUIET, (100, 111, 99, 105))) == []


def test_the_stop_of_a_market_entry_may_work_on_its_bar_and_that_of_a_limit_may_not():
    class ByLimit(Tied):
        how = bt.Order.Limit

    dip = after_two((100, 101, 94, 96))
    assert problems(Tied, dip) == []
    assert any("stop" in one and "on the bar of its entry" in one for one in problems(ByLimit, dip))


def test_a_stop_that_starts_at_once_where_it_is_to_wait_is_caught():
    late = SimpleNamespace(**vars(LIMITS), entry_bar_stop=False)
    assert any(
        "on the bar of its entry" in one for one in problems(Tied, after_two((100, 101, 94, 96)), late)
    )


class AtOpen(Toy):
    """Enter at the open of bar 3."""

    def enter(self):
        """Nothing at the close."""

    def next_open(self):
        if len(self) == 2:
            entry = self.buy(size=100, _checksubmit=False)
            stop = self.sell(size=100, exectype=bt.Order.Stop, price=95.0, _checksubmit=False)
            stop.active = Tie(entry)


COO = {"engine": {"cheat_on_open": True}}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        # 100 at an opening of 106 with a stop 11 below: 10.6 % exposure, 1.1 % heat.
        ({"max_leverage": 0.105}, "leverage 0.106"),
        ({"max_position": 0.105}, "position in d0 0.106"),
        ({"max_heat": 0.0105}, "heat 0.011"),
        ({"max_positions": 0}, "positions 1"),
    ],
)
def test_limits_of_an_entry_at_the_open_are_held_to_its_opening_price(changes, text):
    limits = SimpleNamespace(**{**vars(LIMITS), **changes})
    found = problems(AtOpen, after_two((106, 106, 99, 100)), limits, **COO)
    assert found[0].startswith("I1 bar 3")
    assert text in found[0]


def test_an_entry_at_the_open_within_its_limits_is_no_problem():
    run = audited((after_two((106, 106, 99, 100)),), strategy=AtOpen, limits=LIMITS, **COO)
    assert run.problems == []
    assert run.met["entry at the open"] == 1


def test_an_entry_at_the_open_without_a_stop_is_caught_before_it_fills():
    class Naked(AtOpen):
        def next_open(self):
            if len(self) == 2:
                self.buy(size=100, _checksubmit=False)

    assert "without stops of its size" in problems(Naked, CALM, **COO)[0]


class Stranger(Toy):
    """Order past the desk on bar 4."""

    sold = 150

    def misdeed(self):
        order = self.sell(size=self.sold, _checksubmit=False)
        self.strangers = {order.ref}


def test_what_goes_past_the_desk_may_flip_a_position():
    run = audited((CALM,), strategy=Stranger, limits=LIMITS)
    assert not any("flipped" in one or "asked for" in one for one in run.problems)
    assert run.met["stranger filled"] == 1


def test_a_stop_that_is_too_large_after_a_stranger_has_sold_is_caught():
    class Part(Stranger):
        sold = 40

    assert any("100.0 on sale against a position of 60" in one for one in problems(Part))


@pytest.mark.parametrize(
    "bar", [(NAN, 101, 99, 100), (100, 98, 102, 100), (100, 101, 99, 0), (100, 101, 99, 110)]
)
def test_an_entry_on_a_bar_that_is_none_is_caught(bar):
    found = problems(Toy, rows_of([QUIET, bar, *[QUIET] * 4]), None)
    assert any(one.startswith("I12 bar 2 d0: entry") and "on the bar" in one for one in found)


def test_an_entry_for_a_data_without_a_bar_is_caught():
    class Elsewhere(Toy):
        def enter(self):
            self.buy(self.datas[1], size=100)

    sparse = rows_of({1: QUIET, 4: QUIET})
    found = audited((CALM, sparse), strategy=Elsewhere, limits=None).problems
    assert any("without a bar of its own" in one for one in found)


def test_a_fill_at_no_price_is_caught():
    market = rows_of([QUIET] * 2 + [(100, NAN, NAN, 100)] + [QUIET] * 3)
    prepare = lambda cerebro: cerebro.broker.set_slippage_perc(0.01)  # noqa: E731
    found = audited((market,), strategy=Toy, limits=None, prepare=prepare).problems
    assert any(one.startswith("I12 bar 3") and "at nan" in one for one in found)


@pytest.mark.parametrize(
    "options", [{"price": NAN}, {"price": -5.0}, {"price": math.inf}, {"size": math.inf}]
)
def test_an_order_at_no_price_or_for_no_size_is_caught(options):
    class Absurd(Toy):
        def misdeed(self):
            how = {"size": 10, "price": 120.0, **options}
            self.sell(exectype=bt.Order.Limit, _checksubmit=False, **how)

    found = problems(Absurd, limits=None)
    assert any(one.startswith("I12 bar 4 d0: target Limit") for one in found)


class Asks(Toy):
    """Say on bar 4 that a close was asked for, and do nothing."""

    refs = (1,)

    def __init__(self):
        self.asked = [Ask(1, "entry", 0, 1, None, 0.0, True, (1,))]

    def misdeed(self):
        self.asked.append(Ask(4, "close", 0, -1, None, 100.0, False, self.refs))


def test_a_close_that_is_not_carried_out_on_the_next_bar_is_caught():
    assert problems(Asks) == ["I4 bar 5 d0: asked to close 100.0 on bar 4, still holds 100"]


def test_a_close_may_wait_for_a_bar_with_an_opening_price():
    market = rows_of([QUIET] * 4 + [(NAN,) * 4] * 2 + [QUIET] * 2)
    found = problems(Asks, market)
    assert [one for one in found if one.startswith("I4")] == [
        "I4 bar 7 d0: asked to close 100.0 on bar 4, still holds 100"
    ]


def test_a_close_that_sends_nothing_is_caught():
    class Nothing(Asks):
        refs = ()

    assert "nothing was sent" in problems(Nothing)[0]


def test_a_close_that_is_carried_out_is_no_problem():
    class Closes(Asks):
        def misdeed(self):
            super().misdeed()
            self.cancel(self.cover)
            self.close(_checksubmit=False)

    assert problems(Closes) == []


def test_an_entry_while_the_desk_is_halted_is_caught():
    class Halted(Toy):
        def start(self):
            self.bt_risk = SimpleNamespace(**DESK, halted="the daily loss")

    assert any(
        one == "I5 bar 2 -: an entry was sent while halted: the daily loss" for one in problems(Halted)
    )


def test_records_out_of_order_are_caught():
    class Misnumbered(Toy):
        def start(self):
            record = SimpleNamespace(number=2, ruling=None)
            self.bt_risk = SimpleNamespace(**{**DESK, "decisions": [record]})
            self.miscounts = ["buy left 2 records"]

        def enter(self):
            """No entry."""

        def misdeed(self):
            """Nothing."""

    found = problems(Misnumbered)
    assert found == ["I9 bar 8 -: record 2 stands in place 1", "I9 bar 8 -: buy left 2 records"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"rule": "cash"}, "record 1 says cash, its ruling max_heat"),
        ({"given": 5.0, "rule": "max_heat"}, "binds and is not among"),
    ],
)
def test_a_record_that_does_not_say_what_binds_is_caught(changes, text):
    class Recorded(Toy):
        def start(self):
            finding = SimpleNamespace(rule="halt")
            ruling = SimpleNamespace(
                rule="max_heat", outcome="accepted", text="", findings=(finding,), candidates=()
            )
            fields = {
                "number": 1,
                "ruling": ruling,
                "rule": "max_heat",
                "text": "",
                "given": 0.0,
                "outcome": "",
                **changes,
            }
            self.bt_risk = SimpleNamespace(**{**DESK, "decisions": [SimpleNamespace(**fields)]})

        def enter(self):
            """No entry."""

        def misdeed(self):
            """Nothing."""

    assert text in problems(Recorded)[0]


def test_liquidating_an_account_without_a_value_is_caught():
    class Panics(Toy):
        def start(self):
            self.bt_risk = SimpleNamespace(**{**DESK, "events": []})

        def misdeed(self):
            self.bt_risk.events.append(SimpleNamespace(kind="emergency"))

    market = rows_of([QUIET] * 3 + [(100, 101, 99, NAN)] + [QUIET] * 3)
    assert any("liquidated for an account" in one for one in problems(Panics, market))
    assert not any("liquidated for an account" in one for one in problems(Panics))
