"""Fees, multipliers, margin, leverage: what the account really loses and pays."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.edge.market import CALM, ROUND, calm, do, each, trade


class TicketFee(bt.CommInfoBase):
    """Ten a ticket, whatever its size."""

    params = (("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))

    def _getcommission(self, size, price, pseudoexec):
        return 10.0 if size else 0.0


def test_a_fee_a_ticket_is_counted_once_and_not_once_a_unit():
    # 1 000 of risk less two tickets of 10, at 5 a unit: 196 units.
    session = trade(
        calm(4), script={1: do("buy")}, prepare=lambda cerebro: cerebro.broker.addcommissioninfo(TicketFee())
    )
    assert session.fills == [(2, 196, 100)]


def test_a_stopped_trade_closes_under_the_users_trade_number():
    bars = [CALM, CALM, (100, 101, 94, 96), CALM]
    session = trade(bars, script={1: do("buy", tradeid=7)})
    assert session.trades == [(3, -1000)]


def futures(cerebro):
    cerebro.broker.setcommission(commission=2.0, margin=1000.0, mult=50.0)


def leverage(cerebro):
    cerebro.broker.setcommission(leverage=2.0)


@pytest.mark.parametrize(
    ("enter", "bar", "size", "price"),
    [
        ("buy", (100, 101, 94, 95), 3, 95),
        ("buy", (90, 91, 89, 90), 3, 90),
        ("sell", (100, 106, 99, 105), -3, 105),
        ("sell", (110, 111, 109, 110), -3, 110),
    ],
)
def test_contracts_are_sized_by_their_multiplier(enter, bar, size, price):
    # One contract risks 5 * 50 and two fees of 2: 1 000 / 254 = 3. Its heat counts the fee of the exit only.
    session = trade([*calm(2), bar, CALM], script={1: do(enter)}, prepare=futures)
    assert session.fills == [(2, size, 100), (3, -size, price)]
    assert session.heats[0] == pytest.approx(3 * 252 / 100_000)
    assert session.heats[1] == pytest.approx(3 * 252 / 99_994)
    assert session.cash == 100_000 - 3 * (abs(price - 100) * 50 + 4)


def test_contracts_take_their_margin_and_no_more_than_the_cash_pays():
    # 100 000 / (1 000 + 2) = 99 contracts, where the stop alone would allow 1 000 / 9 = 111.
    session = trade(calm(3), script={1: do("buy", stop=99.9)}, prepare=futures)
    assert [(d.outcome, d.rule, d.given) for d in session.decisions] == [("reduced", "cash", 99)]


def test_contracts_on_the_way_reserve_their_margin():
    enter = each(do("buy", data=0, stop=99.9), do("buy", data=1, stop=99.9))
    session = trade(calm(3), calm(3), script={1: enter}, prepare=futures, cash=50_000.0)
    # 500 / 9 = 55 by risk, 49 by cash; the second finds 50 000 - 49 * 1 002 = 902, less than one margin
    assert [(d.rule, d.given) for d in session.decisions] == [("cash", 49), ("cash", 0)]


@pytest.mark.parametrize(("prepare", "size"), [(None, 1000), (leverage, 2000)])
def test_leverage_lets_the_cash_buy_more(prepare, size):
    # 5 % of 100 000 at 1.50 a unit would be 3 333 units; the cash buys 1 000 of them, or 2 000 on half the price.
    profile = ROUND.replace(risk_per_trade=0.05)
    session = trade(calm(4), script={1: do("buy", stop=98.5)}, prepare=prepare, profile=profile)
    assert session.fills == [(2, size, 100)]
    assert session.values[-1] == 100_000
    assert session.heats[-1] == pytest.approx(size * 1.5 / 100_000)


def test_leverage_is_capped_by_the_profile():
    profile = ROUND.replace(risk_per_trade=0.05, max_leverage=1.5)
    session = trade(calm(4), script={1: do("buy", stop=98.5)}, prepare=leverage, profile=profile)
    assert [(d.rule, d.given) for d in session.decisions] == [("max_leverage", 1500)]


def test_a_commission_by_value_is_part_of_the_risk():
    # A unit risks 5, and 0.1 % of 100 and of 95: 1 000 / 5.195 = 192. The ledger holds 5.095 of them each.
    session = trade(
        [*calm(2), (100, 101, 94, 95), CALM],
        script={1: do("buy")},
        prepare=lambda cerebro: cerebro.broker.setcommission(commission=0.001),
    )
    assert session.fills == [(2, 192, 100), (3, -192, 95)]
    assert session.heats[0] == pytest.approx(192 * 5.095 / 100_000)
    assert session.cash == pytest.approx(100_000 - 192 * 5.195)


def test_slippage_moves_the_anchor_of_the_stop():
    # Bought at 100.50, so the stop is 95.50, which slips to 95.
    session = trade(
        [*calm(2), (100, 101, 94, 95), CALM],
        script={1: do("buy")},
        prepare=lambda cerebro: cerebro.broker.set_slippage_fixed(0.5),
    )
    assert session.fills == [(2, 200, 100.5), (3, -200, 95)]


@pytest.mark.parametrize("shortcash", [True, False])
def test_a_short_is_the_same_wherever_its_cash_is_booked(shortcash):
    session = trade(
        [*calm(2), (100, 106, 99, 105), CALM],
        script={1: do("sell")},
        prepare=lambda cerebro: cerebro.broker.set_shortcash(shortcash),
    )
    assert session.fills == [(2, -200, 100), (3, 200, 105)]
    assert session.cash == 99_000


@pytest.mark.parametrize("bracket", [False, True])
def test_a_refusal_for_want_of_margin_leaves_nothing(bracket):
    # 2 000 units on half their price are all the cash at 100, too much at 104.
    profile = ROUND.replace(risk_per_trade=0.05)
    enter = (
        do("buy_bracket", exectype=bt.Order.Market, stopprice=98.5, limitprice=120, name="entry")
        if bracket
        else do("buy", stop=98.5, target=120, name="entry")
    )
    bars = [CALM, (104, 105, 103, 104), (98, 99, 97, 98), CALM]
    session = trade(bars, script={1: enter}, prepare=leverage, profile=profile)
    assert (session.fills, session.live, session.position) == ([], [], 0)
    assert (session.desk.plans, session.desk.holdings, session.desk.orders.tickets) == ({}, {}, {})
    assert session.heats == [0.03, 0, 0, 0]
    assert session.event_kinds() == ["margin"]
    assert session.heard_of("entry") == ["Accepted", "Margin"]
