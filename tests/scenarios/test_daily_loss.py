"""The day has lost 5 %: no entry for the rest of it, and on daily bars not in the next session either.

400 units bought at 100 with the stop at 80, 8 000 at risk. The loss of a day is measured from the last equity before
its date changed: gaps over night count, and so does what is open.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, WIDE, calm, do, each, trade
from tests.scenarios.minutes import minutes

PROFILE = WIDE.replace(daily_loss=0.05)
LONG = do("buy", size=400, stop=80, name="long")
FLAT = (100, 100, 100, 100)
LEVEL = [FLAT] * 12


def late(bar):
    """Return a try to enter the second instrument."""
    return do("buy", data=1, size=10, stop=90, name=f"late {bar}")


def tries(session):
    """Return what became of the tries, by rule."""
    return [d.rule for d in session.decisions if d.data == "d1"]


def dates(session, kind="daily_loss"):
    return [(event.datetime.day, event.text) for event in session.desk.events if event.kind == kind]


# Daily bars.


def test_on_daily_bars_the_halt_covers_the_orders_of_the_day_and_of_the_next():
    # Day 3 closes at 87.50: 400 * 12.50 = 5 000 of 100 000 is 5 %, at the limit. An order of day 3 would fill on day 4.
    fall = [FLAT, FLAT, (100, 100, 87.50, 87.50), *[(87.50,) * 4] * 4]
    script = {1: LONG, **{bar: late(bar) for bar in range(2, 6)}}
    session = trade(fall, LEVEL[:7], profile=PROFILE, script=script)
    assert tries(session) == ["own_size", "daily_loss", "daily_loss", "one_position"]
    assert dates(session) == [
        (3, "the day lost 5.00%, the limit is 5.00%: no entries"),
        (5, "the halt after the daily loss is over"),
    ]


def test_a_cent_less_halts_nothing():
    fall = [FLAT, FLAT, (100, 100, 87.50, 87.51), *[(87.51,) * 4] * 4]
    session = trade(fall, LEVEL[:7], profile=PROFILE, script={1: LONG, 3: late(3)})
    assert tries(session) == ["own_size"]


def test_a_gap_over_night_counts_from_the_close_before():
    # Up to 110 on day 3: 104 000. Opened at 96 on day 4 and closed there: 98 400, and 5 600 / 104 000 = 5.38 %. From
    # the opening of the day nothing was lost at all.
    gap = [FLAT, FLAT, (100, 110, 100, 110), (96, 97, 95, 96), *[(96,) * 4] * 3]
    session = trade(gap, LEVEL[:7], profile=PROFILE, script={1: LONG, 4: late(4)})
    assert dates(session)[0] == (4, "the day lost 5.38%, the limit is 5.00%: no entries")
    assert session.values[3] == 98_400.00
    assert tries(session) == ["daily_loss"]


def test_a_second_bad_day_begins_the_halt_again():
    # Day 3 loses 5 000 of 100 000. Day 4 closes at 75: stopped at 80, 400 * 7.50 = 3 000 of 95 000. Day 4 is 3.16 %.
    # With 90 more units of d1 at 100, bought on day 3 before the close is known, that fall to 75 on day 4: 2 250 more,
    # 5 250 / 95 000 = 5.53 %: day 5 is closed too.
    fall = [FLAT, FLAT, (100, 100, 87.50, 87.50), (80, 80, 75, 75), *[(75,) * 4] * 4]
    other = [FLAT, FLAT, FLAT, (100, 100, 75, 75), *[(75,) * 4] * 4]
    script = {
        1: LONG,
        2: do("buy", data=1, size=90, stop=60),
        **{bar: do("buy", data=2, size=1, stop=50) for bar in (5, 6)},
    }
    session = trade(fall, other, LEVEL[:8], profile=PROFILE.replace(max_heat=0.2), script=script)
    assert [text for _, text in dates(session)] == [
        "the day lost 5.00%, the limit is 5.00%: no entries",
        "the day lost 5.53%, the limit is 5.00%: no entries",
        "the halt after the daily loss is over",
    ]
    assert [d.rule for d in session.decisions if d.data == "d2"] == ["daily_loss", "own_size"]


# Minutes.

FALLING = [FLAT, FLAT, (100, 100, 87.50, 87.50), (87.50,) * 4]


@pytest.mark.parametrize("is_declared", [True, False])
def test_on_minutes_the_halt_ends_with_the_session_whatever_the_equity_does(is_declared):
    # 5 % are lost at 09:33; at 09:34 the price is back at 100, and entries stay closed. The next day begins open.
    back = [*FALLING[:3], FLAT, FLAT]
    fall = minutes([back, [FLAT] * 3], is_declared=is_declared)
    other = minutes([[FLAT] * 5, [FLAT] * 3], is_declared=is_declared)
    script = {1: LONG, **{bar: late(bar) for bar in (3, 4, 5, 6)}}
    session = trade(fall, other, profile=PROFILE, script=script)
    assert tries(session) == ["daily_loss", "daily_loss", "daily_loss", "own_size"]
    assert [
        (event.datetime.isoformat(" "), event.text) for event in session.desk.events if event.kind != "alert"
    ] == [
        ("2024-01-01 09:33:00", "the day lost 5.00%, the limit is 5.00%: no entries"),
        ("2024-01-02 09:31:00", "the halt after the daily loss is over"),
    ]


def test_on_minutes_a_gap_over_night_is_a_loss_of_the_new_day():
    # 100 000 at the last close. 09:31 of day 2 opens and closes at 87: 400 * 13 = 5 200, 5.2 %.
    gap = minutes([[FLAT] * 3, [(87,) * 4] * 3, [(87,) * 4] * 2])
    other = minutes([[FLAT] * 3, [FLAT] * 3, [FLAT] * 2])
    script = {1: LONG, **{bar: late(bar) for bar in (4, 6, 7)}}
    session = trade(gap, other, profile=PROFILE, script=script)
    assert tries(session) == ["daily_loss", "daily_loss", "own_size"]
    assert [e.datetime.isoformat(" ") for e in session.desk.events if e.kind == "daily_loss"] == [
        "2024-01-02 09:31:00",
        "2024-01-03 09:31:00",
    ]


def test_minutes_of_an_instrument_that_begins_late_are_known_as_such():
    # d0 has a bar a day. d1 begins on day 3, with minutes that nobody declared; its second bar tells.
    days = minutes({day: [FLAT] for day in (1, 2, 3, 4, 5)}, is_declared=False)
    crash = [FLAT, FLAT, FLAT, (100, 100, 87, 87), (87,) * 4]
    late_one = minutes({3: crash, 4: [(87,) * 4] * 2, 5: [(87,) * 4]}, is_declared=False)
    script = {3: do("buy", data=1, size=400, stop=80), 8: do("buy", data=0, size=10, stop=90)}
    session = trade(days, late_one, profile=PROFILE, script=script)
    assert [(e.datetime.isoformat(" ")) for e in session.desk.events if e.kind == "daily_loss"] == [
        "2024-01-03 09:34:00",
        "2024-01-04 09:31:00",
    ]
    assert session.decisions[-1].outcome == "accepted"


# What was on its way, and what the strategy hears.


@pytest.mark.parametrize("is_declared", [True, False])
def test_an_entry_that_rests_is_withdrawn_with_the_loss_and_does_not_come_back(is_declared):
    rest = do("buy", data=1, size=10, stop=50, price=90, exectype=LIMIT, name="rest")
    fall = minutes([FALLING, [(87.50,) * 4]], is_declared=is_declared)
    other = minutes([LEVEL[:4], [(95, 96, 85, 90)]], is_declared=is_declared)
    session = trade(fall, other, profile=PROFILE, script={1: each(LONG, rest)})
    assert session.fills == [(2, 400, 100)]
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    assert session.desk.reserved_heat == 0


def test_exits_go_through_all_the_same():
    fall = [FLAT, FLAT, (100, 100, 87.50, 87.50), (87, 88, 79, 79), *[(79,) * 4] * 2]
    session = trade(fall, profile=PROFILE, script={1: LONG})
    assert session.fills == [(2, 400, 100), (4, -400, 80)]
    session = trade(fall, profile=PROFILE, script={1: LONG, 3: do("close")})
    assert session.fills == [(2, 400, 100), (4, -400, 87)]


def test_a_deposit_on_the_bad_day_hides_nothing():
    # 4 000 lost of 100 000 by day 3, then 100 000 come in: the base is 200 000 - 8 000 and more, so that 4 % stay 4 %.
    # On day 4 400 * 5 = 2 000 more go, of 196 000: 1.02 %.
    seen = {}

    def look(strategy):
        seen[len(strategy)] = round(strategy.bt_risk.daily_loss, 6)

    def deposit(strategy):
        look(strategy)
        strategy.broker.add_cash(100_000)

    fall = [FLAT, FLAT, (100, 100, 90, 90), (90, 90, 85, 85), (85,) * 4]
    trade(fall, profile=PROFILE, script={1: LONG, 3: deposit, 4: look, 5: look})
    assert seen == {3: 0.04, 4: round(2_000 / 196_000, 6), 5: 0.0}


def test_a_market_that_recovers_by_its_close_has_lost_nothing():
    # Down to 85 within the day and back: by the close 400 * 1 is lost.
    dip = [FLAT, FLAT, (100, 100, 85, 99), *calm(3)]
    session = trade(dip, LEVEL[:6], profile=PROFILE, script={1: LONG, 3: late(3)})
    assert tries(session) == ["own_size"]
    assert dates(session) == []
