"""The halt audit judges by the account's worth alone: toys without a desk are blamed, each for one halt."""

from __future__ import annotations

from types import SimpleNamespace

import backtrader as bt
import pytest

from tests.bench.feed import rows_of
from tests.bench.run import audited

# 1000 shares of 100 are the account of 100,000: a price of 97 is a day's loss and a drawdown of 3 %.
HEATS = ("max_heat", "max_positions", "max_leverage", "max_position")
HALTS = ("daily_loss", "breaker_loss", "drawdown_halt", "drawdown_reduce", "drawdown_emergency")
OFF = dict.fromkeys((*HEATS, *HALTS))


def limits(**on):
    return SimpleNamespace(
        **{
            **OFF,
            "daily_halt_sessions": 1,
            "drawdown_cooldown": 2,
            "max_releases": 1,
            "place_stops": False,
            **on,
        }
    )


def bars(*closes):
    return rows_of([(close, close + 0.5, close - 0.5, close) for close in closes])


class Toy(bt.Strategy):
    """Hold 1000 from bar 2 on, pay in as `flows` says, and ask for one more share on the bars in `asks`."""

    params = (("asks", ()), ("sells", None), ("pays", {}))

    def __init__(self):
        self.flows = []

    def next(self):
        amount = dict(self.p.pays).get(len(self))
        if amount:
            self.broker.add_cash(amount)
            self.flows.append(amount)
        if len(self) == 1:
            self.buy(size=1000)
        if len(self) in self.p.asks:
            self.buy(size=1)
        if len(self) == self.p.sells:
            self.close()


def blamed(closes, on, **params):
    """Return (rule, bar) of each problem of the toy's, the missing stops apart."""
    run = audited((bars(*closes),), strategy=Toy, limits=limits(**on), covers=False, cash=100_100.0, **params)
    return [(p.split()[0], int(p.split()[2])) for p in run.problems if p.split()[0] in ("I5", "I6")]


FALLS = (100, 100, 97, 97, 97, 97, 97, 97)


@pytest.mark.parametrize(
    ("on", "bar", "is_blamed"),
    [
        ({"daily_loss": 0.02}, 2, False),
        ({"daily_loss": 0.02}, 3, True),
        ({"daily_loss": 0.02}, 4, True),  # one session more
        ({"daily_loss": 0.02}, 5, False),
        ({"daily_loss": 0.04}, 3, False),
        ({"daily_loss": 3000 / 100_100}, 3, True),  # at its value
        ({"breaker_loss": 0.02}, 3, True),
        ({"breaker_loss": 0.02}, 4, False),
        ({"drawdown_halt": 0.02}, 3, True),
        ({"drawdown_halt": 0.02}, 7, True),  # never flat
        ({"drawdown_halt": 0.04}, 7, False),
    ],
)
def test_an_entry_in_a_halt_is_blamed(on, bar, is_blamed):
    found = blamed(FALLS, on, asks=(bar,))
    assert ("I5", bar) in found if is_blamed else found == []


def test_a_drawdown_halt_ends_after_enough_flat_sessions():
    # Sold at the open of bar 4: flat from bar 4 on, and two sessions later the halt is over.
    on = {"drawdown_halt": 0.02}
    assert ("I5", 5) in blamed(FALLS, on, sells=3, asks=(5,))
    assert blamed(FALLS, on, sells=3, asks=(6,)) == []


def test_a_position_that_stays_through_a_reduction_or_an_emergency_stop_is_blamed():
    assert blamed(FALLS, {"drawdown_reduce": 0.02}) == [("I6", 3)]
    assert blamed(FALLS, {"drawdown_emergency": 0.02}) == [("I6", bar) for bar in range(3, 9)]
    assert blamed(FALLS, {"drawdown_emergency": 0.02}, sells=3) == []
    assert blamed(FALLS, {"drawdown_emergency": 3000 / 100_100}) == []  # only above it


def test_what_is_withdrawn_is_no_loss_and_what_is_paid_in_hides_none():
    calm = (100,) * 6
    assert blamed(calm, {"daily_loss": 0.0004}, pays={2: -50.0}, asks=(3, 4)) == []
    assert ("I5", 3) in blamed(FALLS, {"daily_loss": 0.02}, pays={2: 3_000.0}, asks=(3,))
