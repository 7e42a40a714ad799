"""Nothing is held over night: out by the clock or in the session's last bar, by bars that are stamped with their end.

Bars of five minutes; 100 units at 100.
"""

from __future__ import annotations

import datetime as dt

import pytest

from bt_risk import EngineError
from tests.bench.feed import FIRST_DAY, RowFeed
from tests.edge.market import LIMIT, WIDE, do, each, trade
from tests.scenarios.minutes import minutes

FLAT = (100.0,) * 4
LONG = do("buy", size=100, stop=50, name="long")
NEW_YORK = {"sessionstart": dt.time(9, 30), "sessionend": dt.time(16, 0)}


def session_of(bars, **options):
    """Return a feed of one session after another, `bars` of five minutes from 15:30 on."""
    sizes = bars if isinstance(bars, list) else [bars]
    options = {**NEW_YORK, **options}
    return minutes([[FLAT] * size for size in sizes], opening=dt.time(15, 30), step=5, **options)


def times(session):
    """Return (day and time, size) of each fill."""
    feed = session.strategy.data
    return [
        (feed.num2date(feed.datetime.array[bar - 1]).strftime("%d %H:%M"), size)
        for bar, size, _ in session.fills
    ]


def exits(session):
    return [(d.datetime.strftime("%d %H:%M"), d.rule) for d in session.decisions if d.kind == "exit"]


@pytest.mark.parametrize(
    ("end", "decided", "filled"),
    [
        ("15:45", "01 15:45", "01 15:50"),
        # At 15:55 the next bar is the session's last: its opening is the last price to get out at.
        ("15:55", "01 15:55", "01 16:00"),
        ("15:59", "01 15:55", "01 16:00"),
        ("last_bar", "01 15:55", "01 16:00"),
    ],
)
def test_the_position_leaves_by_the_clock_and_at_the_latest_in_the_last_bar(end, decided, filled):
    session = trade(session_of([6, 6]), profile=WIDE.replace(end_of_day=end), script={1: LONG})
    assert exits(session) == [(decided, "end_of_day")]
    assert times(session) == [("01 15:40", 100), (filled, -100)]
    assert session.event_kinds() == ["end_of_day"]


@pytest.mark.parametrize(("end", "last"), [("15:45", "01 15:40"), ("last_bar", "01 15:50")])
def test_entries_end_when_exits_begin(end, last):
    tries = {bar: do("buy", data=0, size=1, stop=50, exectype=LIMIT, price=90) for bar in range(1, 8)}
    profile = WIDE.replace(end_of_day=end)

    def try_again(bar):
        return each(
            lambda s: s.cancel(s.sent.get("rest")),
            do("buy", size=1, stop=50, exectype=LIMIT, price=90, name="rest"),
        )

    session = trade(session_of([6, 6]), profile=profile, script={bar: try_again(bar) for bar in tries})
    granted = [d.datetime.strftime("%d %H:%M") for d in session.decisions if d.outcome == "accepted"]
    assert [time for time in granted if time.startswith("01")][-1] == last
    assert "02 15:35" in granted
    assert {d.rule for d in session.decisions if d.outcome == "denied"} == {"end_of_day"}


def test_a_session_that_crosses_midnight_ends_at_its_own_end():
    # Sunday evening 18:00 to Monday 17:00, bars of an hour: 19:00 is early, 16:00 of the next day is late.
    night = {"sessionstart": dt.time(18, 0), "sessionend": dt.time(17, 0)}
    feed = minutes([[FLAT] * 23, [FLAT] * 3], opening=dt.time(18, 0), step=60, **night)
    script = {1: LONG, 24: do("buy", size=100, stop=50, name="next")}
    session = trade(feed, profile=WIDE.replace(end_of_day="15:00"), script=script)
    assert exits(session) == [("02 15:00", "end_of_day")]
    assert times(session) == [("01 20:00", 100), ("02 16:00", -100), ("02 20:00", 100)]
    last = trade(
        minutes([[FLAT] * 23], opening=dt.time(18, 0), step=60, **night),
        profile=WIDE.replace(end_of_day="last_bar"),
        script={1: LONG},
    )
    assert times(last) == [("01 20:00", 100), ("02 17:00", -100)]


