"""A stop and its target cancel each other, and where only one has to go the other stays the same order."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import CALM, LIMIT, STOP, TRAIL, calm, cancel, do, each, fixed_filler, trade

BRACKET = do("buy_bracket", size=200, exectype=bt.Order.Market, stopprice=95, limitprice=110, name="b")
RESTING = do("buy_bracket", price=90, stopprice=85, limitprice=110, name="b")
DROP = (100, 101, 94, 95)
BOTH_TOUCHED = (100, 111, 94, 100)


def live_refs(session):
    return {order.ref for order in session.cerebro.broker.pending if order.alive()}


def ref_of(session, name):
    return session.strategy.sent[name].ref


def strangers(session):
    """Return what the user heard of orders that nobody handed out."""
    return [status for _, name, status in session.heard if name == "?"]


# A target goes.


def test_a_target_that_is_cancelled_leaves_its_stop_the_same_order():
    session = trade(calm(5), script={1: BRACKET, 3: cancel("b target")})
    assert live_refs(session) == {ref_of(session, "b stop")}
    assert session.heard_of("b target") == ["Accepted", "Canceled"]
    assert session.heard_of("b stop") == ["Accepted"]


def test_a_target_that_is_cancelled_before_the_fill_leaves_its_stop_the_same_order():
    session = trade(calm(4), script={1: RESTING, 3: cancel("b target")})
    assert live_refs(session) == {ref_of(session, "b"), ref_of(session, "b stop")}
    assert session.live == [(200, 90), (-200, 85)]


@pytest.mark.parametrize(("bar", "fill"), [((100, 109, 99, 108), 108), (DROP, 95), (BOTH_TOUCHED, 95)])
def test_a_new_target_and_the_stop_that_stayed_cancel_each_other(bar, fill):
    new = do("sell", exectype=LIMIT, price=108, name="new")
    session = trade([*calm(4), bar, CALM], script={1: BRACKET, 3: each(cancel("b target"), new)})
    assert session.fills == [(2, 200, 100), (5, -200, fill)]
    assert session.live == []
    assert {session.heard_of("b stop")[-1], session.heard_of("new")[-1]} == {"Canceled", "Completed"}


def test_a_target_for_a_part_that_is_cancelled_gives_its_units_to_the_stop_of_the_rest():
    script = {
        1: do("buy"),
        2: each(
            do("sell", exectype=STOP, price=96, name="stop"),
            do("sell", size=80, exectype=LIMIT, price=105, name="near"),
        ),
        3: cancel("near"),
    }
    session = trade(calm(5), script=script)
    assert session.live == [(-200, 96)]
    assert live_refs(session) == {ref_of(session, "stop")}
    assert session.heard_of("stop") == []


# A stop goes.


@pytest.mark.parametrize(("bar", "fill"), [((100, 111, 99, 110), 110), (DROP, 95), (BOTH_TOUCHED, 95)])
def test_a_stop_that_is_cancelled_leaves_its_target_the_same_order_and_one_of_ours_in_its_place(bar, fill):
    session = trade([*calm(4), bar, CALM], script={1: BRACKET, 3: cancel("b stop")})
    assert session.fills == [(2, 200, 100), (5, -200, fill)]
    assert session.heard_of("b stop") == ["Accepted", "Canceled"]
    assert session.heard_of("b target") == ["Accepted", "Completed" if fill == 110 else "Canceled"]
    assert strangers(session) == []
    assert session.is_covered


def test_a_stop_that_is_cancelled_before_the_fill_is_replaced_by_ours():
    bars = [*calm(4), (90, 91, 89, 90), (90, 111, 84, 90), CALM]
    session = trade(bars, script={1: RESTING, 3: cancel("b stop")})
    assert session.fills == [(5, 200, 90), (6, -200, 85)]
    assert session.heard_of("b stop") == ["Accepted", "Canceled"]
    assert session.heard_of("b target") == ["Accepted", "Canceled"]
    assert session.live == []


def test_a_stop_that_is_moved_by_cancelling_and_sending_again_keeps_the_target():
    move = each(cancel("b stop"), do("sell", exectype=STOP, price=97, name="new"))
    session = trade([*calm(4), BOTH_TOUCHED, CALM], script={1: BRACKET, 3: move})
    assert session.fills == [(2, 200, 100), (5, -200, 97)]
    assert session.heard_of("new")[-1] == "Completed"
    assert session.heard_of("b target") == ["Accepted", "Canceled"]


# A part is filled.

# The stop was accepted as ours already, before it came to stand for the user's.
OWN_PAIR = each(
    do("sell", exectype=STOP, price=95, name="stop"), do("sell", exectype=LIMIT, price=110, name="target")
)


def test_a_target_that_fills_in_parts_keeps_both_orders():
    bars = [*calm(5), *[(110, 111, 109, 110)] * 4]
    session = trade(bars, script={1: do("buy"), 4: OWN_PAIR}, prepare=fixed_filler(80))
    assert session.fills[3:] == [(6, -80, 110), (7, -80, 110), (8, -40, 110)]
    assert session.heard_of("target") == ["Accepted", "Partial", "Partial", "Completed"]
    assert session.heard_of("stop") == ["Canceled"]
    assert (session.live, session.is_covered, strangers(session)) == ([], True, [])


def test_what_is_left_of_a_target_and_its_stop_still_cancel_each_other():
    bars = [*calm(5), (110, 111, 109, 110), (100, 111, 94, 95), *[(95, 96, 94, 95)] * 3]
    session = trade(bars, script={1: do("buy"), 4: OWN_PAIR}, prepare=fixed_filler(80))
    assert session.fills[3:] == [(6, -80, 110), (7, -80, 95), (8, -40, 95)]
    assert session.heard_of("target") == ["Accepted", "Partial", "Canceled"]
    assert session.heard_of("stop")[0] == "Partial"
    assert (session.live, session.is_covered) == ([], True)


# One stop of the user's over several parts.

PARTS = each(
    do("sell", size=120, exectype=LIMIT, price=105, name="near"),
    do("sell", size=80, exectype=LIMIT, price=110, name="far"),
)


def test_the_users_stop_goes_on_with_the_last_part_when_targets_claim_all():
    script = {1: do("buy"), 2: each(do("sell", exectype=STOP, price=96, name="stop"), PARTS)}
    session = trade([*calm(3), (100, 106, 99, 104), DROP, CALM], script=script)
    assert session.fills == [(2, 200, 100), (4, -120, 105), (5, -80, 96)]
    assert session.heard_of("stop") == ["Completed"]
    assert session.is_covered


def test_the_users_stop_and_the_last_target_cancel_each_other():
    script = {1: do("buy"), 2: each(do("sell", exectype=STOP, price=96, name="stop"), PARTS)}
    session = trade([*calm(3), (100, 111, 99, 104), CALM], script=script)
    assert session.fills == [(2, 200, 100), (4, -120, 105), (4, -80, 110)]
    assert session.heard_of("stop") == ["Canceled"]
    assert session.live == []


def test_where_the_part_of_the_users_stop_is_sold_first_the_user_hears_of_the_stop_that_is_left():
    far_first = each(
        do("sell", size=80, exectype=LIMIT, price=110, name="far"),
        do("sell", size=120, exectype=LIMIT, price=105, name="near"),
    )
    script = {1: do("buy"), 2: each(do("sell", exectype=STOP, price=96, name="stop"), far_first)}
    session = trade([*calm(3), (100, 106, 99, 104), DROP, CALM], script=script)
    assert session.fills == [(2, 200, 100), (4, -120, 105), (5, -80, 96)]
    assert session.heard_of("stop") == ["Canceled"]
    assert strangers(session) == ["Completed"]


# Where orders are replaced.


def test_what_replaces_an_order_of_the_users_is_heard_of_and_what_replaces_ours_is_not():
    # The trail moves the stop to 101 on bar 4: another order there, which closes the position on bar 5.
    bars = [*calm(3), (103, 106, 102, 105), (104, 105, 100, 101), CALM]
    own = do("sell", exectype=TRAIL, trailamount=4, name="stop")
    session = trade(bars, script={1: do("buy"), 2: own}, in_place=False)
    assert session.fills == [(2, 200, 100), (5, -200, 101)]
    assert session.heard_of("stop") == ["Accepted", "Canceled"]
    assert strangers(session) == ["Accepted", "Completed"]
    ours = trade([*calm(2), (104, 105, 103, 104), DROP], script={1: do("buy")}, in_place=False)
    assert strangers(ours) == []


def test_an_exit_that_is_cancelled_brings_the_users_protection_back_and_says_so():
    session = trade(calm(5), script={1: BRACKET, 3: each(do("close", name="exit"), cancel("exit"))})
    assert session.live == [(-200, 95), (-200, 110)]
    assert session.heard_of("b stop") == session.heard_of("b target") == ["Accepted", "Canceled"]
    assert strangers(session) == ["Accepted", "Accepted"]
