"""Cash and margin checks, end to end of a bar."""

from __future__ import annotations

import pytest

from tests.backtrader.play import LIMIT, STOP, each, play, send

FLAT = [(100, 101, 99, 100)] * 5


def test_an_order_beyond_the_cash_is_refused_whole():
    played = play(FLAT, script={1: send("entry", "buy", size=101)})
    assert played.statuses("entry") == ["Submitted", "Margin"]
    assert played.position == 0


def test_an_order_of_exactly_the_cash_is_filled():
    assert play(FLAT, script={1: send("entry", "buy", size=100)}).cash == 0


def test_a_gap_up_refuses_an_order_that_was_already_accepted():
    bars = [(100, 100, 100, 100), (105, 105, 105, 105)]
    played = play(bars, script={1: send("entry", "buy", size=100)})
    assert played.statuses("entry") == ["Submitted", "Accepted", "Margin"]


def test_a_limit_entry_is_refused_at_submission_by_its_own_price_not_by_the_market():
    # 100 x 99 would do; at a limit of 101 the same 100 pieces are refused although the market stands at 100.
    assert (
        play(FLAT, script={1: send("a", "buy", size=100, exectype=LIMIT, price=99)}).statuses("a")[1]
        == "Accepted"
    )
    assert (
        play(FLAT, script={1: send("a", "buy", size=100, exectype=LIMIT, price=101)}).statuses("a")[1]
        == "Margin"
    )


def test_resting_entries_reserve_no_cash():
    # Two limits of 60 x 98 are both accepted, on two bars; the second to fill is refused.
    bars = [*FLAT[:3], (100, 101, 97, 100)]
    first, second = (send(name, "buy", size=60, exectype=LIMIT, price=98) for name in "ab")
    played = play(bars, script={1: first, 2: second})
    assert played.statuses("b") == ["Submitted", "Accepted", "Margin"]
    assert played.position == 60


def test_limits_of_one_bar_are_checked_together():
    both = each(*(send(name, "buy", size=60, exectype=LIMIT, price=98) for name in "ab"))
    assert play(FLAT, script={1: both}).statuses("b") == ["Submitted", "Margin"]


def test_cash_freed_by_a_sale_sent_before_counts_in_the_same_bar():
    sale, entry = send("exit", "sell", size=100), send("entry", "buy", size=90)
    script = {1: send("first", "buy", size=100), 2: each(sale, entry)}
    assert play(FLAT, script=script).position == 90


def test_commission_counts_in_the_check():
    def charge(cerebro):
        cerebro.broker.setcommission(commission=0.001)

    played = play(FLAT, script={1: send("entry", "buy", size=100)}, prepare=charge)
    assert played.statuses("entry")[-1] == "Margin"


def test_an_opening_order_meets_margin_whenever_cash_is_below_zero():
    script = {
        1: lambda s: s.broker.add_cash(-10_500),
        2: send("entry", "buy", size=1, _checksubmit=False),
    }
    played = play(FLAT, script=script)
    assert played.statuses("entry") == ["Accepted", "Margin"]


def test_an_unchecked_exit_fills_although_cash_is_below_zero():
    script = {
        1: send("entry", "buy", size=10),
        2: lambda s: s.broker.add_cash(-9500),
        3: send("exit", "close", _checksubmit=False),
    }
    played = play(FLAT, script=script)
    assert played.statuses("exit") == ["Accepted", "Completed"]
    assert played.cash == 500


def test_withdrawing_exactly_the_whole_account_crashes_the_run():
    # No fund share is left to divide the value by.
    with pytest.raises(ZeroDivisionError):
        play(FLAT, script={1: lambda s: s.broker.add_cash(-10_000)})


def test_a_checked_stop_is_refused_while_cash_is_below_zero():
    script = {
        1: send("entry", "buy", size=10),
        2: lambda s: s.broker.add_cash(-11_000),
        3: send("stop", "sell", size=5, exectype=STOP, price=95),
    }
    assert play(FLAT, script=script).statuses("stop") == ["Submitted", "Margin"]


def test_added_cash_shows_from_the_next_valuation_on():
    seen = {}
    script = {
        1: lambda s: s.broker.add_cash(5000) or seen.update({1: s.broker.getvalue()}),
        2: lambda s: seen.update({2: s.broker.getvalue()}),
    }
    play(FLAT, script=script)
    assert seen == {1: 10_000, 2: 15_000}


def test_fund_value_is_untouched_by_added_cash():
    seen = []
    script = {1: lambda s: s.broker.add_cash(5000), 2: lambda s: seen.append(s.broker.fundvalue)}
    play(FLAT, script=script)
    assert seen == [100]


def test_a_reversal_is_refused_whole_when_checked():
    script = {1: send("a", "sell", size=50), 2: send("b", "buy", size=200)}
    played = play(FLAT, script=script)
    assert played.statuses("b") == ["Submitted", "Margin"]
    assert played.position == -50


def test_an_unchecked_reversal_closes_and_then_meets_margin():
    script = {1: send("a", "sell", size=50), 2: send("b", "buy", size=200, _checksubmit=False)}
    played = play(FLAT, script=script)
    assert played.statuses("b") == ["Accepted", "Partial", "Margin"]
    assert played.position == 0


@pytest.mark.parametrize(("size", "value"), [(10, 9900), (-10, 10_100)])
def test_value_is_cash_plus_marked_positions_on_both_sides(size, value):
    bars = [(100, 100, 100, 100), (100, 100, 90, 90)]
    method = "buy" if size > 0 else "sell"
    assert play(bars, script={1: send("entry", method, size=abs(size))}).value == value


def test_getvalue_of_everything_is_the_value_at_the_end_of_the_brokers_bar():
    # The number is cached: a fill of this bar and its close are in it, and nothing later until the next bar.
    bars = [(100, 100, 100, 100), (100, 100, 90, 90), (90, 90, 80, 80)]
    seen = {}
    script = {
        1: send("entry", "buy", size=10),
        2: lambda s: seen.update(two=s.broker.getvalue()),
        3: lambda s: seen.update(three=s.broker.getvalue()),
    }
    play(bars, script=script)
    assert seen == {"two": 9900, "three": 9800}


def test_getvalue_of_one_short_data_is_negative():
    seen = []
    script = {1: send("entry", "sell", size=10), 3: lambda s: seen.append(s.broker.getvalue([s.data]))}
    play(FLAT, script=script)
    assert seen == [-1000]
