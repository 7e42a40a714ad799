"""How long a position must and may be held: a signal waits for the least, risk exits never do; the most ends it.

100 units at 100. Filled at the opening of day 2, a position counts its hours from that bar's time.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, STOP, WIDE, calm, do, each, trade

LONG = do("buy", size=100, stop=50, name="long")
LEAST = WIDE.replace(min_hold=72.0)  # day 5
FLAT = (100.0,) * 4


def outcomes(session):
    return [(d.datetime.day, d.kind, d.outcome, d.rule) for d in session.decisions[1:]]


# The least.


def test_a_stop_does_not_wait():
    bars = [*calm(3), (49, 51, 45, 48), *[(48.0,) * 4] * 4]
    session = trade(bars, profile=LEAST, script={1: LONG, 3: do("close")})
    assert session.fills == [(2, 100, 100), (4, -100, 49)]
    assert outcomes(session) == [(3, "exit", "pending", "min_hold")]


def test_nor_does_a_target_and_neither_are_they_kept_from_moving():
    # The strategy may still tighten: a stop at 98 on day 3, hit on day 4.
    bars = [*calm(3), (100, 101, 97, 98), *calm(3)]
    script = {1: LONG, 3: each(do("close"), do("sell", exectype=STOP, price=98))}
    assert trade(bars, profile=LEAST, script=script).fills == [(2, 100, 100), (4, -100, 98)]
    up = [*calm(3), (100, 106, 100, 105), *calm(3)]
    script = {1: LONG, 3: each(do("close"), do("sell", exectype=LIMIT, price=105))}
    assert trade(up, profile=LEAST, script=script).fills == [(2, 100, 100), (4, -100, 105)]


def test_a_forced_close_does_not_wait_and_nothing_is_sent_later():
    script = {1: LONG, 3: do("close"), 4: do("close", force=True)}
    session = trade(calm(9), profile=LEAST, script=script)
    assert session.fills == [(2, 100, 100), (5, -100, 100)]
    assert session.live == []


def test_a_reversal_waits_whole_and_opens_afresh():
    # 150 against 100 on day 3: both halves wait. Sold on day 6, and 50 short from day 7 on.
    session = trade(calm(9), profile=LEAST, script={1: LONG, 3: do("sell", size=150, stop=150)})
    assert session.fills == [(2, 100, 100), (6, -100, 100), (7, -50, 100)]
    assert outcomes(session) == [
        (3, "exit", "pending", "min_hold"),
        (5, "exit", "accepted", "signal"),
        (6, "reversal", "accepted", "own_size"),
    ]


def test_close_and_sell_in_one_bar_do_the_same():
    script = {1: LONG, 3: each(do("close"), do("sell", size=20, stop=150))}
    session = trade(calm(9), profile=LEAST, script=script)
    assert session.fills == [(2, 100, 100), (6, -100, 100), (7, -20, 100)]


def test_a_close_after_that_takes_the_second_half_back():
    script = {1: LONG, 3: do("sell", size=150, stop=150), 4: do("close")}
    session = trade(calm(9), profile=LEAST, script=script)
    assert session.fills == [(2, 100, 100), (6, -100, 100)]
    assert session.event_kinds() == ["exit_deferred", "reversal_dropped"]


def test_a_halt_in_between_keeps_the_exit_and_drops_the_second_half():
    # Day 4 loses 100 * 20 = 2 000 of 100 000.
    bars = [*calm(3), (100, 100, 80, 80), *[(80.0,) * 4] * 5]
    profile = LEAST.replace(daily_loss=0.02)
    session = trade(bars, profile=profile, script={1: LONG, 3: do("sell", size=150, stop=150)})
    assert session.fills == [(2, 100, 100), (6, -100, 80)]
    assert "reversal_dropped" in session.event_kinds()


def test_a_part_that_waits_is_a_part():
    session = trade(calm(9), profile=LEAST, script={1: LONG, 3: do("close", size=40)})
    assert session.fills == [(2, 100, 100), (6, -40, 100)]
    assert session.live == [(-60, 50)]


def test_all_of_it_leaves_and_what_was_to_be_added_does_not_come():
    # An add rests at 95; the strategy closes on day 3 and has to wait. The add is called off with the position.
    profile = LEAST.replace(max_adds=1)
    rest = do("buy", size=10, exectype=LIMIT, price=95, stop=50, name="add")
    bars = [*calm(3), (100, 100, 90, 100), *calm(4)]
    session = trade(bars, profile=profile, script={1: LONG, 2: rest, 3: do("close")})
    assert session.heard_of("add")[-1] == "Canceled"
    assert session.fills == [(2, 100, 100), (6, -100, 100)]


def test_the_desks_own_exits_do_not_wait():
    session = trade(calm(8), profile=LEAST, script={1: LONG, 3: lambda s: s.bt_risk.emergency()})
    assert session.fills == [(2, 100, 100), (4, -100, 100)]
    # 100 * 10 = 1 000 of 99 000 is more than 1 %.
    fall = [*calm(2), (100, 100, 90, 90), *[(90.0,) * 4] * 4]
    session = trade(fall, profile=LEAST.replace(position_loss=0.01), script={1: LONG})
    assert session.fills == [(2, 100, 100), (4, -100, 90)]


# The most.

# Monday to Friday, Monday to Friday: day 5 is a Friday, day 8 the Monday after.
WEEKS = dict.fromkeys([1, 2, 3, 4, 5, 8, 9, 10, 11, 12], FLAT)


@pytest.mark.parametrize(
    ("limits", "decided", "sold"),
    [
        ({"max_hold": 72.0}, 8, 9),  # from Friday on: Saturday, Sunday, Monday
        ({"max_hold": 73.0}, 9, 10),
        ({"max_hold_bars": 3}, 10, 11),  # Monday, Tuesday, Wednesday
        ({"position_timeout": 72 * 3600.0}, 9, 10),  # above it
    ],
)
def test_nights_and_weekends_count_as_hours_and_not_as_bars(limits, decided, sold):
    # Bought on Thursday, filled on Friday, day 5.
    session = trade(WEEKS, profile=WIDE.replace(**limits), script={4: LONG})
    (decision,) = [d for d in session.decisions if d.kind == "exit"]
    days = sorted(WEEKS)
    assert decision.datetime.day == decided
    assert [(days[bar - 1], size) for bar, size, _ in session.fills] == [(5, 100), (sold, -100)]


def test_an_add_does_not_make_a_position_younger():
    profile = WIDE.replace(max_hold_bars=4, max_adds=1)
    script = {1: LONG, 3: do("buy", size=10, stop=50)}
    session = trade(calm(9), profile=profile, script=script)
    assert session.fills == [(2, 100, 100), (4, 10, 100), (7, -110, 100)]


def test_a_second_position_has_its_own_age():
    profile = WIDE.replace(max_hold_bars=2)
    script = {1: LONG, 5: do("buy", size=10, stop=50)}
    session = trade(calm(10), profile=profile, script=script)
    assert session.fills == [(2, 100, 100), (5, -100, 100), (6, 10, 100), (9, -10, 100)]
