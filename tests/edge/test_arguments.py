"""Bad values in a call: a slip in the code raises at once and names itself, a number that is none is denied."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from bt_risk import BtRiskError, RequestError, guard
from bt_risk.sizers import RiskPerTradeSizer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, LIMIT, ROUND, STOP, TRAIL, Scripted, calm, do, each, trade

NAN, INF = math.nan, math.inf
STOP_LIMIT = bt.Order.StopLimit


def ask(**options):
    """Return what becomes of one buy on bar 2."""
    return trade(calm(4), script={2: do("buy", **options)})


# Slips.

DOMAINS = {
    "size": "a number of units, e.g. 100",
    "price": "a price, e.g. 101.5",
    "plimit": "a price, e.g. 101.5",
    "stop": "a price, e.g. 95.5",
    "target": "a price, e.g. 110.5",
    "trailamount": "a distance in money, e.g. 2.5",
    "trailpercent": "a fraction of the price, e.g. 0.02",
    "confidence": r"a fraction in \[0, 1\], e.g. 0.7",
}


@pytest.mark.parametrize("method", ["buy", "sell"])
@pytest.mark.parametrize(
    "value", ["10", True, np.True_, [10], (1, 2), {}, 10j, dt.date(2024, 1, 1), pd.NA, object]
)
@pytest.mark.parametrize("name", list(DOMAINS))
def test_what_is_no_number_raises_at_once(name, value, method):
    with pytest.raises(RequestError) as error:
        trade(calm(4), script={2: do(method, **{name: value})})
    domain = DOMAINS[name].replace("\\", "")
    assert str(error.value) == f"{name} must be {domain}; received {value!r}"
    assert isinstance(error.value, BtRiskError)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"conviction": 0.7}, r"conviction must be 'high', 'medium' or 'low'; received 0\.7"),
        ({"conviction": ["low"]}, r"conviction must be .*; received \['low'\]"),
        (
            {"regime": ["bullish"]},
            r"regime must be a trend, a multiplier or a mapping .*; received \['bullish'\]",
        ),
        ({"regime": True}, r"regime must be .*; received True"),
        ({"regime": {"risk_multiplier": "1.2"}}, r"regime must be .*; received {'risk_multiplier': '1\.2'}"),
        ({"regime": {"trend": 1}}, r"regime must be .*; received {'trend': 1}"),
        ({"exectype": "Limit"}, r"exectype must be one of Backtrader's order types, .*; received 'Limit'"),
        ({"exectype": 9}, r"exectype must be .*; received 9"),
        ({"exectype": True}, r"exectype must be .*; received True"),
        ({"valid": "tomorrow"}, r"valid must be a date, a time span or a number, .*; received 'tomorrow'"),
        ({"oco": 3}, r"oco must be an order of this strategy; received 3"),
        ({"data": "d7"}, r"data must be a data of the strategy, or its name: d0; received 'd7'"),
    ],
)
def test_other_arguments_of_the_wrong_kind_raise_too(options, message):
    def act(strategy):
        strategy.buy(**options)

    with pytest.raises(RequestError, match=f"^{message}$"):
        trade(calm(4), script={2: act})


@pytest.mark.parametrize("data", [0, CALM, lambda strategy: strategy.data.close, lambda strategy: strategy])
def test_what_is_no_data_of_the_run_raises(data):
    def act(strategy):
        strategy.close(data(strategy) if callable(data) else data)

    with pytest.raises(RequestError, match=r"data must be a data of the strategy, or its name: d0; received"):
        trade(calm(4), script={2: act})


@pytest.mark.parametrize("name", ["size", "price"])
@pytest.mark.parametrize("has_position", [True, False])
def test_a_slip_in_a_close_raises_with_and_without_a_position(name, has_position):
    script = {1: do("buy")} if has_position else {}
    with pytest.raises(RequestError, match=f"{name} must be .*; received 'all'"):
        trade(calm(4), script={**script, 3: do("close", **{name: "all"})})


@pytest.mark.parametrize(
    ("argument", "name"),
    [("size", "size"), ("price", "price"), ("stopprice", "stop"), ("limitprice", "target")],
)
def test_a_slip_in_a_bracket_raises(argument, name):
    with pytest.raises(RequestError, match=f"{name} must be .*; received '90'"):
        trade(calm(4), script={2: do("buy_bracket", **{argument: "90"})})


@pytest.mark.parametrize("argument", ["price", "stopprice"])
def test_a_slip_in_a_bracket_of_a_plain_strategy_with_a_sizer_raises(argument):
    class Plain(bt.Strategy):
        def next(self):
            self.buy_bracket(**{"stopprice": 95.0, "limitprice": 110.0, argument: "90"})

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(4))))
    cerebro.addstrategy(Plain)
    cerebro.addsizer(RiskPerTradeSizer)
    with pytest.raises(RequestError, match=f"{argument} must be a price, .*; received '90'"):
        cerebro.run()


@pytest.mark.parametrize(("name", "value"), [("target", "half"), ("price", "last")])
def test_a_slip_in_a_value_to_reach_raises(name, value):
    with pytest.raises(RequestError, match=f"{name} must be .*; received '{value}'"):
        trade(calm(4), script={2: do("order_target_value", **{"target": 5000, name: value})})


# Numbers that cannot be used.


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        *(({"size": size}, "valid_size") for size in (NAN, INF, -INF, 0, 0.0, 10**400)),
        *(({"stop": stop}, "valid_stop") for stop in (NAN, INF, -INF, 0, -95, 10**400)),
        *(({"target": target}, "valid_target") for target in (NAN, INF, -INF, 0, -110)),
        *(({"price": price, "exectype": LIMIT}, "fresh_bar") for price in (NAN, INF, -INF, 0, -99)),
        *(({"price": price, "exectype": STOP}, "fresh_bar") for price in (NAN, INF, -INF, 0, -99)),
        *(({"exectype": TRAIL, "trailamount": trail}, "fresh_bar") for trail in (NAN, INF, -INF, -1)),
        *(({"exectype": TRAIL, "trailpercent": trail}, "fresh_bar") for trail in (NAN, INF, -INF, -0.1)),
        *(
            ({"exectype": STOP_LIMIT, "price": 101, "plimit": limit}, "fresh_bar")
            for limit in (NAN, INF, 0, -1)
        ),
    ],
)
def test_a_number_that_cannot_be_used_is_denied_and_recorded(options, rule):
    session = ask(**options)
    assert session.outcomes() == [("entry", "denied", rule)]
    assert (session.fills, session.live, session.desk.plans) == ([], [], {})


def test_a_denial_names_the_field_what_is_allowed_and_what_came():
    texts = [
        ask(**options).decisions[0].text
        for options in ({"size": NAN}, {"stop": NAN}, {"target": NAN}, {"price": NAN, "exectype": LIMIT})
    ]
    assert texts == [
        "size must be a positive number; received nan",
        "stop nan is not a positive price",
        "the target of a long must lie above 100; received nan",
        "the entry's price must be a positive number; received nan",
    ]


NEEDED = {
    "confidence": ROUND.replace(sizing=("confidence",), max_position=0.1),
    "regime": ROUND.replace(sizing=("regime",)),
    "conviction": ROUND.replace(allocation="conviction"),
}
DYNAMIC = ROUND.replace(sizing=("dynamic",), dynamic_base=0.02)


@pytest.mark.parametrize(
    ("told", "value"),
    [
        *(("confidence", value) for value in (NAN, INF, -INF, -0.5, 70)),
        *(("regime", value) for value in (NAN, INF, -INF, -0.5, "blue")),
        *(("conviction", value) for value in (NAN, "blue", "")),
    ],
)
def test_what_a_strategy_tells_that_means_nothing_is_denied_where_it_is_needed(told, value):
    session = trade(calm(4), script={2: do("buy", **{told: value})}, profile=NEEDED[told])
    assert session.outcomes() == [("entry", "denied", "sizing")]
    assert told in session.decisions[0].text


@pytest.mark.parametrize("value", [NAN, INF, 0, -5])
def test_the_price_of_a_market_order_does_not_matter_as_in_backtrader(value):
    session = trade(calm(5), script={1: do("buy", price=value), 3: do("close", price=value)})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]


@pytest.mark.parametrize("size", [NAN, INF, -INF])
def test_an_exit_takes_all_whatever_its_size_is(size):
    session = trade(calm(6), script={1: do("buy"), 3: do("close", size=size)})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]


@pytest.mark.parametrize("exectype", [LIMIT, STOP, STOP_LIMIT])
@pytest.mark.parametrize("price", [NAN, INF, -INF, 0, -1])
def test_a_protection_at_no_price_is_denied_and_ours_stays(exectype, price):
    protect = do("sell", exectype=exectype, price=price)
    for bar in (1, 3):  # against the entry on its way, and against the position
        session = trade(
            calm(5), script={1: do("buy"), bar: each(do("buy"), protect) if bar == 1 else protect}
        )
        assert [d.outcome for d in session.decisions if d.rule.startswith("own_")] == ["denied"]
        assert session.live == [(-200, 95)]


def test_a_trail_of_no_distance_is_denied_and_our_stop_stays():
    for trail in (NAN, INF, -2.0):
        protect = do("sell", exectype=TRAIL, trailamount=trail)
        session = trade(calm(6), script={1: do("buy"), 3: protect})
        assert (session.live, session.decisions[-1].outcome) == ([(-200, 95)], "denied")


@pytest.mark.parametrize("close", [0.0, -1.0, NAN, INF])
@pytest.mark.parametrize("held", [0, 200, -200])
def test_a_value_to_reach_on_a_bar_without_a_price_is_denied(close, held):
    # Backtrader divides by the close: a zero there would end the run.
    bars = [*calm(3), (100, 101, 99, close), *calm(3)]
    script = {4: do("order_target_value", target=50_000)}
    if held:
        script[1] = do("buy" if held > 0 else "sell")
    session = trade(bars, script=script)
    decision = session.decisions[-1]
    assert (decision.outcome, decision.rule) == ("denied", "valid_size")
    assert session.position == held


@pytest.mark.parametrize("target", [NAN, INF, -INF])
def test_a_value_to_reach_that_is_no_number_is_denied(target):
    session = trade(calm(4), script={2: do("order_target_value", target=target)})
    assert session.outcomes() == [("entry", "denied", "valid_size")]


def test_a_value_of_nothing_leaves_on_any_bar():
    bars = [*calm(3), (0, 0, 0, 0), *calm(3)]
    session = trade(bars, script={1: do("buy"), 4: do("order_target_value", target=0.0)})
    assert session.fills == [(2, 200, 100), (5, -200, 100)]


def test_a_share_to_reach_is_sized_as_before():
    session = trade(calm(4), script={1: do("order_target_percent", target=0.1)})
    assert session.fills == [(2, 100, 100)]


# Other spellings of a number.


@pytest.mark.parametrize(
    "number", [95, 95.0, np.float64(95), np.float32(95), np.int64(95), Decimal("95"), Fraction(95)]
)
def test_every_kind_of_number_is_one(number):
    session = ask(stop=number, size=np.int64(50))
    (decision,) = session.decisions
    assert (decision.given, decision.stop) == (50, 95)
    assert session.live == [(-50, 95)]


@pytest.mark.parametrize("number", [2, Decimal("2"), Fraction(2)])
def test_every_kind_of_number_is_a_trail_too(number):
    session = trade(calm(5), script={1: do("buy"), 3: do("sell", exectype=TRAIL, trailamount=number)})
    assert session.live == [(-200, 98)]


def test_a_line_is_a_stop_for_a_sizer_too():
    class Plain(bt.Strategy):
        def next(self):
            if len(self) == 1:
                self.sent = self.buy_bracket(price=100, stopprice=self.data.low, limitexec=None)

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(2))))
    cerebro.addstrategy(Plain)
    cerebro.addsizer(RiskPerTradeSizer, risk_per_trade=0.001)
    (finished,) = cerebro.run()
    assert finished.sent[0].size == 100  # 100 / (100 - 99)


def test_a_line_stands_for_its_value_now():
    class Means(Scripted):
        def __init__(self):
            super().__init__()
            self.low = bt.ind.Lowest(self.data.low, period=2)

    bars = [*calm(2), (100, 101, 96, 100), *calm(4)]
    script = {3: lambda strategy: strategy.buy(stop=strategy.low, price=strategy.data, exectype=LIMIT)}
    session = trade(bars, script=script, strategy=Means)
    assert (session.decisions[0].price, session.decisions[0].stop) == (100, 96)
    assert session.live == [(-250, 96)]  # 1 000 / 4, and the stop does not move with the line


def test_a_line_that_has_not_begun_is_no_number():
    late = {4: (90, 91, 89, 90), 5: (90, 91, 89, 90)}
    script = {2: lambda strategy: strategy.buy(strategy.datas[0], stop=strategy.datas[1].close)}
    session = trade(calm(5), late, script=script)
    assert session.outcomes() == [("entry", "denied", "valid_stop")]


# Answers of hooks.

KINDS = {
    "stop_price": "a price, e.g. 95.5",
    "target_price": "a price, e.g. 110.5",
    "confidence": "a fraction in [0, 1], e.g. 0.7",
    "conviction": "'high', 'medium' or 'low'",
    "regime": "a trend, a multiplier or a mapping of both, e.g. 'bullish' or 1.2",
    "performance_multiplier": "a multiplier, e.g. 1.2",
}


def hooked(name, answer, profile=ROUND):
    strategy = guard(Scripted, hooks={name: lambda strategy, *request: answer})
    return trade(calm(4), script={2: do("buy")}, strategy=strategy, profile=profile)


@pytest.mark.parametrize("name", list(KINDS))
def test_a_hook_that_answers_with_something_else_raises(name):
    answer = 3j if name == "regime" else 0.5 if name == "conviction" else "95"
    with pytest.raises(RequestError) as error:
        hooked(name, answer)
    assert str(error.value) == f"the answer of {name} must be {KINDS[name]}; received {answer!r}"


@pytest.mark.parametrize("answer", [NAN, INF, 0.0, -1])
@pytest.mark.parametrize(("name", "rule"), [("stop_price", "valid_stop"), ("target_price", "valid_target")])
def test_a_hook_that_answers_with_no_price_denies(name, rule, answer):
    assert hooked(name, answer).outcomes() == [("entry", "denied", rule)]


@pytest.mark.parametrize("name", list(NEEDED))
def test_a_hook_that_answers_with_no_number_denies(name):
    session = hooked(name, NAN, NEEDED[name])
    assert session.outcomes() == [("entry", "denied", "sizing")]
    assert name in session.decisions[0].text


@pytest.mark.parametrize(("answer", "factor"), [(None, 1.0), (1.2, 1.2), (0.1, 0.5), (9, 1.5)])
def test_the_strategys_own_multiplier_scales_a_dynamic_size_between_half_and_three_halves(answer, factor):
    strategy = guard(
        Scripted,
        hooks={
            "performance_multiplier": lambda strategy, data: answer,
            "confidence": lambda strategy, data: 1.0,
        },
    )
    # Bars without a move have a volatility of 0, so that 2 % of 100 000 are doubled by the confidence alone.
    session = trade(calm(60), script={50: do("buy")}, strategy=strategy, profile=DYNAMIC)
    assert session.decisions[0].given == pytest.approx(2 * 20 * factor)


def test_a_multiplier_that_is_no_number_denies():
    session = hooked("performance_multiplier", NAN, DYNAMIC)
    assert session.outcomes() == [("entry", "denied", "sizing")]


def test_the_answer_to_an_event_is_nobodys():
    told = []

    def listen(strategy, event):
        told.append(event.kind)
        return "fine"

    script = {1: lambda strategy: strategy.broker.buy(strategy, strategy.data, size=10)}
    trade(calm(4), script=script, strategy=guard(Scripted, hooks={"notify_risk": listen}))
    assert told == ["adopted"]


def test_a_hook_of_a_plain_strategy_raises_through_its_sizer():
    class Plain(bt.Strategy):
        def stop_price(self, data, is_long, price):
            return "95"

        def next(self):
            self.buy()

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(4))))
    cerebro.addstrategy(Plain)
    cerebro.addsizer(RiskPerTradeSizer)
    with pytest.raises(RequestError, match="the answer of stop_price must be a price"):
        cerebro.run()
