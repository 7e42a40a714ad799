"""Two entries a day, and only in the first hour and the last: what was counted is forgotten over night.

Bars of half an hour from 09:30 on: the first is stamped 10:00.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, WIDE, do, each, trade
from tests.scenarios.minutes import minutes

FLAT = (100.0,) * 4
TWO = WIDE.replace(max_trades_per_day=2)
WINDOWS = WIDE.replace(entry_windows=(("09:30", "10:30"), ("15:00", "16:00")))


def sessions(*sizes):
    return minutes([[FLAT] * size for size in sizes], step=30)


def round_trip(strategy):
    """Buy where flat, else close."""
    if strategy.position.size:
        strategy.close()
    else:
        strategy.buy(size=1, stop=90)


def entries(session):
    return [
        (d.datetime.strftime("%d %H:%M"), d.outcome, d.rule)
        for d in session.decisions
        if d.kind in ("entry", "reversal") and d.outcome != "pending"
    ]


def test_the_third_of_a_day_is_denied_and_the_next_day_begins_anew():
    script = dict.fromkeys(range(1, 11), round_trip)
    session = trade(sessions(6, 4), profile=TWO, script=script)
    assert entries(session) == [
        ("01 10:00", "accepted", "own_size"),
        ("01 11:00", "accepted", "own_size"),
        ("01 12:00", "denied", "max_trades_per_day"),
        ("01 12:30", "denied", "max_trades_per_day"),
        ("02 10:00", "accepted", "own_size"),
        ("02 11:00", "accepted", "own_size"),
    ]


def test_what_is_denied_or_called_off_counts_as_it_should():
    # A request denied for its stop takes no place; one accepted and called off has had its.
    rest = do("buy", size=1, stop=80, exectype=LIMIT, price=90, name="rest")
    script = {
        1: do("buy", size=1, stop=120),
        2: rest,
        3: each(lambda s: s.cancel(s.sent["rest"]), rest),
        4: each(lambda s: s.cancel(s.sent["rest"]), rest),
    }
    session = trade(sessions(6), profile=TWO, script=script)
    assert [rule for _, _, rule in entries(session)] == [
        "valid_stop",
        "own_size",
        "own_size",
        "max_trades_per_day",
    ]


def test_a_reversal_is_an_entry_of_the_day_on_which_it_is_decided():
    # Long, then short: two. The third is the long again.
    script = {
        1: do("buy", size=1, stop=90),
        3: do("sell", size=2, stop=110),
        6: do("buy", size=2, stop=90),
        9: do("buy", size=1, stop=90),
    }
    session = trade(sessions(8, 4), profile=TWO, script=script)
    assert [(outcome, rule) for _, outcome, rule in entries(session)] == [
        ("accepted", "own_size"),
        ("accepted", "own_size"),
        ("denied", "max_trades_per_day"),
        ("accepted", "own_size"),
    ]


@pytest.mark.parametrize(
    ("bar", "passes"),
    [
        (1, True),
        (2, True),
        (3, False),
        (10, False),
        (11, True),
        (13, True),
    ],  # 10:00, 10:30, 11:00, 14:30, 15:00, 16:00
)
def test_a_window_is_open_at_both_its_ends(bar, passes):
    session = trade(sessions(13, 1), profile=WINDOWS, script={bar: do("buy", size=1, stop=90)})
    assert session.decisions[0].rule == ("own_size" if passes else "entry_windows")


def test_outside_of_it_exits_go_through_and_what_rests_may_fill():
    rest = do("buy", size=1, stop=80, exectype=LIMIT, price=99, name="rest")
    dip = (100, 100, 98, 100)
    feed = minutes([[FLAT, FLAT, FLAT, FLAT, dip, FLAT, FLAT, FLAT]], step=30)
    session = trade(feed, profile=WINDOWS, script={1: rest, 6: do("close")})
    assert session.fills == [(5, 1, 99), (7, -1, 100)]
