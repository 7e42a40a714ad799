"""A plain strategy under a desk, unchanged otherwise."""

from __future__ import annotations

import functools

import backtrader as bt
import pytest

from bt_risk import CONSERVATIVE, ProfileError, RiskMixin, RiskStrategy, StrategyError, guard
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, LIMIT, ROUND, Script, calm, do, trade


class Loud(bt.Strategy):
    """A strategy with a `buy` of its own, as people write them to log."""

    bought = 0

    def buy(self, *args, **options):
        Loud.bought += 1
        return super().buy(*args, **options)

    def next(self):
        if len(self) == 1:
            self.buy()


class Crossing(bt.Strategy):
    """An everyday strategy with params, indicators and no thought of risk."""

    params = (("fast", 2), ("slow", 4))

    def __init__(self):
        self.cross = bt.ind.CrossOver(bt.ind.SMA(period=self.p.fast), bt.ind.SMA(period=self.p.slow))

    def next(self):
        if self.cross > 0:
            self.buy()
        elif self.cross < 0:
            self.close()


class GuardedScript(Script, bt.Strategy):
    pass


def run(strategy, bars=None, **params):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(bars or calm(4))))
    cerebro.addstrategy(strategy, **params)
    (finished,) = cerebro.run()
    return finished


def test_guard_does_not_shut_out_a_buy_of_the_strategys_own():
    Loud.bought = 0
    strategy = run(guard(Loud), profile=ROUND)
    assert (Loud.bought, len(strategy.bt_risk.decisions)) == (1, 1)


def test_arguments_by_position_reach_the_order_as_in_backtrader():
    session = trade(
        [CALM, (98, 99, 97, 98), CALM], script={1: lambda strategy: strategy.buy(None, 10, 99, None, LIMIT)}
    )
    assert session.fills == [(2, 10, 98)]


def test_a_guarded_script_trades_as_one_that_is_derived():
    script = {1: do("buy", target=110), 4: do("sell", size=50)}
    bars = [*calm(5), (100, 111, 99, 110), CALM]
    guarded, derived = (
        trade(bars, script=script, strategy=strategy) for strategy in (guard(GuardedScript), None)
    )
    assert guarded.fills == derived.fills == [(2, 200, 100), (5, -50, 100), (6, -150, 110)]
    assert [(bar, status) for bar, _, status in guarded.heard] == [
        (bar, status) for bar, _, status in derived.heard
    ]


def test_the_class_itself_is_left_alone():
    guarded = guard(Crossing)
    assert guarded is not Crossing
    assert (guarded.__name__, guarded.__doc__) == (Crossing.__name__, Crossing.__doc__)
    assert issubclass(guarded, Crossing)
    assert not issubclass(Crossing, RiskMixin)
    assert not hasattr(run(Crossing, calm(8)), "bt_risk")


def test_params_and_indicators_work_as_before():
    bars = [
        (price, price + 1, price - 1, price) for price in (100, 99, 98, 97, 96, 99, 102, 105, 104, 99, 94, 93)
    ]
    strategy = run(guard(Crossing), bars, profile=ROUND, slow=3)
    assert strategy.p.slow == 3
    assert [d.kind for d in strategy.bt_risk.decisions] == ["entry", "exit"]


def test_what_is_guarded_already_is_returned_as_it_is():
    guarded = guard(Crossing)
    assert guard(guarded) is guarded
    assert guard(RiskStrategy) is RiskStrategy


def test_guard_may_name_the_profile_and_addstrategy_another():
    careful = guard(Crossing, profile="conservative")
    assert run(careful, calm(8)).bt_risk.profile is CONSERVATIVE
    assert run(guard(careful, profile=ROUND), calm(8)).bt_risk.profile is ROUND
    assert run(careful, calm(8), profile=ROUND).bt_risk.profile is ROUND


@pytest.mark.parametrize("what", [None, 3, "Crossing", object, Crossing.next, bt.Analyzer])
def test_what_is_no_strategy_class_is_refused(what):
    with pytest.raises(StrategyError, match=r"must be a class derived from backtrader\.Strategy"):
        guard(what)


