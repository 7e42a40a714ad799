"""A method that all but is a hook is told once; what everyday code calls by that name is not."""

from __future__ import annotations

import functools
import warnings

import backtrader as bt
import pytest

from bt_risk import RiskStrategy, StrategyWarning, guard
from bt_risk.sizers import RiskPerTradeSizer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import ROUND, calm

STOP = "stop_price(data, is_long, price)"


def run(strategy, *, sizer=None, **params):
    """Run a strategy class for two bars; return it and the texts of what it warned of."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(2))))
    cerebro.addstrategy(strategy, **params)
    if sizer is not None:
        cerebro.addsizer(sizer)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        (finished,) = cerebro.run()
    return finished, [str(one.message) for one in told if one.category is StrategyWarning]


def told_of(name, method, base=RiskStrategy):
    """Return what is told of a class with this one method, and whether the method is asked as a hook."""
    strategy = type("Mine", (base,), {"__module__": __name__, name: method})
    finished, told = run(strategy if base is RiskStrategy else guard(strategy), profile=ROUND)
    return told, name in finished.bt_risk.hooks


def passes_on(function):
    """Decorate as people do who do not know of `functools.wraps`."""

    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


NEAR = {
    "one argument": ("stop_price", lambda self, data: 95.0, "(data)"),
    "no data": ("stop_price", lambda self, is_long, price: 95.0, "(is_long, price)"),
    "another order": ("stop_price", lambda self, price, data, is_long: 95.0, "(price, data, is_long)"),
    "a default beyond": (
        "stop_price",
        lambda self, data, is_long, price, k=2: 95.0,
        "(data, is_long, price, k=2)",
    ),
    "keywords beyond": (
        "stop_price",
        lambda self, data, is_long, price, **more: 95.0,
        "(data, is_long, price, **more)",
    ),
    "by name only": ("stop_price", lambda self, *, data, is_long, price: 95.0, "(*, data, is_long, price)"),
    "one more argument": ("confidence", lambda self, data, period: 0.5, "(data, period)"),
    "other names": ("stop_price", lambda self, d, long, px: 95.0, "(d, long, px)"),
    "another name": ("notify_risk", lambda self, message: None, "(message)"),
    "anything": ("regime", lambda self, *args: "bullish", "(*args)"),
    "hidden by a decorator": ("regime", passes_on(lambda self, data: "bullish"), "(*args, **kwargs)"),
    "static": ("regime", staticmethod(lambda self, data: "bullish"), "(self, data)"),
}


@pytest.mark.parametrize(("name", "method", "shown"), NEAR.values(), ids=list(NEAR))
def test_in_a_class_for_the_desk_a_near_miss_is_told_and_not_asked(name, method, shown):
    told, is_asked = told_of(name, method)
    wanted = {"stop_price": STOP, "notify_risk": "notify_risk(event)"}.get(name, f"{name}(data)")
    assert told == [
        f"Mine.{name}{shown} is not asked as a hook, which is {wanted}; give it these parameters, or another name"
    ]
    assert not is_asked


FAR = {
    "no argument": ("stop_price", lambda self: 95.0),
    "price alone": ("target_price", lambda self, price: price),
    "two others": ("notify_risk", lambda self, level, text: None),
    "a property": ("stop_price", property(lambda self: 95.0)),
    "a value": ("regime", "bullish"),
    "no self": ("regime", lambda: "bullish"),
    "a class": ("confidence", type("Confidence", (), {})),
}


@pytest.mark.parametrize("base", [RiskStrategy, bt.Strategy])
@pytest.mark.parametrize(("name", "value"), FAR.values(), ids=list(FAR))
def test_what_is_far_from_a_hook_stays_the_users_in_silence(name, value, base):
    assert told_of(name, value, base) == ([], False)


# As such methods are written where nobody thinks of this desk.
EVERYDAY = {
    "stop by side": ("stop_price", lambda self, side, entry, atr: 95.0),
    "stop by entry": ("stop_price", lambda self, entry_price, stop_share=0.02: 95.0),
    "target by frame": ("target_price", lambda self, bars: 105.0),
    "mean": ("conviction", lambda self, data, period=3: 0.5),
    "of a number": ("regime", lambda self, index: "bull"),
    "reason": ("notify_risk", lambda self, reason: None),
    "event and more": ("notify_risk", lambda self, event, details: None),
    "anything": ("confidence", lambda self, *args, **kwargs: 0.5),
}


@pytest.mark.parametrize(("name", "method"), EVERYDAY.values(), ids=list(EVERYDAY))
def test_in_a_class_that_knows_of_no_desk_everyday_methods_are_not_told(name, method):
    assert told_of(name, method, bt.Strategy) == ([], False)


@pytest.mark.parametrize(
    "method",
    [lambda self, data: 95.0, lambda self, price, is_long: 95.0, lambda self, data, side, price: 95.0],
)
def test_in_any_class_our_own_words_tell(method):
    told, is_asked = told_of("stop_price", method, bt.Strategy)
    assert (len(told), is_asked) == (1, False)


def stop(self, data, is_long, price):
    return 95.0


@pytest.mark.parametrize(
    "method",
    [
        stop,
        functools.wraps(stop)(lambda *args: stop(*args)),
        staticmethod(lambda data, is_long, price: 95.0),
        classmethod(stop),
        lambda self, data, is_long=True, price=None: 95.0,
    ],
    ids=["plain", "decorated", "static", "class", "defaults of its own"],
)
def test_a_method_of_the_hooks_parameters_is_asked_and_nothing_is_told(method):
    assert told_of("stop_price", method) == ([], True)


def test_annotations_are_not_in_the_text():
    def stop_price(self, data: bt.LineSeries, is_long: bool) -> float:
        return 95.0

    assert told_of("stop_price", stop_price)[0][0].startswith("Mine.stop_price(data, is_long) is not asked")


def test_an_instances_own_value_hides_a_near_miss_too():
    class Hidden(RiskStrategy):
        def __init__(self):
            self.stop_price = lambda data: 95.0
            self.target_price = lambda data, is_long, price: 105.0

        def stop_price(self, data):
            raise AssertionError

        def target_price(self, data, is_long, price):
            raise AssertionError

    hidden, told = run(Hidden)
    assert told == []
    assert hidden.bt_risk.hooks == {}


def test_a_hook_that_is_given_needs_no_method():
    class Near(RiskStrategy):
        def stop_price(self, data):
            return 95.0

    hooked, told = run(guard(Near, hooks={"stop_price": lambda strategy, data, is_long, price: 90.0}))
    assert told == []
    assert hooked.bt_risk.hooks["stop_price"](hooked.data, True, 100) == 90.0


def test_a_plain_strategy_with_a_sizer_is_told_of_its_stop_alone():
    class Plain(bt.Strategy):
        def stop_price(self, data):
            return 95.0

        def target_price(self, data):
            return 105.0

    (told,) = run(Plain, sizer=RiskPerTradeSizer)[1]
    assert told.startswith("Plain.stop_price(data) is not asked as a hook")


def test_a_near_miss_is_told_once_at_its_own_line():
    class Near(RiskStrategy):
        def stop_price(self, data):
            return 95.0

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(2))))
    cerebro.optstrategy(Near, profile=[ROUND, "moderate", "conservative"])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        cerebro.run(maxcpus=1)
    (one,) = [each for each in told if each.category is StrategyWarning]
    assert (one.filename, one.lineno) == (__file__, Near.stop_price.__code__.co_firstlineno)
