"""Orders that went straight to the broker: what the desk has on its way, and what protects, gives way to them."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, STOP, calm, cancel, do, each, fixed_filler, trade


def straight(side, size, **options):
    """Return a script entry that sends an order past the desk."""

    def act(strategy):
        place = strategy.broker.buy if side == "buy" else strategy.broker.sell
        strategy.sent["straight"] = place(strategy, strategy.data, size=size, **options)

    return act


def test_an_entry_on_its_way_is_called_off_when_a_position_comes_from_elsewhere():
    script = {1: each(do("buy", exectype=LIMIT, price=98), straight("buy", 50))}
    session = trade([*calm(3), (98, 99, 97, 98), CALM], script=script)
    assert session.fills == [(2, 50, 100)]
    assert session.live == [(-50, 95)]


def test_an_entry_of_the_other_side_is_called_off_too():
    script = {1: each(do("sell", exectype=STOP, price=98), straight("buy", 50))}
    session = trade([*calm(3), (98, 99, 97, 98), CALM], script=script)
    assert session.fills == [(2, 50, 100)]
    assert session.live == [(-50, 95)]


@pytest.mark.parametrize(("size", "left"), [(200, []), (250, [(50, 110.25)])])
def test_a_stop_behind_an_order_that_has_closed_the_position_does_nothing(size, left):
    # Where orders are replaced, the stop moved on bar 3 stands in the queue behind the limit at 105; bar 4 touches
    # both. What is sold short beyond the position has a stop of its own.
    script = {
        1: do("buy"),
        2: straight("sell", size, exectype=LIMIT, price=105),
        3: do("sell", exectype=STOP, price=96),
    }
    session = trade([*calm(3), (100, 106, 94, 100), *calm(2)], script=script, in_place=False)
    assert session.fills == [(2, 200, 100), (4, -size, 105)]
    assert session.live == left


def test_a_stop_behind_an_order_that_has_closed_a_part_closes_the_rest():
    script = {
        1: do("buy"),
        2: straight("sell", 150, exectype=LIMIT, price=105),
        3: do("sell", exectype=STOP, price=96),
    }
    session = trade([*calm(3), (100, 106, 94, 100), *calm(2)], script=script, in_place=False)
    assert session.fills == [(2, 200, 100), (4, -150, 105), (4, -50, 96)]
    assert session.live == []


def test_an_exit_on_its_way_is_cut_to_what_is_left():
    # 50 of each order a bar: 200 are bought by bar 5. Of the 170 to be sold 120 are left after bar 6, where another
    # 50 have gone past the desk: 100 are held.
    seen = {}

    def look(strategy):
        seen[len(strategy)] = strategy.position.size, strategy.sent["close"].executed.remsize

    script = {
        1: do("buy", size=200),
        5: each(do("close", size=170), straight("sell", 100)),
        6: look,
        7: look,
    }
    session = trade(calm(9), script=script, prepare=fixed_filler(50))
    assert seen[6] == (100, -100)
    assert session.position == 0
    assert session.live == []


def test_cancelling_one_of_two_entries_releases_the_other_at_once():
    def pair(strategy):
        strategy.sent["first"] = strategy.buy(exectype=LIMIT, price=98)
        strategy.sent["second"] = strategy.buy(exectype=STOP, price=102, oco=strategy.sent["first"])

    session = trade(calm(3), script={1: pair, 2: cancel("second")})
    assert session.heats[0] > 0
    assert session.heats[1:] == [0, 0]
    assert session.desk.plans == {}
