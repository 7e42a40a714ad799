from __future__ import annotations

from math import isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.halts.daily_loss import DailyLoss, reset_daily_loss, step_daily_loss
from bt_risk.rules.notice import Action
from bt_risk.rules.profile import MODERATE
from tests.rules.halts.days import bar, play

PROFILE = MODERATE.replace(daily_loss=0.05, daily_halt_sessions=1)


def halts(*bars, profile=PROFILE):
    return [state.is_halted for state in play(step_daily_loss, DailyLoss(), bars, profile)[0]]


@pytest.mark.parametrize(
    ("equity", "limit", "loss", "halted"),
    [
        (475.01, 0.05, 0.04998, False),  # 24.99 of 500
        (475.0, 0.05, 0.05, True),
        (475.0 * (1 + 1e-12), 0.05, 0.05, True),
        (474.99, 0.05, 0.05002, True),
        (600.0, 0.05, 0.0, False),
        (480.0, 0.04, 0.04, True),
        (0.0, 0.05, 1.0, True),
        (-100.0, 0.05, 1.2, True),
    ],
)
def test_entries_halt_from_the_limit_on(equity, limit, loss, halted):
    profile = PROFILE.replace(daily_loss=limit)
    states, notices = play(step_daily_loss, DailyLoss(), [bar(0, 500), bar(1, equity)], profile)
    assert states[-1].loss(equity) == pytest.approx(loss)
    assert states[-1].day_return(equity) == pytest.approx((equity - 500) / 500)
    assert states[-1].is_halted is halted
    assert [notice.action for notice in notices[-1]] == [Action.DENY_ENTRIES] * halted


def test_the_notice_names_the_loss_and_the_limit():
    _, notices = play(step_daily_loss, DailyLoss(), [bar(0, 10_000), bar(1, 9_400)], PROFILE)
    (notice,) = notices[-1]
    assert (notice.kind, notice.level, notice.limit) == ("daily_loss", "warning", 0.05)
    assert notice.value == pytest.approx(0.06)
    assert notice.text == "the day lost 6.00%, the limit is 5.00%: no entries"


def test_a_gap_over_night_counts_for_the_day_it_opens():
    # 100 at the close before; the first bar of the day is at 94 already
    assert halts(bar(0, 100), bar(1, 94, hour=10)) == [False, True]


def test_the_loss_is_not_measured_from_the_days_own_high():
    # up to 110 in the morning and back to 101: the day is still a profit
    assert halts(bar(0, 100), bar(1, 110, hour=10), bar(1, 101, hour=11)) == [False, False, False]


def test_an_intraday_halt_lasts_for_the_rest_of_the_session_whatever_the_equity_does():
    assert halts(
        bar(0, 100),
        bar(1, 95, hour=10),
        bar(1, 120, hour=11),
        bar(1, 120, hour=12),
        bar(2, 120, hour=10),
    ) == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        (0, [False, True, False, False, False]),
        (1, [False, True, True, False, False]),
        (2, [False, True, True, True, False]),
    ],
)
def test_a_daily_halt_covers_the_bars_own_orders_and_more_sessions(sessions, expected):
    bars = [bar(day, equity, is_daily=True) for day, equity in enumerate([100, 95, 95, 95, 95])]
    assert halts(*bars, profile=PROFILE.replace(daily_halt_sessions=sessions)) == expected


def test_a_second_bad_day_prolongs_the_halt_and_is_told_again():
    bars = [bar(day, equity, is_daily=True) for day, equity in enumerate([100, 95, 90, 90, 90])]
    states, notices = play(step_daily_loss, DailyLoss(), bars, PROFILE)
    assert [state.sessions for state in states] == [0, 2, 2, 1, 0]
    assert [[notice.level for notice in found] for found in notices] == [
        [],
        ["warning"],
        ["warning"],
        [],
        ["info"],
    ]


def test_a_halt_that_ends_with_another_bad_day_is_not_told_to_be_over():
    bars = [bar(day, equity, is_daily=True) for day, equity in enumerate([100, 95, 95, 90])]
    _, notices = play(step_daily_loss, DailyLoss(), bars, PROFILE)
    assert [notice.level for notice in notices[-1]] == ["warning"]


