"""Less than nothing is left and a short is open still: no entry, no bound on the heat, and out without the cash.

500 are sold short at 100 on 100 000, with no stop of the desk's. At 310 they have lost 500 * 210 = 105 000.
"""

from __future__ import annotations

import math

import pytest

from tests.edge.market import LIMIT, ROUND, calm, do, each, trade

FLAT = (100.0,) * 4
UP = (310.0,) * 4
TAKEN_OVER = [FLAT, FLAT, UP, UP, UP, UP]
# Half of the cash in one trade; no stops, and no limit that a notional of half the equity would break.
BARE = ROUND.replace(
    sizing=("cash_fraction",),
    cash_fraction=0.5,
    allocation="risk_per_trade",
    risk_per_trade_max=None,
    stop="none",
    place_stops=False,
    max_heat=0.9,
    target_heat=None,
)
SHORT = do("sell", data=0, name="short")


def test_it_is_an_emergency_and_the_short_is_bought_back_without_the_cash():
    # 150 000 in cash pays for 483 of 500 at 310. Bought back at 310: 155 000, and 5 000 are owed.
    session = trade(TAKEN_OVER, script={1: SHORT}, profile=BARE)
    assert session.fills == [(2, -500, 100), (4, 500, 310)]
    assert session.cash == -5_000.00
    assert session.heats == [0.5, 0.5, math.inf, 0, 0, 0]
    assert session.tiers[1:4] == ["NORMAL", "EMERGENCY", "NORMAL"]
    assert [(e.kind, e.level) for e in session.desk.events][:2] == [
        ("tier", "critical"),
        ("emergency", "critical"),
    ]


@pytest.mark.parametrize("bar", [3, 4, 5])
def test_nothing_is_opened_with_it_or_after_it(bar):
    session = trade(TAKEN_OVER, calm(6), script={1: SHORT, bar: do("sell", data=1)}, profile=BARE)
    assert session.decisions[-1].outcome == "denied"
    assert session.desk.halted == "equity is -5000.00"
    assert len(session.fills) == 2


def test_without_a_heat_limit_the_short_stays_and_what_rests_is_withdrawn():
    rest = do("buy", data=1, exectype=LIMIT, price=95, name="rest")
    profile = BARE.replace(max_heat=None)
    market = [*calm(3), (100, 100, 90, 95), *calm(2)]
    session = trade(TAKEN_OVER, market, script={1: each(SHORT, rest)}, profile=profile)
    assert session.fills == [(2, -500, 100)]
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    assert session.desk.heat == math.inf


def test_the_strategys_own_exit_goes_through_as_well():
    session = trade(TAKEN_OVER, script={1: SHORT, 3: do("close")}, profile=BARE.replace(max_heat=None))
    assert session.fills == [(2, -500, 100), (4, 500, 310)]
    assert session.cash == -5_000.00


def test_a_rung_of_the_drawdown_says_so_first():
    # 105 % are lost: above 30 %. The reason is the gravest one.
    profile = BARE.replace(drawdown_emergency=0.3)
    session = trade(TAKEN_OVER, calm(6), script={1: SHORT, 5: do("sell", data=1)}, profile=profile)
    assert session.fills == [(2, -500, 100), (4, 500, 310)]
    assert session.decisions[-1].rule == "emergency_stop"
    assert [d.rule for d in session.decisions if d.kind == "exit"] == ["emergency"]


def test_a_deposit_that_pays_the_debt_opens_the_account_again():
    # 5 000 owed, 55 000 come in: 50 000 of equity, and half of it is 250 at 100.
    script = {1: SHORT, 4: lambda s: s.broker.add_cash(55_000), 5: do("buy", data=1)}
    session = trade(TAKEN_OVER, [FLAT] * 6, script=script, profile=BARE)
    assert session.fills[2:] == [(6, 250, 100)]
    assert session.desk.halted == ""