def test_a_param_of_our_name_is_refused_with_its_cure():
    with pytest.raises(StrategyError, match=r"Owner has a parameter 'profile' of its own.*rename it"):
        guard(Owner)


def test_an_unknown_profile_is_refused_where_it_is_named():
    with pytest.raises(ProfileError, match="unknown profile 'moderat'"):
        guard(Crossing, profile="moderat")


def test_a_strategy_that_is_derived_from_a_guarded_one_has_one_desk():
    class Own(guard(Crossing)):
        def next(self):
            if len(self) == 5:
                self.buy()

    strategy = run(Own, calm(8), profile=ROUND)
    assert [d.given for d in strategy.bt_risk.decisions] == [200]


def test_a_mixin_on_the_right_is_refused_where_it_would_be_without_effect():
    with pytest.raises(StrategyError, match="left"):
        type("Wrong", (Loud, RiskMixin), {"__module__": __name__})


class Careful(RiskStrategy):
    params = (("profile", "conservative"),)


class Owner(bt.Strategy):
    params = (("profile", "aggressive"),)


def test_a_diamond_that_overrides_our_param_is_refused():
    with pytest.raises(StrategyError, match="profile"):
        run(type("Both", (Careful, Owner), {"__module__": __name__}))


@pytest.mark.parametrize("name", ["_data", "_bracket_call", "_intake", "_desk"])
def test_a_private_name_of_the_users_breaks_nothing(name):
    class Own(bt.Strategy):
        def __init__(self):
            setattr(self, name, {})

        def next(self):
            if len(self) == 1:
                self.buy()
                self.buy_bracket(price=99, stopprice=95, limitprice=110)

    assert len(run(guard(Own)).bt_risk.decisions) == 2


# Hooks given beside a class that is not to be edited.


class Once(bt.Strategy):
    """Buys on bar 1; `stop_price` and `confidence` are its own."""

    stop_price = 97.0

    def confidence(self):
        return 0.9

    def next(self):
        if len(self) == 1:
            self.buy()


class OnceHooked(RiskStrategy):
    def stop_price(self, data, is_long, price):
        return price - 4

    def target_price(self, data, is_long, price):
        return price + 8

    def next(self):
        if len(self) == 1:
            self.buy()


def two_below(strategy, data, is_long, price):
    return price - 2 if is_long else price + 2


def resting(strategy):
    return sorted(order.created.price for order in strategy.broker.pending if order.alive())


def test_given_hooks_are_asked_like_methods_and_the_strategys_own_names_stay():
    strategy = run(guard(Once, hooks={"stop_price": two_below}), profile=ROUND)
    assert (strategy.position.size, resting(strategy)) == (500, [98])  # 1 000 / 2
    assert (strategy.stop_price, strategy.confidence()) == (97.0, 0.9)


def test_a_given_hook_gets_the_strategy_and_the_request():
    asked = []

    def stop(strategy, data, is_long, price):
        asked.append((len(strategy), data is strategy.data, is_long, price))

    run(guard(Once, hooks={"stop_price": stop}), profile=ROUND)
    assert asked == [(1, True, True, 100)]


def test_given_hooks_come_before_the_classs_and_the_others_stay():
    strategy = run(guard(OnceHooked, hooks={"stop_price": two_below}), profile=ROUND)
    assert resting(strategy) == [98, 108]
    assert resting(run(OnceHooked, profile=ROUND)) == [96, 108]


