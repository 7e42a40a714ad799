"""Orders of type Close: exits that leave at the session's close and stay stopped until then, and entries at it."""

from __future__ import annotations

import math
import random

import backtrader as bt
import pytest

from tests.edge.hours import trade_hours
from tests.edge.market import CALM, LIMIT, ROUND, STOP, Scripted, calm, cancel, do, each, fixed_filler, trade

AT_CLOSE = bt.Order.Close
UP = (100, 104, 99, 103)
DROP = (100, 104, 94, 103)
LEAVE = do("close", exectype=AT_CLOSE, name="exit")
SELL = do("sell", exectype=AT_CLOSE, name="exit")


@pytest.mark.parametrize("leave", [LEAVE, SELL])
def test_an_exit_at_the_close_gets_the_close_of_the_next_bar(leave):
    session = trade([*calm(3), UP, CALM], script={1: do("buy"), 3: leave})
    assert session.fills == [(2, 200, 100), (4, -200, 103)]
    assert session.heard_of("exit") == ["Accepted", "Completed"]
    assert (session.live, session.desk.heat) == ([], 0)
    assert session.outcomes()[1] == ("exit", "accepted", "signal")
    assert session.decisions[1].given == 200


def test_until_then_the_stop_stays():
    session = trade([*calm(3), DROP, CALM], script={1: do("buy"), 3: LEAVE})
    assert session.fills == [(2, 200, 100), (4, -200, 95)]
    assert session.heard_of("exit") == ["Accepted", "Canceled"]
    assert session.strategy.sent["exit"].size == -200
    assert (session.live, session.is_covered) == ([], True)


def test_until_then_the_target_stays():
    session = trade([*calm(3), (100, 111, 99, 103), CALM], script={1: do("buy", target=110), 3: LEAVE})
    assert session.fills == [(2, 200, 100), (4, -200, 110)]
    assert session.live == []


def test_a_stop_that_is_sent_anew_still_comes_before_the_close():
    script = {
        1: do("buy"),
        2: do("sell", exectype=STOP, price=96, name="stop"),
        3: each(LEAVE, cancel("stop")),
    }
    session = trade([*calm(3), DROP, CALM], script=script)
    assert session.fills == [(2, 200, 100), (4, -200, 96)]
    assert session.live == []


def test_a_part_leaves_at_the_close_and_the_rest_stays_stopped():
    script = {1: do("buy"), 3: do("sell", size=50, exectype=AT_CLOSE)}
    session = trade([*calm(3), UP, CALM, DROP], script=script)
    assert session.fills == [(2, 200, 100), (4, -50, 103), (6, -150, 95)]
    assert session.is_covered


def test_more_than_is_held_is_cut_by_close():
    session = trade([*calm(3), UP, CALM], script={1: do("buy"), 3: do("close", size=500, exectype=AT_CLOSE)})
    assert session.fills == [(2, 200, 100), (4, -200, 103)]


def test_exits_at_the_close_never_sell_more_than_there_is():
    leaves = each(*[do("sell", size=80, exectype=AT_CLOSE)] * 4)
    session = trade([*calm(3), UP, CALM], script={1: do("buy"), 3: leaves})
    assert session.fills == [(2, 200, 100), (4, -80, 103), (4, -80, 103), (4, -40, 103)]
    assert session.decisions[-1].outcome == "nothing"


def test_a_market_exit_comes_before_an_earlier_one_at_the_close():
    session = trade([*calm(3), UP, CALM], script={1: do("buy"), 3: each(SELL, do("sell", size=50))})
    assert session.fills == [(2, 200, 100), (4, -50, 100), (4, -150, 103)]
    assert (session.live, session.is_covered) == ([], True)


def test_a_market_exit_of_all_leaves_nothing_for_the_close():
    session = trade([*calm(3), UP, CALM], script={1: do("buy"), 3: each(SELL, do("sell"))})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
    assert session.heard_of("exit")[-1] == "Canceled"
    assert session.live == []


def test_a_market_order_for_more_than_is_held_reverses_without_waiting_for_the_close():
    session = trade([*calm(3), UP, *calm(2)], script={1: do("buy"), 3: each(SELL, do("sell", size=300))})
    assert session.fills == [(2, 200, 100), (4, -200, 100), (5, -100, 100)]


def test_it_waits_for_the_minimum_holding_time_first():
    # Filled on bar 2 and held for 72 hours on bar 5: the close after that is bar 6's.
    session = trade(
        [*calm(5), UP, CALM], script={1: do("buy"), 3: LEAVE}, profile=ROUND.replace(min_hold=72.0)
    )
    assert session.fills == [(2, 200, 100), (6, -200, 103)]
    assert session.outcomes()[1:] == [("exit", "pending", "min_hold"), ("exit", "accepted", "signal")]


