"""The model of the halts judges by prices and worth alone: a desk that overlooks a halt is blamed, for each of them.

The toy holds 1000 shares, which are all of its 100,000 but for a hundred: a price of 97 is a loss of 3 %. Its desk says
that nothing is wrong.
"""

from __future__ import annotations

from types import SimpleNamespace

import backtrader as bt
import pytest

from tests.bench.feed import rows_of
from tests.bench.halt_model import HaltAuditor
from tests.bench.requests import Ask
from tests.bench.run import audited
from tests.bench.test_halt_audit import limits

NAMES = (
    *("breaker_profit", "max_strategy_drawdown", "emergency_daily_loss", "emergency_positions"),
    *("volatility_spike", "price_spike", "correlation_spike", "breaker_cooldown"),
    *("position_loss", "position_loss_of_cost", "position_timeout", "max_hold", "max_hold_bars"),
)
OFF = {**dict.fromkeys(NAMES), "half_open_size": 0.25}
CALM = [100.0, 100.0, *(101.0 - number % 2 for number in range(28))]


class Toy(bt.Strategy):
    """Hold 1000 of the first data, or `shares` of every one, from bar 2 on; more on the bars in `asks`."""

    params = (("asks", {}), ("shares", None), ("heard", ()), ("state", "CLOSED"), ("asked_for", None))

    def start(self):
        # A desk that is blind.
        self.asked = []
        self.bt_risk = SimpleNamespace(
            **{"open_heat": 0.0, "reserved_heat": 0.0, "heat": 0.0, "positions": {}, "decisions": ()},
            halted="",
            events=self.p.heard,
            breaker=SimpleNamespace(name=self.p.state),
        )

    def next(self):
        if len(self) == 1:
            for data in self.datas if self.p.shares else self.datas[:1]:
                self.buy(data, size=self.p.shares or 1000)
        size = dict(self.p.asks).get(len(self))
        if size:
            order = self.buy(size=size)
            if self.p.asked_for:
                self.asked.append(Ask(len(self), "entry", 0, 1, self.p.asked_for, 0.0, True, (order.ref,)))


def problems(*markets, on, **params):
    bars = tuple(
        rows_of([(close, close + 0.5, close - 0.5, close) for close in closes]) for closes in markets
    )
    run = audited(
        bars,
        strategy=Toy,
        limits=limits(**{**OFF, **on}),
        covers=False,
        cash=100_100.0,
        auditor=HaltAuditor,
        **params,
    )
    return [problem for problem in run.problems if problem.startswith("I5")]


def overlooked(*markets, on, **params):
    """Return (bar, what) of each halt that the desk does not see."""
    found = problems(*markets, on=on, **params)
    texts = [text for text in found if "the model by" in text]
    return [(int(text.split()[2]), text.split("the model by ")[1].strip("'")) for text in texts]


FALLS = (100, 100, 97, 97, 97.9, 97.9)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (
            {"max_strategy_drawdown": 3000 / 100_100},
            [(3, "strategy"), (4, "strategy")],
        ),  # until it is 80 % of that
        ({"max_strategy_drawdown": 0.031}, []),
        ({"emergency_daily_loss": 0.029}, [(bar, "emergency day") for bar in (3, 4, 5, 6)]),
        ({"emergency_daily_loss": 3000 / 100_100}, []),  # only above it
        ({"emergency_positions": 0}, [(bar, "emergency count") for bar in range(2, 7)]),
        ({"drawdown_emergency": 0.029}, [(bar, "emergency drawdown") for bar in (3, 4, 5, 6)]),
        ({"daily_loss": 0.029}, [(3, "daily_loss"), (4, "daily_loss")]),
        ({"breaker_loss": 0.029}, [(3, "breaker")]),
        ({"breaker_profit": 0.009}, [(5, "breaker")]),
    ],
)
def test_a_halt_that_the_desk_overlooks_is_blamed(on, expected):
    assert overlooked(FALLS, on=on) == expected


