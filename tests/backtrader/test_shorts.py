"""Shorts: what is checked, and what is not."""

from __future__ import annotations

import pytest

from tests.backtrader.play import STOP, each, play, send

FLAT = [(100, 101, 99, 100)] * 3
SQUEEZE = [*FLAT, (250, 251, 249, 250), (250, 251, 249, 250), (250, 251, 249, 250)]
SHORT = send("entry", "sell", size=100)


def test_opening_a_short_is_never_refused_for_cash():
    played = play(FLAT, script={1: send("entry", "sell", size=1000)})
    assert played.position == -1000
    assert played.cash == 110_000


def test_equity_below_zero_liquidates_nothing():
    played = play(SQUEEZE, script={1: SHORT})
    assert played.value == 10_000 + 100 * (100 - 250)
    assert played.position == -100


@pytest.mark.parametrize(("checked", "position"), [(True, -100), (False, 0)])
def test_covering_a_lost_short_is_refused_unless_unchecked(checked, position):
    # The account holds 20000 in cash, the cover costs 25000.
    played = play(SQUEEZE, script={1: SHORT, 4: send("cover", "close", _checksubmit=checked)})
    assert played.position == position
    if checked:
        assert played.statuses("cover") == ["Submitted", "Margin"]


@pytest.mark.parametrize(("checked", "position"), [(True, -100), (False, 0)])
def test_the_protective_stop_of_a_short_is_refused_at_submission_unless_unchecked(checked, position):
    stop = send("stop", "buy", size=100, exectype=STOP, price=240, _checksubmit=checked)
    assert play(SQUEEZE, script={1: SHORT, 2: stop}).position == position


def test_an_unchecked_cover_fills_into_negative_cash():
    played = play(SQUEEZE, script={1: SHORT, 4: send("cover", "close", _checksubmit=False)})
    assert played.fills[-1] == (5, 100, 250)
    assert played.cash == 10_000 + 10_000 - 25_000


def test_a_short_adds_its_proceeds_to_cash():
    seen = []
    play(FLAT, script={1: SHORT, 2: lambda s: seen.append((s.broker.getcash(), s.broker.getvalue()))})
    assert seen == [(20_000, 10_000)]


def test_shortcash_off_moves_cash_and_not_value():
    def off(cerebro):
        cerebro.broker.set_shortcash(False)

    played = play(FLAT, script={1: SHORT}, prepare=off)
    assert (played.cash, played.value) == (0, 10_000)


def test_order_target_value_on_a_stock_short_sees_the_negative_value():
    played = play(FLAT, script={1: SHORT, 2: send("target", "order_target_value", target=-5000)})
    assert played.position == -50


def test_a_market_entry_of_a_short_can_be_carried_unchecked_with_its_stop():
    def act(s):
        parent = s.sell(size=100, transmit=False, _checksubmit=False)
        child = s.buy(size=100, exectype=STOP, price=240, parent=parent, _checksubmit=False)
        child.activate()

    assert play(SQUEEZE, script={1: act}).fills == [(2, -100, 100), (4, 100, 250)]


def test_both_directions_of_one_bar_net_out():
    assert play(FLAT, script={1: each(SHORT, send("back", "buy", size=100))}).position == 0


def test_without_short_cash_a_short_beyond_twice_its_price_gains_what_it_loses():
    # Sold at 100: at 250 the 15000 lost are 5000 more than were put up, and the broker adds them instead.
    def off(cerebro):
        cerebro.broker.set_shortcash(False)

    played = play(SQUEEZE, script={1: SHORT}, prepare=off)
    assert (played.cash, played.value) == (0, 5_000)
    assert play(SQUEEZE, script={1: SHORT}).value == -5_000