def test_one_session_tells_of_its_limit_once():
    bars = [bar(0, 100), bar(1, 95, hour=10), bar(1, 94, hour=11), bar(1, 96, hour=12), bar(1, 90, hour=13)]
    _, notices = play(step_daily_loss, DailyLoss(), bars, PROFILE)
    assert [len(found) for found in notices] == [0, 1, 0, 0, 0]


@pytest.mark.parametrize(("flow", "halted"), [(-6.0, False), (0.0, True), (10.0, True)])
def test_a_withdrawal_is_no_loss(flow, halted):
    # from 100 to 94: withdrawn, lost, or lost in spite of a deposit
    assert halts(bar(0, 100), bar(1, 94 + max(flow, 0.0), cash_flow=flow))[-1] is halted


def test_a_deposit_moves_the_base_with_it():
    states, _ = play(step_daily_loss, DailyLoss(), [bar(0, 100), bar(1, 196, cash_flow=98)], PROFILE)
    assert states[-1].base == pytest.approx(200)  # 98 of 100, then twice as much of both
    assert states[-1].loss(196) == pytest.approx(0.02)


def test_an_unknown_equity_breaks_nothing_and_is_no_base():
    states, _ = play(
        step_daily_loss,
        DailyLoss(),
        [bar(0, nan), bar(0, 100), bar(1, nan), bar(1, 95), bar(2, nan)],
        PROFILE,
    )
    assert [state.is_halted for state in states] == [False, False, False, True, False]
    assert isnan(states[0].base)
    assert isnan(states[0].loss(100))
    assert isnan(states[0].day_return(100))
    assert [state.base for state in states[1:]] == [100, 100, 100, 95]


def test_without_a_limit_nothing_halts():
    assert halts(bar(0, 100), bar(1, 1), profile=PROFILE.replace(daily_loss=None)) == [False, False]


def test_a_lost_account_has_no_base_to_lose_from():
    assert halts(bar(0, 100), bar(1, -5), bar(2, -10)) == [False, True, False]


@pytest.mark.parametrize(("base", "equity", "change"), [(0.5, 0.25, -0.5), (0.0, 5.0, nan), (-1.0, 5.0, nan)])
def test_a_return_needs_a_positive_base_however_small(base, equity, change):
    assert DailyLoss(base=base).day_return(equity) == pytest.approx(change, nan_ok=True)
    assert DailyLoss(base=base).loss(equity) == pytest.approx(-change, nan_ok=True)


def test_a_reset_holds_for_the_rest_of_the_session():
    states, _ = play(step_daily_loss, DailyLoss(), [bar(0, 100), bar(1, 90, hour=10)], PROFILE)
    state = reset_daily_loss(states[-1])
    assert not state.is_halted
    state, notices = step_daily_loss(state, bar(1, 80, hour=11, previous_equity=90), PROFILE)
    assert (state.is_halted, notices) == (False, ())
    state, _ = step_daily_loss(state, bar(2, 75, previous_equity=80), PROFILE)
    assert state.is_halted


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    equities=st.lists(st.floats(50, 150), min_size=2, max_size=20),
    is_daily=st.booleans(),
    bars_a_day=st.integers(1, 4),
)
def test_a_session_that_reached_the_limit_is_halted_to_its_end(equities, is_daily, bars_a_day):
    bars = [bar(i // bars_a_day, equity, is_daily=is_daily) for i, equity in enumerate(equities)]
    states, _ = play(step_daily_loss, DailyLoss(), bars, PROFILE)
    base, broken_on = equities[0], None
    for i, (equity, state) in enumerate(zip(equities, states, strict=True)):
        if i and i % bars_a_day == 0:
            base = equities[i - 1]
        if equity <= base * 0.95:
            broken_on = i // bars_a_day
        today = broken_on is not None and i // bars_a_day - broken_on <= is_daily
        assert state.is_halted is today
