"""Every market falls silent at once, its rows empty: nothing is opened, nothing sold for it, and the stops wait.

200 of d0 at 100 with the stop at 95 and 100 of d1 sold short at 100 with the stop at 110; then no price for two weeks.
"""

from __future__ import annotations

import math

import pytest

from tests.edge.market import LIMIT, WIDE, do, each, trade

NAN = math.nan
FLAT, NOTHING, ZERO = (100.0,) * 4, (NAN,) * 4, (0.0,) * 4
BOTH = each(do("buy", data=0, size=200, stop=95), do("sell", data=1, size=100, stop=110))
PROFILE = WIDE.replace(daily_loss=0.05, drawdown_halt=0.15, drawdown_emergency=0.3, position_loss=0.03)
DAYS = 14


def run(after, *, script=None, silence=NOTHING, **mode):
    """Return a run of two markets that are not quoted from day 4 to day 17; d0 comes back with `after`."""
    back = [[after, after, after], [FLAT] * 3]
    markets = [[FLAT] * 3 + [silence] * DAYS + bars for bars in back]
    return trade(*markets, profile=PROFILE, script={1: BOTH, **(script or {})}, **mode)


def told(session):
    return [(e.datetime.day, e.kind, e.data) for e in session.desk.events if e.kind != "data_quality"]


MODES = [{}, {"runonce": False}, {"preload": False}, {"quicknotify": True}]


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("silence", [NOTHING, ZERO], ids=["empty", "zero"])
def test_nothing_is_sold_for_it_and_it_is_told_once(silence, mode):
    session = run(FLAT, silence=silence, **mode)
    assert [fill[1:] for fill in session.fills] == [(200, 100), (-100, 100)]
    # The last price is of day 3; day 14 is the first that is more than ten days behind it.
    assert [event for event in told(session) if not event[1].startswith("equity")] == [
        (14, "stale", "d0"),
        (14, "stale", "d1"),
        (18, "resumed", "d0"),
        (18, "resumed", "d1"),
    ]
    assert session.desk.halted == ""
    assert session.heats[2:] == [0.02] * (DAYS + 4)
    assert sorted(session.live) == [(-200, 95), (100, 110)]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_the_first_price_that_comes_back_meets_the_stop(mode):
    # Back at 80: the stop at 95 sells at the opening. 200 * 20 = 4 000.
    session = run((80.0,) * 4, **mode)
    assert [(size, price) for _, size, price in session.fills] == [(200, 100), (-100, 100), (-200, 80)]
    assert session.cash + -100 * 100 == 96_000.00


def test_no_entry_is_taken_from_the_first_bar_without_a_price_on():
    tries = {
        bar: each(
            do("buy", data=0, size=1, stop=50), do("buy", data=1, size=1, stop=50, exectype=LIMIT, price=90)
        )
        for bar in (4, 10, 16)
    }
    flat = run(FLAT, script={1: do("buy", data=0, size=0), **tries})
    assert {(d.outcome, d.data) for d in flat.decisions} == {("denied", "d0"), ("denied", "d1")}
    assert flat.fills == []


def test_an_entry_that_rests_does_not_outlast_the_silence():
    rest = do("buy", data=0, size=10, stop=50, exectype=LIMIT, price=90, name="rest")
    session = run((80.0,) * 4, script={1: rest})
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    assert session.fills == []
    assert session.desk.reserved_heat == 0.0


def test_the_users_own_exits_wait_and_are_not_lost():
    session = run((99.0,) * 4, script={6: each(do("close", data=0), do("close", data=1))})
    assert [(bar, size, price) for bar, size, price in session.fills[2:]] == [(18, -200, 99), (18, 100, 100)]
    assert session.position == 0


def test_so_does_an_emergency_stop():
    session = run(
        (99.0,) * 4, script={6: lambda s: s.bt_risk.emergency(), 12: lambda s: s.bt_risk.emergency()}
    )
    assert [(bar, size, price) for bar, size, price in session.fills[2:]] == [(18, -200, 99), (18, 100, 100)]
    assert [d.outcome for d in session.decisions if d.kind == "exit"] == ["accepted"] * 2
    assert session.desk.halted.startswith("emergency stop")
