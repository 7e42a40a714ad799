"""Defects that a sceptical reading found, each with the fewest bars that show it."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from bt_risk import EngineError, ProfileError, guard
from bt_risk.rules.profile import resolve_profile
from bt_risk.rules.request import TradeHistory
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, LIMIT, ROUND, STOP, TRAIL, Scripted, calm, do, each, trade
from tests.rules.books import PLAIN, book, decide

WIDE = ROUND.replace(risk_per_trade=0.1, risk_per_trade_max=None, target_heat=(0.06, 0.10))


def close_when_bought(strategy, order):
    if order.isbuy() and order.status == order.Completed:
        strategy.sent["exit"] = strategy.close()


def fixed_filler(size):
    return lambda cerebro: cerebro.broker.set_filler(bt.broker.fillers.FixedSize(size=size))


# A callback that comes before the desk has opened its bar still meets the broker's state.


def test_close_from_notify_order_leaves_the_position_under_quicknotify():
    session = trade(calm(5), script={1: do("buy")}, on_order=close_when_bought, quicknotify=True)
    assert [(size, price) for _, size, price in session.fills] == [(200, 100), (-200, 100)]
    assert session.position == 0


class Timed(Scripted):
    """Close from a timer, which Backtrader calls between the broker and the strategy's own bar."""

    def start(self):
        self.add_timer(bt.timer.SESSION_START)

    def notify_timer(self, timer, when, *args, **kwargs):
        if self.position and not self.sent.get("exit"):
            self.sent["exit"] = self.close()


def test_close_from_a_timer_leaves_a_position_filled_on_this_bar():
    session = trade(calm(6), script={1: do("buy")}, strategy=Timed)
    assert [(size, price) for _, size, price in session.fills] == [(200, 100), (-200, 100)]


# An order never fills in the past.


def test_an_exit_sent_in_next_open_waits_for_a_bar_of_its_own_data():
    # d1 trades on days 1, 2, 3, 5: the exit of day 4 meets day 5's opening at 110, not day 3's at 90.
    other = {1: CALM, 2: CALM, 3: (90, 101, 89, 100), 5: (110, 111, 109, 110), 6: (110, 111, 109, 110)}
    session = trade(
        {day: CALM for day in range(1, 7)},
        other,
        script={2: do("buy", data=1), 4: do("close", data=1)},
        profile=ROUND.replace(fixed_stop=0.2),
        in_open=True,
        cheat_on_open=True,
    )
    assert session.fills == [(2, 50, 100), (5, -50, 110)]


def test_a_record_made_in_next_open_bears_the_time_of_this_bar_though_its_data_has_none():
    session = trade(
        calm(6), {5: CALM, 6: CALM}, script={2: do("buy", data=1)}, in_open=True, cheat_on_open=True
    )
    assert session.decisions[0].datetime.day == 2


# A partly filled entry.


@pytest.mark.parametrize("leave", ["close", "sell"])
def test_leaving_a_partly_filled_position_calls_off_the_rest_of_its_entry(leave):
    session = trade(calm(8), script={1: do("buy"), 2: do(leave)}, prepare=fixed_filler(120))
    assert session.fills == [(2, 120, 100), (3, -120, 100)]
    assert session.live == []


def test_a_bracket_under_a_filler_returns_three_orders():
    def bracket(strategy):
        orders = strategy.buy_bracket(exectype=bt.Order.Market, stopprice=95, limitprice=110)
        strategy.sent["refs"] = None
        strategy.p.session.notes.extend(order.ref for order in orders)

    session = trade(calm(4), script={1: bracket}, prepare=fixed_filler(120))
    assert len(set(session.notes)) == 3


# Sizes that are none.


@pytest.mark.parametrize("leave", ["close", "sell"])
def test_an_exit_of_no_number_never_reaches_the_broker(leave):
    session = trade(calm(6), script={1: do("buy"), 3: do(leave, size=math.nan)})
    assert session.position in (0, 200)
    assert math.isfinite(session.cash)


