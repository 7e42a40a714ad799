"""Stops, targets and brackets of the user's own, and what the user hears of them."""

from __future__ import annotations

import pytest

from tests.edge.market import CALM, LIMIT, STOP, TRAIL, calm, do, each, trade


def test_the_stop_set_on_the_fill_stays_the_same_order_when_a_target_joins_it():
    def protect(strategy, order):
        if order.isbuy() and order.status == order.Completed:
            strategy.sent["stop"] = strategy.sell(exectype=STOP, price=96)
            strategy.sent["target"] = strategy.sell(exectype=LIMIT, price=110, oco=strategy.sent["stop"])

    bars = [*calm(3), (100, 101, 94, 95), *calm(2)]
    session = trade(bars, script={1: do("buy")}, on_order=protect)
    assert session.fills == [(2, 200, 100), (4, -200, 96)]
    assert session.heard_of("stop")[-1] == "Completed"
    assert session.heard_of("target")[-1] == "Canceled"


def test_a_stop_for_what_is_stopped_out_already_is_the_order_that_did_it():
    # The user hears of the entry, and protects it, when its first bar is over.
    def protect(strategy, order):
        if order.isbuy() and order.status == order.Completed:
            strategy.sent["stop"] = strategy.sell(exectype=STOP, price=96)

    session = trade([CALM, (100, 101, 94, 96), CALM], script={1: do("buy")}, on_order=protect)
    assert session.fills == [(2, 200, 100), (2, -200, 95)]
    assert session.outcomes()[1] == ("stop", "nothing", "own_stop")
    assert session.heard_of("stop") == ["Completed"]


def test_the_target_of_a_hand_made_bracket_is_not_its_entry():
    def bracket(strategy):
        main = strategy.sent["main"] = strategy.buy(transmit=False)
        strategy.sent["stop"] = strategy.sell(exectype=STOP, price=96, parent=main, transmit=False)
        strategy.sent["target"] = strategy.sell(exectype=LIMIT, price=110, parent=main)

    bars = [*calm(2), (100, 111, 99, 110), *calm(2)]
    session = trade(bars, script={1: bracket})
    assert session.fills == [(2, 200, 100), (3, -200, 110)]
    assert len({session.strategy.sent[name].ref for name in ("main", "stop", "target")}) == 3
    assert session.heard_of("target")[-1] == "Completed"
    assert session.heard_of("stop")[-1] == "Canceled"


def test_a_trailing_stop_sent_with_the_entry_keeps_its_distance():
    enter = each(do("buy"), do("sell", exectype=TRAIL, trailamount=4))
    session = trade(calm(4), script={1: enter})
    assert session.fills == [(2, 200, 100)]
    assert session.desk.stop(session.strategy.data) == 96


def test_a_trailing_stop_sent_with_the_entry_trails_on_the_close():
    enter = each(do("buy"), do("sell", exectype=TRAIL, trailamount=4))
    session = trade([*calm(2), (103, 106, 102, 105), (105, 106, 103, 104)], script={1: enter})
    assert session.live == [(-200, 101)]


@pytest.mark.parametrize(
    ("trail", "fill"), [({"trailamount": 4}, 101), ({"trailpercent": 0.04}, pytest.approx(100.8))]
)
def test_an_own_trail_follows_the_close_and_never_falls_back(trail, fill):
    # Closes of 105 and 104: the stop rises from 96 to 101 (a share: to 100.80), and stays.
    bars = [*calm(3), (103, 106, 102, 105), (105, 106, 103, 104), (104, 104, 100, 101), CALM]
    session = trade(bars, script={1: do("buy"), 2: do("sell", exectype=TRAIL, name="trail", **trail)})
    assert session.fills == [(2, 200, 100), (6, -200, fill)]
    assert session.heard_of("trail")[-1] == "Completed"


def test_an_own_trail_of_a_short_is_its_mirror():
    bars = [*calm(3), (97, 98, 94, 95), (95, 97, 94, 96), (96, 100, 96, 99), CALM]
    session = trade(bars, script={1: do("sell"), 2: do("buy", exectype=TRAIL, trailamount=4)})
    assert session.fills == [(2, -200, 100), (6, 200, 99)]


def test_a_trail_looser_than_our_stop_leaves_it_until_it_is_tighter():
    stops = []
    watch = {bar: lambda s: stops.append(s.bt_risk.stop(s.data)) for bar in range(3, 7)}
    bars = [*calm(3), (103, 106, 102, 105), (105, 111, 105, 110), (110, 111, 109, 110)]
    script = {1: do("buy"), 2: do("sell", exectype=TRAIL, trailamount=9)} | watch
    trade(bars, script=script)
    assert stops == [95, 96, 101, 101]


def test_a_looser_stop_against_an_entry_on_its_way_is_recorded_as_unused():
    session = trade(calm(4), script={1: each(do("buy"), do("sell", exectype=STOP, price=90))})
    assert session.desk.stop(session.strategy.data) == 95
    assert session.decisions[1].outcome == "nothing"


def test_a_limit_for_a_part_sells_only_that_part():
    bars = [*calm(3), (100, 111, 99, 100), *calm(2)]
    session = trade(bars, script={1: do("buy"), 2: do("sell", size=50, exectype=LIMIT, price=110)})
    assert session.fills == [(2, 200, 100), (4, -50, 110)]
    assert session.live == [(-150, 95)]


def test_close_at_a_limit_waits_for_its_price():
    bars = [*calm(3), (100, 111, 99, 100), *calm(2)]
    session = trade(bars, script={1: do("buy"), 2: do("close", exectype=LIMIT, price=110)})
    assert session.fills == [(2, 200, 100), (4, -200, 110)]


@pytest.mark.parametrize("when", [1, 2])
def test_a_stop_for_a_part_stands_for_the_whole_position_and_says_so(when):
    # A position has one stop: 50 units stopped at 97 and 150 at 95 would leave it with two.
    script = {1: do("buy")}
    own = do("sell", size=50, exectype=STOP, price=97, name="own")
    script[when] = each(*filter(None, (script.get(when), own)))
    session = trade([*calm(3), (100, 101, 96, 97), CALM], script=script)
    assert session.fills == [(2, 200, 100), (4, -200, 97)]
    assert session.decisions[1].text == "own stop at 97 for 50: it stands for all 200"
    assert [(event.kind, event.text) for event in session.desk.events] == [
        ("stop_for_all", "d0: own stop at 97 for 50: it stands for all 200"),
        ("stop_hit", "d0: the stop at 97 was hit, filled at 97"),
    ]
    assert session.heard_of("own")[-1] == "Completed"


def test_a_stop_for_a_part_that_is_looser_than_ours_is_not_used():
    session = trade(calm(4), script={1: do("buy"), 2: do("sell", size=50, exectype=STOP, price=90)})
    assert session.live == [(-200, 95)]
    assert session.decisions[1].outcome == "nothing"
    assert session.event_kinds() == []


@pytest.mark.parametrize("size", [200, 500, None])
def test_a_stop_for_all_or_more_needs_no_word(size):
    session = trade(calm(4), script={1: do("buy"), 2: do("sell", size=size, exectype=STOP, price=97)})
    assert session.live == [(-200, 97)]
    assert session.event_kinds() == []
