"""Orders of type Close, and the steps of an order that the broker takes on the order itself."""

from __future__ import annotations

import datetime as dt

import backtrader as bt
import pytest

from tests.backtrader.play import LIMIT, STOP, play, send
from tests.edge.hours import Hours, hourly

CLOSE = bt.Order.Close
CALM = [(100, 101, 99, 100)] * 3


def leave(**options):
    return send("exit", "sell", size=10, exectype=CLOSE, _checksubmit=False, **options)


def test_on_daily_bars_it_gets_the_close_of_the_next_bar():
    played = play([*CALM, (100, 105, 99, 104)], script={1: send("entry", "buy", size=10), 3: leave()})
    assert played.fills[-1] == (4, -10, 104)


def test_a_stop_and_an_exit_at_the_close_both_fill():
    # Nothing ties the two: the position is sold twice.
    def both(s):
        s.sell(size=10, exectype=STOP, price=95, _checksubmit=False)
        leave()(s)

    played = play([*CALM, (100, 105, 94, 104)], script={1: send("entry", "buy", size=10), 3: both})
    assert played.fills[1:] == [(4, -10, 95), (4, -10, 104)]
    assert played.position == -10


@pytest.mark.parametrize(("last", "fill"), [(16, (6, -10, 104)), (15, (7, -10, 104))])
def test_within_a_session_it_waits_for_the_end_or_takes_the_last_close_a_bar_later(last, fill):
    # The session ends at 16:00. Where its last bar stands at 15:00, only the next day tells that it was the last.
    bars = [*[(100, 101, 99, 100)] * 5, (100, 105, 99, 104), *[(90, 91, 89, 90)] * 2]

    def prepare(cerebro):
        cerebro.adddata(Hours(rows=hourly(bars, last)), name="hours")

    played = play(script={1: send("entry", "buy", size=10), 3: leave()}, prepare=prepare)
    assert played.fills[-1] == fill


@pytest.mark.parametrize("ends_alone", [False, True])
def test_an_order_that_expires_takes_its_partner_along_unless_it_is_untied_in_its_own_step(ends_alone):
    def pair(s):
        stop = s.sent["stop"] = s.sell(size=10, exectype=STOP, price=95, _checksubmit=False)
        valid = dt.timedelta(days=1)
        target = s.sell(size=10, exectype=LIMIT, price=110, oco=stop, valid=valid, _checksubmit=False)
        if ends_alone:

            def expire():
                is_over = type(target).expire(target)
                if is_over:
                    s.broker._ocol.pop(s.broker._ocos[target.ref])
                return is_over

            target.expire = expire

    played = play([*CALM, *CALM], script={1: send("entry", "buy", size=10), 2: pair})
    assert played.statuses("stop") == (["Accepted"] if ends_alone else ["Accepted", "Canceled"])


def test_groups_are_lists_of_numbers_under_the_number_of_their_first():
    def pair(s):
        stop = s.sell(size=10, exectype=STOP, price=95, _checksubmit=False)
        target = s.sell(size=10, exectype=LIMIT, price=110, oco=stop, _checksubmit=False)
        assert s.broker._ocos[stop.ref] == s.broker._ocos[target.ref] == stop.ref
        assert s.broker._ocol[stop.ref] == [stop.ref, target.ref]

    play(CALM, script={1: pair})


def test_a_number_as_the_end_of_an_order_is_a_time():
    def rest(s):
        s.sent["buy"] = s.buy(size=1, exectype=LIMIT, price=90, valid=s.data.datetime[0] + 1)

    played = play([*CALM, *CALM], script={1: rest})
    assert played.notices[-1] == (3, "buy", "Expired")