def test_it_carries_what_the_user_tells_it():
    leave = do("close", exectype=AT_CLOSE, name="exit", note="end of day")
    session = trade(calm(4), script={1: do("buy"), 3: leave})
    assert session.strategy.sent["exit"].info["note"] == "end of day"


def test_it_may_be_cancelled():
    session = trade([*calm(3), UP, CALM], script={1: do("buy"), 3: each(LEAVE, cancel("exit"))})
    assert session.fills == [(2, 200, 100)]
    assert session.live == [(-200, 95)]


def test_it_may_expire():
    leave = do("close", exectype=AT_CLOSE, valid=bt.Order.DAY, name="exit")
    session = trade([*calm(3), UP, CALM], script={1: do("buy"), 3: leave})
    assert session.fills == [(2, 200, 100)]
    assert session.heard_of("exit")[-1] == "Expired"
    assert session.live == [(-200, 95)]


def test_against_a_short_it_is_the_mirror():
    session = trade([*calm(3), (100, 106, 96, 97), CALM], script={1: do("sell"), 3: LEAVE})
    assert session.fills == [(2, -200, 100), (4, 200, 105)]
    session = trade([*calm(3), (100, 101, 96, 97), CALM], script={1: do("sell"), 3: LEAVE})
    assert session.fills == [(2, -200, 100), (4, 200, 97)]


def test_what_fills_in_parts_leaves_in_parts():
    session = trade([*calm(5), UP, *calm(4)], script={1: do("buy"), 5: LEAVE}, prepare=fixed_filler(80))
    assert session.fills[3:] == [(6, -80, 103), (7, -80, 100), (8, -40, 100)]
    assert (session.live, session.is_covered) == ([], True)


@pytest.mark.parametrize("in_place", [True, False])
def test_a_stop_that_rises_while_an_exit_waits_is_the_stop_of_its_bar(in_place):
    script = {1: do("buy"), 3: each(LEAVE, do("sell", exectype=STOP, price=97))}
    session = trade([*calm(3), (100, 104, 96, 103), CALM], script=script, in_place=in_place)
    assert session.fills == [(2, 200, 100), (4, -200, 97)]


# Reversals.


@pytest.mark.parametrize(
    "leave", [do("sell", size=300, exectype=AT_CLOSE), each(LEAVE, do("sell", size=100, name="other"))]
)
def test_a_reversal_opens_once_the_close_has_closed_the_position(leave):
    session = trade([*calm(3), UP, *calm(3)], script={1: do("buy"), 3: leave})
    assert session.fills[:2] == [(2, 200, 100), (4, -200, 103)]
    assert [size for _, size, _ in session.fills[2:]] == [-100]
    assert session.fills[2][0] == 5


def test_a_reversal_at_the_close_is_given_up_when_the_stop_comes_first():
    session = trade(
        [*calm(3), DROP, *calm(3)], script={1: do("buy"), 3: do("sell", size=300, exectype=AT_CLOSE)}
    )
    assert session.fills == [(2, 200, 100), (4, -200, 95)]
    assert session.event_kinds() == ["stop_hit", "reversal_dropped"]


# With an entry on its way: in at the opening, out at the close.

DAY_TRADE = each(do("buy"), SELL)


def test_an_entry_may_be_sent_together_with_its_exit_at_the_close():
    session = trade([CALM, UP, CALM], script={1: DAY_TRADE})
    assert session.fills == [(2, 200, 100), (2, -200, 103)]
    assert session.live == []
    assert session.heard_of("exit")[-1] == "Completed"


def test_its_stop_works_in_between():
    session = trade([CALM, DROP, CALM], script={1: DAY_TRADE})
    assert session.fills == [(2, 200, 100), (2, -200, 95)]
    assert session.live == []


def test_an_entry_that_rests_is_left_at_the_close_of_its_bar():
    enter = each(do("buy", exectype=LIMIT, price=98), do("sell", exectype=AT_CLOSE, name="exit"))
    session = trade([*calm(3), (100, 104, 97, 103), CALM], script={1: enter})
    assert [(bar, price) for bar, _, price in session.fills] == [(4, 98), (4, 103)]
    assert session.position == 0


def test_the_exit_goes_with_an_entry_that_is_called_off():
    session = trade([*calm(3), UP], script={1: each(DAY_TRADE, cancel("buy"))})
    assert (session.fills, session.live) == ([], [])
    assert session.heard_of("exit")[-1] == "Canceled"


def test_an_exit_for_a_part_of_an_entry_leaves_the_rest():
    enter = each(do("buy"), do("sell", size=50, exectype=AT_CLOSE))
    session = trade([CALM, UP, CALM], script={1: enter})
    assert session.fills == [(2, 200, 100), (2, -50, 103)]
    assert session.live == [(-150, 95)]


