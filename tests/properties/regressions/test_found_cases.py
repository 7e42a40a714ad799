"""Cases that the bench found, each reduced to a market that can be redone on paper."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from bt_risk import MODERATE, RiskStrategy
from tests.bench.feed import rows_of
from tests.bench.run import audited
from tests.bench.terms import fill_by_volume

# Stops 5 % away at the decided price, nothing that trails: every number below follows from the bars.
PLAIN = MODERATE.replace(
    name="plain", stop="fixed", fixed_stop=0.05, stop_anchor="decision", trail="none", atr_period=1
)
CALM = (100.0, 101.0, 99.0, 100.0)


def scripted(script):
    """Return a strategy that runs `script[bar]` in `next`, and `script["open <bar>"]` at the open that follows."""

    class Script(RiskStrategy):
        def __init__(self):
            self.kept = {}
            self.seen = {}

        def next(self):
            script.get(len(self), lambda s: None)(self)
            self.seen[len(self)] = (self.position.size, self.bt_risk.heat)

        def next_open(self):
            script.get(f"open {len(self)}", lambda s: None)(self)

    return Script


def run(bars, script, **options):
    return audited((rows_of(bars),), strategy=scripted(script), profile=PLAIN, **options)


def do(*calls):
    return lambda s: [call(s) for call in calls]


def keep(name, call):
    return lambda s: s.kept.__setitem__(name, call(s))


def test_partial_exits_of_any_size_leave_no_speck_of_a_position():
    # 306 - 33.3 - 33.3 - 239.4 is not zero in floating point: -1.1e-13 would be a position of the other side.
    parts = do(*(lambda s: s.sell(size=33.3),) * 2, lambda s: s.close())
    found = run([CALM] * 6, {2: lambda s: s.buy(size=306), 3: parts})
    assert found.strategy.seen[5][0] == 0
    assert found.problems == []


def test_a_stop_that_fires_beside_a_partial_exit_leaves_no_speck():
    # The stop for 272.7 and the exit of 33.3 both fill in bar 4.
    bars = [CALM, CALM, CALM, (100.0, 101.0, 90.0, 92.0), (92.0, 93.0, 91.0, 92.0)]
    found = run(bars, {2: lambda s: s.buy(size=306), 3: lambda s: s.sell(size=33.3)})
    assert found.strategy.seen[5][0] == 0
    assert found.problems == []


@pytest.mark.parametrize("child", [1, 2])
def test_cancelling_a_protective_order_of_an_entry_on_its_way_releases_its_risk_at_once(child):
    bracket = keep("orders", lambda s: s.buy_bracket(size=100, price=90.0, stopprice=85.0, limitprice=120.0))
    found = run([CALM] * 5, {2: bracket, 3: lambda s: s.cancel(s.kept["orders"][child])})
    assert found.problems == []


RESTING = keep("entry", lambda s: s.sell(size=10, exectype=bt.Order.Limit, price=110.0))


def test_a_stop_of_the_users_on_the_wrong_side_of_a_resting_entry_is_not_taken():
    # Selling short at 110 with a stop to buy at 105: it could only fire at once. The decided stop is at 115.5.
    wrong = keep("stop", lambda s: s.buy(exectype=bt.Order.Stop, price=105.0))
    bars = [CALM, CALM, CALM, (109.0, 111.0, 108.0, 110.0), (110.0, 110.5, 109.5, 110.0), (110.0,) * 4]
    found = run(bars, {2: RESTING, 3: wrong})
    assert found.strategy.seen[6][0] == -10
    assert found.strategy.bt_risk.stop(found.strategy.data) == pytest.approx(115.5)


def test_a_tighter_stop_for_a_resting_entry_lowers_what_it_reserves():
    # 10 x (115.5 - 110) = 55 on 100000, then 10 x (112 - 110) = 20.
    tighter = keep("stop", lambda s: s.buy(exectype=bt.Order.Stop, price=112.0))
    found = run([CALM] * 5, {2: RESTING, 3: tighter})
    assert [found.strategy.seen[bar][1] for bar in (2, 3)] == pytest.approx([0.00055, 0.0002])
    assert found.problems == []


def test_the_user_cannot_cancel_an_exit_that_the_heat_demands():
    # 1000 short at 100 with a stop at 110: 10 % of 100000. At 104 the account is 96000, and 10000 is above 10 %.
    hot = PLAIN.replace(
        max_position=2.0,
        max_leverage=2.0,
        risk_per_trade=0.1,
        risk_per_trade_max=None,
        target_heat=(0.1, 0.1),
    )
    short = keep("entry", lambda s: s.sell(size=1000, stop=110.0))
    meddle = do(keep("exit", lambda s: s.close()), lambda s: s.cancel(s.kept["exit"]))
    bars = [CALM, CALM, CALM, (100.0, 105.0, 99.0, 104.0), (104.0, 105.0, 103.0, 104.0), (104.0,) * 4]
    found = audited((rows_of(bars),), strategy=scripted({2: short, 4: meddle}), profile=hot)
    assert [seen[0] for seen in found.strategy.seen.values()] == [0, 0, -1000, -1000, 0, 0]


def test_an_order_of_the_next_open_after_a_close_is_an_exit_and_opens_nothing():
    # The close of bar 3 is on its way when the open of bar 4 asks to sell what is held: nothing more to sell.
    script = {2: lambda s: s.buy(size=100), 3: lambda s: s.close(), "open 3": lambda s: s.sell(size=100)}
    found = run([CALM] * 7, script, engine={"cheat_on_open": True})
    assert [seen[0] for seen in found.strategy.seen.values()] == [0, 0, 100, 0, 0, 0, 0]


@pytest.mark.parametrize("leave", ["close", "stop", "target"])
def test_the_rest_of_a_partly_filled_entry_goes_with_the_position(leave):
    # 6 of 100 are bought on bar 3, all of them leave on bar 4: the rest must not open a position again.
    low, high = (90.0, 101.0) if leave == "stop" else (99.0, 120.0 if leave == "target" else 101.0)
    bars = [
        (*CALM, 1e9),
        (*CALM, 1e9),
        (*CALM, 6.0),
        (100.0, 101.0, 99.0, 100.0, 0.0),
        (100.0, high, low, 100.0, 6.0),
        *((*CALM, 6.0),) * 4,
    ]
    entry = keep("entry", lambda s: s.buy(size=100, price=99.5, exectype=bt.Order.Limit, target=115.0))
    script = {2: entry}
    if leave == "close":
        script[4] = lambda s: s.close()
    found = run(bars, script, filler=fill_by_volume)
    assert found.strategy.seen[9][0] == 0
    assert found.problems == []


@pytest.mark.parametrize("price", [-5.0, math.nan, math.inf])
@pytest.mark.parametrize("exectype", [bt.Order.Stop, bt.Order.Limit])
@pytest.mark.parametrize("is_long", [True, False])
def test_a_price_that_is_none_is_no_stop_and_no_target(price, exectype, is_long):
    # A data whose close is zero or missing hands the user such prices.
    enter = (lambda s: s.buy(size=10)) if is_long else (lambda s: s.sell(size=10))
    leave = (lambda s: s.sell) if is_long else (lambda s: s.buy)
    script = {2: enter, 3: lambda s: leave(s)(exectype=exectype, price=price)}
    found = run([CALM] * 6, script)
    assert found.problems == []
    assert found.strategy.seen[6][0] == (10 if is_long else -10)
    assert found.strategy.bt_risk.stop(found.strategy.data) == pytest.approx(95.0 if is_long else 105.0)


def test_the_rest_of_a_partly_filled_order_is_not_filled_again_by_an_old_bar():
    # d1 trades 6 on day 3 and has no day 4: what day 3 offered is taken already.
    daily = {day: (*CALM, 1e9) for day in range(1, 7)}
    other = {day: (*CALM, 6.0) for day in (1, 2, 3, 5, 6)}
    found = audited(
        (rows_of(daily), rows_of(other)),
        strategy=scripted({2: lambda s: s.buy(data=s.datas[1], size=100)}),
        profile=PLAIN,
        filler=fill_by_volume,
    )
    assert found.audit.fills == [
        (3, "d1", "entry", 6.0, 100.0),
        (5, "d1", "entry", 6.0, 100.0),
        (6, "d1", "entry", 6.0, 100.0),
    ]
    assert found.problems == []
