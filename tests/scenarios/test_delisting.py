"""An instrument is never quoted again while the others trade on.

Backtrader goes on valuing the position at its last close and fills nothing. The desk keeps that position in the heat,
tells of it once, counts on no sale of it, and gives back what entries on it had reserved.

d1 trades on days 1, 2 and 3. The last price is of day 3: more than ten days without one are over on day 14.
"""

from __future__ import annotations

import datetime as dt
import math

import pytest

from tests.bench.feed import FIRST_DAY
from tests.edge.market import CALM, LIMIT, ROUND, WIDE, calm, do, each, fixed_filler, trade

DELISTED = dict(enumerate(calm(3), start=1))
NOTHING = (math.nan,) * 4

# 240 of each at 100. d0's stop of 80 risks 240 * 20 = 4 800, d1's of 79 risks 240 * 21 = 5 040: 9 840 on 100 000.
# On day 4 d0 closes at 90: equity 100 000 - 240 * 10 = 97 600, and 9 840 / 97 600 = 10.08 % is above the limit of 10 %.
BOTH = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
FALL = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 16]


def told(session, *kinds):
    """Return (day, kind) of the events of these kinds."""
    return [
        ((event.datetime - FIRST_DAY).days + 1, event.kind)
        for event in session.desk.events
        if event.kind in kinds
    ]


def test_the_position_stays_in_the_heat_at_its_last_price_and_is_told_once():
    session = trade(calm(30), DELISTED, script={1: do("buy", data=1)})
    assert session.heats == pytest.approx([200 * 5 / 100_000] * 30)
    (event,) = session.desk.events
    assert (event.datetime.day, event.kind, event.level, event.data) == (14, "stale", "warning", "d1")
    assert event.text == (
        "d1: no price since 2024-01-03; its position of 200 stays in the heat, valued at 100"
    )


@pytest.mark.parametrize(
    "mode",
    [
        {"runonce": False},
        {"preload": False},
        {"exactbars": -1},
        {"cheat_on_open": True},
        {"quicknotify": True},
    ],
    ids=str,
)
def test_it_is_told_on_the_same_day_however_the_run_is_made(mode):
    session = trade(calm(30), DELISTED, script={1: do("buy", data=1)}, **mode)
    assert told(session, "stale", "resumed") == [(14, "stale")]
    assert session.heats == pytest.approx([200 * 5 / 100_000] * 30)


def test_its_stop_waits_since_a_suspended_instrument_may_open_again():
    # Suspended at 100 with the stop at 95, quoted again at 60 on day 20: 200 * (60 - 100) = -8 000.00.
    again = {**DELISTED, 20: (60, 61, 59, 60), 21: (60, 61, 59, 60)}
    session = trade(calm(25), again, script={1: do("buy", data=1)})
    assert session.fills == [(2, 200, 100), (20, -200, 60)]
    assert session.cash == 92_000.00
    assert told(session, "stale", "resumed") == [(14, "stale"), (20, "resumed")]


def test_an_entry_that_waits_for_its_next_price_gives_back_heat_and_place():
    # Sent on the last day there ever was: no bar fills it, and without a bar its validity never ends either.
    script = {
        3: do("buy", data=1, exectype=LIMIT, price=98, valid=dt.timedelta(days=2)),
        15: do("buy", data=0),
    }
    session = trade(calm(20), DELISTED, script=script, profile=ROUND.replace(max_positions=1))
    assert session.heats == pytest.approx(
        [0.0] * 2
        + [204 * 4.90 / 100_000] * 11  # 1 000 / 4.90 = 204 units, reserved on days 3 to 13
        + [0.0]
        + [200 * 5 / 100_000] * 6  # d0 takes the place on day 15
    )
    assert told(session, "stale", "entry_withdrawn") == [(14, "stale"), (14, "entry_withdrawn")]
    assert session.fills == [(16, 200, 100)]
    assert session.live == [(-200, 95)]  # the stop of d0; nothing is left of the entry on d1


def test_an_entry_that_is_filled_in_part_keeps_its_part():
    # 80 units a bar: 80 come in on day 3, the last one; the other 120 are given up on day 14, and the user hears it.
    script = {2: do("buy", data=1, name="entry")}
    session = trade(calm(20), DELISTED, script=script, prepare=fixed_filler(80))
    assert session.fills == [(3, 80, 100)]
    assert session.heard_of("entry") == ["Accepted", "Partial", "Canceled"]
    assert session.live == [(-80, 95)]
    # 200 * 5 reserved and open until then, 80 * 5 after it
    assert session.heats[1:] == pytest.approx([1_000 / 100_000] * 12 + [400 / 100_000] * 7)
    assert session.desk.plans == {}


