"""A size of zero explains itself, in every case, and no size is ever anything but a number above zero."""

import datetime as dt
import logging
import math

import pytest

from bt_risk.sizers import FixedFractionalSizer, Refusal, RiskPerTradeSizer
from tests.backtrader.play import Played, broker_cerebro, send
from tests.bench.feed import FIRST_DAY
from tests.sizers.runs import BUY, CALM, QUICK, SELL, AtOpen, WithStop, calm, reasons, run, sizes

SIZER = (RiskPerTradeSizer, QUICK)
FIXED = (RiskPerTradeSizer, {"stop": "fixed"})


def test_a_refusal_names_the_bar_the_data_the_side_and_the_reason():
    played = run(calm(3), sizer=SIZER, script={2: SELL})
    assert played.strategy.sent["entry"] is None
    assert played.strategy.getsizer().refusals == [
        Refusal(FIRST_DAY + dt.timedelta(days=1), "d0", False, "no stop: the atr distance is not known yet")
    ]


def test_nothing_is_refused_where_something_was_sent():
    assert reasons(run(calm(5), sizer=SIZER, script={3: BUY, 4: SELL})) == []


def test_the_logger_is_silent_by_default_and_tells_who_asks(caplog, capsys):
    run(calm(3), sizer=SIZER, script={1: BUY})
    assert capsys.readouterr().err == ""
    with caplog.at_level(logging.INFO, logger="bt_risk.sizers"):
        run(calm(3), sizer=SIZER, script={1: BUY})
    assert [record.getMessage() for record in caplog.records] == [
        "RiskPerTradeSizer refuses d0 on 2024-01-01 00:00:00: no stop: the atr distance is not known yet"
    ]


def test_less_than_one_lot_is_refused_with_its_numbers():
    assert reasons(run(calm(5), sizer=SIZER, script={3: BUY}, cash=400.0)) == [
        "risk_per_trade allows 0.8 units, less than one lot of 1"
    ]


def test_a_size_below_the_minimum_is_refused_and_not_enlarged():
    sizer = (FixedFractionalSizer, {"min_position": 0.05})
    assert reasons(run(calm(3), sizer=sizer, script={1: BUY})) == [
        "the position would be 0.02 of equity, the least is 0.05"
    ]


@pytest.mark.parametrize(
    "bad",
    [
        (math.nan, 101, 99, 100),
        (100, 101, 99, math.nan),
        (100, 101, 99, math.inf),
        (100, 101, 99, 0.0),
        (-100, 101, -101, -100),
        (100, 99, 101, 100),
    ],
)
def test_a_bad_bar_opens_nothing(bad):
    played = run([*calm(3), bad, CALM, CALM], sizer=FIXED, script={4: BUY})
    assert sizes(played) == []
    assert len(reasons(played)) == 1


def test_a_bad_close_tells_of_the_price():
    bars = [CALM, (100, 101, 99, 0.0), CALM]
    assert reasons(run(bars, sizer=FIXED, script={2: BUY})) == ["d0 has no usable price on this bar"]


def test_an_instrument_that_has_not_begun_is_refused():
    late = {5: CALM, 6: CALM}
    second = {1: lambda s: send("entry", "buy", data=s.datas[1])(s)}
    played = run(calm(6), late, sizer=FIXED, script=second)
    assert played.strategy.getsizer().refusals == [
        Refusal(FIRST_DAY, "d1", True, "d1 has no usable price on this bar")
    ]


def test_an_instrument_without_a_bar_today_is_sized_at_its_last_close():
    sparse = {1: CALM, 2: CALM, 3: CALM, 6: (120, 121, 119, 120)}
    second = {5: lambda s: send("entry", "buy", data=s.datas[1])(s)}
    played = run(calm(7), sparse, sizer=SIZER, script=second)
    assert played.fills == [(6, 200, 120)]


def test_an_order_before_the_first_bar_has_no_time():
    class Hasty(WithStop):
        def start(self):
            self.buy()

    played = run(calm(2), sizer=FIXED, script={}, strategy=Hasty)
    assert played.strategy.getsizer().refusals == [
        Refusal(None, "d0", True, "d0 has no usable price on this bar")
    ]


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        (105, "the stop of a long must lie below 100; received 105"),
        (100, "the stop of a long must lie below 100; received 100"),
        (math.nan, "stop nan is not a positive price"),
        (-1.0, "stop -1 is not a positive price"),
    ],
)
def test_a_stop_of_the_strategys_that_is_none_refuses(stop, reason):
    class Stops(WithStop):
        def stop_price(self, data, is_long, price):
            return stop

    assert reasons(run(calm(3), sizer=FIXED, script={1: BUY}, strategy=Stops)) == [reason]


def test_a_hook_without_an_answer_leaves_the_stop_to_the_sizer():
    class Stops(WithStop):
        def stop_price(self, data, is_long, price):
            return None

    assert sizes(run(calm(3), sizer=FIXED, script={1: BUY}, strategy=Stops)) == [200]


def test_an_attribute_that_only_carries_the_hooks_name_is_the_users_own():
    class Everyday(WithStop):
        stop_price = None

    assert sizes(run(calm(5), sizer=SIZER, script={3: BUY}, strategy=Everyday)) == [200]


def test_a_stop_so_wide_that_a_long_would_be_stopped_below_zero_refuses():
    bars = [(100, 150, 50, 100)] * 4
    assert reasons(run(bars, sizer=SIZER, script={3: BUY})) == ["stop nan is not a positive price"]


def test_an_account_without_value_opens_nothing():
    def ruin(cerebro):
        cerebro.broker.setcash(-5.0)

    assert reasons(run(calm(3), sizer=FIXED, script={1: BUY}, prepare=ruin)) == ["equity is -5.00"]


def test_an_account_whose_value_is_no_number_opens_nothing():
    bars = [CALM, CALM, (100, 101, 99, math.nan), CALM]
    second = {3: lambda s: send("b", "buy", data=s.datas[1])(s)}
    played = run(bars, calm(5), sizer=FIXED, script={1: BUY, **second})
    assert reasons(played) == ["the account's value is not a number"]


def test_a_refusal_in_next_open_names_the_bar_that_opens():
    played = run(calm(4), sizer=SIZER, script={0: BUY}, strategy=AtOpen, cheat_on_open=True)
    (refusal,) = played.strategy.getsizer().refusals
    assert refusal.datetime == FIRST_DAY


def test_a_sizer_set_by_the_strategy_itself_works_the_same():
    class Sets(WithStop):
        def __init__(self):
            super().__init__()
            self.setsizer(RiskPerTradeSizer())

    cerebro = broker_cerebro(calm(3), cash=100_000.0)
    played = Played()
    cerebro.addstrategy(Sets, script={1: BUY}, played=played)
    cerebro.run()
    assert sizes(played) == [250]
