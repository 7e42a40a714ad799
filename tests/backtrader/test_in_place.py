"""Moving and resizing a live order where it stands."""

from __future__ import annotations

from tests.backtrader.play import LIMIT, STOP, each, play, send, with_stop

CALM = [(100, 101, 99, 100)] * 3


def move(name, price):
    def act(strategy):
        strategy.sent[name].created.price = price

    return act


def resize(name, size):
    def act(strategy):
        order = strategy.sent[name]
        order.executed.remsize = order.size = order.created.size = size

    return act


STOP_OF_10 = send("stop", "sell", size=10, exectype=STOP, price=95)


def test_a_moved_stop_acts_at_its_new_price_on_the_next_bar():
    bars = [*CALM, (100, 101, 96, 100)]
    played = play(bars, script={1: send("entry", "buy", size=10), 2: STOP_OF_10, 3: move("stop", 97)})
    assert played.fills == [(2, 10, 100), (4, -10, 97)]


def test_an_activated_child_is_moved_like_any_stop():
    bars = [*CALM, (100, 101, 96, 100)]
    assert play(bars, script={1: with_stop(stop=95), 3: move("stop", 97)}).fills == [
        (2, 10, 100),
        (4, -10, 97),
    ]


def test_a_stop_moved_from_notify_order_on_its_entry_bar_acts_from_the_next():
    bars = [(100, 100, 100, 100), (100, 101, 98, 100), (100, 101, 96, 100), (100, 100, 100, 100)]

    def anchor(strategy, order):
        if order.isbuy() and order.status == order.Completed:
            move("stop", 97)(strategy)

    played = play(bars, script={1: with_stop(stop=95)}, on_order=anchor)
    assert played.fills == [(2, 10, 100), (3, -10, 97)]


def test_a_moved_target_acts_at_its_new_price():
    bars = [*CALM, (100, 106, 99, 105)]
    target = send("target", "sell", size=10, exectype=LIMIT, price=120)
    played = play(bars, script={1: send("entry", "buy", size=10), 2: target, 3: move("target", 105)})
    assert played.fills == [(2, 10, 100), (4, -10, 105)]


def test_the_clone_already_notified_moves_too_because_created_is_shared():
    seen = []
    script = {1: send("entry", "buy", size=10), 2: STOP_OF_10, 3: move("stop", 97), 4: lambda s: None}
    play([*CALM, (100, 101, 99, 100)], script=script, on_order=lambda s, order: seen.append(order))
    stops = [order.created.price for order in seen if order.issell()]
    assert stops == [97, 97]


def test_a_stop_shrunk_in_place_leaves_nothing_open():
    bars = [*CALM, (100, 101, 94, 95)]
    part = send("part", "sell", size=6)
    script = {1: send("entry", "buy", size=10), 2: each(STOP_OF_10, part), 3: resize("stop", -4)}
    played = play(bars, script=script)
    assert played.fills == [(2, 10, 100), (3, -6, 100), (4, -4, 95)]
    assert played.position == 0
    assert played.statuses("stop")[-1] == "Completed"


def test_a_stop_not_shrunk_after_a_partial_exit_flips_the_position():
    bars = [*CALM, (100, 101, 94, 95)]
    script = {1: send("entry", "buy", size=10), 2: each(STOP_OF_10, send("part", "sell", size=6))}
    assert play(bars, script=script).position == -6


def test_a_stop_grown_in_place_covers_the_larger_position():
    bars = [*CALM, (100, 101, 94, 95)]
    script = {
        1: with_stop(stop=95),
        2: each(send("add", "buy", size=5), resize("stop", -15)),
    }
    played = play(bars, script=script)
    assert played.fills == [(2, 10, 100), (3, 5, 100), (4, -15, 95)]


def test_a_stop_resized_to_nothing_stays_alive_without_ever_filling():
    bars = [*CALM, (100, 101, 94, 95), (90, 90, 90, 90)]
    played = play(bars, script={1: send("entry", "buy", size=10), 2: STOP_OF_10, 3: resize("stop", 0)})
    assert played.strategy.sent["stop"].alive()
    assert played.position == 10


def test_cancel_and_replace_in_one_bar_has_no_gap():
    bars = [*CALM, (100, 101, 96, 100)]

    def replace(s):
        s.cancel(s.sent["stop"])
        s.sent["new"] = s.sell(size=10, exectype=STOP, price=97)

    played = play(bars, script={1: send("entry", "buy", size=10), 2: STOP_OF_10, 3: replace})
    assert played.fills == [(2, 10, 100), (4, -10, 97)]