def test_a_day_that_ends_early_leaves_over_what_goes_at_the_next_opening():
    # The bars of day 1 end at 15:45, before 15:55: sold on day 2 as soon as there is one.
    session = trade(session_of([3, 6]), profile=WIDE.replace(end_of_day="15:55"), script={1: LONG})
    assert exits(session) == [("02 15:35", "end_of_day")]
    assert times(session) == [("01 15:40", 100), ("02 15:40", -100)]
    assert session.decisions[-1].text == "the trading day ended with 15:55, and the position was left over"


def test_minutes_that_are_declared_as_days_leave_by_the_clock():
    session = trade(
        session_of([6, 6], is_declared=False), profile=WIDE.replace(end_of_day="15:45"), script={1: LONG}
    )
    assert times(session) == [("01 15:40", 100), ("01 15:50", -100)]


def test_an_exit_that_waits_for_its_minimum_hold_does_not_keep_it_over_night():
    profile = WIDE.replace(end_of_day="15:50", min_hold=4.0)
    session = trade(session_of([6, 6]), profile=profile, script={1: LONG, 3: do("close")})
    assert exits(session) == [("01 15:45", "min_hold"), ("01 15:50", "end_of_day")]


@pytest.mark.parametrize("stamp", [dt.time(0), dt.time(23, 59, 59, 999_989)])
def test_a_bar_of_a_whole_day_has_no_time_of_it(stamp):
    rows = tuple(
        (
            FIRST_DAY.toordinal() + day + stamp.hour / 24 + stamp.minute / 1440 + stamp.second / 86_400,
            *FLAT,
            1000.0,
        )
        for day in range(6)
    )
    session = trade(RowFeed(rows=rows), profile=WIDE.replace(end_of_day="15:55"), script={1: LONG})
    assert [(bar, size) for bar, size, _ in session.fills] == [(2, 100)]


def test_without_the_end_of_its_sessions_a_last_bar_is_refused():
    feed = minutes([[FLAT] * 3])
    with pytest.raises(
        EngineError, match="needs to know when the sessions of d0 end: give its feed sessionend="
    ):
        trade(feed, profile=WIDE.replace(end_of_day="last_bar"), script={})
    with pytest.raises(EngineError, match="sessionend="):
        trade(
            minutes([[FLAT] * 3]),
            profile=WIDE,
            script={2: lambda s: s.bt_risk.set_limits(end_of_day="last_bar")},
        )


class Eastern(dt.tzinfo):
    """Five hours behind."""

    def utcoffset(self, moment):
        return dt.timedelta(hours=-5)

    def dst(self, moment):
        return dt.timedelta(0)


def test_each_exchange_has_its_own_clock():
    # The same bars, 20:35 to 21:00 by d0's clock and 15:35 to 16:00 by that of d1: for d0 the day is over, d1 leaves at
    # its own 15:50.
    here = minutes([[FLAT] * 6], opening=dt.time(20, 30), step=5)
    there = minutes([[FLAT] * 6], opening=dt.time(20, 30), step=5, tz=Eastern(), **NEW_YORK)
    script = {1: each(do("buy", data=0, size=1, stop=50), do("buy", data=1, size=100, stop=50))}
    session = trade(here, there, profile=WIDE.replace(end_of_day="15:50"), script=script)
    assert [(d.data, d.outcome, d.rule) for d in session.decisions] == [
        ("d0", "denied", "end_of_day"),
        ("d1", "accepted", "own_size"),
        ("d1", "accepted", "end_of_day"),
    ]
    assert times(session) == [("01 20:40", 100), ("01 20:55", -100)]
