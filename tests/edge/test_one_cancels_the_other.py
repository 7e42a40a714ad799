"""`oco=` as the user gives it: between entries the broker keeps it, to protection only the entry is tied."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, STOP, calm, cancel, do, each, trade

DROP = (100, 101, 94, 95)
TOP = (100, 111, 99, 110)
LOW = (90, 91, 89, 90)


def tied(to, *, data=1, price=90, name="entry", **options):
    """Return an entry at a limit that is given another order as the one that cancels it."""

    def act(strategy):
        partner = strategy.sent[to]
        order = {"exectype": LIMIT, "price": price, "stop": price - 5} | options
        do("buy", data=data, oco=partner, name=name, **order)(strategy)

    return act


def first_entry():
    return do("buy", data=0, exectype=LIMIT, price=90, stop=85, name="first")


# Entries for two instruments.


@pytest.mark.parametrize(("one", "other", "name"), [(LOW, CALM, "entry"), (CALM, LOW, "first")])
def test_of_entries_for_two_instruments_the_first_filled_cancels_the_other(one, other, name):
    session = trade(
        [*calm(2), one, LOW, LOW], [*calm(2), other, LOW, LOW], script={1: each(first_entry(), tied("first"))}
    )
    assert [fill[:1] + fill[2:] for fill in session.fills] == [(3, 90)]
    assert session.heard_of(name)[-1] == "Canceled"
    assert session.desk.reserved_heat == 0
    assert len(session.desk.positions) == 1


def test_where_both_prices_come_on_one_bar_one_of_them_is_filled():
    session = trade(
        [*calm(2), LOW, LOW], [*calm(2), LOW, LOW], script={1: each(first_entry(), tied("first"))}
    )
    assert session.fills == [(3, 200, 90)]
    assert session.desk.positions == {"d0": 200}


def test_cancelling_one_of_them_cancels_the_other():
    script = {1: each(first_entry(), tied("first")), 2: cancel("first")}
    session = trade([*calm(3), LOW], [*calm(3), LOW], script=script)
    assert (session.fills, session.live, session.desk.plans) == ([], [], {})
    assert session.desk.ledger.reserved_risk == 0


def test_the_other_is_gone_in_the_same_bar_with_what_it_reserved():
    reserved = []

    def look(strategy):
        reserved.append((strategy.bt_risk.reserved_heat, strategy.bt_risk.plans))

    trade(calm(3), calm(3), script={1: each(first_entry(), tied("first"), cancel("entry"), look)})
    assert reserved == [(0, {})]


# An entry and the protection of a position.

STOPPED = {1: do("buy", data=0), 2: do("sell", data=0, exectype=STOP, price=96, name="stop")}
AIMED = {1: do("buy", data=0), 2: do("sell", data=0, exectype=LIMIT, price=110, name="target")}


@pytest.mark.parametrize(("script", "to"), [(STOPPED, "stop"), (AIMED, "target")])
def test_an_entry_that_fills_leaves_the_stop_where_it_is(script, to):
    bars = [*calm(4), CALM, DROP, CALM]
    session = trade(bars, [*calm(3), *[LOW] * 4], script=script | {3: tied(to)})
    assert [size for _, size, _ in session.fills] == [200, 200, -200]
    assert session.desk.positions == {"d1": 200}
    assert session.is_covered


def test_on_the_bar_of_its_fill_too():
    # d1 is bought on bar 4, which falls through the stop of d0 as well: that fires first, and the entry is cancelled.
    session = trade([*calm(3), DROP, CALM], [*calm(3), LOW, LOW], script=STOPPED | {3: tied("stop")})
    assert session.fills == [(2, 200, 100), (4, -200, 96)]
    assert session.heard_of("entry")[-1] == "Canceled"


@pytest.mark.parametrize(("script", "to", "bar"), [(STOPPED, "stop", DROP), (AIMED, "target", TOP)])
def test_protection_that_fills_cancels_the_entry(script, to, bar):
    session = trade([*calm(3), bar, *calm(2)], [*calm(5), LOW], script=script | {3: tied(to)})
    assert len(session.fills) == 2
    assert session.heard_of("entry")[-1] == "Canceled"
    assert (session.live, session.desk.reserved_heat) == ([], 0)


@pytest.mark.parametrize(("script", "to"), [(STOPPED, "stop"), (AIMED, "target")])
def test_protection_that_is_cancelled_cancels_the_entry(script, to):
    session = trade(calm(5), [*calm(3), LOW, LOW], script=script | {3: each(tied(to), cancel(to))})
    assert session.desk.positions == {"d0": 200}
    assert session.desk.plans == {}


def test_a_target_goes_when_the_entry_that_it_was_tied_to_fills():
    session = trade([*calm(5), TOP, CALM], [*calm(3), *[LOW] * 4], script=AIMED | {3: tied("target")})
    assert session.desk.positions == {"d0": 200, "d1": 200}
    assert session.heard_of("target")[-1] == "Canceled"
    assert session.is_covered


@pytest.mark.parametrize("in_place", [True, False])
def test_an_entry_waits_on_while_the_stop_moves(in_place):
    move = do("sell", data=0, exectype=STOP, price=97)
    session = trade(
        calm(7),
        [*calm(5), LOW, LOW],
        script=STOPPED | {3: tied("stop"), 4: move},
        in_place=in_place,
    )
    assert session.desk.positions == {"d0": 200, "d1": 200}


def test_protection_may_be_the_one_that_is_given_the_entry():
    script = {
        1: each(do("buy", data=0), do("buy", data=1, exectype=LIMIT, price=90, stop=85, name="entry")),
        3: lambda s: do("sell", data=0, exectype=STOP, price=96, name="stop", oco=s.sent["entry"])(s),
    }
    session = trade([*calm(3), DROP, *calm(2)], [*calm(4), LOW, LOW], script=script)
    assert session.fills == [(2, 200, 100), (4, -200, 96)]
    assert session.heard_of("entry")[-1] == "Canceled"


def test_more_of_the_same_instrument_may_be_tied_to_its_target():
    adds = {1: do("buy", data=0), 2: do("sell", data=0, exectype=LIMIT, price=110, name="target")}
    session = trade([*calm(3), TOP, LOW, LOW], script=adds | {3: tied("target", data=0)})
    assert session.desk.positions == {}
    assert session.live == []


def test_an_exit_on_its_way_is_not_cancelled_by_an_entry():
    script = {1: do("buy", data=0), 3: each(do("close", data=0, name="exit"), tied("exit"))}
    session = trade(calm(6), [*calm(3), LOW, LOW, LOW], script=script)
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
    assert session.heard_of("entry")[-1] == "Canceled"


def test_an_entry_tied_to_an_order_that_has_ended_stands_alone():
    script = STOPPED | {5: tied("stop")}
    session = trade([*calm(3), DROP, *calm(4)], [*calm(5), LOW, LOW, LOW], script=script)
    assert session.desk.positions == {"d1": 198}


def test_a_target_given_its_own_stop_is_tied_to_it_anyway():
    def pair(strategy):
        do("sell", exectype=LIMIT, price=110, name="target", oco=strategy.sent["stop"])(strategy)

    script = {1: do("buy"), 2: each(do("sell", exectype=STOP, price=96, name="stop"), pair)}
    session = trade([*calm(3), TOP, DROP], script=script)
    assert session.fills == [(2, 200, 100), (4, -200, 110)]
    assert session.heard_of("stop")[-1] == "Canceled"
