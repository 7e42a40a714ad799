"""Heat above its limit: what is cut, and what is not counted on."""

from __future__ import annotations

from tests.edge.market import CALM, WIDE, calm, do, each, trade


def test_the_user_hears_of_the_risk_exit_that_close_returned():
    # 100 000 with 240 units each, stops 80 and 79: 4 800 + 5 040 at risk. The second falls by 10, equity is 97 600,
    # heat 10.08 %: the desk leaves d1 before the strategy's close() of the same bar gets that very order.
    fall = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 3]
    enter = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
    session = trade(calm(7), fall, script={1: enter, 4: do("close", data=1, name="exit")}, profile=WIDE)
    assert session.strategy.sent["exit"] is not None
    assert session.heard_of("exit")[-1] == "Completed"


def test_a_trim_that_comes_out_even_cuts_no_lot_too_many():
    # 500 units risk 20 each; at a close of 84 equity is 92 000, so 9 200 may be at risk: 800 / 20 = 40 units go.
    bars = [*calm(2), (100, 100, 84, 84), *[(84, 85, 83, 84)] * 2]
    session = trade(bars, script={1: do("buy", size=500, stop=80)}, profile=WIDE.replace(reduction="trim"))
    assert session.fills == [(2, 500, 100), (4, -40, 84)]


def test_an_emergency_does_not_count_on_a_position_that_has_no_market():
    # d1 is never quoted again after day 3 and holds the most risk: waiting for it would leave the heat above its limit.
    fall = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 4]
    enter = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
    session = trade(fall, {1: CALM, 2: CALM, 3: CALM}, script={1: enter}, profile=WIDE)
    assert (5, -240, 90) in session.fills
