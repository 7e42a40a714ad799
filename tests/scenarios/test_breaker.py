"""The circuit breaker: open at 5 % of loss in a day, then a quarter of the size on probation, then all of it.

400 units bought at 100 with the stop at 80: a close of 87.50 has lost 5 000 of 100 000. Requests for 100 units of d1.
"""

from __future__ import annotations

import pytest

from bt_risk.rules.breaker import BreakerState
from tests.edge.market import LIMIT, WIDE, do, each, trade
from tests.scenarios.minutes import minutes

PROFILE = WIDE.replace(breaker_loss=0.05, half_open_size=0.25)
LONG = do("buy", size=400, stop=80, name="long")
FLAT = (100.0,) * 4
DROP = (100, 100, 87.50, 87.50)
LOW = (87.50,) * 4


def ask(strategy):
    """Ask for 100 of d1, after giving up what was got before."""
    strategy.close(data=strategy.datas[1])
    strategy.buy(data=strategy.datas[1], size=100, stop=95)


def got(session):
    """Return (outcome, rule, units) of every request for d1, reversals of a close in the same bar included."""
    return [
        (d.outcome, d.rule, d.given)
        for d in session.decisions
        if d.data == "d1" and d.kind in ("entry", "reversal") and d.outcome != "pending"
    ]


def told(session):
    return [(e.datetime.strftime("%d %H:%M"), e.text) for e in session.desk.events if e.kind == "breaker"]


def test_by_session_open_half_open_and_closed_take_a_day_each():
    script = {1: LONG, 3: ask, 4: ask, 5: do("close", data=1), 6: ask}
    session = trade([FLAT, FLAT, DROP, *[LOW] * 4], [FLAT] * 7, profile=PROFILE, script=script)
    assert got(session) == [
        ("denied", "breaker", 0),
        ("reduced", "half_open", 25),
        ("accepted", "own_size", 100),
    ]
    assert told(session) == [
        ("03 00:00", "breaker open: loss; the day stands at -5.00%"),
        ("04 00:00", "breaker half open: small entries are on probation"),
        ("05 00:00", "breaker closed after a clean probation"),
    ]


def test_a_gain_opens_it_as_well():
    # 112.50 has gained 5 000: 5 %.
    profile = WIDE.replace(breaker_profit=0.05)
    rise = [FLAT, FLAT, (100, 112.50, 100, 112.50), *[(112.50,) * 4] * 2]
    session = trade(rise, [FLAT] * 5, profile=profile, script={1: LONG, 3: ask})
    assert got(session) == [("denied", "breaker", 0)]
    assert told(session)[0] == ("03 00:00", "breaker open: profit_target; the day stands at +5.00%")


@pytest.mark.parametrize(
    ("day", "said", "rules"),
    [
        # Day 4 would be half open; the cool-down begins again instead, without another word.
        (4, ["3 open", "5 half", "6 closed"], ["breaker", "half_open", "own_size"]),
        # Day 5 ends a probation that was not clean.
        (5, ["3 open", "4 half", "5 open", "6 half"], ["half_open", "breaker", "half_open"]),
    ],
)
def test_a_second_bad_day_begins_the_cool_down_again(day, said, rules):
    # Day 3: 5 000 of 100 000, 5 %. The second one: d0 falls by 6.50 to 81, 2 600, and the 300 sold short of d1 at 100
    # rise by 8, 2 400: 5 000 of 95 000 is 5.26 %.
    fall = [FLAT, FLAT, DROP, *[LOW] * (day - 4), (87.50, 87.50, 81, 81), *[(81,) * 4] * 3]
    other = [*[FLAT] * (day - 1), (100, 108, 100, 108), *[(108,) * 4] * 3]
    tries = {bar: do("buy", data=bar - 2, size=100, stop=99) for bar in (4, 5, 6)}
    script = {1: LONG, 2: do("sell", data=1, size=300, stop=109), **tries}
    profile = PROFILE.replace(max_heat=0.2, max_positions=5)
    session = trade(fall[:6], other[:6], *[[FLAT] * 6] * 3, profile=profile, script=script)
    assert [f"{int(date[:2])} {text.split()[1].rstrip(':')}" for date, text in told(session)] == said
    assert [d.rule for d in session.decisions[2:]] == rules


