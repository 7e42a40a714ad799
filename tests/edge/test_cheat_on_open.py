"""Orders sent in `next_open`: they trade on the bar at hand and never in the past."""

from __future__ import annotations

from tests.edge.market import CALM, ROUND, calm, do, trade


def test_an_exit_sent_in_next_open_waits_for_a_bar_of_its_own_data():
    # d1 trades on days 1, 2, 3, 5: the exit of day 4 meets day 5's opening at 110, not day 3's at 90.
    other = {1: CALM, 2: CALM, 3: (90, 101, 89, 100), 5: (110, 111, 109, 110), 6: (110, 111, 109, 110)}
    session = trade(
        {day: CALM for day in range(1, 7)},
        other,
        script={2: do("buy", data=1), 4: do("close", data=1)},
        profile=ROUND.replace(fixed_stop=0.2),
        in_open=True,
        cheat_on_open=True,
    )
    assert session.fills == [(2, 50, 100), (5, -50, 110)]


def test_a_record_made_in_next_open_bears_the_time_of_this_bar_though_its_data_has_none():
    session = trade(
        calm(6), {5: CALM, 6: CALM}, script={2: do("buy", data=1)}, in_open=True, cheat_on_open=True
    )
    assert session.decisions[0].datetime.day == 2
