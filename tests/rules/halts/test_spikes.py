from __future__ import annotations

from math import nan, sqrt

import pytest

from bt_risk.rules.halts.correlation_spike import (
    CorrelationSpike,
    reset_correlation_spike,
    step_correlation_spike,
)
from bt_risk.rules.halts.price_spike import price_spike
from bt_risk.rules.halts.volatility_spike import volatility_spike
from bt_risk.rules.notice import Action
from bt_risk.rules.profile import MODERATE

CALM = [0.01, -0.01] * 10
DEVIATION = 0.01 * sqrt(20 / 19)
PROFILE = MODERATE.replace(volatility_spike=3.0, price_spike=3.0)


@pytest.mark.parametrize(
    ("score", "is_spike"),
    [
        (2.99, False),
        (3.0 * (1 - 2e-9), False),
        (3.0 * (1 - 1e-12), True),
        (3.0, True),
        (-3.0, True),
        (-3.5, True),
        (nan, False),
    ],
)
def test_a_return_of_three_deviations_denies_entries_on_either_side(score, is_spike):
    returns = [*CALM, score * DEVIATION]
    notice = volatility_spike(returns, PROFILE)
    assert (notice is not None) is is_spike
    assert (price_spike(returns, PROFILE) is not None) is is_spike
    if notice:
        assert (notice.kind, notice.action, notice.limit) == (
            "volatility_spike",
            Action.DENY_ENTRIES,
            3.0,
        )
        assert notice.value == pytest.approx(abs(score))


def test_a_volatility_spike_names_the_return_and_the_limit():
    assert volatility_spike([*CALM, -0.05], PROFILE).text == (
        "a return of -5.00% is 4.9 deviations from usual, the limit is 3: no entries"
    )


def test_a_price_spike_informs_and_asks_for_nothing():
    notice = price_spike([*CALM, 0.05], PROFILE)
    assert (notice.kind, notice.level, notice.action) == ("price_spike", "info", Action.NONE)
    assert notice.text == "a return of 5.00% is 4.9 deviations from usual"
    assert (notice.limit, notice.value) == (3.0, pytest.approx(0.05 / DEVIATION))
    assert price_spike([*CALM, 0.05], PROFILE.replace(price_spike=5.0)) is None


@pytest.mark.parametrize("spike", [volatility_spike, price_spike])
def test_a_spike_can_be_off_and_names_its_instrument(spike):
    assert spike([*CALM, 1.0], MODERATE) is None
    assert spike([*CALM, 1.0], PROFILE).data is None
    assert spike([*CALM, 1.0], PROFILE, data="A").data == "A"


def test_nothing_is_unusual_before_something_was_usual():
    assert volatility_spike([0.01, -0.01, 0.5], PROFILE) is None
    assert price_spike([0.01] * 30 + [0.5], PROFILE) is None


HALTED, FREE = CorrelationSpike(True), CorrelationSpike()


@pytest.mark.parametrize(
    ("state", "correlations", "halted"),
    [
        (FREE, [0.89], False),
        (FREE, [0.9], True),
        (FREE, [0.9 * (1 - 1e-12)], True),
        (FREE, [0.95, 0.85], True),
        (FREE, [0.95, 0.84], False),
        (FREE, [0.95, nan], True),
        (FREE, [nan, nan], False),
        (FREE, [], False),
        (HALTED, [0.73], True),
        (HALTED, [0.72], False),  # 80 % of the limit
        (HALTED, [-0.9], False),
        (HALTED, [nan], True),
        (HALTED, [], False),
    ],
)
def test_entries_halt_while_the_positions_move_as_one(state, correlations, halted):
    after, notices = step_correlation_spike(state, correlations, MODERATE.replace(correlation_spike=0.9))
    assert after.is_halted is halted
    expected = (
        [] if after == state else [("warning", Action.DENY_ENTRIES) if halted else ("info", Action.NONE)]
    )
    assert [(notice.level, notice.action) for notice in notices] == expected


def test_a_correlation_spike_can_be_off():
    assert step_correlation_spike(FREE, [1.0], MODERATE) == (FREE, ())


@pytest.mark.parametrize("state", [HALTED, CorrelationSpike(is_waived=True)])
def test_a_limit_that_is_taken_away_takes_the_halt_with_it(state):
    assert step_correlation_spike(state, [1.0], MODERATE) == (FREE, ())


WAIVED = reset_correlation_spike(HALTED)


@pytest.mark.parametrize(
    ("correlations", "after"),
    [([0.95], WAIVED), ([0.73], WAIVED), ([nan], WAIVED), ([0.72], FREE), ([], FREE)],
)
def test_a_correlation_that_was_reset_halts_again_only_after_it_has_ended(correlations, after):
    profile = MODERATE.replace(correlation_spike=0.9)
    assert WAIVED == CorrelationSpike(is_halted=False, is_waived=True)
    assert step_correlation_spike(WAIVED, correlations, profile) == (after, ())
    again, _ = step_correlation_spike(after, [0.9], profile)
    assert again.is_halted is (after == FREE)


def test_a_reset_of_no_halt_waives_nothing():
    assert reset_correlation_spike(FREE) == FREE
    assert reset_correlation_spike(WAIVED) == WAIVED