def test_selling_tenths_one_by_one_ends_exactly_flat():
    tenths = {bar: do("sell", size=0.1) for bar in range(3, 8)}
    session = trade(
        calm(11),
        script={1: do("buy", size=0.7), **tenths, 8: do("sell", size=0.2)},
        profile=ROUND.replace(lot=0.0),
    )
    assert session.position == 0
    assert session.live == []


class Silent(bt.Sizer):
    """A sizer that forgets to return anything; plain Backtrader then sends nothing."""

    def _getsizing(self, comminfo, cash, data, isbuy):
        return None


def test_a_sizer_without_an_answer_denies_instead_of_crashing():
    session = trade(calm(4), script={1: do("buy")}, prepare=lambda cerebro: cerebro.addsizer(Silent))
    assert session.decisions[0].outcome == "denied"


# What the user gets back is what the user hears of.


def test_the_user_hears_of_the_risk_exit_that_close_returned():
    # 100 000 with 240 units each, stops 80 and 79: 4 800 + 5 040 at risk. The second falls by 10, equity is 97 600,
    # heat 10.08 %: the desk leaves d1 before the strategy's close() of the same bar gets that very order.
    fall = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 3]
    enter = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
    session = trade(calm(7), fall, script={1: enter, 4: do("close", data=1, name="exit")}, profile=WIDE)
    assert session.strategy.sent["exit"] is not None
    assert session.heard_of("exit")[-1] == "Completed"


def test_the_stop_set_on_the_fill_stays_the_same_order_when_a_target_joins_it():
    def protect(strategy, order):
        if order.isbuy() and order.status == order.Completed:
            strategy.sent["stop"] = strategy.sell(exectype=STOP, price=96)
            strategy.sent["target"] = strategy.sell(exectype=LIMIT, price=110, oco=strategy.sent["stop"])

    bars = [*calm(3), (100, 101, 94, 95), *calm(2)]
    session = trade(bars, script={1: do("buy")}, on_order=protect)
    assert session.fills == [(2, 200, 100), (4, -200, 96)]
    assert session.heard_of("stop")[-1] == "Completed"
    assert session.heard_of("target")[-1] == "Canceled"


def test_the_target_of_a_hand_made_bracket_is_not_its_entry():
    def bracket(strategy):
        main = strategy.sent["main"] = strategy.buy(transmit=False)
        strategy.sent["stop"] = strategy.sell(exectype=STOP, price=96, parent=main, transmit=False)
        strategy.sent["target"] = strategy.sell(exectype=LIMIT, price=110, parent=main)

    bars = [*calm(2), (100, 111, 99, 110), *calm(2)]
    session = trade(bars, script={1: bracket})
    assert session.fills == [(2, 200, 100), (3, -200, 110)]
    assert len({session.strategy.sent[name].ref for name in ("main", "stop", "target")}) == 3
    assert session.heard_of("target")[-1] == "Completed"
    assert session.heard_of("stop")[-1] == "Canceled"


# What the user asks for is what is done.


def test_a_trailing_stop_sent_with_the_entry_keeps_its_distance():
    enter = each(do("buy"), do("sell", exectype=TRAIL, trailamount=4))
    session = trade(calm(4), script={1: enter})
    assert session.fills == [(2, 200, 100)]
    assert session.desk.stop(session.strategy.data) == 96


def test_a_looser_stop_against_an_entry_on_its_way_is_recorded_as_unused():
    session = trade(calm(4), script={1: each(do("buy"), do("sell", exectype=STOP, price=90))})
    assert session.desk.stop(session.strategy.data) == 95
    assert session.decisions[1].outcome == "nothing"


def test_a_limit_for_a_part_sells_only_that_part():
    bars = [*calm(3), (100, 111, 99, 100), *calm(2)]
    session = trade(bars, script={1: do("buy"), 2: do("sell", size=50, exectype=LIMIT, price=110)})
    assert session.fills == [(2, 200, 100), (4, -50, 110)]
    assert session.live == [(-150, 95)]


def test_close_at_a_limit_waits_for_its_price():
    bars = [*calm(3), (100, 111, 99, 100), *calm(2)]
    session = trade(bars, script={1: do("buy"), 2: do("close", exectype=LIMIT, price=110)})
    assert session.fills == [(2, 200, 100), (4, -200, 110)]