def test_every_hook_can_be_given():
    told = []
    hooks = {
        "stop_price": two_below,
        "target_price": lambda strategy, data, is_long, price: price + 3,
        "confidence": lambda strategy, data: 0.6,
        "conviction": lambda strategy, data: "low",
        "regime": lambda strategy, data: "bullish",
        "performance_multiplier": lambda strategy, data: 1.2,
        "notify_risk": lambda strategy, event: told.append(event.kind),
    }

    class Adopted(Once):
        def next(self):
            super().next()
            if len(self) == 2:
                self.broker.buy(self, self.datas[1], size=10)

    cerebro = bt.Cerebro(stdstats=False)
    for _ in range(2):
        cerebro.adddata(RowFeed(rows=rows_of(calm(4))))
    cerebro.addstrategy(guard(Adopted, profile=ROUND, hooks=hooks))
    (strategy,) = cerebro.run()
    request = strategy.bt_risk.decisions[0].request
    assert (request.stop, request.target) == (98, 103)
    assert (request.confidence, request.conviction, request.regime.trend) == (0.6, "low", "bullish")
    assert request.performance == 1.2
    assert told == ["adopted"]


def test_a_second_guard_adds_hooks_to_those_of_the_first():
    first = guard(
        Once, hooks={"stop_price": two_below, "target_price": lambda s, d, is_long, price: price + 9}
    )
    second = guard(first, hooks={"target_price": lambda s, d, is_long, price: price + 5})
    assert resting(run(second, profile=ROUND)) == [98, 105]
    assert resting(run(first, profile=ROUND)) == [98, 109]


class Distance:
    def __init__(self, distance):
        self.distance = distance

    def __call__(self, strategy, data, is_long, price):
        return price - self.distance

    def method(self, strategy, data, is_long, price):
        return price - self.distance


def with_distance(distance, strategy, data, is_long, price):
    return price - distance


@pytest.mark.parametrize(
    "function",
    [
        Distance(2),
        Distance(2).method,
        functools.partial(with_distance, 2),
        lambda s, d, long, px: px - 2,
        lambda self, data, is_long, price, distance=2: price - distance,
        lambda *everything: everything[-1] - 2,
    ],
    ids=["object", "bound method", "partial", "own names", "default", "star"],
)
def test_whatever_can_be_called_with_the_hooks_arguments_is_a_hook(function):
    assert resting(run(guard(Once, hooks={"stop_price": function}), profile=ROUND)) == [98]


@pytest.mark.parametrize(
    ("function", "received"),
    [
        (lambda data, is_long, price: price, r"\(data, is_long, price\)"),
        (lambda strategy, data: 95, r"\(strategy, data\)"),
        (lambda strategy, data, is_long, price, extra: 95, r"\(strategy, data, is_long, price, extra\)"),
        (lambda strategy, price, data, is_long: 95, r"\(strategy, price, data, is_long\)"),
        (lambda strategy, *, data, is_long, price: 95, r"\(strategy, \*, data, is_long, price\)"),
        (95.0, r"95\.0"),
        ("stop", "'stop'"),
        (None, "None"),
    ],
)
def test_a_function_of_another_shape_is_refused_with_what_a_hook_takes(function, received):
    with pytest.raises(
        StrategyError,
        match=rf"^hooks: stop_price must be a function of \(strategy, data, is_long, price\); received {received}$",
    ):
        guard(Once, hooks={"stop_price": function})


def test_a_function_without_the_strategy_is_refused_also_where_the_count_is_right():
    with pytest.raises(
        StrategyError, match=r"confidence must .* \(strategy, data\); received \(data, period\)"
    ):
        guard(Once, hooks={"confidence": lambda data, period: 0.5})


def test_all_that_is_wrong_with_the_hooks_is_in_one_error():
    wrong = {
        "stop_prise": two_below,
        "regime": lambda strategy: "bullish",
        "stop_price": two_below,
        3: two_below,
    }
    with pytest.raises(StrategyError) as error:
        guard(Once, hooks=wrong)
    names = "stop_price, target_price, confidence, conviction, regime, performance_multiplier, notify_risk"
    allowed = f"allowed are {names}"
    assert str(error.value) == (
        f"hooks: unknown name 'stop_prise', did you mean 'stop_price'?, {allowed}; "
        f"regime must be a function of (strategy, data); received (strategy); unknown name 3, {allowed}"
    )


def test_hooks_that_are_no_mapping_are_refused():
    with pytest.raises(StrategyError, match=r"hooks must be a mapping .*, e\.g\. .*; received \[1\]"):
        guard(Once, hooks=[1])
