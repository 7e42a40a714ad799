"""Positions that came to be behind the desk's back are taken under its protection."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, ROUND, calm, do, each, trade


def behind(size):
    """Return a script entry that goes to the broker directly."""

    def act(strategy):
        place = strategy.broker.buy if size > 0 else strategy.broker.sell
        strategy.sent["behind"] = place(strategy, strategy.data, size=abs(size))

    return act


def test_adds_that_come_in_as_the_position_is_turned_behind_the_desk_leave_no_stop():
    # Two adds of 20 come in on bar 4 before all is sold and 300 more: their stops must not wait for the next long.
    add = do("buy", size=20)
    script = {1: do("buy"), 3: each(behind(-540), add, add)}
    session = trade(calm(5), script=script, profile=ROUND.replace(max_adds=2))
    assert session.position == -300
    assert session.live == [(300, 105)]


@pytest.mark.parametrize(
    ("size", "stop", "bar"), [(10, 95, (100, 101, 94, 96)), (-10, 105, (100, 106, 99, 104))]
)
def test_a_foreign_position_is_stopped_like_one_of_ours(size, stop, bar):
    session = trade([*calm(3), bar, CALM], script={1: behind(size)})
    assert session.fills == [(2, size, 100), (4, -size, stop)]
    event, _ = session.desk.events
    assert (event.datetime.day, event.kind, event.level, event.data) == (2, "adopted", "warning", "d0")
    assert session.event_kinds() == ["adopted", "stop_hit"]
    assert session.live == []


def test_the_stop_of_a_foreign_position_waits_for_its_atr():
    # Three true ranges of 2 are known on bar 4: 100 - 2.5 * 2. Until then all of 1 000 is at risk.
    profile = ROUND.replace(stop="atr", atr_period=3, atr_stop=2.5)
    session = trade(calm(6), script={1: behind(10)}, profile=profile)
    assert session.covers == [(2, 10, 0), (3, 10, 0), (4, 10, 10), (5, 10, 10), (6, 10, 10)]
    assert session.heats == pytest.approx([0, 0.01, 0.01, 0.0005, 0.0005, 0.0005])
    assert session.live == [(-10, 95)]


@pytest.mark.parametrize(("size", "left"), [(10, 210), (-50, 150)])
def test_a_foreign_fill_on_our_position_resizes_its_stop(size, left):
    session = trade(calm(6), script={1: do("buy"), 3: behind(size)})
    assert session.live == [(-left, 95)]
    assert session.desk.positions == {"d0": left}
    assert session.is_covered


def test_a_foreign_fill_that_closes_our_position_leaves_no_stop():
    session = trade(calm(6), script={1: do("buy", target=110), 3: behind(-200)})
    assert (session.live, session.desk.positions, session.desk.heat) == ([], {}, 0)


def test_a_foreign_fill_that_turns_our_position_is_adopted_on_the_other_side():
    session = trade(calm(6), script={1: do("buy", target=110), 3: behind(-250)})
    assert session.live == [(50, 105)]
    assert session.event_kinds() == ["adopted"]


def test_a_foreign_position_is_closed_like_one_of_ours():
    session = trade(calm(6), script={1: behind(10), 3: do("close")})
    assert session.fills == [(2, 10, 100), (4, -10, 100)]
    assert session.live == []


def test_a_foreign_order_stays_the_users_to_hear_and_to_cancel():
    script = {1: behind(10), 3: lambda strategy: strategy.cancel(strategy.sent["behind"])}
    session = trade(calm(6), script=script)
    assert session.heard_of("behind") == ["Submitted", "Accepted", "Completed"]
