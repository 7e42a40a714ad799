"""The account's halts between two bars: sparing the steps of a calm bar changes nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk import MODERATE
from bt_risk.oversight.account import Account
from bt_risk.rules.alerts import step_alerts
from bt_risk.rules.halts.account import AccountHalts, step_account
from bt_risk.rules.halts.observation import Observation
from bt_risk.rules.reading import RiskReading

HALTS = MODERATE.replace(
    daily_loss=0.03,
    emergency_daily_loss=0.12,
    drawdown_halt=0.06,
    drawdown_reduce=0.10,
    drawdown_emergency=0.20,
    drawdown_cooldown=2,
    max_strategy_drawdown=0.15,
    breaker_loss=0.04,
    breaker_profit=0.05,
    max_positions=3,
    emergency_positions=4,
)
START = dt.date(2020, 1, 6).toordinal()


class FakeView:
    """An account whose value and flows are written down beforehand."""

    def __init__(self, start):
        self.now, self.flow, self._start = start, 0.0, start

    def equity(self):
        return self._start

    def value(self):
        return self.now

    def cash_flow(self):
        return self.flow


class FakeClock:
    def __init__(self):
        self.session = START

    @property
    def now(self):
        return dt.datetime.fromordinal(self.session)

    def has_whole_sessions(self):
        return False


def said(notice):
    return notice.kind, notice.level, notice.text, notice.action, notice.data


STEPS = st.lists(
    st.tuples(
        st.sampled_from((-0.08, -0.03, -0.02, -0.005, 0.0, 0.001, 0.01, 0.02, 0.05, float("nan"))),
        st.booleans(),
        # An alert from 3 on, an emergency now and then.
        st.sampled_from((*(0, 1, 1, 2, 2, 3, 3) * 6, 5)),
        st.sampled_from((0.0, 0.0, 0.0, 0.0, 20_000.0, -5_000.0)),
    ),
    min_size=20,
    max_size=60,
)


@settings(max_examples=60, deadline=None, print_blob=False)
@given(STEPS)
def test_a_calm_bar_that_is_spared_its_steps_ends_as_if_it_had_taken_them(steps):
    view, clock = FakeView(100_000.0), FakeClock()
    account = Account(view, clock, HALTS)
    halts, last, equity, capital = AccountHalts(), float("nan"), 100_000.0, 100_000.0
    raised = frozenset()
    for change, is_new_day, positions, flow in steps:
        clock.session += is_new_day
        # A flow comes before the bar, which then earns or loses on it too.
        known = (equity + flow) * (1.0 + change) if change == change else equity
        view.now = known if change == change else float("nan")
        view.flow = flow if change == change else 0.0
        capital += view.flow
        told, warned = account.step(positions, is_flat=not positions)
        seen = Observation(
            session=dt.date.fromordinal(clock.session),
            time=clock.now,
            equity=view.now,
            previous_equity=last,
            cash_flow=view.flow * (1.0 + change) if view.flow else 0.0,
            positions=positions,
            is_flat=not positions,
            strategy_pnl=view.now - capital,
            strategy_capital=capital,
        )
        halts, notices = step_account(halts, seen, HALTS)
        equity = known
        last = equity if change == change else last
        assert list(map(said, told)) == list(map(said, notices))
        reading = RiskReading(
            drawdown=halts.ladder.drawdown(last), daily_loss=halts.daily.loss(last), positions=positions
        )
        raised, alerts = step_alerts(raised, reading, HALTS)
        assert [alert.text for alert in warned] == [alert.text for alert in alerts]
        assert account.reasons == halts.reasons
        assert account.size_factor == halts.size_multiplier(HALTS)
        assert account.breaker is halts.breaker.state
        if change == change:
            assert account.drawdown == pytest.approx(halts.ladder.drawdown(equity), abs=1e-12)
            assert account.daily_loss == pytest.approx(halts.daily.loss(equity), abs=1e-12)


def test_a_quiet_year_takes_the_steps_only_at_its_beginning():
    view, clock = FakeView(100_000.0), FakeClock()
    account = Account(view, clock, HALTS)
    looked = []
    account._look = lambda *seen, look=account._look: looked.append(clock.session) or look(*seen)
    for _ in range(250):
        clock.session += 1
        view.now *= 1.001
        account.step(1, is_flat=False)
    assert looked == [START + 1]
    assert account.drawdown == 0.0


def test_the_limits_may_change_in_the_middle_of_a_calm_stretch():
    view, clock = FakeView(100_000.0), FakeClock()
    account = Account(view, clock, HALTS)
    for equity in (100_000.0, 104_000.0, 102_000.0):
        clock.session += 1
        view.now = equity
        account.step(0, is_flat=True)
    assert account.reasons == ()
    account.set_profile(dataclasses.replace(HALTS, drawdown_halt=0.019))
    clock.session += 1
    told, _ = account.step(0, is_flat=True)
    assert [notice.kind for notice in told] == ["portfolio_drawdown"]  # 2 000 of 104 000 is 1.92 %


def test_positions_come_and_go_in_a_calm_stretch_until_there_are_too_many():
    view, clock = FakeView(100_000.0), FakeClock()
    account = Account(view, clock, HALTS)
    looked = []
    account._look = lambda *seen, look=account._look: looked.append(seen[0]) or look(*seen)
    # The alert begins above 80 % of 3, ends at 90 % of that, and the emergency begins above 4.
    for positions in (0, 1, 2, 0, 2, 3, 4, 3, 2, 1, 3, 5):
        account.step(positions, is_flat=not positions)
    assert looked == [0, 3, 2, 3, 5]
    assert account.is_stopped
