"""Parents and children: when children act, and what kills them."""

from __future__ import annotations

import datetime as dt

import backtrader as bt
import pytest

from tests.backtrader.play import LIMIT, cancel, each, play, send

MARKET_BRACKET = dict(size=10, exectype=bt.Order.Market, stopprice=95, limitprice=110)


def bracket(**changes):
    return send("entry", "buy_bracket", **{**MARKET_BRACKET, **changes})


def test_stop_and_target_inside_one_bar_fill_the_stop():
    bars = [(100, 100, 100, 100), (100, 101, 99, 100), (100, 120, 90, 100), (100, 100, 100, 100)]
    played = play(bars, script={1: bracket()})
    assert played.fills == [(2, 10, 100), (3, -10, 95)]
    assert played.statuses("entry target") == ["Submitted", "Accepted", "Canceled"]


def test_a_filled_target_cancels_the_stop():
    bars = [(100, 100, 100, 100), (100, 101, 99, 100), (108, 112, 107, 111), (100, 100, 90, 90)]
    played = play(bars, script={1: bracket()})
    assert played.fills == [(2, 10, 100), (3, -10, 110)]
    assert played.statuses("entry stop")[-1] == "Canceled"


def test_close_leaves_the_children_alive_and_the_stop_opens_a_short():
    bars = [(100, 101, 99, 100)] * 3 + [(100, 100, 90, 90)] * 2
    played = play(bars, script={1: bracket(), 2: send("exit", "close")})
    assert played.position == -10


def test_a_gap_fills_both_the_pending_close_and_the_stop():
    bars = [(100, 101, 99, 100)] * 2 + [(90, 91, 89, 90)] * 2
    played = play(bars, script={1: bracket(limitexec=None), 2: send("exit", "close")})
    assert sorted(played.fills) == [(2, 10, 100), (3, -10, 90), (3, -10, 90)]


def test_cancelling_the_stop_cancels_the_target_and_then_close_is_clean():
    bars = [(100, 101, 99, 100)] * 3 + [(100, 130, 70, 90)] * 2
    played = play(bars, script={1: bracket(), 2: each(cancel("entry stop"), send("exit", "close"))})
    assert played.fills == [(2, 10, 100), (3, -10, 100)]
    assert played.statuses("entry target")[-1] == "Canceled"


def test_close_as_oco_of_the_stop_leaves_the_target_alive():
    bars = [(100, 101, 99, 100)] * 3 + [(100, 130, 99, 120)] * 2

    def leave(s):
        s.sent["exit"] = s.close(oco=s.sent["entry stop"])

    played = play(bars, script={1: bracket(), 2: leave})
    assert played.statuses("entry stop")[-1] == "Canceled"
    assert played.position == -10


@pytest.mark.parametrize(("open_", "expected"), [(105, ["Submitted", "Accepted", "Margin"])])
def test_an_entry_refused_at_the_fill_cancels_its_children(open_, expected):
    # 99 x 100 is affordable at the signal, 99 x 105 at the fill is not.
    bars = [(100, 100, 100, 100), (open_, open_, open_, open_), (100, 100, 90, 90)]
    played = play(bars, script={1: bracket(size=99)})
    assert played.statuses("entry") == expected
    assert played.statuses("entry stop")[-1] == "Canceled"
    assert played.position == 0


def test_an_entry_refused_at_submission_kills_its_children():
    bars = [(100, 100, 100, 100)] * 2 + [(100, 100, 90, 90)]
    played = play(bars, script={1: bracket(size=101)})
    assert played.statuses("entry") == ["Submitted", "Margin"]
    assert played.statuses("entry stop")[-1] in {"Canceled", "Rejected"}
    assert played.fills == []


def test_a_limit_entry_that_expires_cancels_its_children():
    bars = [(100, 101, 99, 100)] * 4
    played = play(bars, script={1: bracket(exectype=LIMIT, price=50, valid=dt.timedelta(days=1))})
    assert played.statuses("entry")[-1] == "Expired"
    assert played.statuses("entry stop")[-1] == "Canceled"


def test_a_bracket_whose_sizer_answers_zero_raises():
    class Zero(bt.Sizer):
        def _getsizing(self, comminfo, cash, data, isbuy):
            return 0

    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'size'"):
        play([(100, 100, 100, 100)], script={1: bracket(size=None)}, prepare=lambda c: c.addsizer(Zero))


def test_the_stop_order_trails_on_the_close_and_after_its_own_test():
    # Trail 5 from the entry bar's close of 101 is 96, although its high was 110.
    bars = [(100, 100, 100, 100), (100, 110, 99, 101), (101, 102, 96, 97), (97, 97, 97, 97)]
    order = send("stop", "sell", size=10, exectype=bt.Order.StopTrail, trailamount=5)
    played = play(bars, script={1: each(send("entry", "buy", size=10), order)})
    assert played.fills == [(2, 10, 100), (3, -10, 96)]


def test_a_stoplimit_gapped_through_stays_unfilled():
    bars = [(100, 101, 99, 100)] * 2 + [(90, 91, 89, 90)] * 2
    order = send("stop", "sell", size=10, exectype=bt.Order.StopLimit, price=95, plimit=94)
    played = play(bars, script={1: send("entry", "buy", size=10), 2: order})
    assert played.position == 10
