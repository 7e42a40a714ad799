"""Stops, targets and brackets of the user's own, and what the user hears of them."""

from __future__ import annotations

from tests.edge.market import LIMIT, STOP, TRAIL, calm, do, each, trade


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