def test_an_emergency_that_only_it_causes_sells_the_others_once_and_then_nothing():
    # 9 500 (d1) + 300 (d0) + 100 (d2) = 9 900 at risk on 100 000. On day 4 d0 gaps to 40: 100 * (40 - 100) = -6 000.00.
    # Left: 9 600 / 94 000 = 10.21 %, so d2 goes on day 5. d1 alone is 9 500 / 94 000 = 10.11 %, and nobody buys it.
    enter = each(
        do("buy", data=0, size=100, stop=97),
        do("buy", data=1, size=380, stop=75),
        do("buy", data=2, size=100, stop=99),
    )
    crash = [*calm(3), *[(40, 41, 39, 40)] * 17]
    level = [(100, 101, 99.5, 100)] * 20
    session = trade(crash, DELISTED, level, script={1: enter}, profile=WIDE)
    assert session.fills[3:] == [(4, -100, 40), (5, -100, 100)]
    assert session.tiers[3:] == ["EMERGENCY"] * 17
    assert session.heats[4:] == pytest.approx([9_500 / 94_000] * 16)
    assert told(session, "emergency") == [(4, "emergency")]
    assert [decision.data for decision in session.decisions if decision.kind == "exit"] == ["d2"]
    assert session.cash == 94_000.00 - 380 * 100


def test_an_exit_that_cannot_fill_is_kept_and_not_sent_twice():
    script = {1: do("buy", data=1), 15: do("close", data=1), 16: do("close", data=1), 17: do("sell", data=1)}
    session = trade(calm(20), DELISTED, script=script)
    assert session.fills == [(2, 200, 100)]
    assert session.live == [(-200, 100)]
    first, second, third = session.decisions[1:]
    assert (first.outcome, first.given) == ("accepted", 200)
    assert first.text == "the strategy closes; waits for a price, the last is of 2024-01-03"
    assert (second.outcome, second.given, third.outcome, third.given) == ("nothing", 0, "nothing", 0)


def test_others_are_closed_as_ever():
    script = {1: each(do("buy", data=0), do("buy", data=1)), 15: do("close", data=0)}
    session = trade(calm(20), DELISTED, script=script)
    assert session.fills[2:] == [(16, -200, 100)]
    assert session.heats[-1] == pytest.approx(200 * 5 / 100_000)


def test_an_emergency_does_not_wait_for_an_exit_that_cannot_fill():
    # d1 is closed on its last day; its exit never fills. From day 4 on the heat is 10.08 %. As long as d1 may trade on
    # the morrow its exit counts as done; from day 14 on it does not, and d0 has to go: 5 040 / 97 600 = 5.16 %.
    session = trade(FALL, DELISTED, script={1: BOTH, 3: do("close", data=1)}, profile=WIDE)
    assert session.fills[2:] == [(15, -240, 90)]
    assert session.cash == 100_000 - 24_000 - 240 * 10.00
    assert session.heats[13] == pytest.approx(9_840 / 97_600)
    assert session.heats[14] == pytest.approx(5_040 / 97_600)
    assert told(session, "emergency") == [(14, "emergency")]


def test_a_reversal_does_not_wait_for_ever():
    script = {1: do("buy", data=1), 3: do("sell", data=1, size=300)}
    session = trade(calm(20), DELISTED, script=script)
    assert told(session, "stale", "reversal_dropped") == [(14, "stale"), (14, "reversal_dropped")]
    assert session.fills == [(2, 200, 100)]


def test_rows_without_a_price_are_silence_too():
    # The same delisting in a table that is filled up with empty rows.
    session = trade(calm(20), [*calm(3), *[NOTHING] * 17], script={3: do("buy", data=1)})
    assert told(session, "stale", "entry_withdrawn") == [(14, "stale"), (14, "entry_withdrawn")]
    assert (session.fills, session.live, session.heats[-1]) == ([], [], 0)


def test_an_emergency_does_not_wait_for_an_exit_into_rows_of_zero():
    # d1 is worth nothing from day 4 on: equity 100 000 - 240 * 100 - 240 * 10 = 73 600, and 9 840 / 73 600 = 13.37 %.
    # Its exit, sent first as the larger risk, finds no price. On day 14 that is silence and d0 goes instead.
    session = trade(FALL, [*calm(3), *[(0, 0, 0, 0)] * 17], script={1: BOTH}, profile=WIDE)
    assert session.fills[2:] == [(15, -240, 90)]
    assert told(session, "emergency") == [(4, "emergency"), (14, "emergency")]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (
            [1, 2, 13, *range(14, 41)],
            [],
        ),  # on day 12 the last price is ten days old, on day 13 there is a new one
        ([1, 2, *range(14, 41)], [(13, "stale"), (14, "resumed")]),  # on day 13 it is eleven days old
        ([1, 8, 15, 37], []),  # weekly bars: on day 36 three of them are missing, as old as three gaps
        ([1, 8, 15, 38], [(37, "stale"), (38, "resumed")]),
        # a suspension of 28 days is no measure of the next silence: ten days after day 31 are over on day 42
        ([1, 2, 30, 31], [(13, "stale"), (30, "resumed"), (42, "stale")]),
        ([1], []),  # one bar tells nothing of a calendar
    ],
)
def test_a_gap_that_its_calendar_explains_is_no_silence(days, said):
    session = trade(calm(45 if days[-1] == 31 else 40), {day: CALM for day in days}, script={})
    assert told(session, "stale", "resumed") == said