def test_an_entry_on_such_a_bar_is_blamed():
    found = problems(FALLS, on={"max_strategy_drawdown": 0.029}, asks={4: 1})
    assert any("was sent while halted: strategy" in text and "bar 4" in text for text in found)
    found = problems(FALLS, on={"max_strategy_drawdown": 0.029}, asks={5: 1})
    assert not any("was sent while halted" in text for text in found)


# Thirty closes, most of them 101 and 100 in turn: returns of +1 % and -0.99 %, by which 4 % is about four deviations.
def test_a_jump_of_what_is_held_is_a_halt_of_one_bar():
    jump = [*CALM, 104.0, 104.0]
    assert overlooked(jump, on={"volatility_spike": 3.0}) == [(31, "jump d0")]
    assert overlooked(jump, on={"volatility_spike": 5.0}) == []
    assert overlooked(CALM, jump, on={"volatility_spike": 3.0}) == []  # not held


def test_a_jump_of_any_instrument_has_to_be_told():
    found = problems([*CALM, 101.0], [*CALM, 104.0], on={"price_spike": 3.0})
    assert found == ["I5 bar 31 -: spikes told of {}, found in {'d1': 1}"]
    heard = [SimpleNamespace(kind="price_spike", data="d1", datetime=bt.num2date(rows_of([()] * 31)[30][0]))]
    assert problems([*CALM, 101.0], [*CALM, 104.0], on={"price_spike": 3.0}, heard=heard) == []
    assert problems([*CALM, 101.0], [*CALM, 101.0], on={"price_spike": 3.0}, heard=heard) != []


def test_positions_that_move_as_one_are_a_halt():
    closes = [100.0 + number % 3 for number in range(34)]
    # Thirty returns come with the thirty-first bar.
    assert overlooked(closes, closes, on={"correlation_spike": 0.9}, shares=100) == [
        (bar, "together") for bar in range(31, 35)
    ]
    assert overlooked(closes, closes, on={"correlation_spike": 0.9}) == []  # one of them is held


def test_a_breaker_in_another_state_is_blamed():
    falls = (100, 100, 97, 97, 97)
    found = problems(falls, on={"breaker_loss": 0.029})
    assert [text.split("-: ")[1] for text in found if "breaker is" in text] == [
        "the breaker is closed, the model's open",
        "the breaker is closed, the model's half open",
    ]


def test_an_entry_too_large_for_a_probation_is_blamed():
    # 25 % of 12 % of 97,100 are 30 shares of 97.
    on = {"breaker_loss": 0.029, "max_position": 0.12}
    falls = (100, 100, 97, 97, 97)
    small, large = (
        [t for t in problems(falls, on=on, asks={4: size}) if "on probation" in t] for size in (30, 31)
    )
    assert (small, len(large)) == ([], 1)
    found = problems(falls, on={"breaker_loss": 0.029}, asks={4: 30}, asked_for=100)
    assert any("30 of 100 that were asked for on probation" in text for text in found)
    assert not any("on probation" in t for t in problems(falls, on=on, asks={5: 31}))


@pytest.mark.parametrize(
    ("on", "bars"),
    [
        ({"position_loss": 3000 / 97_100}, [3, 4]),
        ({"position_loss": 0.031}, []),
        ({"position_loss_of_cost": 0.029}, [3, 4]),
        ({"position_loss_of_cost": 0.03}, []),  # only above it
        ({"position_timeout": 3 * 86_400.0}, [6]),  # bought on bar 2
        ({"max_hold": 72.0}, [5, 6]),
        ({"max_hold_bars": 2}, [4, 5, 6]),
    ],
)
def test_a_position_that_stays_for_too_long_or_with_too_much_of_a_loss_is_blamed(on, bars):
    run = audited(
        (rows_of([(close, close + 0.5, close - 0.5, close) for close in FALLS]),),
        strategy=Toy,
        limits=limits(**{**OFF, **on}),
        covers=False,
        cash=100_100.0,
        auditor=HaltAuditor,
    )
    found = [problem for problem in run.problems if problem.startswith("I6")]
    assert [int(text.split()[2]) for text in found] == bars
    assert all("1000 stay" in text for text in found)
