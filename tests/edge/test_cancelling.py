"""The user cancels: what is left is protected, and what was reserved is released."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.edge.market import CALM, LIMIT, STOP, TRAIL, calm, cancel, do, each, trade

RESTING = do("buy_bracket", price=90, stopprice=85, limitprice=110, name="b")
OWN_STOP = do("sell", exectype=STOP, price=97, name="own")
OWN_TARGET = do("sell", exectype=LIMIT, price=110, name="own")


@pytest.mark.parametrize("name", ["b", "entry"])
@pytest.mark.parametrize("bar", [1, 2, 3])
def test_a_resting_entry_goes_with_its_protective_orders(name, bar):
    enter = RESTING if name == "b" else do("buy", exectype=LIMIT, price=90, name="entry")
    script = {1: enter}
    script[bar] = each(*filter(None, (script.get(bar), cancel(name))))
    session = trade([*calm(4), (90, 91, 84, 90), CALM], script=script)
    assert (session.fills, session.live, session.desk.plans) == ([], [], {})
    assert session.desk.ledger.reserved_risk == 0
    assert session.heard_of(name)[-1] == "Canceled"


def test_a_resting_entry_without_its_target_keeps_its_stop():
    session = trade(
        [*calm(4), (90, 91, 89, 90), (100, 111, 84, 90)], script={1: RESTING, 3: cancel("b target")}
    )
    assert session.fills == [(5, 200, 90), (6, -200, 85)]


def test_the_stop_of_a_resting_entry_cannot_be_cancelled():
    session = trade([*calm(4), (90, 91, 89, 90), (90, 91, 84, 90)], script={1: RESTING, 3: cancel("b stop")})
    assert session.fills == [(5, 200, 90), (6, -200, 85)]


def test_an_own_stop_that_is_cancelled_leaves_ours_where_it_was_no_stop_loosens():
    session = trade(calm(5), script={1: do("buy"), 2: OWN_STOP, 3: cancel("own")})
    assert session.live == [(-200, 97)]
    assert session.heard_of("own")[-1] == "Canceled"


def test_an_own_trailing_stop_that_is_cancelled_trails_no_more():
    # 96 on bar 2, cancelled on bar 3; the close of 105 on bar 4 raises nothing.
    bars = [*calm(3), (103, 106, 102, 105), (105, 106, 103, 104)]
    script = {1: do("buy"), 2: do("sell", exectype=TRAIL, trailamount=4, name="own"), 3: cancel("own")}
    assert trade(bars, script=script).live == [(-200, 96)]


def test_an_own_target_that_is_cancelled_leaves_the_stop_alone():
    session = trade(calm(5), script={1: do("buy"), 2: OWN_TARGET, 3: cancel("own")})
    assert session.live == [(-200, 95)]
    assert session.heard_of("own") == ["Accepted", "Canceled"]


@pytest.mark.parametrize("size", [None, 50])
def test_an_exit_that_is_cancelled_is_protected_again_in_the_same_bar(size):
    script = {1: do("buy"), 3: each(do("sell", size=size, name="exit"), cancel("exit"))}
    session = trade(calm(5), script=script)
    assert session.fills == [(2, 200, 100)]
    assert session.live == [(-200, 95)]
    assert session.is_covered


def test_cancelling_what_is_filled_changes_nothing():
    session = trade(calm(5), script={1: do("buy"), 3: cancel("buy")})
    assert session.live == [(-200, 95)]


def test_cancelling_twice_changes_nothing():
    session = trade(calm(5), script={1: do("buy"), 2: OWN_TARGET, 3: each(cancel("own"), cancel("own"))})
    assert session.live == [(-200, 95)]


@pytest.mark.parametrize(
    "enter",
    [
        do("buy", exectype=LIMIT, price=90, valid=dt.timedelta(days=2), name="b"),
        do("buy_bracket", price=90, stopprice=85, limitprice=110, valid=dt.timedelta(days=2), name="b"),
    ],
)
def test_an_entry_that_expires_leaves_nothing(enter):
    # `valid` ends with day 3; day 5 would have filled it.
    session = trade([*calm(4), (90, 91, 84, 90), CALM], script={1: enter})
    assert (session.fills, session.live, session.desk.plans) == ([], [], {})
    assert session.heard_of("b") == ["Accepted", "Expired"]
    assert session.desk.ledger.reserved_risk == 0
