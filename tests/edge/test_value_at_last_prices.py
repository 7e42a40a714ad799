"""The account's value while a position's bar has no price: every position at its last price."""

from __future__ import annotations

import math

import pytest

from tests.edge.market import WIDE, calm, do, each, trade

NAN = math.nan
SCHEMES = {
    "stock": {},
    "leverage": {"leverage": 4.0},
    "futures": {"margin": 50.0, "mult": 10.0, "stocklike": False},
    "no cash for shorts": {},
}


def prepare(scheme):
    def act(cerebro):
        cerebro.broker.setcommission(commission=0.0, **SCHEMES[scheme])
        if scheme == "no cash for shorts":
            cerebro.broker.set_shortcash(False)

    return act


@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_at_the_closes_it_is_the_brokers_value(scheme, side):
    compared = []

    def compare(strategy):
        view = strategy.bt_risk.view
        marks = {data: data.close[0] for data in strategy.datas if view.position_size(data)}
        compared.append((view.value_at(marks), strategy.broker.getvalue()))

    stop = 80 if side == "buy" else 120
    bars = [*calm(3), (100, 104, 100, 103), (103, 103, 97, 98), (98, 99, 97, 98)]
    script = {1: do(side, size=20, stop=stop), 4: compare, 5: compare}
    trade(bars, profile=WIDE, script=script, prepare=prepare(scheme))
    assert len(compared) == 2
    for own, brokers in compared:
        assert own == pytest.approx(brokers, rel=1e-12)


@pytest.mark.parametrize("scheme", ["stock", "leverage", "futures"])
def test_a_bar_at_zero_moves_no_equity(scheme):
    bars = [*calm(3), (100, 104, 100, 103), (0, 0, 0, 0), (103, 104, 102, 103)]
    seen = {}

    def note(strategy):
        seen[len(strategy)] = (strategy.bt_risk.equity, strategy.bt_risk.daily_loss)

    script = {1: do("buy", size=20, stop=80), 4: note, 5: note, 6: note}
    trade(bars, profile=WIDE, script=script, prepare=prepare(scheme))
    assert seen[4][0] == seen[5][0] == seen[6][0] > 100_000
    assert seen[5][1] == 0.0


def test_a_close_that_is_no_number_leaves_the_equity_at_the_last_price():
    bars = [*calm(3), (100, 104, 100, 103), (NAN, NAN, NAN, NAN), (103, 104, 102, 103)]
    seen = {}

    def note(strategy):
        seen[len(strategy)] = strategy.bt_risk.equity

    script = {1: do("buy", size=20, stop=80), 4: note, 5: note, 6: note}
    session = trade(bars, calm(6), profile=WIDE, script=script)
    assert seen == {4: 100_060.0, 5: 100_060.0, 6: 100_060.0}
    assert session.event_kinds() == ["data_quality"]


def test_a_margin_account_that_was_poisoned_denies_and_names_the_cause():
    bars = [*calm(3), (100, 104, 100, 103), (NAN, NAN, NAN, NAN), (103, 104, 102, 103)]
    script = {1: do("buy", size=20, stop=80), 6: each(do("buy", data=1, size=5, stop=90), do("close"))}
    session = trade(bars, calm(6), profile=WIDE, script=script, prepare=prepare("futures"))
    assert math.isnan(session.cash)
    assert [decision.outcome for decision in session.decisions[1:]] == ["denied", "accepted"]
    assert "equity_unknown" in session.event_kinds()
    (event,) = [event for event in session.desk.events if event.kind == "equity_unknown"]
    assert event.text == (
        "the account's value is no number since the bar of 2024-01-05 00:00:00 (d0): entries are denied"
    )
