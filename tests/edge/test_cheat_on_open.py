"""Orders sent in `next_open` trade on the bar at hand and never in the past; with `coc`, at the close just seen."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, ROUND, calm, do, trade

AT_OPEN = {"in_open": True, "cheat_on_open": True}


def cheat_on_close(cerebro):
    cerebro.broker.set_coc(True)


@pytest.mark.parametrize(
    ("enter", "bars", "fills", "cash"),
    [
        # decided at the opening of 104 with the stop at 98.80: 1 000 / 5.20 = 192
        ("buy", [(104, 105, 103, 104), (104, 105, 98, 100)], [(2, 192, 104), (3, -192, 98.8)], 99_001.6),
        # stopped on the bar of the entry
        ("buy", [(104, 105, 98, 104), CALM], [(2, 192, 104), (2, -192, 98.8)], 99_001.6),
        # the mirror: 96 with the stop at 100.80, 1 000 / 4.80 = 208
        ("sell", [(96, 97, 95, 96), (96, 101, 95, 100)], [(2, -208, 96), (3, 208, 100.8)], 99_001.6),
    ],
)
def test_an_entry_at_the_open_is_sized_and_stopped_from_that_open(enter, bars, fills, cash):
    session = trade([CALM, *bars, CALM], script={2: do(enter)}, **AT_OPEN)
    assert session.fills == fills
    assert session.cash == pytest.approx(cash)


def test_the_close_of_the_bar_is_not_known_at_its_open():
    # Whatever the bar does after its opening, the size is the same.
    sizes = {
        trade([CALM, (104, high, 99, close), CALM], script={2: do("buy")}, **AT_OPEN).fills[0]
        for high, close in [(105, 104), (120, 119), (104, 99)]
    }
    assert sizes == {(2, 192, 104)}


def test_an_exit_at_the_open_meets_that_open_before_the_stop():
    session = trade([*calm(2), (90, 91, 89, 90), CALM], script={1: do("buy"), 3: do("close")}, **AT_OPEN)
    assert session.fills == [(1, 200, 100), (3, -200, 90)]
    assert session.live == []


def test_a_limit_sent_at_the_open_fills_on_that_bar_and_is_protected_from_the_next():
    bars = [CALM, (104, 105, 94, 104), (104, 105, 94, 95), CALM]
    session = trade(bars, script={2: do("buy", exectype=LIMIT, price=100)}, **AT_OPEN)
    assert session.fills == [(2, 200, 100), (3, -200, 95)]


def test_calls_of_next_are_unchanged_where_the_engine_cheats():
    script = {2: do("buy"), 3: do("close")}
    cheating = trade(calm(5), script=script, cheat_on_open=True)
    assert cheating.fills == trade(calm(5), script=script).fills == [(3, 200, 100), (4, -200, 100)]


def test_an_exit_sent_in_next_open_waits_for_a_bar_of_its_own_data():
    # d1 trades on days 1, 2, 3, 5: the exit of day 4 meets day 5's opening at 110, not day 3's at 90.
    other = {1: CALM, 2: CALM, 3: (90, 101, 89, 100), 5: (110, 111, 109, 110), 6: (110, 111, 109, 110)}
    session = trade(
        {day: CALM for day in range(1, 7)},
        other,
        script={2: do("buy", data=1), 4: do("close", data=1)},
        profile=ROUND.replace(fixed_stop=0.2),
        **AT_OPEN,
    )
    assert session.fills == [(2, 50, 100), (5, -50, 110)]


def test_an_entry_at_an_open_that_its_data_does_not_have_is_denied():
    session = trade(calm(5), {1: CALM, 2: CALM, 4: CALM}, script={3: do("buy", data=1)}, **AT_OPEN)
    assert session.outcomes() == [("entry", "denied", "fresh_bar")]


def test_a_record_made_in_next_open_bears_the_time_of_this_bar_though_its_data_has_none():
    session = trade(calm(6), {5: CALM, 6: CALM}, script={2: do("buy", data=1)}, **AT_OPEN)
    assert session.decisions[0].datetime.day == 2


@pytest.mark.parametrize(
    ("bars", "fills"),
    [
        # bought at the close of 100 that decided it, whatever the opening
        ([(104, 105, 103, 104), (104, 105, 94, 100)], [(2, 200, 100), (3, -200, 95)]),
        ([(100, 101, 94, 96), CALM], [(2, 200, 100), (2, -200, 95)]),
        # through the stop over night: out at the opening
        ([(94, 96, 93, 95), CALM], [(2, 200, 100), (2, -200, 94)]),
    ],
)
def test_with_coc_the_whole_next_bar_comes_after_the_entry(bars, fills):
    session = trade([CALM, *bars, CALM], script={1: do("buy")}, prepare=cheat_on_close)
    assert session.fills == fills


def test_with_coc_a_target_works_on_the_next_bar_and_the_stop_comes_first():
    hit = trade([CALM, (100, 111, 99, 110), CALM], script={1: do("buy", target=110)}, prepare=cheat_on_close)
    assert hit.fills == [(2, 200, 100), (2, -200, 110)]
    both = trade([CALM, (100, 111, 94, 100), CALM], script={1: do("buy", target=110)}, prepare=cheat_on_close)
    assert both.fills == [(2, 200, 100), (2, -200, 95)]


def test_with_coc_an_exit_is_at_the_close_just_seen():
    bars = [CALM, CALM, (104, 105, 103, 104), (90, 91, 89, 90)]
    session = trade(bars, script={1: do("buy"), 3: do("close")}, prepare=cheat_on_close)
    assert session.fills == [(2, 200, 100), (4, -200, 104)]


def test_coc_can_be_waived_for_one_order():
    session = trade([CALM, (104, 105, 103, 104)], script={1: do("buy", coc=False)}, prepare=cheat_on_close)
    assert session.fills == [(2, 200, 104)]
