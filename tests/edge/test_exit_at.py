"""What a price would make of a position, asked of the desk: the reason in words, and nothing is sent."""

from __future__ import annotations

import pytest

from bt_risk.rules.exits.reason import ExitReason
from tests.edge.market import ROUND, calm, do, trade
from tests.scenarios.minutes import minutes

LONG = do("buy", target=110)  # 200 units at 100, the stop at 95
SHORT = do("sell", target=90)


def answers(entry, *questions, bar=4, profile=ROUND, bars=None):
    """Return what the desk answers to each (price, options) on that bar, after an entry on the first one."""
    found = []

    def ask(strategy):
        before = list(strategy.broker.pending)
        found.extend(
            strategy.bt_risk.exit_at(strategy.data, price, **options) for price, options in questions
        )

        assert list(strategy.broker.pending) == before

    trade(bars or calm(6), profile=profile, script={1: entry, bar: ask})
    return [(one.reason, one.text) for one in found]


@pytest.mark.parametrize(
    ("entry", "price", "reason", "text"),
    [
        (LONG, 95.0, ExitReason.STOP, "price 95 is at the stop of 95 or beyond"),
        (LONG, 95.01, ExitReason.HOLD, "held"),
        (LONG, 110.0, ExitReason.TARGET, "price 110 is at the target of 110 or beyond"),
        (SHORT, 105.0, ExitReason.STOP, "price 105 is at the stop of 105 or beyond"),
        (SHORT, 90.0, ExitReason.TARGET, "price 90 is at the target of 90 or beyond"),
        (LONG, None, ExitReason.HOLD, "held"),  # the last price is 100
    ],
)
def test_stop_and_target_of_either_side(entry, price, reason, text):
    assert answers(entry, (price, {})) == [(reason, text)]


def test_how_long_it_must_and_may_be_held():
    # Bought on day 2: on day 4 it has been held for 48 hours.
    profile = ROUND.replace(min_hold=60.0, max_hold=96.0)
    assert answers(LONG, (100, {}), (100, {"has_signal": True}), profile=profile) == [
        (ExitReason.HOLD, "held, for 48 h more at most"),
        (ExitReason.HOLD, "the signal waits 12 h: held 48 h of at least 60 h"),
    ]
    profile = ROUND.replace(max_hold=48.0)
    assert answers(LONG, (100, {}), bar=3, profile=profile) == [
        (ExitReason.HOLD, "held, for 24 h more at most")
    ]


def test_a_stop_goes_before_a_signal_and_a_signal_is_its_own_reason():
    assert answers(LONG, (94, {"has_signal": True}), (100, {"has_signal": True})) == [
        (ExitReason.STOP, "price 94 is at the stop of 95 or beyond"),
        (ExitReason.SIGNAL, "the strategy closes"),
    ]


def test_a_trail_that_has_moved_the_stop_names_itself():
    # The trail of 4 % follows the close of 110 to 105.60.
    profile = ROUND.replace(trail="fixed", trail_fraction=0.04, trail_activation_gain=0.05)
    bars = [*calm(2), (100, 110, 100, 110), *[(110, 110, 109, 110)] * 3]
    found = answers(do("buy"), (105, {}), profile=profile, bars=bars)
    assert found == [(ExitReason.TRAIL, "price 105 is at the stop of 105.6 or beyond")]


def test_the_end_of_the_day():
    profile = ROUND.replace(end_of_day="09:34")
    market = minutes([[(100, 101, 99, 100)] * 6])
    session_bars = []

    def ask(strategy):
        session_bars.append(strategy.bt_risk.exit_at(strategy.data).text)

    trade(market, profile=profile, script={1: LONG, 3: ask, 4: ask})
    assert session_bars == ["held", "the trading day ends"]


def test_without_a_position_there_is_nothing_to_say():
    said = []
    script = {2: lambda s: said.append(s.bt_risk.exit_at(s.data))}
    trade(calm(3), script=script)
    assert said == [None]
