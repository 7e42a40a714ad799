"""A halt asks to close what has no bar now: the exit waits at the broker, once, and the stop stands beside nothing.

d0 trades every day, d1 on a few. 400 of d1 at 100 with the stop at 50 risk 20 000.
"""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, WIDE, do, each, trade

FLAT = (100.0,) * 4
ROOM = WIDE.replace(max_heat=0.5, target_heat=(0.3, 0.5), risk_per_trade=0.5)
HELD = do("buy", data=1, size=400, stop=50, name="held")


def days(*numbers, bar=FLAT):
    return dict.fromkeys(numbers, bar)


def test_an_emergency_stop_sells_it_at_the_next_price_there_is():
    # 200 of d0 fall by 80 on day 4: 16 000 of 100 000, above 15 %. d1 has no bar on days 3 to 6, and opens at 90 on 7.
    profile = ROOM.replace(emergency_daily_loss=0.15)
    crash = [FLAT, FLAT, FLAT, (100, 100, 20, 20), *[(20.0,) * 4] * 6]
    market = days(1, 2) | days(7, 8, bar=(90.0,) * 4)
    script = {1: each(do("buy", data=0, size=200, stop=10), HELD)}
    session = trade(crash, market, profile=profile, script=script)
    assert session.fills == [(2, 200, 100), (2, 400, 100), (5, -200, 20), (7, -400, 90)]
    assert [d.rule for d in session.decisions if d.kind == "exit"] == ["emergency"] * 2
    assert session.event_kinds().count("emergency_stop") == 1
    assert session.desk.heat == 0.0
    assert session.live == []


def test_so_does_an_operator_and_a_second_word_sends_nothing_twice():
    market = days(1, 2, 6, 7)
    stop = [(bar, lambda s: s.bt_risk.emergency()) for bar in (3, 4)]
    session = trade([FLAT] * 8, market, profile=ROOM, script={1: HELD, **dict(stop)})
    assert session.fills == [(2, 400, 100), (6, -400, 100)]
    assert [d.outcome for d in session.decisions if d.kind == "exit"] == ["accepted"]


def test_a_drawdown_halves_it_once_and_the_rest_keeps_its_stop():
    # d0 loses 10 000 on day 4: half of both. d1 sells 200 of 400 on day 7, and its stop covers 200 from day 4 on.
    profile = ROOM.replace(drawdown_reduce=0.10)
    crash = [FLAT, FLAT, FLAT, (100, 100, 75, 75), *[(75.0,) * 4] * 6]
    script = {1: each(do("buy", data=0, size=400, stop=20), HELD)}
    session = trade(crash, days(1, 2, 7, 8), profile=profile.replace(max_heat=0.9), script=script)
    assert session.fills[2:] == [(5, -200, 75), (7, -200, 100)]
    assert session.is_covered
    assert sorted(session.live) == [(-200, 20), (-200, 50)]


def test_a_position_that_lost_too_much_on_its_last_price_waits_for_the_next():
    # Its own loss: 400 * 5 = 2 000 of 98 000 is 2.04 %, told on day 2, when it last traded; sold on day 5 at 93.
    profile = ROOM.replace(position_loss=0.02)
    market = {1: FLAT, 2: (100, 100, 95, 95), 5: (93.0,) * 4, 6: (93.0,) * 4}
    session = trade([FLAT] * 6, market, profile=profile, script={1: HELD})
    assert session.fills == [(2, 400, 100), (5, -400, 93)]
    assert session.event_kinds() == ["position_loss"]


def test_time_goes_on_without_its_bars():
    # Two days after day 2 is day 4, on which only d0 trades.
    session = trade([FLAT] * 8, days(1, 2, 6, 7), profile=ROOM.replace(max_hold=48.0), script={1: HELD})
    assert session.fills == [(2, 400, 100), (6, -400, 100)]
    assert [(e.datetime.day, e.kind) for e in session.desk.events] == [(4, "time")]


def test_bars_do_not():
    session = trade([FLAT] * 8, days(1, 2, 6, 7, 8), profile=ROOM.replace(max_hold_bars=2), script={1: HELD})
    assert session.fills == [(2, 400, 100), (8, -400, 100)]


def test_what_waits_on_it_to_enter_is_withdrawn_without_a_bar_of_its_own():
    rest = do("buy", data=1, size=10, stop=50, exectype=LIMIT, price=90, name="rest")
    market = days(1, 2) | {6: (85.0,) * 4}
    script = {1: rest, 4: lambda s: s.bt_risk.trip("news")}
    session = trade([FLAT] * 7, market, profile=ROOM, script=script)
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    assert session.fills == []
    assert session.desk.reserved_heat == 0.0


@pytest.mark.parametrize("halt", [{"daily_loss": 0.05}, {"breaker_loss": 0.05}])
def test_the_user_closes_it_while_halted_and_it_waits_too(halt):
    # d1 itself brings the loss on day 2: 400 * 13 = 5 200.
    market = {1: FLAT, 2: (100, 100, 87, 87), 5: (88.0,) * 4}
    session = trade(
        [FLAT] * 6, market, profile=ROOM.replace(**halt), script={1: HELD, 3: do("close", data=1)}
    )
    assert session.fills == [(2, 400, 100), (5, -400, 88)]