@pytest.mark.parametrize("is_declared", [True, False])
def test_on_minutes_it_cools_for_more_than_five_of_them_and_the_days_loss_keeps_the_probation(is_declared):
    # Open at 09:33; 300 s later is 09:38, at which it stays open; half open at 09:39. The day's loss goes on, so
    # that no probation is clean before the next day's first bar.
    profile = PROFILE.replace(breaker_cooldown=300.0)
    fall = minutes([[FLAT, FLAT, DROP, *[LOW] * 13], [LOW] * 3], is_declared=is_declared)
    other = minutes([[FLAT] * 16, [FLAT] * 3], is_declared=is_declared)
    script = {1: LONG, 3: ask, 8: ask, 9: ask, 14: do("close", data=1), 15: ask, 17: ask}
    session = trade(fall, other, profile=profile, script=script)
    assert told(session) == [
        ("01 09:33", "breaker open: loss; the day stands at -5.00%"),
        ("01 09:39", "breaker half open: small entries are on probation"),
        ("02 09:31", "breaker closed after a clean probation"),
    ]
    assert got(session) == [
        ("denied", "breaker", 0),
        ("denied", "breaker", 0),
        ("reduced", "half_open", 25),
        ("reduced", "half_open", 25),
        ("accepted", "own_size", 100),
    ]


def test_on_minutes_an_operators_hand_cools_down_and_closes_in_the_same_session():
    # Opened at 09:32. Half open above 300 s, at 09:38; closed above 300 s more, at 09:44.
    profile = WIDE.replace(breaker_cooldown=300.0)
    market = minutes([[FLAT] * 16])
    script = {
        2: each(lambda s: s.bt_risk.trip("news"), ask),
        7: ask,
        8: ask,
        13: do("close", data=1),
        14: ask,
    }
    session = trade(market, minutes([[FLAT] * 16]), profile=profile, script=script)
    assert told(session) == [
        ("01 09:32", "breaker open: news; the day stands at +0.00%"),
        ("01 09:38", "breaker half open: small entries are on probation"),
        ("01 09:44", "breaker closed after a clean probation"),
    ]
    assert [units for _, _, units in got(session)] == [0, 0, 25, 100]


def test_what_rests_when_it_opens_is_withdrawn_and_exits_stay():
    rest = do("buy", data=1, size=10, stop=80, price=95, exectype=LIMIT, name="rest")
    other = [FLAT, FLAT, FLAT, (100, 100, 90, 100), FLAT]
    script = {1: each(LONG, rest), 4: do("close")}
    session = trade([FLAT, FLAT, DROP, LOW, LOW], other, profile=PROFILE, script=script)
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    assert session.fills == [(2, 400, 100), (5, -400, 87.50)]


@pytest.mark.parametrize("in_open", [False, True])
def test_tripped_twice_in_one_bar_around_a_reset_it_is_open(in_open):
    def trip(strategy):
        strategy.bt_risk.trip("news")

    def reset(strategy):
        strategy.bt_risk.reset()

    script = {2: each(trip, reset, trip, ask), 4: ask}
    session = trade(
        [FLAT] * 6, [FLAT] * 6, profile=WIDE, script=script, in_open=in_open, cheat_on_open=in_open
    )
    assert got(session)[0] == ("denied", "breaker", 0)
    # Tripped at the opening of day 2, its session counts as much as one tripped at its close: half open on day 3.
    assert [day for day, text in told(session) if "half open" in text] == ["03 00:00"]
    assert session.desk.breaker is BreakerState.CLOSED