def test_a_stopped_trade_closes_under_the_users_trade_number():
    bars = [CALM, CALM, (100, 101, 94, 96), CALM]
    session = trade(bars, script={1: do("buy", tradeid=7)})
    assert session.trades == [(3, -1000)]


def test_arguments_by_position_reach_the_order_as_in_backtrader():
    session = trade(
        [CALM, (98, 99, 97, 98), CALM], script={1: lambda strategy: strategy.buy(None, 10, 99, None, LIMIT)}
    )
    assert session.fills == [(2, 10, 98)]


# Money.


class TicketFee(bt.CommInfoBase):
    """Ten a ticket, whatever its size."""

    params = (("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))

    def _getcommission(self, size, price, pseudoexec):
        return 10.0 if size else 0.0


def test_a_fee_a_ticket_is_counted_once_and_not_once_a_unit():
    # 1 000 of risk less two tickets of 10, at 5 a unit: 196 units.
    session = trade(
        calm(4), script={1: do("buy")}, prepare=lambda cerebro: cerebro.broker.addcommissioninfo(TicketFee())
    )
    assert session.fills == [(2, 196, 100)]


def test_a_trim_that_comes_out_even_cuts_no_lot_too_many():
    # 500 units risk 20 each; at a close of 84 equity is 92 000, so 9 200 may be at risk: 800 / 20 = 40 units go.
    bars = [*calm(2), (100, 100, 84, 84), *[(84, 85, 83, 84)] * 2]
    session = trade(bars, script={1: do("buy", size=500, stop=80)}, profile=WIDE.replace(reduction="trim"))
    assert session.fills == [(2, 500, 100), (4, -40, 84)]


def test_a_bar_without_a_close_leaves_heat_at_the_last_mark():
    bars = [*calm(3), (100, 101, 99, math.nan), *calm(2)]
    session = trade(bars, script={1: do("buy", size=480, stop=80)}, profile=WIDE.replace(heat_basis="mark"))
    assert session.tiers == ["NORMAL", "CRITICAL", "CRITICAL", "CRITICAL", "CRITICAL", "CRITICAL"]


def test_an_emergency_does_not_count_on_a_position_that_has_no_market():
    # d1 is never quoted again after day 3 and holds the most risk: waiting for it would leave the heat above its limit.
    fall = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 4]
    enter = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
    session = trade(fall, {1: CALM, 2: CALM, 3: CALM}, script={1: enter}, profile=WIDE)
    assert (5, -240, 90) in session.fills


class Loud(bt.Strategy):
    """A strategy with a `buy` of its own, as people write them to log."""

    bought = 0

    def buy(self, *args, **options):
        Loud.bought += 1
        return super().buy(*args, **options)

    def next(self):
        if len(self) == 1:
            self.buy()


def test_guard_does_not_shut_out_a_buy_of_the_strategys_own():
    Loud.bought = 0
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(3))))
    cerebro.addstrategy(guard(Loud), profile=ROUND)
    (strategy,) = cerebro.run()
    assert (Loud.bought, len(strategy.bt_risk.decisions)) == (1, 1)


def test_twenty_wins_in_a_row_are_no_reason_to_stop_trading():
    # Without a losing trade Kelly is undefined, not zero: it proposes nothing, and risk_per_trade decides.
    profile = PLAIN.replace(sizing=("risk_per_trade", "kelly"))
    held = book(history=TradeHistory(trades=20, win_rate=1.0, win_loss_ratio=math.nan))
    assert decide(profile=profile, held=held).units == 200


def test_a_key_that_is_no_text_is_an_unknown_key():
    with pytest.raises(ProfileError, match="unknown key 3"):
        resolve_profile({3: 1})


def test_one_bar_of_memory_on_two_calendars_is_refused_at_the_start():
    with pytest.raises(EngineError, match="exactbars"):
        trade(calm(6), {1: CALM, 4: CALM}, script={1: do("buy")}, exactbars=1)
