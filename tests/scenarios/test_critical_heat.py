"""The heat becomes CRITICAL while limit entries rest: each is withdrawn, unless the bar has already filled it.

470 of d0 are bought at 100 with the stop at 80: 9 400 at risk. Equity is 100 000 at first; at a close of 97 it is
98 590, and 9 400 are 9.53 % of it: CRITICAL begins at 9.5 %, the emergency above 10 %. What rests are 20 of d1 at 95
with the stop at 94, and 20 of d2 sold short at 105 with the stop at 106: 20 at risk each.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, WIDE, calm, do, each, trade

FLAT = (100.0,) * 4
CRITICAL = [FLAT, FLAT, (100, 100, 97, 97), *[(97.0,) * 4] * 3]
REST = each(
    do("buy", data=1, size=20, stop=94, exectype=LIMIT, price=95, name="low"),
    do("sell", data=2, size=20, stop=106, exectype=LIMIT, price=105, name="high"),
)


def run(low, high, *, script=None, **mode):
    script = {1: each(do("buy", data=0, size=470, stop=80), REST), **(script or {})}
    return trade(CRITICAL, low, high, profile=WIDE, script=script, **mode)


MODES = [{}, {"quicknotify": True}, {"runonce": False}, {"cheat_on_open": True}]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_they_are_withdrawn_on_the_bar_that_sees_it(mode):
    # The next bar would have filled both.
    low = [*calm(3), (100, 101, 90, 95), FLAT, FLAT]
    high = [*calm(3), (100, 110, 99, 105), FLAT, FLAT]
    session = run(low, high, **mode)
    assert session.tiers[:4] == ["NORMAL", "WARNING", "CRITICAL", "CRITICAL"]
    assert session.heats[:3] == [0.0944, 0.0944, 9_400 / 98_590]
    assert [size for _, size, _ in session.fills] == [470]
    assert session.heard_of("low") == session.heard_of("high") == ["Accepted", "Canceled"]
    told = [(e.datetime.day, e.data) for e in session.desk.events if e.kind == "entry_withdrawn"]
    assert told == [(3, "d1"), (3, "d2")]
    assert session.desk.reserved_heat == 0.0
    assert session.live == [(-470, 80)]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_one_that_the_same_bar_has_filled_is_a_position_with_its_stop(mode):
    low = [*calm(2), (100, 101, 94.5, 95), *[(95.0,) * 4] * 3]
    high = [*calm(3), (100, 110, 99, 105), FLAT, FLAT]
    session = run(low, high, **mode)
    assert [size for _, size, _ in session.fills] == [470, 20]
    assert session.heard_of("low")[-1] == "Completed"
    assert session.heard_of("high")[-1] == "Canceled"
    assert sorted(session.live) == [(-470, 80), (-20, 94)]
    assert session.is_covered


def test_nothing_that_rests_comes_after_it_either():
    late = do("buy", data=1, size=1, stop=94, exectype=LIMIT, price=95)
    session = run(calm(6), calm(6), script={3: late, 4: late})
    assert [d.rule for d in session.decisions if d.outcome == "denied"] == ["heat_tier"] * 2


def test_exits_that_rest_stay():
    target = do("sell", data=0, size=470, exectype=LIMIT, price=110, name="target")
    session = run(calm(6), calm(6), script={2: target})
    assert sorted(session.live) == [(-470, 80), (-470, 110)]