def test_exits_for_parts_of_an_entry_add_up_to_it():
    sells = each(*[do("sell", size=150, exectype=AT_CLOSE)] * 2)
    session = trade([CALM, UP, CALM], script={1: each(do("buy"), sells)})
    assert session.fills == [(2, 200, 100), (2, -150, 103), (2, -50, 103)]
    assert [decision.given for decision in session.decisions[1:]] == [150, 50]


def test_in_and_out_at_the_same_close_is_no_trade():
    enter = each(do("buy", exectype=AT_CLOSE), SELL)
    session = trade([CALM, UP, CALM], script={1: enter})
    assert (session.fills, session.live) == ([], [])
    assert session.outcomes()[1] == ("exit", "cancelled", "signal")


def test_what_has_come_of_an_entry_is_left_at_the_close_although_its_rest_is_cancelled():
    script = {1: DAY_TRADE, 2: cancel("buy")}
    session = trade([CALM, UP, UP, *calm(2)], script=script, prepare=fixed_filler(80))
    assert session.fills == [(2, 80, 100), (3, -80, 103)]
    assert session.live == []


def test_a_bar_that_other_instruments_alone_have_sells_nothing():
    # d1 has bars 2 and 4: bought in part on bar 2, its exit waits for bar 4 and not for bar 3, on which d0 trades.
    d1 = {1: CALM, 2: CALM, 4: UP, 5: CALM}
    day_trade = each(do("buy", data=1), do("sell", data=1, exectype=AT_CLOSE))
    session = trade(calm(5), d1, script={1: day_trade}, prepare=fixed_filler(80))
    assert session.fills[:2] == [(2, 80, 100), (4, 80, 100)]
    assert all(bar != 3 for bar, _, _ in session.fills)


def test_an_entry_in_parts_is_left_as_far_as_it_has_come():
    session = trade([CALM, UP, *calm(4)], script={1: DAY_TRADE}, prepare=fixed_filler(80))
    held = 0
    for _, size, _ in session.fills:
        held += size
        assert held >= 0
    assert held == 0
    assert session.live == []


# Sessions of several bars: six a day, the session's end at 16:00, at which the last bar stands.


def test_within_a_session_it_waits_for_the_last_bar():
    bars = [*calm(5), UP, *calm(2)]
    session = trade_hours(bars, {1: do("buy"), 3: LEAVE})
    assert session.fills == [(2, 200, 100), (6, -200, 103)]


def test_meanwhile_the_position_is_stopped():
    session = trade_hours([*calm(4), DROP, UP, *calm(2)], {1: do("buy"), 3: LEAVE})
    assert session.fills == [(2, 200, 100), (5, -200, 95)]
    assert session.live == []


@pytest.mark.parametrize("next_day", [CALM, (90, 91, 89, 90), (112, 113, 111, 112)])
def test_where_only_the_next_day_tells_that_the_session_is_over_its_close_counts_before_that_days_prices(
    next_day,
):
    # The last bar stands at 15:00. What the next day does to stop and target came after the sale.
    session = trade_hours([*calm(5), UP, next_day, next_day], {1: do("buy", target=110), 3: LEAVE}, last=15)
    assert session.fills == [(2, 200, 100), (7, -200, 103)]
    assert session.live == []


def test_the_stop_works_on_the_day_that_finds_the_exit_expired():
    script = {1: do("buy"), 3: do("close", exectype=AT_CLOSE, valid=bt.Order.DAY, name="exit")}
    session = trade_hours([*calm(5), UP, DROP, CALM], script, last=15)
    assert session.fills == [(2, 200, 100), (7, -200, 95)]
    assert session.heard_of("exit")[-1] == "Expired"


def test_yesterdays_close_is_a_price_although_todays_is_none():
    bars = [*calm(5), UP, (90, 91, 89, math.nan), *calm(2)]
    session = trade_hours(bars, {1: do("buy"), 3: LEAVE}, last=15)
    assert session.fills == [(2, 200, 100), (7, -200, 103)]
    assert session.live == []


def test_what_is_left_of_a_part_sold_at_yesterdays_close_is_stopped_today():
    script = {1: do("buy"), 3: do("sell", size=50, exectype=AT_CLOSE)}
    session = trade_hours([*calm(5), UP, (90, 91, 89, 90), CALM], script, last=15)
    assert sorted(session.fills) == [(2, 200, 100), (7, -150, 90), (7, -50, 103)]
    assert session.live == []


def test_what_found_no_volume_at_yesterdays_close_is_stopped_again():
    # The stop is cut to the 150 that yesterday's close leaves; but neither there nor on bar 7 does anything trade, and
    # all 200 are still there.
    script = {1: do("buy"), 3: do("sell", size=50, exectype=AT_CLOSE)}
    bars = [*calm(5), (*UP, 0.0), (90, 91, 89, 90, 0.0), *[(90, 91, 89, 90)] * 3]
    session = trade_hours(bars, script, last=15, prepare=fixed_filler(1000))
    assert session.fills == [(2, 200, 100), (8, -200, 90)]
    assert session.is_covered


