"""Kelly without an edge trades nothing, follows what it denies, and comes back when that wins.

Three losses of 500 make Kelly speak and find no edge: none has won. A win of 2 R among four trades is none yet,
0.25 - 0.75 / 2, two among five are one: 0.4 - 0.6 / 2 = 0.1, a quarter of which is 2.5 % of equity.
"""

from __future__ import annotations

import pytest

from bt_risk.rules.request import TradeHistory
from tests.edge.market import CALM, LIMIT, ROUND, calm, do, trade

FALL = (100, 101, 94, 96)  # in and out on the bar of the entry
RISE = (100, 111, 99, 100)
KELLY = ROUND.replace(sizing=("kelly", "risk_per_trade"), kelly_min_trades=3)
LOSSES = [CALM, FALL, CALM, FALL, CALM, FALL]
LOSE = {bar: do("buy", size=100) for bar in (1, 3, 5)}
WIN = do("buy", target=110)


def played(bars, script, *, profile=KELLY, **options):
    return trade([*LOSSES, *bars], script=LOSE | script, profile=profile, **options)


def results(tally):
    return (tally.trades, tally.won, tally.lost, tally.won_money, tally.lost_money)


def test_kelly_recovers_by_what_it_has_denied():
    session = played([CALM, CALM, RISE, CALM, RISE, CALM, CALM], {7: WIN, 9: WIN, 11: do("buy")})
    assert [(d.outcome, d.rule) for d in session.decisions] == [
        *[("accepted", "own_size")] * 3,
        *[("denied", "kelly")] * 2,
        ("accepted", "kelly"),
    ]
    tally = session.desk.tally
    assert results(tally.real) == (3, 0, 3, 0, 1_500)
    assert results(tally.shadow) == (2, 2, 0, 2_000, 0)
    book = session.decisions[-1].book
    assert book.history == TradeHistory(5, 0.4, 2.0, shadows=2, expectancy=pytest.approx(0.2))
    # 2.5 % of 98 500 at 100.
    assert session.decisions[-1].given == 24


def test_shadows_that_lose_bring_no_edge():
    bars = [CALM, FALL, CALM, FALL, CALM, CALM]
    session = played(bars, {7: do("buy"), 9: do("buy"), 11: do("buy")})
    assert [d.outcome for d in session.decisions[3:]] == ["denied"] * 3
    assert results(session.desk.tally.shadow) == (2, 0, 2, 0, 1_000)


def test_a_shadow_is_known_when_it_has_left_and_not_before():
    session = played([CALM, CALM, CALM, RISE, CALM], {7: WIN, 8: WIN, 9: WIN, 10: WIN, 11: WIN})
    trades = [d.book.history.trades for d in session.decisions[3:]]
    # Filled on bar 8, at its target on bar 10: the request of that bar's close knows of it.
    assert trades == [3, 3, 3, 4, 4]


def test_the_size_is_worth_what_entries_were_on_average():
    halved = [tuple(price / 2 for price in bar) for bar in (CALM, CALM, RISE, CALM)]
    session = played(halved, {7: do("buy", target=55)})
    # 10 000 of notional at 50 are 200 units, which gain 5 each.
    assert results(session.desk.tally.shadow)[3] == 1_000


def test_before_the_first_entry_the_size_is_what_the_others_grant():
    profile = KELLY.replace(kelly_prior=(0.3, 1.0), max_position=0.05)
    session = trade([CALM, CALM, RISE, CALM], script={1: WIN}, profile=profile)
    assert results(session.desk.tally.shadow)[3] == 500
    assert results(session.desk.tally.real)[0] == 0


def test_a_prior_without_an_edge_gives_way_to_what_shadows_show():
    profile = KELLY.replace(kelly_prior=(0.3, 1.0))
    bars = [CALM, CALM, RISE, CALM, RISE, CALM, FALL, CALM, CALM]
    script = {1: WIN, 3: WIN, 5: do("buy"), 7: WIN, 8: WIN}
    session = trade(bars, script=script, profile=profile)
    assert [d.outcome for d in session.decisions] == ["denied", "denied", "denied", "accepted", "denied"]
    assert session.decisions[3].book.history == TradeHistory(
        3, pytest.approx(2 / 3), 2.0, shadows=3, expectancy=1.0
    )


def test_what_another_rule_denies_too_is_not_followed():
    session = played(
        [CALM, CALM, RISE], {7: WIN}, profile=KELLY.replace(min_reward_to_risk=3.0, target="none")
    )
    assert session.decisions[3].rule == "min_reward_to_risk"
    assert results(session.desk.tally.shadow)[0] == 0
    session = played([CALM, CALM, RISE], {7: do("buy", size=0.5)})
    assert session.decisions[3].rule == "kelly"
    assert not session.desk.shadows.followed


def test_a_floor_trades_and_needs_no_shadow():
    session = played([CALM, CALM, RISE, CALM], {7: WIN}, profile=KELLY.replace(kelly_floor=0.01))
    assert session.decisions[3].given == 9
    tally = session.desk.tally
    assert (tally.real.trades, tally.shadow.trades) == (4, 0)


def test_where_kelly_is_not_listed_nothing_is_followed():
    session = played(
        [CALM, CALM, RISE, CALM], {7: WIN}, profile=ROUND.replace(min_reward_to_risk=5.0, max_heat=0.1)
    )
    assert results(session.desk.tally.shadow)[0] == 0


def test_a_shadow_leaves_by_the_strategys_exit():
    session = played([CALM, CALM, CALM, (103, 104, 102, 103), CALM], {7: do("buy"), 9: do("close")})
    assert results(session.desk.tally.shadow) == (1, 1, 0, 300, 0)
    session = played([CALM, CALM, CALM, (103, 104, 102, 103), CALM], {7: do("buy"), 9: do("sell")})
    assert results(session.desk.tally.shadow) == (1, 1, 0, 300, 0)
    assert not session.desk.shadows.followed


def test_each_instrument_has_one_shadow_of_its_own():
    script = LOSE | {7: do("buy", data=1, target=110), 8: do("buy", data=1)}
    session = trade([*LOSSES, *calm(6)], [*calm(8), RISE, *calm(3)], script=script, profile=KELLY)
    assert results(session.desk.tally.shadow) == (1, 1, 0, 1_000, 0)


def test_an_order_that_waits_gives_way_to_the_next_request():
    script = {7: do("buy", exectype=LIMIT, price=90), 9: WIN}
    session = played([CALM, CALM, CALM, CALM, RISE, CALM], script)
    assert results(session.desk.tally.shadow) == (1, 1, 0, 1_000, 0)


def test_an_order_of_another_type_is_not_followed():
    session = played([CALM, CALM, CALM], {7: do("buy", exectype=5, trailamount=1.0)})
    assert session.decisions[3].rule == "kelly"
    assert not session.desk.shadows.followed


def test_a_shadow_pays_commissions():
    def charge(cerebro):
        cerebro.broker.setcommission(commission=0.01)

    session = played([CALM, CALM, RISE, CALM], {7: WIN}, prepare=charge)
    assert results(session.desk.tally.shadow)[3] == pytest.approx(100 * (10 - 1 - 1.1))


def test_orders_at_the_opening_are_followed_from_that_bar_on():
    script = {bar + 1: call for bar, call in (LOSE | {7: WIN}).items()}
    bars = [*LOSSES, CALM, CALM, RISE, CALM]
    session = trade(bars, script=script, profile=KELLY, in_open=True, cheat_on_open=True)
    assert results(session.desk.tally.shadow) == (1, 1, 0, 1_000, 0)
