"""Exits, reversals and cancellations as the user asks for them."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import CALM, LIMIT, STOP, calm, cancel, do, each, trade

BRACKET = do("buy_bracket", size=200, exectype=bt.Order.Market, stopprice=95, limitprice=110, name="entry")


def test_close_leaves_no_live_order():
    session = trade(calm(6), script={1: do("buy", target=110), 3: do("close")})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
    assert (session.live, session.cash) == ([], 100_000)


def test_close_twice_sells_once():
    session = trade(calm(6), script={1: do("buy"), 3: each(do("close"), do("close", name="again"))})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
    assert session.strategy.sent["again"].ref == session.strategy.sent["close"].ref
    assert session.outcomes()[1:] == [("exit", "accepted", "signal"), ("exit", "nothing", "signal")]


def test_close_with_nothing_to_close_is_recorded():
    session = trade(calm(3), script={1: do("close")})
    assert session.strategy.sent["close"] is None
    assert session.outcomes() == [("exit", "nothing", "signal")]


@pytest.mark.parametrize(("enter", "leave"), [("buy", "sell"), ("sell", "buy")])
def test_an_opposite_order_without_a_size_is_an_exit(enter, leave):
    session = trade(calm(6), script={1: do(enter), 3: do(leave, name="exit")})
    assert [price for _, _, price in session.fills] == [100, 100]
    assert (session.position, session.live) == (0, [])
    assert session.heard_of("exit") == ["Accepted", "Completed"]


@pytest.mark.parametrize("leave", ["close", "sell"])
def test_leaving_in_the_bar_of_the_entry_calls_it_off(leave):
    session = trade(calm(4), script={1: each(do("buy"), do(leave))})
    assert (session.fills, session.live) == ([], [])
    assert session.heard_of("buy")[-1] == "Canceled"
    assert session.outcomes()[1] == ("exit", "cancelled", "signal")
    assert session.desk.ledger.reserved_risk == 0


def test_a_reversal_that_is_denied_is_dropped():
    session = trade(calm(8), script={1: do("buy"), 3: do("sell", size=300, stop=90)})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
    assert session.outcomes()[1:] == [("exit", "accepted", "signal"), ("reversal", "denied", "valid_stop")]


def test_a_partial_exit_shrinks_the_stop_in_the_same_bar():
    bars = [*calm(2), (90, 101, 89, 95), CALM]
    session = trade(bars, script={1: do("buy"), 2: do("sell", size=50)})
    assert session.fills == [(2, 200, 100), (3, -150, 90), (3, -50, 90)]
    assert session.cash == 98_000


def test_the_rest_of_a_partial_exit_stays_stopped():
    session = trade([*calm(3), (100, 101, 94, 95)], script={1: do("buy"), 2: do("sell", size=50)})
    assert session.fills == [(2, 200, 100), (3, -50, 100), (4, -150, 95)]


def test_partial_exits_of_one_bar_never_sell_more_than_there_is():
    sells = each(*[do("sell", size=80)] * 4)
    session = trade(calm(5), script={1: do("buy"), 2: sells})
    assert [size for _, size, _ in session.fills] == [200, -80, -80, -40]
    assert session.live == []


def test_an_own_stop_raises_ours_and_a_looser_one_does_not():
    bars = [*calm(3), (100, 101, 96, 97), CALM]
    session = trade(
        bars,
        script={
            1: do("buy"),
            2: each(do("sell", exectype=STOP, price=97), do("sell", exectype=STOP, price=90)),
        },
    )
    assert session.fills == [(2, 200, 100), (4, -200, 97)]
    assert [outcome for _, outcome, _ in session.outcomes()] == ["accepted", "accepted", "nothing"]


def test_an_own_limit_becomes_the_target():
    session = trade(
        [*calm(3), (100, 111, 99, 110)], script={1: do("buy"), 2: do("sell", exectype=LIMIT, price=110)}
    )
    assert session.fills == [(2, 200, 100), (4, -200, 110)]
    assert (session.live, session.heard_of("sell")) == ([], ["Accepted", "Completed"])


# Brackets.


def test_a_market_bracket_hands_out_its_live_children():
    session = trade(calm(4), script={1: BRACKET})
    sent = session.strategy.sent
    assert len({sent[name].ref for name in ("entry", "entry stop", "entry target")}) == 3
    assert sent["entry stop"].alive()
    assert sent["entry target"].alive()
    assert session.live == [(-200, 95), (-200, 110)]


def test_the_user_hears_of_the_children_of_an_own_bracket_and_not_of_our_stops():
    bars = [*calm(2), (100, 111, 99, 110), CALM]
    session = trade(bars, script={1: BRACKET})
    assert session.heard_of("entry target") == ["Accepted", "Completed"]
    assert session.heard_of("entry stop") == ["Accepted", "Canceled"]
    plain = trade([*calm(2), (100, 101, 94, 96)], script={1: do("buy")})
    assert {name for _, name, _ in plain.heard} == {"buy"}


def test_a_limit_bracket_fills_at_its_price_and_leaves_at_its_target():
    # decided at 98 with the stop at 95: 1 000 / 3 = 333
    bars = [CALM, (100, 101, 97, 100), (100, 111, 99, 110)]
    session = trade(bars, script={1: do("buy_bracket", price=98, stopprice=95, limitprice=110)})
    assert session.fills == [(2, 333, 98), (3, -333, 110)]


def test_a_denied_bracket_gives_three_inert_orders():
    session = trade(calm(3), script={1: do("buy_bracket", price=98, stopprice=99, name="b")})
    orders = [session.strategy.sent[name] for name in ("b", "b stop", "b target")]
    assert len({order.ref for order in orders}) == 3
    assert not any(order.alive() for order in orders)
    assert {order.getstatusname() for order in orders} == {"Rejected"}
    assert session.fills == []
    # Told as the broker's own refusals are, so that code that waits for the end of its orders goes on.
    assert session.heard == [(2, name, "Rejected") for name in ("b", "b stop", "b target")]


def test_an_order_tied_to_one_of_a_denied_bracket_stands_alone():
    def tied(strategy):
        orders = strategy.buy_bracket(price=98, stopprice=99, limitprice=110)
        strategy.sent["tied"] = strategy.buy(exectype=LIMIT, price=98, oco=orders[0])

    session = trade([*calm(2), (98, 99, 97, 98)], script={1: tied})
    assert session.fills == [(3, 204, 98)]


def test_a_denied_bracket_may_be_cancelled():
    cancels = each(cancel("b"), cancel("b stop"), cancel("b target"))
    trade(calm(3), script={1: do("buy_bracket", price=98, stopprice=99, name="b"), 2: cancels})


# Cancelling.


def test_cancelling_the_entry_releases_it():
    session = trade(calm(3), script={1: each(do("buy"), cancel("buy"))})
    assert (session.fills, session.live, session.desk.heat) == ([], [], 0)


def test_cancelling_a_stop_leaves_the_position_protected_at_its_price():
    bars = [*calm(3), (100, 101, 94, 95)]
    session = trade(bars, script={1: BRACKET, 3: cancel("entry stop")})
    assert session.fills == [(2, 200, 100), (4, -200, 95)]


def test_cancelling_a_target_leaves_the_stop():
    bars = [*calm(3), (100, 111, 99, 100), (100, 101, 94, 95)]
    session = trade(bars, script={1: BRACKET, 3: cancel("entry target")})
    assert session.fills == [(2, 200, 100), (5, -200, 95)]


def test_cancelling_an_exit_protects_again_at_once():
    bars = [*calm(3), (100, 101, 94, 95)]
    session = trade(bars, script={1: do("buy"), 3: each(do("close"), cancel("close"))})
    assert session.fills == [(2, 200, 100), (4, -200, 95)]


def test_cancelling_nothing_is_no_error():
    trade(calm(3), script={1: lambda strategy: strategy.cancel(None)})


# Targets of size and share.


def test_order_targets_are_entries_and_exits():
    script = {
        1: do("order_target_size", target=50),
        2: do("order_target_size", target=20),
        3: do("order_target_percent", target=0.0),
    }
    session = trade(calm(5), script=script)
    assert session.fills == [(2, 50, 100), (3, -30, 100), (4, -20, 100)]


def test_an_order_target_across_zero_reverses():
    session = trade(
        calm(6), script={1: do("order_target_size", target=50), 3: do("order_target_size", target=-30)}
    )
    assert session.fills == [(2, 50, 100), (4, -50, 100), (5, -30, 100)]