def test_what_yesterdays_close_has_no_volume_for_does_not_get_its_price_later():
    # 80 a bar: the rest leaves at the closes of the bars that sell it.
    bars = [*calm(5), UP, *[(100, 101, 99, 100.5)] * 3]
    session = trade_hours(bars, {1: do("buy"), 5: LEAVE}, last=15, prepare=fixed_filler(80))
    assert session.fills[3:] == [(7, -80, 103), (8, -80, 100.5), (9, -40, 100.5)]
    assert (session.live, session.is_covered) == ([], True)


# From the opening, and elsewhere than at the simulated broker.


@pytest.mark.parametrize(
    "call", [lambda strategy: None, do("sell", exectype=STOP, price=90)], ids=["calm", "busy"]
)
def test_asked_for_at_the_open_it_leaves_at_the_close_of_the_same_bar(call):
    # Told by bar 5, on whose opening the user may have called again.
    script = {2: do("buy"), 4: LEAVE, 5: call}
    session = trade([*calm(3), UP, DROP, CALM], script=script, in_open=True, cheat_on_open=True)
    assert session.fills == [(2, 200, 100), (5, -200, 103)]
    assert session.live == []


def test_a_broker_without_that_promise_leaves_at_market_and_says_so():
    def elsewhere(strategy):
        strategy.bt_risk.orders.is_simulated = False
        LEAVE(strategy)
        strategy.bt_risk.orders.is_simulated = True

    session = trade([*calm(3), UP, CALM], script={1: do("buy"), 3: elsewhere})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
    assert session.event_kinds() == ["at_market"]


# Entries.


def test_an_entry_at_the_close_is_stopped_from_the_next_bar_on():
    # Bar 2 falls to 94 before its close at 100, at which the position begins.
    enter = do("buy", exectype=AT_CLOSE, name="buy")
    session = trade([CALM, (100, 101, 94, 100), (100, 101, 96, 100), DROP], script={1: enter})
    assert session.fills == [(2, 200, 100), (4, -200, 95)]
    assert session.is_covered
    assert session.live == []


def test_an_entry_at_the_close_is_anchored_to_it():
    bars = [CALM, (100, 105, 99, 104), (104, 105, 103, 104)]
    session = trade(bars, script={1: do("buy", exectype=AT_CLOSE)})
    assert session.live == [(-200, 99)]


def test_an_entry_that_closes_beyond_its_stop_leaves_at_once():
    session = trade(
        [CALM, (96, 97, 93, 94), (94, 95, 93, 94), CALM], script={1: do("buy", exectype=AT_CLOSE)}
    )
    assert session.fills == [(2, 200, 94), (3, -200, 94)]


def test_an_entry_at_yesterdays_close_is_stopped_on_the_bar_that_reports_it():
    session = trade_hours([*calm(6), (100, 101, 94, 96), CALM], {3: do("buy", exectype=AT_CLOSE)}, last=15)
    assert session.fills == [(7, 200, 100), (7, -200, 95)]
    assert session.live == []


# Whatever comes, nothing is sold that is not there.


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("by_volume", [False, True])
def test_on_random_markets_the_position_is_covered_and_never_flips(seed, by_volume):
    rng = random.Random(seed)
    last, bars = 100.0, []
    for _ in range(60):
        opening = last * (1 + rng.uniform(-0.06, 0.06))
        last = opening * (1 + rng.gauss(0, 0.03))
        high, low = max(opening, last) * 1.01, min(opening, last) * 0.99
        bars.append((opening, high, low, last))

    class Player(Scripted):
        def next(self):
            part = rng.choice([None, 30, 70, 500])
            calls = [
                lambda: self.buy(exectype=rng.choice([None, AT_CLOSE]), target=self.data.close[0] * 1.05),
                lambda: self.close(size=part, exectype=AT_CLOSE),
                lambda: self.close(size=part),
                lambda: self.position.size > 0 and self.sell(size=30, exectype=AT_CLOSE),
                lambda: self.position.size > 0 and self.sell(exectype=STOP, price=self.data.close[0] * 0.97),
            ]
            # One a bar: an order beside a close would be a reversal.
            rng.choices(calls, weights=[4, 3, 1, 2, 1])[0]()

    prepare = fixed_filler(80) if by_volume else None
    session = trade(bars, script={}, strategy=Player, prepare=prepare)
    held = 0
    for _, size, _ in session.fills:
        held += size
        assert held >= -1e-9
    assert len(session.fills) > 5
    assert session.is_covered
