"""Sizes that the user or a sizer names, also those that are none."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from tests.edge.market import ROUND, calm, do, each, trade


@pytest.mark.parametrize("leave", ["close", "sell"])
def test_an_exit_of_no_number_never_reaches_the_broker(leave):
    session = trade(calm(6), script={1: do("buy"), 3: do(leave, size=math.nan)})
    assert session.position in (0, 200)
    assert math.isfinite(session.cash)


def test_selling_tenths_one_by_one_ends_exactly_flat():
    tenths = {bar: do("sell", size=0.1) for bar in range(3, 8)}
    session = trade(
        calm(11),
        script={1: do("buy", size=0.7), **tenths, 8: do("sell", size=0.2)},
        profile=ROUND.replace(lot=0.0),
    )
    assert session.position == 0
    assert session.live == []


def test_parts_of_any_size_leave_no_speck_of_a_position():
    # 306 - 33.3 - 33.3 - 239.4 is -1.1e-13 in floats: a short, if the last order were for the difference.
    parts = each(do("sell", size=33.3), do("sell", size=33.3), do("close"))
    session = trade(
        calm(5), script={1: do("buy", size=306), 3: parts}, profile=ROUND.replace(risk_per_trade=0.05)
    )
    assert session.fills[0] == (2, 306, 100)
    assert (session.position, session.desk.positions, session.live) == (0, {}, [])


class Silent(bt.Sizer):
    """A sizer that forgets to return anything; plain Backtrader then sends nothing."""

    def _getsizing(self, comminfo, cash, data, isbuy):
        return None


def test_a_sizer_without_an_answer_denies_instead_of_crashing():
    session = trade(calm(4), script={1: do("buy")}, prepare=lambda cerebro: cerebro.addsizer(Silent))
    assert session.decisions[0].outcome == "denied"


def test_wins_without_a_loss_are_no_reason_to_stop_trading():
    # Without a losing trade Kelly is undefined, not zero: it proposes nothing, and risk_per_trade decides.
    profile = ROUND.replace(sizing=("risk_per_trade", "kelly"), kelly_min_trades=2)
    rise = [(100 + 2 * day, 103 + 2 * day, 99 + 2 * day, 101 + 2 * day) for day in range(10)]
    script = {1: do("buy"), 2: do("close"), 3: do("buy"), 4: do("close"), 6: do("buy")}
    session = trade(rise, script=script, profile=profile)
    assert [pnl > 0 for _, pnl in session.trades] == [True, True]
    assert [d.rule for d in session.decisions if d.kind == "entry"] == ["risk_per_trade"] * 3


@pytest.mark.parametrize("size", [0, math.nan, math.inf, -math.inf])
def test_an_entry_of_no_number_is_denied(size):
    session = trade(calm(4), script={1: do("buy", size=size)})
    assert session.outcomes() == [("entry", "denied", "valid_size")]
    assert session.fills == []


def test_a_size_is_a_ceiling_and_its_sign_does_not_matter():
    assert [trade(calm(3), script={1: do("buy", size=size)}).position for size in (10, -10, 1e9)] == [
        10,
        10,
        200,
    ]


@pytest.mark.parametrize("leave", ["close", "sell"])
def test_an_exit_for_more_than_there_is_is_cut_or_reverses(leave):
    # `close` never opens anything; `sell` beyond the position is a reversal by the user's own words
    session = trade(calm(6), script={1: do("buy"), 3: do(leave, size=250)})
    assert session.fills[1] == (4, -200, 100)
    assert session.position == (0 if leave == "close" else -50)


class Stake(bt.Sizer):
    params = (("stake", 50),)

    def _getsizing(self, comminfo, cash, data, isbuy):
        return self.p.stake


@pytest.mark.parametrize(
    ("stake", "given", "rule", "outcome"),
    [
        (50, 50, "sizer", "accepted"),
        (10_000, 200, "risk_per_trade", "accepted"),
        (-50, 50, "sizer", "accepted"),
        (0, 0, "sizer", "denied"),
        (math.nan, 0, "sizer", "denied"),
        (2.5, 2, "sizer", "accepted"),
    ],
)
def test_a_users_sizer_is_one_more_candidate(stake, given, rule, outcome):
    session = trade(
        calm(3), script={1: do("buy")}, prepare=lambda cerebro: cerebro.addsizer(Stake, stake=stake)
    )
    (decision,) = session.decisions
    assert (decision.given, decision.rule, decision.outcome) == (given, rule, outcome)
    assert session.position == given


def test_an_explicit_size_goes_before_a_sizer_as_in_backtrader():
    session = trade(calm(3), script={1: do("buy", size=70)}, prepare=lambda cerebro: cerebro.addsizer(Stake))
    assert session.position == 70


def test_a_sizer_of_the_strategy_counts_as_one_of_cerebro():
    session = trade(
        calm(4),
        script={1: lambda strategy: (strategy.setsizer(Stake(stake=30)), strategy.buy())},
    )
    assert session.position == 30


@pytest.mark.parametrize(("stake", "given"), [(1, 200), (7, 7)])
def test_only_backtraders_silent_default_is_not_counted(stake, given):
    session = trade(
        calm(3),
        script={1: do("buy")},
        prepare=lambda cerebro: cerebro.addsizer(bt.sizers.FixedSize, stake=stake),
    )
    assert session.position == given


def test_a_sizer_is_not_asked_for_exits():
    session = trade(
        calm(5),
        script={1: do("buy"), 3: do("sell")},
        prepare=lambda cerebro: cerebro.addsizer(Stake, stake=50),
    )
    assert session.fills == [(2, 50, 100), (4, -50, 100)]
